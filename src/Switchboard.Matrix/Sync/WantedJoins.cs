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
            if (IsAwaited(room, inviter, scope))
                scope.Db.WantJoin(room, null, scope.Now);
        }

        foreach (var room in scope.Db.ClosedRooms())
        {
            if (scope.Room(room) is { Row: { Membership: "join", ReplacedBy: null }, Successor: { } successor } closed)
                Follow(closed, successor, scope);
        }
    }

    /// <summary>Whether an invitation is accepted unasked: by a bridge of the own homeserver, or to where a room goes on.</summary>
    /// <param name="room">What is invited to.</param>
    /// <param name="inviter">Who invites.</param>
    /// <param name="scope">What is known.</param>
    /// <param name="callsItselfBot">Whether what came with the invitation says that a bridge fills the room whose bot invites.</param>
    public static bool IsAwaited(string room, string inviter, SyncScope scope, bool callsItselfBot = false) =>
        IsSuccessor(room, scope)
        || (BridgeTrust.MayBridge(inviter, scope.Own.UserId) && !scope.Db.IsIgnored(inviter)
            && (callsItselfBot || scope.Db.IsTrustedBot(inviter) || scope.Db.IsBridgeBot(inviter)
                || IsGhostOfOurs(inviter, scope) || IsSpaceOfBot(room, inviter, scope)));

    // The room that another one, which the owner is in, goes on in (§6.6).
    private static bool IsSuccessor(string room, SyncScope scope) => scope.Db.ClosedRooms().Exists(old =>
        scope.Room(old) is { Row.Membership: "join" } closed && closed.Successor == room);

    // A bridge that invites on behalf of its ghosts (§6.7).
    private static bool IsGhostOfOurs(string user, SyncScope scope) => scope.Db.Accounts().Exists(account =>
        account is { Bot: not null, GhostPrefix.Length: > 1 } && scope.Db.IsTrustedBot(account.Bot)
        && Ghosts.Localpart(user).StartsWith(account.GhostPrefix, StringComparison.Ordinal));

    // The space of a login comes before any room by which its bridge is known, homeservers do not say with an invitation whose it is,
    // and there is nothing in a space that anybody could read or write.
    private static bool IsSpaceOfBot(string room, string inviter, SyncScope scope) => BridgeTrust.IsCalledBot(inviter)
        && scope.Room(room) is { Type: "m.space" } space && space.Creator == inviter;

    /// <summary>Wants the room that a closed one goes on in, unless the owner is there or was and left.</summary>
    public static void Follow(RoomState closed, string successor, SyncScope scope)
    {
        if (scope.Db.RoomRow(successor) is null or { Membership: "invite" } && closed.Find("m.room.tombstone", "") is { } tombstone)
            scope.Db.WantJoin(successor, Ghosts.Server(tombstone.Sender), scope.Now);
    }
}
