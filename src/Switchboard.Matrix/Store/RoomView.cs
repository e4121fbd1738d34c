using Switchboard.Matrix.Bridges;
using Switchboard.Matrix.Sync;
using Switchboard.Networks;

namespace Switchboard.Matrix.Store;

/// <summary>A room as it is known at one moment: what sending needs of it.</summary>
internal sealed record RoomView
{
    private readonly Func<RemoteChat> describe;

    /// <summary>A view; <paramref name="describe"/> makes the whole chat when it is asked for.</summary>
    public RoomView(Func<RemoteChat> describe) => this.describe = describe;

    /// <summary>The room id.</summary>
    public required string Id { get; init; }

    /// <summary>The account it is told under.</summary>
    public required string AccountId { get; init; }

    /// <summary>The login's own user.</summary>
    public required string OwnUserId { get; init; }

    /// <summary><c>join</c>, <c>invite</c>, <c>knock</c>, <c>leave</c> or <c>ban</c>.</summary>
    public required string Membership { get; init; }

    /// <summary>Whether it was ever encrypted: then nothing is sent in clear, whatever the state says now.</summary>
    public bool IsEncrypted { get; init; }

    /// <summary>Whether it is a direct chat.</summary>
    public bool IsDirect { get; init; }

    /// <summary>The bridge that fills it; <c>null</c> for a plain room.</summary>
    public BridgeInfo? Bridge { get; init; }

    /// <summary>What that bridge says can be done; <c>null</c> when it says nothing.</summary>
    public RoomFeatures? Features { get; init; }

    /// <summary>The timer of new messages.</summary>
    public DisappearingTimer? Timer { get; init; }

    /// <summary>Who may do what.</summary>
    public required PowerLevels Power { get; init; }

    /// <summary>The room's name as set, not computed.</summary>
    public string? Name { get; init; }

    /// <summary>Its topic.</summary>
    public string? Topic { get; init; }

    /// <summary>Its picture as set, <c>mxc://…</c>.</summary>
    public string? AvatarUrl { get; init; }

    /// <summary>The room that took its place; <c>null</c> while none has.</summary>
    public string? ReplacedBy { get; init; }

    /// <summary>Whether it is muted by <c>com.beeper.mute</c> account data, which then must be kept in step.</summary>
    public bool HasMuteData { get; init; }

    /// <summary>Whether it has the favourite tag.</summary>
    public bool IsFavourite { get; init; }

    /// <summary>Whether it has the low-priority tag.</summary>
    public bool IsLowPriority { get; init; }

    /// <summary>Whether the own user may send messages as far as power goes.</summary>
    public bool MaySend => Power.MaySend(OwnUserId, IsEncrypted ? "m.room.encrypted" : "m.room.message");

    /// <summary>The whole chat as the server is told it.</summary>
    public RemoteChat ToChat() => describe();
}
