using System.Text.Json;
using Switchboard.Matrix.Sync;
using Switchboard.Matrix.Timeline;
using Switchboard.Sqlite;

namespace Switchboard.Matrix.Store;

internal static class RoomSql
{
    private const string RoomColumns =
        """
        id, membership, account, is_encrypted, joined, invited, heroes, has_all_members, is_untold, is_told, replaced_by, muted_until,
        is_favourite, is_low_priority, is_server_notice, archived_at, joined_at, was_invitation
        """;

    extension(Db db)
    {
        /// <summary>The row of a room.</summary>
        public RoomRow? RoomRow(string id) =>
            db.QueryFirst($"SELECT {RoomColumns} FROM room WHERE id = $id", Shape, ("$id", id));

        /// <summary>Rooms whose last telling may not have been stored.</summary>
        public List<string> UntoldRooms() => db.Query("SELECT id FROM room WHERE is_untold = 1", row => row.GetString(0));

        /// <summary>Writes the row of a room.</summary>
        public void SaveRoom(RoomRow room) => db.Execute(
            $"""
            INSERT OR REPLACE INTO room ({RoomColumns})
            VALUES ($id, $membership, $account, $encrypted, $joined, $invited, $heroes, $all, $untold, $told, $replaced, $muted,
              $favourite, $low, $notice, $archived, $joinedAt, $wasInvitation)
            """,
            ("$id", room.Id), ("$membership", room.Membership), ("$account", room.Account), ("$encrypted", room.IsEncrypted),
            ("$joined", room.Joined), ("$invited", room.Invited), ("$heroes", room.Heroes is null ? null : string.Join('\n', room.Heroes)),
            ("$all", room.HasAllMembers), ("$untold", room.IsUntold), ("$told", room.IsTold), ("$replaced", room.ReplacedBy),
            ("$muted", room.MutedUntil), ("$favourite", room.IsFavourite),
            ("$low", room.IsLowPriority), ("$notice", room.IsServerNotice), ("$archived", room.ArchivedAt), ("$joinedAt", room.JoinedAt),
            ("$wasInvitation", room.WasInvitation));

        /// <summary>The kept state of a room.</summary>
        public List<StateEvent> StateOf(string room) => db.Query(
            "SELECT type, key, sender, at, content FROM state WHERE room = $room AND type NOT IN ('m.space.child', 'm.space.parent')",
            row => new StateEvent(row.GetString(0), row.GetString(1), row.GetString(2), row.GetInt64(3), Parse(row.GetString(4))),
            ("$room", room));

        /// <summary>Sets a piece of state. Says whether it differs from what was there.</summary>
        public bool SaveState(string room, MatrixEvent state) => db.Execute(
            """
            INSERT INTO state (room, type, key, sender, at, content) VALUES ($room, $type, $key, $sender, $at, $content)
            ON CONFLICT (room, type, key) DO UPDATE SET sender = excluded.sender, at = excluded.at, content = excluded.content
            WHERE content <> excluded.content OR sender <> excluded.sender
            """,
            ("$room", room), ("$type", state.Type), ("$key", state.StateKey), ("$sender", state.Sender), ("$at", state.At),
            ("$content", state.Content.ValueKind == JsonValueKind.Object ? state.Content.GetRawText() : "{}")) > 0;

        /// <summary>Whether push rules keep a room silent.</summary>
        public bool IsMutedByRule(string room) =>
            db.QueryInt64("SELECT 1 FROM muted_by_rule WHERE room = $room", ("$room", room)) is not null;

        /// <summary>Forgets everything of a room that was left but that it was encrypted.</summary>
        public void ForgetRoom(string room)
        {
            db.Execute("DELETE FROM state WHERE room = $room", ("$room", room));
            db.Execute("DELETE FROM member WHERE room = $room", ("$room", room));
            db.Execute("DELETE FROM reaction WHERE room = $room", ("$room", room));
            db.Execute("DELETE FROM edit WHERE room = $room", ("$room", room));
            db.Execute("DELETE FROM trusted_bot WHERE room = $room", ("$room", room));
        }

        /// <summary>Drops a piece of state. Says whether it was there.</summary>
        public bool DropState(string room, string type, string key) => db.Execute(
            "DELETE FROM state WHERE room = $room AND type = $type AND key = $key", ("$room", room), ("$type", type), ("$key", key)) > 0;

        /// <summary>Whether a piece of state is kept.</summary>
        public bool HasState(string room, string type, string key) => db.QueryInt64(
            "SELECT 1 FROM state WHERE room = $room AND type = $type AND key = $key",
            ("$room", room), ("$type", type), ("$key", key)) is not null;

        /// <summary>The spaces that a room is in, by their word or by its own.</summary>
        public List<string> ParentsOf(string room) => db.Query(
            """
            SELECT room FROM state WHERE type = 'm.space.child' AND key = $room
            UNION SELECT key FROM state WHERE room = $room AND type = 'm.space.parent'
            """,
            row => row.GetString(0), ("$room", room));

        /// <summary>Rooms that are chats of the server's by themselves.</summary>
        public List<string> ToldRooms() => db.Query(
            "SELECT id FROM room WHERE is_told = 1 AND replaced_by IS NULL AND membership IN ('join', 'invite')", row => row.GetString(0));

        /// <summary>Rooms with a tombstone.</summary>
        public List<string> ClosedRooms() => db.Query(
            "SELECT room FROM state WHERE type = 'm.room.tombstone'", row => row.GetString(0));

        /// <summary>How many pieces of state of that type a room has.</summary>
        public long CountState(string room, string type) => db.QueryInt64(
            "SELECT count(*) FROM state WHERE room = $room AND type = $type", ("$room", room), ("$type", type)) ?? 0;

        /// <summary>A member, whatever the membership.</summary>
        public Member? Member(string room, string user) => db.QueryFirst(
            "SELECT user, membership, name, avatar, is_direct, sender FROM member WHERE room = $room AND user = $user", ShapeMember,
            ("$room", room), ("$user", user));

        /// <summary>Joined and invited members, at most so many.</summary>
        public List<Member> PresentMembers(string room, int limit) => db.Query(
            """
            SELECT user, membership, name, avatar, is_direct, sender FROM member
            WHERE room = $room AND membership IN ('join', 'invite') LIMIT $limit
            """,
            ShapeMember, ("$room", room), ("$limit", limit));

        /// <summary>Sets a member. Says whether it differs from what was there.</summary>
        public bool SaveMember(string room, Member member, bool onlyIfUnknown = false) => db.Execute(
            $"""
            INSERT INTO member (room, user, membership, name, avatar, is_direct, sender)
            VALUES ($room, $user, $membership, $name, $avatar, $direct, $sender)
            ON CONFLICT (room, user) {(onlyIfUnknown ? "DO NOTHING" :
            """
            DO UPDATE SET membership = excluded.membership, name = excluded.name,
              avatar = excluded.avatar, is_direct = excluded.is_direct, sender = excluded.sender
            WHERE membership <> excluded.membership OR name IS NOT excluded.name OR avatar IS NOT excluded.avatar
              OR is_direct <> excluded.is_direct
            """)}
            """,
            ("$room", room), ("$user", member.User), ("$membership", member.Membership), ("$name", member.Name),
            ("$avatar", member.Avatar), ("$direct", member.IsDirect), ("$sender", member.Sender)) > 0;

        /// <summary>Notes that a bridge, by its bot, tells what becomes of messages.</summary>
        public void NoteReportingBridge(string bot) =>
            db.Execute("INSERT INTO reporting_bridge (bot) VALUES ($bot) ON CONFLICT (bot) DO NOTHING", ("$bot", bot));

        /// <summary>The one partner of a room in <c>m.direct</c>; <c>null</c> when it is listed under none or several (§1.4).</summary>
        public string? DirectPartner(string room) =>
            db.Query("SELECT user FROM direct WHERE room = $room LIMIT 2", row => row.GetString(0), ("$room", room)) is [var only]
                ? only
                : null;

        /// <summary>Whether <c>m.direct</c> lists a room at all.</summary>
        public bool IsListedDirect(string room) =>
            db.QueryInt64("SELECT 1 FROM direct WHERE room = $room LIMIT 1", ("$room", room)) is not null;
    }

    private static JsonElement Parse(string json)
    {
        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = int.MaxValue });
        return document.RootElement.Clone();
    }

    private static RoomRow Shape(Row row) => new(row.GetString(0))
    {
        Membership = row.GetString(1),
        Account = row.TextOrNull(2),
        IsEncrypted = row.Flag(3),
        Joined = row.Int64OrNull(4),
        Invited = row.Int64OrNull(5),
        Heroes = row.TextOrNull(6)?.Split('\n', StringSplitOptions.RemoveEmptyEntries),
        HasAllMembers = row.Flag(7),
        IsUntold = row.Flag(8),
        IsTold = row.Flag(9),
        ReplacedBy = row.TextOrNull(10),
        MutedUntil = row.GetInt64(11),
        IsFavourite = row.Flag(12),
        IsLowPriority = row.Flag(13),
        IsServerNotice = row.Flag(14),
        ArchivedAt = row.Int64OrNull(15),
        JoinedAt = row.Int64OrNull(16),
        WasInvitation = row.Flag(17),
    };

    private static Member ShapeMember(Row row) =>
        new(row.GetString(0), row.GetString(1), row.TextOrNull(2), row.TextOrNull(3), row.Flag(4), row.GetString(5));
}
