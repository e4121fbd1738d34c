using Switchboard.Matrix.Store;
using Switchboard.Networks;
using Switchboard.Sqlite;

namespace Switchboard.Matrix.Sync;

/// <summary>What one step of taking in a sync answer works with: a transaction of the store, and what comes of it.</summary>
/// <param name="Db">The transaction.</param>
/// <param name="Own">Whose store it is.</param>
/// <param name="Now">The time: nothing is dated later.</param>
internal sealed record SyncScope(Db Db, Identity Own, DateTimeOffset Now)
{
    private HighlightRules? highlights;

    /// <summary>What the server is told, in order.</summary>
    public List<RemoteEvent> Events { get; } = [];

    /// <summary>What the homeserver must be asked because of it.</summary>
    public List<FollowUp> FollowUps { get; } = [];

    /// <summary>Rooms that were told as chats: known to be stored once the next batch is asked for.</summary>
    public List<string> Told { get; } = [];

    /// <summary>What the owner's push rules point out.</summary>
    public HighlightRules Highlights => highlights ??= Db.Highlights();

    /// <summary>Tells something.</summary>
    public void Tell(RemoteEvent told) => Events.Add(told);

    /// <summary>A room as it is in this transaction.</summary>
    public RoomState? Room(string id) => RoomState.Load(Db, id, Own.UserId, Own.AccountId);
}

/// <summary>Whose store it is.</summary>
/// <param name="UserId">The login's own user.</param>
/// <param name="AccountId">The login's own account.</param>
internal sealed record Identity(string UserId, string AccountId);

/// <summary>Something the homeserver is asked because of what it told. A closed set.</summary>
internal abstract record FollowUp
{
    private FollowUp()
    {
    }

    /// <summary>Ask who is in a room: somebody left of whom it is not known who else is there.</summary>
    public sealed record LoadMembers(string Room) : FollowUp;
}
