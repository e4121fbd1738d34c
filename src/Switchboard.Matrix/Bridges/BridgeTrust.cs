using Switchboard.Matrix.Store;
using Switchboard.Matrix.Sync;
using Switchboard.Sqlite;

namespace Switchboard.Matrix.Bridges;

/// <summary>
/// Whose word about bridges counts. Anybody can write that a room is a bridge's and name oneself as its bot, so it counts only from
/// users of the owner's own homeserver with whom the owner has to do as with a bridge: by the space of a login there that the owner
/// is in, or by a management room.
/// </summary>
internal static class BridgeTrust
{
    private const string UsualEnding = "bot";

    /// <summary>
    /// Notes what a room's state now says of whom the owner has to do with. When somebody's word begins or ceases to count, whatever
    /// that bridge fills is told again: what was a chat of Matrix until now becomes the bridge's.
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
        return bot is not null && bot != room.OwnUserId && Ghosts.Server(bot) is { Length: > 0 } server
            && server == Ghosts.Server(room.OwnUserId) ? bot : null;
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
            && Ghosts.Localpart(other.User).EndsWith(UsualEnding, StringComparison.Ordinal)
            && (isCalledDirect || db.IsListedDirectWith(room.Row.Id, other.User))
            ? other.User : null;
    }

    private static void TellRoomsOf(string bot, SyncScope scope)
    {
        var isTrusted = scope.Db.IsTrustedBot(bot);
        foreach (var id in scope.Db.RoomsClaimedBy(bot))
        {
            if (scope.Room(id) is not { Row: { Membership: "join", ReplacedBy: null } row } room)
                continue;
            if (!room.IsChatRoom)
                AccountBook.NoteSpace(room, scope);
            else if (row.IsTold)
                TellAnew(row, isTrusted, scope);
        }

        foreach (var (room, _) in scope.Db.Invitations(scope.Own.UserId).Where(one => isTrusted && one.Inviter == bot))
        {
            scope.Db.WantJoin(room, null, scope.Now);
        }
    }

    private static void TellAnew(RoomRow row, bool isTrusted, SyncScope scope)
    {
        // An account of a bridge's that a chat once had it keeps.
        if (isTrusted && row.Account == scope.Own.AccountId)
            scope.Db.SaveRoom(row with { Account = null });
        ChatTelling.TellAgain(row.Id, scope);
        ChatTelling.TellOwnGhosts(row.Id, scope);
    }
}
