using System.Text.Json;
using Switchboard.Networks;
using Switchboard.Sqlite;

namespace Switchboard.LocalNetwork;

/// <summary>The rows of rooms and their members.</summary>
internal static class RoomSql
{
    extension(Db db)
    {
        /// <summary>The room that names its people so.</summary>
        public long? RoomOfPair(string pair) => db.QueryInt64("SELECT id FROM room WHERE pair = $pair", ("$pair", pair));

        /// <summary>Adds a room.</summary>
        public long InsertRoom(string remoteId, RoomKind kind, string? pair, string? title, DateTimeOffset now) => db.QueryInt64(
            """
            INSERT INTO room (remote_id, kind, pair, title, created_at) VALUES ($remote, $kind, $pair, $title, $now) RETURNING id
            """,
            ("$remote", remoteId),
            ("$kind", NameOf(kind)),
            ("$pair", pair),
            ("$title", title),
            ("$now", now.ToUnixTimeMilliseconds()))!.Value;

        /// <summary>Adds somebody to a room.</summary>
        public void InsertMember(long room, long identity, bool admin, bool shown) => db.Execute(
            "INSERT INTO member (room, identity, admin, shown) VALUES ($room, $identity, $admin, $shown)",
            ("$room", room),
            ("$identity", identity),
            ("$admin", admin ? 1 : 0),
            ("$shown", shown ? 1 : 0));

        /// <summary>The room by its row.</summary>
        public Room? RoomOf(long id) => db.QueryFirst(
            "SELECT id, remote_id, kind, title, description, avatar, expiry_ms, created_at FROM room WHERE id = $id",
            ShapeRoom,
            ("$id", id));

        /// <summary>The room as that member has it; <c>null</c> when it is unknown to them.</summary>
        public Membership? MembershipOf(RemoteChatId room, long identity) => db.QueryFirst(
            """
            SELECT room.id, room.remote_id, room.kind, member.since, member.read_up_to, room.kind = 'direct' AND EXISTS (
              SELECT 1 FROM member AS other JOIN identity ON identity.id = other.identity
              WHERE other.room = room.id AND identity.active = 0)
            FROM room JOIN member ON member.room = room.id
            WHERE room.remote_id = $room AND member.identity = $identity AND member.shown = 1
            """,
            row => new Membership(
                row.GetInt64(0), row.GetString(1), KindOf(row.GetString(2)), row.GetInt64(3), row.GetInt64(4), row.Flag(5)),
            ("$room", room.Value),
            ("$identity", identity));

        /// <summary>As <see cref="MembershipOf"/>, but refuses when there is none.</summary>
        public Membership RequireMembership(RemoteChatId room, long identity) =>
            db.MembershipOf(room, identity) ?? throw Refusals.NoSuchChat();

        /// <summary>As <see cref="RequireMembership"/>, and refuses a room into which nothing can be sent.</summary>
        public Membership RequireWritable(RemoteChatId room, long identity) =>
            db.RequireMembership(room, identity) is { IsReadOnly: false } membership ? membership : throw Refusals.ReadOnly();

        /// <summary>Everybody in a room: its maker, then the others in the order in which they came to this server.</summary>
        public List<(Identity Identity, bool Admin)> MembersOf(long room) => db.Query(
            $"""
            SELECT {IdentitySql.Columns}, member.admin FROM member JOIN identity ON identity.id = member.identity
            WHERE member.room = $room ORDER BY member.admin DESC, member.identity
            """,
            row => (IdentitySql.Shape(row), row.Flag(6)),
            ("$room", room));

        /// <summary>Those in a room who know it: the recipients of what happens there.</summary>
        public List<long> MembersWhoKnow(long room) => db.Query(
            "SELECT identity FROM member WHERE room = $room AND shown = 1", row => row.GetInt64(0), ("$room", room));

        /// <summary>Those in a room who do not know it yet although they are on the network.</summary>
        public List<long> MembersToShow(long room) => db.Query(
            """
            SELECT member.identity FROM member JOIN identity ON identity.id = member.identity
            WHERE member.room = $room AND member.shown = 0 AND identity.active = 1
            """,
            row => row.GetInt64(0),
            ("$room", room));

        /// <summary>Makes a room known to somebody.</summary>
        public void Show(long room, long identity) => db.Execute(
            "UPDATE member SET shown = 1 WHERE room = $room AND identity = $identity", ("$room", room), ("$identity", identity));

        /// <summary>The rooms somebody is in, known to them or not.</summary>
        public List<(long Room, RoomKind Kind)> RoomsOf(long identity) => db.Query(
            """
            SELECT room.id, room.kind FROM room JOIN member ON member.room = room.id
            WHERE member.identity = $identity ORDER BY room.id
            """,
            row => (row.GetInt64(0), KindOf(row.GetString(1))),
            ("$identity", identity));

        /// <summary>Takes somebody out of a room.</summary>
        public void DeleteMember(long room, long identity) => db.Execute(
            "DELETE FROM member WHERE room = $room AND identity = $identity", ("$room", room), ("$identity", identity));

        /// <summary>Leaves somebody in a room as if they had never seen it.</summary>
        public void ForgetMember(long room, long identity) => db.Execute(
            """
            UPDATE member SET shown = 0, muted = 0, read_up_to = 0,
              since = COALESCE((SELECT MAX(seq) FROM message WHERE room = $room), 0)
            WHERE room = $room AND identity = $identity
            """,
            ("$room", room),
            ("$identity", identity));

        /// <summary>Whether anybody in a room is on the network.</summary>
        public bool IsInhabited(long room) => db.QueryInt64(
            """
            SELECT EXISTS (SELECT 1 FROM member JOIN identity ON identity.id = member.identity
              WHERE member.room = $room AND identity.active = 1)
            """,
            ("$room", room)) == 1;

        /// <summary>Removes a room with everything in it.</summary>
        public void DeleteRoom(long room) => db.Execute("DELETE FROM room WHERE id = $room", ("$room", room));

        /// <summary>Stores what may change about a room.</summary>
        public void UpdateRoom(Room room) => db.Execute(
            "UPDATE room SET title = $title, description = $description, avatar = $avatar, expiry_ms = $expiry WHERE id = $id",
            ("$id", room.Id),
            ("$title", room.Title),
            ("$description", room.Description),
            ("$avatar", room.Avatar is null ? null : JsonSerializer.Serialize(room.Avatar, LocalJson.Default.StoredAttachment)),
            ("$expiry", room.Expiry is { } expiry ? (long)expiry.TotalMilliseconds : null));

        /// <summary>Mutes or unmutes a room for somebody.</summary>
        public void SetMuted(long room, long identity, bool muted) => db.Execute(
            "UPDATE member SET muted = $muted WHERE room = $room AND identity = $identity",
            ("$room", room),
            ("$identity", identity),
            ("$muted", muted ? 1 : 0));

        /// <summary>Moves somebody's reading position.</summary>
        public void SetReadUpTo(long room, long identity, long message) => db.Execute(
            "UPDATE member SET read_up_to = $message WHERE room = $room AND identity = $identity",
            ("$room", room),
            ("$identity", identity),
            ("$message", message));

        /// <summary>The others who muted a room and have not read up to a message.</summary>
        public List<long> MutedAndUnread(long room, long sender, long message) => db.Query(
            """
            SELECT identity FROM member WHERE room = $room AND identity <> $sender AND shown = 1 AND muted = 1
              AND read_up_to < $message AND since < $message
            """,
            row => row.GetInt64(0),
            ("$room", room),
            ("$sender", sender),
            ("$message", message));
    }

    private static Room ShapeRoom(Row row) => new(
        row.GetInt64(0),
        row.GetString(1),
        KindOf(row.GetString(2)),
        row.TextOrNull(3),
        row.TextOrNull(4),
        row.TextOrNull(5) is { } avatar ? JsonSerializer.Deserialize(avatar, LocalJson.Default.StoredAttachment) : null,
        row.Int64OrNull(6) is { } expiry ? TimeSpan.FromMilliseconds(expiry) : null,
        row.Time(7));

    private static RoomKind KindOf(string name) => name switch
    {
        "direct" => RoomKind.Direct,
        "self" => RoomKind.Self,
        "group" => RoomKind.Group,
        _ => throw new InvalidDataException($"The local network's database has a room of the unknown kind \"{name}\"."),
    };

    private static string NameOf(RoomKind kind) => kind switch
    {
        RoomKind.Direct => "direct",
        RoomKind.Self => "self",
        RoomKind.Group => "group",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}
