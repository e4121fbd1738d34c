using Switchboard.Sqlite;

namespace Switchboard.Core.Access;

internal static class OAuthSql
{
    extension(Db db)
    {
        public OAuthClient? RegisteredClient(string id) => db.QueryFirst(
            "SELECT id, name, uri, logo, redirect_uris, created_at FROM oauth_client WHERE id = $id AND kind = 'registered'",
            row => new OAuthClient
            {
                Id = row.GetString(0),
                Kind = OAuthClientKind.Registered,
                Name = row.GetString(1),
                Uri = row.TextOrNull(2),
                Logo = row.TextOrNull(3),
                RedirectUris = CoreJson.ReadStrings(row.GetString(4)),
                CreatedAt = row.Time(5),
            },
            ("$id", id));

        /// <summary>Keeps a client as it is now, and that it is in use.</summary>
        /// <returns>Its row key.</returns>
        public long SaveClient(OAuthClient client, DateTimeOffset now) => db.QueryInt64(
            """
            INSERT INTO oauth_client (id, kind, name, uri, logo, redirect_uris, created_at, used_at)
            VALUES ($id, $kind, $name, $uri, $logo, $redirects, $now, $now)
            ON CONFLICT (id) DO UPDATE SET name = $name, uri = $uri, logo = $logo, used_at = $now
            RETURNING key
            """,
            ("$id", client.Id), ("$kind", client.Kind == OAuthClientKind.Document ? "document" : "registered"), ("$name", client.Name),
            ("$uri", client.Uri), ("$logo", client.Logo), ("$redirects", CoreJson.WriteStrings(client.RedirectUris)),
            ("$now", now.ToUnixTimeMilliseconds()))!.Value;

        public bool WasLetIn(string client) => db.QueryInt64(
            "SELECT 1 FROM token t JOIN oauth_client o ON o.key = t.client WHERE o.id = $id LIMIT 1", ("$id", client)) is not null;

        public void ForgetWaitingClients(int kept) => db.Execute(
            """
            DELETE FROM oauth_client WHERE key IN (
              SELECT o.key FROM oauth_client o
              WHERE NOT EXISTS (SELECT 1 FROM token t WHERE t.client = o.key)
                AND NOT EXISTS (SELECT 1 FROM oauth_grant g WHERE g.client = o.key)
              ORDER BY o.key DESC LIMIT -1 OFFSET $kept)
            """,
            ("$kept", kept));

        public bool IsDecided(string request) =>
            db.QueryInt64("SELECT 1 FROM oauth_grant WHERE request = $request", ("$request", request)) is not null;

        public void InsertGrant(
            AuthorizationRequest request, long? client, byte[]? codeHash, GrantChoice? choice, DateTimeOffset now) => db.Execute(
            """
            INSERT INTO oauth_grant
              (request, client, code_hash, redirect_uri, code_challenge, resource, scopes, accounts, chats, mcp_tools, life_seconds, decided_at)
            VALUES ($request, $client, $hash, $redirect, $challenge, $resource, $scopes, $accounts, $chats, $tools, $life, $now)
            """,
            ("$request", request.Id), ("$client", client), ("$hash", codeHash), ("$redirect", request.RedirectUri),
            ("$challenge", request.CodeChallenge), ("$resource", request.Resource), ("$scopes", string.Join(' ', choice?.Scopes ?? [])),
            ("$accounts", CoreJson.WriteStrings(choice?.Accounts ?? [])), ("$chats", CoreJson.WriteStrings(choice?.Chats ?? [])),
            ("$tools", choice?.McpTools is { } tools ? CoreJson.WriteStrings(tools) : null),
            ("$life", (long?)choice?.Life?.TotalSeconds), ("$now", now.ToUnixTimeMilliseconds()));

        public Grant? GrantByCode(byte[] codeHash) => db.QueryFirst(
            """
            SELECT g.request, g.client, o.id, o.name, g.redirect_uri, g.code_challenge, g.resource, g.scopes, g.accounts, g.chats,
              g.life_seconds, g.decided_at, g.used_at, g.token, g.mcp_tools
            FROM oauth_grant g JOIN oauth_client o ON o.key = g.client WHERE g.code_hash = $hash
            """,
            row => new Grant
            {
                Request = row.GetString(0),
                Client = row.GetInt64(1),
                ClientId = row.GetString(2),
                ClientName = row.GetString(3),
                RedirectUri = row.GetString(4),
                CodeChallenge = row.GetString(5),
                Resource = row.TextOrNull(6),
                Scopes = row.GetString(7).Split(' '),
                Accounts = CoreJson.ReadStrings(row.GetString(8)),
                Chats = CoreJson.ReadStrings(row.GetString(9)),
                Life = row.Int64OrNull(10) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
                DecidedAt = row.Time(11),
                IsUsed = row.TimeOrNull(12) is not null,
                Token = row.Int64OrNull(13),
                McpTools = row.TextOrNull(14) is { } tools ? CoreJson.ReadStrings(tools) : null,
            },
            ("$hash", codeHash));

        public void UseGrant(string request, DateTimeOffset now) => db.Execute(
            "UPDATE oauth_grant SET used_at = $now WHERE request = $request", ("$request", request), ("$now", now.ToUnixTimeMilliseconds()));

        public void GrantGave(string request, long token) => db.Execute(
            "UPDATE oauth_grant SET token = $token WHERE request = $request", ("$request", request), ("$token", token));
    }
}

/// <summary>A decision whose code is presented.</summary>
internal sealed record Grant
{
    public required string Request { get; init; }

    public required long Client { get; init; }

    public required string ClientId { get; init; }

    public required string ClientName { get; init; }

    public required string RedirectUri { get; init; }

    public required string CodeChallenge { get; init; }

    public string? Resource { get; init; }

    public required IReadOnlyList<string> Scopes { get; init; }

    public required IReadOnlyList<string> Accounts { get; init; }

    public required IReadOnlyList<string> Chats { get; init; }

    public IReadOnlyList<string>? McpTools { get; init; }

    public TimeSpan? Life { get; init; }

    public required DateTimeOffset DecidedAt { get; init; }

    public bool IsUsed { get; init; }

    public long? Token { get; init; }
}
