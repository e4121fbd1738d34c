using Switchboard.Matrix.Store;
using Switchboard.Matrix.Sync;
using Switchboard.Sqlite;

namespace Switchboard.Matrix.Bridges;

/// <summary>
/// Whose word about bridges counts (matrix.md §5.1). Anybody can write that a room is a bridge's and name oneself as its bot, so it
/// counts only from users of the owner's own homeserver. Who in a room is the owner under another name counts only from those with
/// whom the owner has to do as with a bridge: by the space of a login there that the owner is in, or by a management room.
/// </summary>
internal static class BridgeTrust
{
    private const string UsualEnding = "bot";

    /// <summary>Whether rooms that somebody calls a bridge's own are: who plays bridges there is up to whoever runs the homeserver.</summary>
    public static bool MayBridge(string bot, string ownUserId) =>
        bot != ownUserId && Ghosts.Server(bot) is { Length: > 0 } server && server == Ghosts.Server(ownUserId);

    /// <summary>Whether somebody is called as bots of bridges are.</summary>
    public static bool IsCalledBot(string user) => Ghosts.Localpart(user).EndsWith(UsualEnding, StringComparison.Ordinal);

    /// <summary>
    /// Notes what a room's state now says of whom the owner has to do with. When somebody's word begins or ceases to count, whatever
    /// that bridge fills is told again, for who in it is the owner may be another now.
    /// </summary>
    /// <returns>Whether anything changed.</returns>
    public static bool Note(RoomState room, SyncScope scope) => Change(room.Row.Id, BotOf(room, scope.Db), scope);

    /// <summary>Notes that the owner is no longer in a room.</summary>
    public static void Drop(string room, SyncScope scope) => Change(room, null, scope);

    /// <summary>Looks through the rooms of a store that was filled before any of this was noted.</summary>
    public static void Review(SyncScope scope)
    {
        if (scope.Db.QueryInt64("SELECT 1 FROM trusted_bot LIMIT 1") is not null)
            return;
        foreach (var id in scope.Db.RoomsThatMayTrust(Ghosts.Server(scope.Own.UserId)))
        {
            if (scope.Room(id) is { } room)
                Note(room, scope);
        }
    }

    /// <summary>A bridge is known by now: what it invites to is gone into (§6.7).</summary>
    public static void AcceptInvitationsOf(string bot, SyncScope scope)
    {
        foreach (var (room, inviter) in scope.Db.Invitations(scope.Own.UserId).Where(one => one.Inviter == bot))
        {
            if (WantedJoins.IsAwaited(room, inviter, scope))
                scope.Db.WantJoin(room, null, scope.Now);
        }
    }

    private static bool Change(string room, string? bot, SyncScope scope)
    {
        var before = scope.Db.BotTrustedBy(room);
        if (before == bot)
            return false;
        var isNew = bot is not null && !scope.Db.IsTrustedBot(bot);
        scope.Db.SaveTrust(room, bot);
        if (before is not null && !scope.Db.IsTrustedBot(before))
            TellRoomsOf(before, scope);
        if (isNew)
            TellRoomsOf(bot!, scope);
        return true;
    }

    private static string? BotOf(RoomState room, Db db)
    {
        if (room.Row.Membership != "join")
            return null;
        var bot = room.Type == "m.space" ? OwnerOfSpace(room) : room.IsChatRoom ? PartnerOfManagement(room, db) : null;
        return bot is not null && MayBridge(bot, room.OwnUserId) ? bot : null;
    }

    // The space that a bridge made for a login of the owner's, and that the owner went into.
    private static string? OwnerOfSpace(RoomState space) => space.Claims.FirstOrDefault(claim =>
        claim is { ChannelId: BridgeInfo.PersonalSpace, Receiver.Length: > 0 } && claim.Bot == space.Creator)?.Bot;

    // A direct chat of two with somebody who is called a bot: people have direct chats with each other too.
    private static string? PartnerOfManagement(RoomState room, Db db)
    {
        var total = room.Row.Joined is null && room.Row.Invited is null ? (long?)null : (room.Row.Joined ?? 0) + (room.Row.Invited ?? 0);
        if (total is not (null or 2) || db.PresentMembers(room.Row.Id, 3) is not { Count: 2 } members)
            return null;
        var isCalledDirect = members.Exists(member => member.User == room.OwnUserId && member.IsDirect);
        return members.Find(member => member.User != room.OwnUserId) is { Membership: "join" } other
            && IsCalledBot(other.User)
            && (isCalledDirect || db.IsListedDirectWith(room.Row.Id, other.User))
            ? other.User : null;
    }

    private static void TellRoomsOf(string bot, SyncScope scope)
    {
        foreach (var id in scope.Db.RoomsClaimedBy(bot))
        {
            if (scope.Room(id) is not { IsChatRoom: true, Row: { Membership: "join", ReplacedBy: null, IsTold: true } })
                continue;
            ChatTelling.TellAgain(id, scope);
            ChatTelling.TellOwnGhosts(id, scope);
        }

        AcceptInvitationsOf(bot, scope);
    }
}
