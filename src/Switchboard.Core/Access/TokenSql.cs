using Switchboard.Sqlite;

namespace Switchboard.Core.Access;

internal static class TokenSql
{
    private const string AccessColumns =
        "key, id, scopes, limits_accounts, limits_chats, expires_at, last_used_at FROM token WHERE revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $now)";

    extension(Db db)
    {
        public long InsertToken(
            string id, string name, byte[] hash, string scopes, bool limitsAccounts, bool limitsChats,
            DateTimeOffset now, DateTimeOffset? expiresAt) => db.QueryInt64(
            """
            INSERT INTO token (id, name, hash, scopes, limits_accounts, limits_chats, created_at, expires_at)
            VALUES ($id, $name, $hash, $scopes, $accounts, $chats, $now, $expires) RETURNING key
            """,
            ("$id", id), ("$name", name), ("$hash", hash), ("$scopes", scopes), ("$accounts", limitsAccounts),
            ("$chats", limitsChats), ("$now", now.ToUnixTimeMilliseconds()), ("$expires", expiresAt?.ToUnixTimeMilliseconds()))!.Value;

        public bool LimitTokenToAccount(long token, string account) => db.Execute(
            "INSERT INTO token_account SELECT $token, key FROM account WHERE id = $id", ("$token", token), ("$id", account)) > 0;

        public bool LimitTokenToChat(long token, string chat) => db.Execute(
            "INSERT OR IGNORE INTO token_chat SELECT $token, key FROM chat WHERE id = $id OR CAST(key AS TEXT) = $id",
            ("$token", token), ("$id", chat)) > 0;

        public Access? AccessByHash(byte[] hash, DateTimeOffset now) => db.WithLimits(db.QueryFirst(
            $"SELECT {AccessColumns} AND hash = $hash", ReadAccess, ("$hash", hash), ("$now", now.ToUnixTimeMilliseconds())));

        public Access? AccessByKey(long key, DateTimeOffset now) => db.WithLimits(db.QueryFirst(
            $"SELECT {AccessColumns} AND key = $key", ReadAccess, ("$key", key), ("$now", now.ToUnixTimeMilliseconds())));

        /// <summary>By id, or by a name that only one token has.</summary>
        public bool RevokeToken(string id, DateTimeOffset now) => db.Execute(
            """
            UPDATE token SET revoked_at = coalesce(revoked_at, $now)
            WHERE id = $id OR (name = $id AND (SELECT count(*) FROM token WHERE name = $id AND revoked_at IS NULL) = 1 AND revoked_at IS NULL)
            """,
            ("$id", id), ("$now", now.ToUnixTimeMilliseconds())) > 0;

        public void NoteUse(long token, DateTimeOffset now) => db.Execute(
            "UPDATE token SET last_used_at = $now WHERE key = $token", ("$token", token), ("$now", now.ToUnixTimeMilliseconds()));

        public List<TokenInfo> Tokens() => db.Query(
            """
            SELECT id, name, scopes, created_at, last_used_at, expires_at, revoked_at, limits_accounts, limits_chats,
              (SELECT group_concat(a.id, char(10)) FROM token_account ta JOIN account a ON a.key = ta.account WHERE ta.token = t.key),
              (SELECT group_concat(c.id, char(10)) FROM token_chat tc JOIN chat c ON c.key = tc.chat WHERE tc.token = t.key)
            FROM token t ORDER BY key
            """,
            row => new TokenInfo
            {
                Id = row.GetString(0),
                Name = row.GetString(1),
                Scopes = row.GetString(2),
                CreatedAt = row.Time(3),
                LastUsedAt = row.TimeOrNull(4),
                ExpiresAt = row.TimeOrNull(5),
                RevokedAt = row.TimeOrNull(6),
                Accounts = row.Flag(7) ? Lines(row.TextOrNull(9)) : null,
                Chats = row.Flag(8) ? Lines(row.TextOrNull(10)) : null,
            });

        private Access? WithLimits((Access Access, bool Accounts, bool Chats)? found)
        {
            if (found is not var (access, limitsAccounts, limitsChats))
                return null;
            return access with
            {
                Accounts = limitsAccounts ? Keys(db, "SELECT account FROM token_account WHERE token = $token", access.Token) : null,
                Chats = limitsChats ? Keys(db, "SELECT chat FROM token_chat WHERE token = $token", access.Token) : null,
            };
        }
    }

    private static (Access Access, bool Accounts, bool Chats)? ReadAccess(Row row)
    {
        var scopes = row.GetString(2).Split(' ');
        var access = new Access
        {
            Token = row.GetInt64(0),
            TokenId = row.GetString(1),
            CanRead = scopes.Contains("read"),
            CanWrite = scopes.Contains("write"),
            ExpiresAt = row.TimeOrNull(5),
            LastUsedAt = row.TimeOrNull(6),
        };
        return (access, row.Flag(3), row.Flag(4));
    }

    private static List<long> Keys(Db db, string sql, long token) => db.Query(sql, row => row.GetInt64(0), ("$token", token));

    private static string[] Lines(string? text) => text?.Split('\n') ?? [];
}
