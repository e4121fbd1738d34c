using Switchboard.Sqlite;

namespace Switchboard.Core.Messages;

/// <summary>Remembering requests that must not be carried out twice.</summary>
internal static class RequestSql
{
    extension(Db db)
    {
        public (byte[] Hash, string Answer, DateTimeOffset At)? FindRequest(long token, string key) => db.QueryFirst(
            "SELECT hash, answer, at FROM request WHERE token = $token AND key = $key",
            row => ((byte[], string, DateTimeOffset)?)(row.GetBytes(0), row.GetString(1), row.Time(2)),
            ("$token", token), ("$key", key));

        public void SaveRequest(long token, string key, byte[] hash, string answer, DateTimeOffset now) => db.Execute(
            "INSERT OR REPLACE INTO request (token, key, hash, answer, at) VALUES ($token, $key, $hash, $answer, $at)",
            ("$token", token), ("$key", key), ("$hash", hash), ("$answer", answer), ("$at", now.ToUnixTimeMilliseconds()));

        /// <summary>Repeats without a key of their own are recognised for a minute only and are forgotten sooner.</summary>
        public void ForgetRequestsBefore(DateTimeOffset time, DateTimeOffset timeOfRepeats) => db.Execute(
            "DELETE FROM request WHERE at < $at OR (at < $repeats AND key >= 'body ' AND key < 'body!')",
            ("$at", time.ToUnixTimeMilliseconds()), ("$repeats", timeOfRepeats.ToUnixTimeMilliseconds()));
    }
}
