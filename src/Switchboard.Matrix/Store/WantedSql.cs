using Switchboard.Sqlite;

namespace Switchboard.Matrix.Store;

/// <summary>A message that must be read again because an edit of it was taken back.</summary>
/// <param name="Room">Its room.</param>
/// <param name="Target">The message.</param>
/// <param name="At">When the edit was taken back.</param>
/// <param name="Tries">How often that was tried in vain.</param>
internal sealed record WantedReread(string Room, string Target, DateTimeOffset At, int Tries);

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
    }
}
