using Switchboard.Networks;

namespace Switchboard.Matrix.Bridges;

/// <summary>What a bridge says can be done in a room: <c>com.beeper.room_features</c> (matrix.md §2.1).</summary>
/// <param name="Capabilities">Before what power levels take away.</param>
internal sealed record RoomFeatures(ChatCapabilities Capabilities)
{
    /// <summary>The state event's type.</summary>
    public const string EventType = "com.beeper.room_features";

    /// <summary>Whether a deletion for everyone should leave nothing behind (<c>delete_hide_placeholder</c>).</summary>
    public bool HidesRedacted { get; init; }

    /// <summary>Whether messages that do not vanish carry no timer (<c>disappearing_timer.omit_empty_timer</c>).</summary>
    public bool OmitsEmptyTimer { get; init; }

    /// <summary>Whether text can be sent at all, requests aside.</summary>
    public bool AcceptsWithMessage { get; init; }
}
