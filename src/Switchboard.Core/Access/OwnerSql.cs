using Switchboard.Sqlite;

namespace Switchboard.Core.Access;

internal static class OwnerSql
{
    extension(Db db)
    {
        public PasswordHash? OwnerPassword() => db.QueryFirst(
            "SELECT salt, hash, iterations FROM owner_password",
            row => new PasswordHash(row.GetBytes(0), row.GetBytes(1), row.GetInt32(2)));

        public void SetOwnerPassword(PasswordHash? password, DateTimeOffset now)
        {
            db.Execute("DELETE FROM owner_password");
            if (password is not null)
            {
                db.Execute(
                    "INSERT INTO owner_password VALUES (1, $salt, $hash, $iterations, $now)",
                    ("$salt", password.Salt), ("$hash", password.Hash), ("$iterations", password.Iterations),
                    ("$now", now.ToUnixTimeMilliseconds()));
            }
        }

        public void EndSessions(long but, DateTimeOffset now) => db.Execute(
            "UPDATE token SET revoked_at = $now WHERE kind = 'session' AND revoked_at IS NULL AND key <> $but",
            ("$now", now.ToUnixTimeMilliseconds()), ("$but", but));

        public void ForgetCodes() => db.Execute("DELETE FROM sign_in_code");

        public List<SessionInfo> Sessions(DateTimeOffset now) => db.Query(
            """
            SELECT id, name, created_at, last_used_at, expires_at FROM token
            WHERE kind = 'session' AND revoked_at IS NULL AND expires_at > $now ORDER BY key DESC
            """,
            row => new SessionInfo(row.GetString(0), row.GetString(1), row.Time(2), row.TimeOrNull(3), row.Time(4)),
            ("$now", now.ToUnixTimeMilliseconds()));

        public bool EndSession(string id, DateTimeOffset now) => db.Execute(
            "UPDATE token SET revoked_at = $now WHERE kind = 'session' AND revoked_at IS NULL AND id = $id",
            ("$now", now.ToUnixTimeMilliseconds()), ("$id", id)) > 0;

        public bool TakeCode(string code, DateTimeOffset now) => db.Execute(
            "DELETE FROM sign_in_code WHERE hash = $hash AND expires_at > $now",
            ("$hash", Store.Hash(code)), ("$now", now.ToUnixTimeMilliseconds())) > 0;

        /// <summary>Forgets what is over: codes, decisions, sessions, clients that nobody uses, and the oldest of the audit log.</summary>
        public void ForgetAccess(DateTimeOffset now)
        {
            long Before(int days) => (now - TimeSpan.FromDays(days)).ToUnixTimeMilliseconds();
            db.Execute("DELETE FROM sign_in_code WHERE expires_at <= $now", ("$now", now.ToUnixTimeMilliseconds()));
            db.Execute("DELETE FROM oauth_grant WHERE decided_at < $before", ("$before", Before(1)));
            db.Execute(
                """
                DELETE FROM oauth_client WHERE used_at < $before AND NOT EXISTS
                  (SELECT 1 FROM token t
                   WHERE t.client = oauth_client.key AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > $now))
                """,
                ("$before", Before(30)), ("$now", now.ToUnixTimeMilliseconds()));
            db.Execute("DELETE FROM audit WHERE at < $before", ("$before", Before(365)));
            db.Execute(
                """
                DELETE FROM token WHERE kind = 'session' AND coalesce(revoked_at, expires_at) < $before
                  AND NOT EXISTS (SELECT 1 FROM audit a WHERE a.token = token.key)
                """,
                ("$before", Before(30)));
        }
    }
}
