using Switchboard.Sqlite;

namespace Switchboard.Core.Access;

internal static class TokenSql
{
    private const string AccessColumns =
        """
        t.key, t.id, t.scopes, t.limits_accounts, t.limits_chats, t.expires_at, t.last_used_at, t.kind, t.created_at, t.resource,
          t.mcp_tools, (SELECT c.id FROM oauth_client c WHERE c.key = t.client)
        FROM token t WHERE t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > $now)
        """;

    extension(Db db)
    {
        /// <summary>Makes a token with its limits.</summary>
        /// <exception cref="RefusedException">A named account or chat does not exist.</exception>
        public (long Key, string Id, string Secret) MakeToken(NewToken token, DateTimeOffset now)
        {
            var request = token.Request;
            var secret = Secrets.Make(token.Kind == AccessKind.Session ? Secrets.SessionPrefix : Secrets.TokenPrefix);
            var id = "tok_" + Store.RandomText(12);
            var key = db.QueryInt64(
                """
                INSERT INTO token
                  (id, name, hash, scopes, limits_accounts, limits_chats, created_at, expires_at, kind, client, resource, mcp_tools)
                VALUES ($id, $name, $hash, $scopes, $accounts, $chats, $now, $expires, $kind, $client, $resource, $tools) RETURNING key
                """,
                ("$id", id), ("$name", request.Name), ("$hash", Store.Hash(secret)), ("$scopes", string.Join(' ', request.Scopes)),
                ("$accounts", request.Accounts.Count > 0), ("$chats", request.Chats.Count > 0), ("$now", now.ToUnixTimeMilliseconds()),
                ("$expires", (now + request.Life)?.ToUnixTimeMilliseconds()), ("$kind", Text(token.Kind)), ("$client", token.Client),
                ("$resource", token.Resource), ("$tools", request.McpTools is { } tools ? CoreJson.WriteStrings(tools) : null))!.Value;
            foreach (var account in request.Accounts.Distinct(StringComparer.Ordinal))
            {
                if (!db.LimitTokenToAccount(key, account))
                    throw RefusedException.NotFound("Account", account);
            }

            foreach (var chat in request.Chats.Distinct(StringComparer.Ordinal))
            {
                if (!db.LimitTokenToChat(key, chat))
                    throw RefusedException.NotFound("Chat", chat);
            }

            return (key, id, secret);
        }

        private bool LimitTokenToAccount(long token, string account) => db.Execute(
            "INSERT INTO token_account SELECT $token, key FROM account WHERE id = $id", ("$token", token), ("$id", account)) > 0;

        private bool LimitTokenToChat(long token, string chat)
        {
            var key = db.QueryInt64("SELECT key FROM chat WHERE id = $id OR CAST(key AS TEXT) = $id", ("$id", chat));
            if (key is not null)
                db.Execute("INSERT OR IGNORE INTO token_chat VALUES ($token, $chat)", ("$token", token), ("$chat", key));
            return key is not null;
        }

        public Access? AccessByHash(byte[] hash, DateTimeOffset now) => db.WithLimits(db.QueryFirst(
            $"SELECT {AccessColumns} AND t.hash = $hash", ReadAccess, ("$hash", hash), ("$now", now.ToUnixTimeMilliseconds())));

        public Access? AccessByKey(long key, DateTimeOffset now) => db.WithLimits(db.QueryFirst(
            $"SELECT {AccessColumns} AND t.key = $key", ReadAccess, ("$key", key), ("$now", now.ToUnixTimeMilliseconds())));

        /// <summary>By id, or by a name that only one token has.</summary>
        public bool RevokeToken(string id, DateTimeOffset now) => db.Execute(
            """
            UPDATE token SET revoked_at = coalesce(revoked_at, $now)
            WHERE kind <> 'session' AND (id = $id OR (name = $id AND revoked_at IS NULL
              AND (SELECT count(*) FROM token WHERE name = $id AND revoked_at IS NULL AND kind <> 'session') = 1))
            """,
            ("$id", id), ("$now", now.ToUnixTimeMilliseconds())) > 0;

        public void SetPageKey(long session, byte[] keyHash) => db.Execute(
            "UPDATE token SET page_key_hash = $hash WHERE key = $key", ("$hash", keyHash), ("$key", session));

        /// <summary>Both halves are looked up at once, so neither tells anything about the other.</summary>
        public Access? AccessBySession(byte[] hash, byte[] keyHash, DateTimeOffset now) => db.WithLimits(db.QueryFirst(
            $"SELECT {AccessColumns} AND t.kind = 'session' AND t.hash = $hash AND t.page_key_hash = $key",
            ReadAccess, ("$hash", hash), ("$key", keyHash), ("$now", now.ToUnixTimeMilliseconds())));

        public void EndToken(long key, DateTimeOffset now) => db.Execute(
            "UPDATE token SET revoked_at = coalesce(revoked_at, $now) WHERE key = $key", ("$key", key), ("$now", now.ToUnixTimeMilliseconds()));

        public void NoteUse(long token, DateTimeOffset now) => db.Execute(
            "UPDATE token SET last_used_at = $now WHERE key = $token", ("$token", token), ("$now", now.ToUnixTimeMilliseconds()));

        public List<TokenInfo> Tokens() => db.Query(
            """
            SELECT t.id, t.name, t.scopes, t.created_at, t.last_used_at, t.expires_at, t.revoked_at, t.limits_accounts, t.limits_chats,
              (SELECT group_concat(a.id, char(10)) FROM token_account ta JOIN account a ON a.key = ta.account WHERE ta.token = t.key),
              (SELECT group_concat(c.id, char(10)) FROM token_chat tc JOIN chat c ON c.key = tc.chat WHERE tc.token = t.key),
              t.kind, t.mcp_tools, o.id, o.uri
            FROM token t LEFT JOIN oauth_client o ON o.key = t.client WHERE t.kind <> 'session' ORDER BY t.key
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
                Kind = Kind(row.GetString(11)),
                McpTools = row.TextOrNull(12) is { } tools ? CoreJson.ReadStrings(tools) : null,
                ClientId = row.TextOrNull(13),
                ClientUri = row.TextOrNull(14),
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
            Kind = Kind(row.GetString(7)),
            CreatedAt = row.Time(8),
            Resource = row.TextOrNull(9),
            McpTools = row.TextOrNull(10) is { } tools ? CoreJson.ReadStrings(tools) : null,
            ClientId = row.TextOrNull(11),
        };
        return (access, row.Flag(3), row.Flag(4));
    }

    private static AccessKind Kind(string text) => text switch
    {
        "token" => AccessKind.Token,
        "client" => AccessKind.Client,
        "owner" => AccessKind.Owner,
        "session" => AccessKind.Session,
        _ => throw new InvalidOperationException($"Unknown kind of token {text}."),
    };

    private static string Text(AccessKind kind) => kind switch
    {
        AccessKind.Token => "token",
        AccessKind.Client => "client",
        AccessKind.Owner => "owner",
        AccessKind.Session => "session",
        _ => throw new InvalidOperationException($"Unknown kind of token {kind}."),
    };

    private static List<long> Keys(Db db, string sql, long token) => db.Query(sql, row => row.GetInt64(0), ("$token", token));

    private static string[] Lines(string? text) => text?.Split('\n') ?? [];
}

/// <summary>A token that is to be made.</summary>
/// <param name="Request">Its name, scopes in order, limits and life.</param>
/// <param name="Kind">What it is given as.</param>
/// <param name="Client">Row key of the OAuth client.</param>
/// <param name="Resource">What the client said it wanted it for.</param>
internal sealed record NewToken(TokenRequest Request, AccessKind Kind, long? Client = null, string? Resource = null);
