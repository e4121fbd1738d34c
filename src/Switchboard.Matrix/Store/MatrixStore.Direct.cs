using Switchboard.Matrix.Sync;
using Switchboard.Sqlite;

namespace Switchboard.Matrix.Store;

internal sealed partial class MatrixStore
{
    /// <summary>Whether whoever asked the owner into a room called it direct.</summary>
    public bool IsCalledDirect(string roomId) => database.Read(db => db.Member(roomId, OwnUserId) is { IsDirect: true });

    /// <summary>
    /// Whether the owner and that person, or the owner alone, are in a room or asked into it, and nobody else: whom a room calls its
    /// servants reads along too. Only the bot of the room's bridge, which made it, and the owner's own ghosts may be there besides.
    /// </summary>
    public bool IsOnlyWith(string roomId, string user) =>
        database.Read(db => RoomState.Load(db, roomId, this) is { } room && IsOnlyWith(db, room, user));

    private bool IsOnlyWith(Db db, RoomState room, string user)
    {
        var talk = new HashSet<string> { OwnUserId, user };
        var besides = room.Bridge is null ? [] : room.OwnGhosts.Append(room.Bridge.Bot).Where(one => !talk.Contains(one)).ToHashSet();
        var present = db.PresentMembers(room.Row.Id, talk.Count + besides.Count + 1).Select(member => member.User).ToHashSet();
        if (!talk.IsSubsetOf(present) || present.Any(one => !talk.Contains(one) && !besides.Contains(one)))
            return false;
        // Members are told lazily: the homeserver's own number counts those whom it has not named.
        var unnamed = besides.Count(one => !present.Contains(one) && db.Member(room.Row.Id, one) is null);
        return (room.Row.Joined ?? 0) + (room.Row.Invited ?? 0) <= present.Count + unnamed;
    }
}
