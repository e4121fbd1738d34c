using Switchboard.Matrix.Bridges;
using Switchboard.Matrix.Store;
using Switchboard.Networks;

namespace Switchboard.Matrix.Sync;

/// <summary>
/// Telling the server of a room as a chat. What is told counts as untold until it is known to be stored, so that a crash in between
/// loses nothing.
/// </summary>
internal static class ChatTelling
{
    /// <summary>Tells of a room that is there already.</summary>
    public static void TellAgain(string room, SyncScope scope)
    {
        if (scope.Room(room) is { } state && state.IsChatRoom)
            Tell(state, scope);
    }

    /// <summary>Tells of a room: the account first, then whose place it takes, then the chat; at first also all marks.</summary>
    /// <returns>The room with the account it has now.</returns>
    public static RoomState Tell(RoomState room, SyncScope scope)
    {
        var row = room.Row;
        var predecessor = Predecessor(room, scope);
        var account = predecessor?.Account ?? AccountBook.Of(room, scope);
        // An invitation is told under the own account; what it turns out to be when it is accepted may belong to another, or be the
        // successor of a room. The chat goes there with all that is in it: it may have been accepted by writing into it.
        var isFirst = !row.IsTold || row.Account != account;
        scope.Db.SaveRoom(row with { Account = account, IsTold = true, IsUntold = true, WasInvitation = row.Membership == "invite" });
        scope.Told.Add(row.Id);
        if (predecessor is not null)
            scope.Tell(new RemoteEvent.ChatReplaced(new(predecessor.Id), new(row.Id)));
        var now = scope.Room(row.Id)!;
        var chat = RoomChat.Describe(now, scope.Db);
        WantProfile(now, chat, scope);
        scope.Tell(new RemoteEvent.ChatUpserted(isFirst && predecessor is null ? chat with { Marks = AllMarks(now.Row, scope) } : chat));
        return now;
    }

    /// <summary>Tells once more what may not have been stored before the last stop.</summary>
    public static void TellUntold(SyncScope scope)
    {
        BridgeTrust.Review(scope);
        foreach (var id in scope.Db.UntoldRooms())
        {
            if (scope.Db.RoomRow(id) is not { IsTold: true, ReplacedBy: null, Membership: "join" or "invite" })
            {
                scope.Told.Add(id);
                continue;
            }

            TellAgain(id, scope);
            TellOwnGhosts(id, scope);
            scope.Tell(new RemoteEvent.ChatMarksChanged(new(id), new() { IsMuted = IsMuted(scope.Db.RoomRow(id)!, scope) }));
        }
    }

    /// <summary>Tells who in a room is the owner: what they wrote before that was known counts as somebody else's there.</summary>
    public static void TellOwnGhosts(string room, SyncScope scope)
    {
        foreach (var ghost in scope.Room(room)?.OwnGhosts.Where(ghost => scope.Db.Member(room, ghost) is not null) ?? [])
        {
            scope.Tell(new RemoteEvent.SenderIsOwner(new(room), new(ghost)));
        }
    }

    /// <summary>Whether a room is silent, in whatever way that was done.</summary>
    public static bool IsMuted(RoomRow row, SyncScope scope) =>
        RoomAccountData.IsMuted(row, scope.Now) || scope.Db.IsMutedByRule(row.Id);

    // Of ghosts alone: others could claim anybody's number.
    private static void WantProfile(RoomState room, RemoteChat chat, SyncScope scope)
    {
        if (room is not { Bridge: { } bridge, Row.Membership: "join" } || chat.IsGroup)
            return;
        var others = chat.Participants.Where(one => !one.User.CannotMessage && one.User.Id.Value != room.OwnUserId).Select(one => one.User.Id.Value);
        if (others.Take(2).ToList() is [var other] && Ghosts.IsGhost(bridge, other, scope.Db.Account(room.AccountId)?.GhostPrefix))
            scope.Db.WantProfile(other, room.Row.Id);
    }

    private static ChatMarks AllMarks(RoomRow row, SyncScope scope) => new()
    {
        IsMuted = IsMuted(row, scope),
        IsPinned = row.IsFavourite,
        IsLowPriority = row.IsLowPriority,
    };

    /// <summary>
    /// The room whose place this one takes (§6.6): one that the owner is in and that says so itself by its tombstone, or whose
    /// tombstone this room's maker may set.
    /// </summary>
    private static RoomRow? Predecessor(RoomState room, SyncScope scope)
    {
        if (room.Row.Membership != "join" || room.Predecessor is not { } id || id == room.Row.Id || scope.Room(id) is not { } old)
            return null;
        if (old.Row.ReplacedBy == room.Row.Id)
            return old.Row;
        var isMeant = old.Successor == room.Row.Id
            || (old.Successor is null && room.Creator is { } creator && old.Power.MaySetState(creator, "m.room.tombstone"));
        if (!isMeant || !old.Row.IsTold || old.Row.ReplacedBy is not null || old.Row.Membership != "join")
            return null;
        scope.Db.SaveRoom(old.Row with { ReplacedBy = room.Row.Id, IsUntold = false });
        return old.Row;
    }
}
