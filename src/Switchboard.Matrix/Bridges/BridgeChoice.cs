using Switchboard.Matrix.Store;
using Switchboard.Matrix.Sync;
using Switchboard.Sqlite;

namespace Switchboard.Matrix.Bridges;

/// <summary>Which of a room's bridges it is told as (matrix.md §5.1).</summary>
internal static class BridgeChoice
{
    /// <summary>
    /// The bridge whose own bot, of the own homeserver, wrote about the room and is in it; of several the one whose ghosts are
    /// members, then the one that tells features. The stable event type goes before the old one.
    /// </summary>
    public static BridgeInfo? Of(IReadOnlyCollection<StateEvent> states, Db db, string room, string ownUserId)
    {
        var candidates = Read(states, BridgeInfo.EventType, db, room).FindAll(bridge => BridgeTrust.MayBridge(bridge.Bot, ownUserId));
        if (candidates.Count == 0)
            candidates = Read(states, BridgeInfo.OldEventType, db, room).FindAll(bridge => BridgeTrust.MayBridge(bridge.Bot, ownUserId));
        if (candidates.Count < 2)
            return candidates.FirstOrDefault();
        var members = db.PresentMembers(room, 200);
        return candidates
            .OrderByDescending(bridge => members.Exists(member => Ghosts.IsGhost(bridge, member.User, null)))
            .ThenByDescending(bridge => states.Any(state => state.Type == RoomFeatures.EventType && state.Key == bridge.StateKey))
            .ThenBy(bridge => bridge.StateKey, StringComparer.Ordinal)
            .First();
    }

    /// <summary>Who says of oneself to be the bot of a bridge that fills the room, whether or not that is to be believed.</summary>
    public static List<BridgeInfo> Claims(IReadOnlyCollection<StateEvent> states, Db db, string room) =>
        [.. Read(states, BridgeInfo.EventType, db, room), .. Read(states, BridgeInfo.OldEventType, db, room)];

    // Members are loaded lazily: a bot of whom nothing is known has not left.
    private static List<BridgeInfo> Read(IReadOnlyCollection<StateEvent> states, string type, Db db, string room) => states
        .Where(state => state.Type == type)
        .Select(state => BridgeInfo.Read(state.Key, state.Sender, state.Content))
        .OfType<BridgeInfo>()
        .Where(bridge => db.Member(room, bridge.Bot) is null or { Membership: "join" })
        .ToList();
}
