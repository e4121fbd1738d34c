namespace Switchboard.Matrix.Store;

/// <summary>What is kept of a room beside its state and members; see the schema for each.</summary>
internal sealed record RoomRow(string Id)
{
    public string Membership { get; init; } = "leave";

    public string? Account { get; init; }

    public bool IsEncrypted { get; init; }

    public long? Joined { get; init; }

    public long? Invited { get; init; }

    public IReadOnlyList<string>? Heroes { get; init; }

    public bool HasAllMembers { get; init; }

    public bool IsUntold { get; init; }

    public bool IsTold { get; init; }

    public bool WasInvitation { get; init; }

    public string? ReplacedBy { get; init; }

    public long MutedUntil { get; init; }

    public bool IsFavourite { get; init; }

    public bool IsLowPriority { get; init; }

    public bool IsServerNotice { get; init; }

    public long? ArchivedAt { get; init; }

    public long? JoinedAt { get; init; }

    /// <summary>Heroes compare by value.</summary>
    public bool SameAs(RoomRow other) =>
        this with { Heroes = null } == other with { Heroes = null } && (Heroes ?? []).SequenceEqual(other.Heroes ?? [])
        && Heroes is null == other.Heroes is null;
}

/// <summary>A member event of a room, the current one.</summary>
/// <param name="User">Who.</param>
/// <param name="Membership"><c>join</c>, <c>invite</c>, <c>knock</c>, <c>leave</c> or <c>ban</c>.</param>
/// <param name="Name">Display name.</param>
/// <param name="Avatar"><c>mxc://…</c>.</param>
/// <param name="IsDirect">Whether the inviter called it a direct chat.</param>
/// <param name="Sender">Who made it so, such as the inviter.</param>
internal sealed record Member(string User, string Membership, string? Name, string? Avatar, bool IsDirect, string Sender)
{
    /// <summary>Joined or invited.</summary>
    public bool IsPresent => Membership is "join" or "invite";
}
