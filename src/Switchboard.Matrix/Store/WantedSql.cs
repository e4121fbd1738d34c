using Switchboard.Sqlite;

namespace Switchboard.Matrix.Store;

/// <summary>A message that must be read again because an edit of it was taken back.</summary>
/// <param name="Room">Its room.</param>
/// <param name="Target">The message.</param>
/// <param name="At">When the edit was taken back.</param>
/// <param name="Tries">How often that was tried in vain.</param>
internal sealed record WantedReread(string Room, string Target, DateTimeOffset At, int Tries);

/// <summary>A room to go into.</summary>
/// <param name="Room">The room.</param>
/// <param name="Via">A server that knows it, if it may be unknown to ours.</param>
/// <param name="Tries">How often that failed, not counting being asked to wait.</param>
/// <param name="At">When it was wanted, milliseconds of Unix time; later when an invitation came since.</param>
internal sealed record WantedJoin(string Room, string? Via, int Tries, long At);

/// <summary>What the homeserver must still be asked. Callers that write are inside a transaction.</summary>
internal static class WantedSql
{
    extension(Db db)
    {
        /// <summary>Wants a message to be read again.</summary>
        public void WantReread(string room, string target, DateTimeOffset at) => db.Execute(
            """
            INSERT INTO wanted_reread (room, target, at) VALUES ($room, $target, $at)
            ON CONFLICT (room, target) DO UPDATE SET at = max(at, excluded.at), tries = 0, due = 0
            """,
            ("$room", room), ("$target", target), ("$at", at.ToUnixTimeMilliseconds()));

        /// <summary>Those whose time has come, the longest due first.</summary>
        public List<WantedReread> RereadsDue(DateTimeOffset now, int limit) => db.Query(
            "SELECT room, target, at, tries FROM wanted_reread WHERE due <= $now ORDER BY due, room, target LIMIT $limit",
            row => new WantedReread(
                row.GetString(0), row.GetString(1), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(2)), row.GetInt32(3)),
            ("$now", now.ToUnixTimeMilliseconds()), ("$limit", limit));

        /// <summary>It was read, or never can be. What was wanted anew meanwhile stays.</summary>
        public void EndReread(WantedReread done) => db.Execute(
            "DELETE FROM wanted_reread WHERE room = $room AND target = $target AND at <= $at",
            ("$room", done.Room), ("$target", done.Target), ("$at", done.At.ToUnixTimeMilliseconds()));

        /// <summary>It could not be read now.</summary>
        public void PutOffReread(WantedReread failed, DateTimeOffset due) => db.Execute(
            "UPDATE wanted_reread SET tries = tries + 1, due = $due WHERE room = $room AND target = $target",
            ("$room", failed.Room), ("$target", failed.Target), ("$due", due.ToUnixTimeMilliseconds()));

        /// <summary>Wants to go into a room, however often that is said.</summary>
        public void WantJoin(string room, string? via, DateTimeOffset now) => db.Execute(
            """
            INSERT INTO wanted_join (room, via, at) VALUES ($room, $via, $now)
            ON CONFLICT (room) DO UPDATE SET via = excluded.via WHERE excluded.via IS NOT NULL
            """,
            ("$room", room), ("$via", via), ("$now", now.ToUnixTimeMilliseconds()));

        /// <summary>An invitation came: what was refused before may be done now.</summary>
        public void WantInvitedJoin(string room, DateTimeOffset now) => db.Execute(
            """
            INSERT INTO wanted_join (room, at) VALUES ($room, $now)
            ON CONFLICT (room) DO UPDATE SET at = max(at + 1, excluded.at), tries = 0, due = 0
            """,
            ("$room", room), ("$now", now.ToUnixTimeMilliseconds()));

        /// <summary>The room that is longest due; <c>null</c> when none is.</summary>
        public WantedJoin? JoinDue(DateTimeOffset now) => db.QueryFirst(
            "SELECT room, via, tries, at FROM wanted_join WHERE due <= $now ORDER BY due, at, room LIMIT 1",
            row => new WantedJoin(row.GetString(0), row.TextOrNull(1), row.GetInt32(2), row.GetInt64(3)), ("$now", now.ToUnixTimeMilliseconds()));

        /// <summary>The owner is in it, or is not to be. Says whether that was wanted.</summary>
        public bool EndJoin(string room) => db.Execute("DELETE FROM wanted_join WHERE room = $room", ("$room", room)) > 0;

        /// <summary>It was refused for good; not if an invitation came while it was asked.</summary>
        public bool GiveUpJoin(WantedJoin refused) => db.Execute(
            "DELETE FROM wanted_join WHERE room = $room AND at = $at", ("$room", refused.Room), ("$at", refused.At)) > 0;

        /// <summary>It could not be done now; not if an invitation came while it was asked.</summary>
        public bool PutOffJoin(WantedJoin failed, DateTimeOffset due) => db.Execute(
            "UPDATE wanted_join SET tries = tries + 1, due = $due WHERE room = $room AND at = $at",
            ("$room", failed.Room), ("$at", failed.At), ("$due", due.ToUnixTimeMilliseconds())) > 0;

        /// <summary>Rooms to go into that are invitations, are not told as such, and came between these times.</summary>
        public List<string> UntoldInvitations(DateTimeOffset since, DateTimeOffset by) => db.Query(
            """
            SELECT w.room FROM wanted_join w JOIN room r ON r.id = w.room
            WHERE r.membership = 'invite' AND r.is_told = 0 AND w.at BETWEEN $since AND $by ORDER BY w.at, w.room
            """,
            row => row.GetString(0), ("$since", since.ToUnixTimeMilliseconds()), ("$by", by.ToUnixTimeMilliseconds()));

        /// <summary>Invitations and who invites.</summary>
        public List<(string Room, string Inviter)> Invitations(string ownUserId) => db.Query(
            """
            SELECT r.id, m.sender FROM room r JOIN member m ON m.room = r.id AND m.user = $own WHERE r.membership = 'invite'
            """,
            row => (row.GetString(0), row.GetString(1)), ("$own", ownUserId));

        /// <summary>Wants to know how else somebody is known, for the sake of a chat; however often that is said.</summary>
        public void WantProfile(string user, string room) => db.Execute(
            """
            INSERT INTO wanted_profile (user, room) VALUES ($user, $room)
            ON CONFLICT (user) DO UPDATE SET room = excluded.room WHERE room <> excluded.room
            """,
            ("$user", user), ("$room", room));

        /// <summary>People whose profile is to be asked for, and for which chat; the longest due first.</summary>
        public List<(string User, string Room)> ProfilesDue(DateTimeOffset now, int limit) => db.Query(
            "SELECT user, room FROM wanted_profile WHERE due <= $now ORDER BY due, user LIMIT $limit",
            row => (row.GetString(0), row.GetString(1)), ("$now", now.ToUnixTimeMilliseconds()), ("$limit", limit));

        /// <summary>It was asked for, and is again after that time.</summary>
        public void PutOffProfile(string user, DateTimeOffset due) => db.Execute(
            "UPDATE wanted_profile SET due = $due WHERE user = $user", ("$user", user), ("$due", due.ToUnixTimeMilliseconds()));

        /// <summary>Whether a bridge says nothing older than it did before; from then on that counts.</summary>
        public bool IsNewestBridgeState(string bot, string? login, DateTimeOffset at) => db.Execute(
            """
            INSERT INTO bridge_told (bot, login, at) VALUES ($bot, $login, $at)
            ON CONFLICT (bot, login) DO UPDATE SET at = excluded.at WHERE excluded.at >= at
            """,
            ("$bot", bot), ("$login", login ?? ""), ("$at", at.ToUnixTimeMilliseconds())) > 0;
    }
}
