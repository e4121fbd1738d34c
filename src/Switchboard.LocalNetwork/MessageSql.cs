using Switchboard.Networks;
using Switchboard.Sqlite;

namespace Switchboard.LocalNetwork;

/// <summary>The rows of messages, reactions and files.</summary>
internal static class MessageSql
{
    private const string Columns = "seq, remote_id, sender, deleted, expires_at";

    extension(Db db)
    {
        /// <summary>Adds a message.</summary>
        public Message InsertMessage(string remoteId, long room, long sender, DateTimeOffset now, DateTimeOffset? expiresAt) =>
            db.QueryFirst(
                $"""
                INSERT INTO message (remote_id, room, sender, sent_at, expires_at)
                VALUES ($remote, $room, $sender, $now, $expires) RETURNING {Columns}
                """,
                Shape,
                ("$remote", remoteId),
                ("$room", room),
                ("$sender", sender),
                ("$now", now.ToUnixTimeMilliseconds()),
                ("$expires", expiresAt?.ToUnixTimeMilliseconds()))!;

        /// <summary>The time of one more edit: now, or just after the one before if the clock has not moved on since.</summary>
        public DateTimeOffset NextEditTime(long seq, DateTimeOffset now) => DateTimeOffset.FromUnixTimeMilliseconds(db.QueryInt64(
            "UPDATE message SET edited_at = max($now, coalesce(edited_at, sent_at) + 1) WHERE seq = $seq RETURNING edited_at",
            ("$now", now.ToUnixTimeMilliseconds()), ("$seq", seq))!.Value);

        /// <summary>The message of that id as a member of its room knows it; refuses when there is none.</summary>
        public Message RequireMessage(Membership membership, RemoteMessageId id) =>
            db.QueryFirst(
                $"SELECT {Columns} FROM message WHERE remote_id = $id AND room = $room AND seq > $since",
                Shape,
                ("$id", id.Value),
                ("$room", membership.Room),
                ("$since", membership.Since))
            ?? throw Refusals.NoSuchMessage();

        /// <summary>Messages whose time is over and whose content is still here.</summary>
        public List<long> ExpiredMessages(DateTimeOffset now, int limit) => db.Query(
            "SELECT seq FROM message WHERE expires_at <= $now AND deleted = 0 ORDER BY expires_at LIMIT $limit",
            row => row.GetInt64(0),
            ("$now", now.ToUnixTimeMilliseconds()),
            ("$limit", limit));

        /// <summary>Marks a message deleted and drops its reactions and the references to its files.</summary>
        public void EmptyMessage(long seq)
        {
            db.Execute("UPDATE message SET deleted = 1 WHERE seq = $seq", ("$seq", seq));
            db.Execute("DELETE FROM reaction WHERE message = $seq", ("$seq", seq));
            db.Execute("DELETE FROM media WHERE message = $seq", ("$seq", seq));
        }

        /// <summary>Adds a reaction.</summary>
        /// <returns><c>false</c> when it was there.</returns>
        public bool InsertReaction(long message, long identity, string key) => db.Execute(
            "INSERT INTO reaction (message, identity, key) VALUES ($message, $identity, $key) ON CONFLICT DO NOTHING",
            ("$message", message),
            ("$identity", identity),
            ("$key", key)) > 0;

        /// <summary>Removes a reaction.</summary>
        /// <returns><c>false</c> when it was not there.</returns>
        public bool DeleteReaction(long message, long identity, string key) => db.Execute(
            "DELETE FROM reaction WHERE message = $message AND identity = $identity AND key = $key",
            ("$message", message),
            ("$identity", identity),
            ("$key", key)) > 0;

        /// <summary>Adds a reference to a file.</summary>
        public void InsertMedia(string remoteId, string hash, long room, long? message) => db.Execute(
            "INSERT INTO media (remote_id, hash, room, message) VALUES ($remote, $hash, $room, $message)",
            ("$remote", remoteId),
            ("$hash", hash),
            ("$room", room),
            ("$message", message));

        /// <summary>Removes a reference to a file.</summary>
        public void DeleteMedia(string remoteId) => db.Execute(
            "DELETE FROM media WHERE remote_id = $remote", ("$remote", remoteId));

        /// <summary>The hash of a file that this member may open now; <c>null</c> when there is none such.</summary>
        public string? HashFor(RemoteMediaId media, long identity, DateTimeOffset now) => db.QueryText(
            """
            SELECT media.hash FROM media
            JOIN member ON member.room = media.room AND member.identity = $identity AND member.shown = 1
            LEFT JOIN message ON message.seq = media.message
            WHERE media.remote_id = $media AND (media.message IS NULL OR (
              message.deleted = 0 AND message.seq > member.since AND COALESCE(message.expires_at > $now, 1)))
            """,
            ("$media", media.Value),
            ("$identity", identity),
            ("$now", now.ToUnixTimeMilliseconds()));

        /// <summary>The files of a message.</summary>
        public List<string> HashesOfMessage(long message) => db.Query(
            "SELECT hash FROM media WHERE message = $message", row => row.GetString(0), ("$message", message));

        /// <summary>The files in a room.</summary>
        public List<string> HashesOfRoom(long room) => db.Query(
            "SELECT hash FROM media WHERE room = $room", row => row.GetString(0), ("$room", room));

        /// <summary>Whether anything refers to a file.</summary>
        public bool IsReferenced(string hash) =>
            db.QueryInt64("SELECT EXISTS (SELECT 1 FROM media WHERE hash = $hash)", ("$hash", hash)) == 1;
    }

    private static Message Shape(Row row) =>
        new(row.GetInt64(0), row.GetString(1), row.GetInt64(2), row.Flag(3), row.TimeOrNull(4));
}
