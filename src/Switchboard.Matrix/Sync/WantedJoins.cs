using Switchboard.Matrix.Bridges;
using Switchboard.Matrix.Store;

namespace Switchboard.Matrix.Sync;

/// <summary>Which rooms are to be gone into unasked (matrix.md §6.6, §6.7).</summary>
internal static class WantedJoins
{
    /// <summary>
    /// Finds them all anew in what is known of rooms: what was given up is tried again, and an invitation may be a bridge's of which
    /// only later rooms told.
    /// </summary>
    public static void Derive(SyncScope scope)
    {
        foreach (var (room, inviter) in scope.Db.Invitations(scope.Own.UserId))
        {
            if (RoomRun.IsAwaited(room, inviter, scope))
                scope.Db.WantJoin(room, null, scope.Now);
        }

        foreach (var room in scope.Db.ClosedRooms())
        {
            if (scope.Room(room) is { Row: { Membership: "join", ReplacedBy: null }, Successor: { } successor } closed)
                Follow(closed, successor, scope);
        }
    }

    /// <summary>Wants the room that a closed one goes on in, unless the owner is there or was and left.</summary>
    public static void Follow(RoomState closed, string successor, SyncScope scope)
    {
        if (scope.Db.RoomRow(successor) is null or { Membership: "invite" } && closed.Find("m.room.tombstone", "") is { } tombstone)
            scope.Db.WantJoin(successor, Ghosts.Server(tombstone.Sender), scope.Now);
    }
}
