using System.Collections.Concurrent;
using Switchboard.Sqlite;

namespace Switchboard.Core.Access;

/// <summary>A token as its owner sees it; never its secret.</summary>
public sealed record TokenInfo
{
    /// <summary>Public id, for revoking.</summary>
    public required string Id { get; init; }

    /// <summary>What the owner called it.</summary>
    public required string Name { get; init; }

    /// <summary><c>read</c>, <c>write</c> or both, separated by a space.</summary>
    public required string Scopes { get; init; }

    /// <summary>Account ids it is limited to; <c>null</c> means no limit.</summary>
    public IReadOnlyList<string>? Accounts { get; init; }

    /// <summary>Chat ids it is limited to; <c>null</c> means no limit.</summary>
    public IReadOnlyList<string>? Chats { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was last used, to the minute.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }

    /// <summary>When it ends.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>When it was revoked.</summary>
    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>What it was given as; never a session.</summary>
    public AccessKind Kind { get; init; }

    /// <summary>Names of the only MCP tools in reach; <c>null</c> means all.</summary>
    public IReadOnlyList<string>? McpTools { get; init; }

    /// <summary>Id of the OAuth client that it was given to.</summary>
    public string? ClientId { get; init; }

    /// <summary>The page of that client, as it said itself.</summary>
    public string? ClientUri { get; init; }
}

/// <summary>What a new token is to be.</summary>
/// <param name="Name">What the owner calls it.</param>
/// <param name="Scopes">Of <c>read</c> and <c>write</c>, at least one.</param>
/// <param name="Accounts">Limit to these account ids; empty means none.</param>
/// <param name="Chats">Limit to these chat ids or local chat ids; empty means none.</param>
/// <param name="Life">How long it lives; <c>null</c> means for ever.</param>
public sealed record TokenRequest(
    string Name, IReadOnlyList<string> Scopes, IReadOnlyList<string> Accounts, IReadOnlyList<string> Chats, TimeSpan? Life)
{
    /// <summary>Names of the only MCP tools in reach; <c>null</c> means all.</summary>
    public IReadOnlyList<string>? McpTools { get; init; }

    /// <summary>The same with its scopes in order.</summary>
    /// <exception cref="RefusedException">A scope is unknown, or there is none.</exception>
    internal TokenRequest InOrder()
    {
        var scopes = Scopes.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        if (scopes.Find(scope => scope is not ("read" or "write")) is { } unknown)
            throw new RefusedException(Refusal.BadRequest, $"There is no scope {unknown}. Scopes are read, write, or read,write.");
        if (scopes.Count == 0)
            throw new RefusedException(Refusal.BadRequest, "A token needs a scope: read, write, or read,write.");
        return this with { Scopes = scopes };
    }
}

/// <summary>
/// Access tokens (auth.md §1): 256 random bits behind a recognisable prefix; only a hash is kept. Each use looks the
/// token up anew, so one that was revoked by another process is refused at once.
/// </summary>
public sealed class Tokens(Database database, TimeProvider clock)
{
    private static readonly TimeSpan UseIsNotedEvery = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<long, DateTimeOffset> noted = new();

    /// <summary>Makes a token.</summary>
    /// <returns>The token, and its secret, which can never be shown again.</returns>
    /// <exception cref="RefusedException">A named account or chat does not exist, or a scope is unknown.</exception>
    public async Task<(TokenInfo Token, string Secret)> CreateAsync(TokenRequest request, CancellationToken cancellationToken)
    {
        var token = new NewToken(request.InOrder(), AccessKind.Token);
        var (_, id, secret) = await database.WriteAsync(db => db.MakeToken(token, clock.GetUtcNow()), cancellationToken);
        return (List().Single(made => made.Id == id), secret);
    }

    /// <summary>Makes the token that lets its bearer do what only the owner may.</summary>
    /// <returns>Its secret.</returns>
    public async Task<string> CreateOwnerAsync(CancellationToken cancellationToken)
    {
        var token = new NewToken(new TokenRequest("Owner", ["read", "write"], [], [], null), AccessKind.Owner);
        return (await database.WriteAsync(db => db.MakeToken(token, clock.GetUtcNow()), cancellationToken)).Secret;
    }

    /// <summary>Makes an unlimited token that was made by hand the owner's: installations of old have no other.</summary>
    public Task RaiseToOwnerAsync(string secret, CancellationToken cancellationToken) => database.WriteAsync(
        db => db.Execute(
            """
            UPDATE token SET kind = 'owner'
            WHERE hash = $hash AND kind = 'token' AND limits_accounts = 0 AND limits_chats = 0 AND scopes = 'read write'
            """,
            ("$hash", Store.Hash(secret))),
        cancellationToken);

    /// <summary>All tokens, the oldest first, revoked ones included.</summary>
    public IReadOnlyList<TokenInfo> List() => database.Read(db => db.Tokens());

    /// <summary>Ends a token at once, by its public id or by a name that only one has.</summary>
    /// <returns><c>false</c> when there is none of that id and no single one of that name.</returns>
    public Task<bool> RevokeAsync(string id, CancellationToken cancellationToken) =>
        database.WriteAsync(db => db.RevokeToken(id, clock.GetUtcNow()), cancellationToken);

    /// <summary>What the bearer of this secret may do; <c>null</c> when it is unknown, expired or revoked.</summary>
    public Access? Find(string secret)
    {
        if (!Secrets.Looks(secret, Secrets.TokenPrefix))
            return null;
        var hash = Store.Hash(secret);
        return database.Read(db => db.AccessByHash(hash, clock.GetUtcNow()));
    }

    /// <summary>Ends the token with this secret (RFC 7009).</summary>
    /// <param name="secret">The whole secret: who has it may end it.</param>
    /// <param name="client">Id of the client that asks, if it says; a token of another one is left alone.</param>
    /// <param name="cancellationToken">Gives up waiting for its turn.</param>
    /// <returns><c>false</c> when the token is another client's.</returns>
    public async Task<bool> RevokeSecretAsync(string secret, string? client, CancellationToken cancellationToken)
    {
        if (Find(secret) is not { } access)
            return true;
        if (client is not null && access.ClientId is { } own && own != client)
            return false;
        await database.WriteAsync(db => db.EndToken(access.Token, clock.GetUtcNow()), cancellationToken);
        return true;
    }

    /// <summary>What the token of this key may do now; <c>null</c> when it has ended. For connections that stay open.</summary>
    public Access? Refresh(long token) => database.Read(db => db.AccessByKey(token, clock.GetUtcNow()));

    /// <summary>
    /// Notes that a token is in use, at most once a minute. Nobody waits for it, and a disk that is full stops nobody from
    /// reading: the note is a service to the owner, no more.
    /// </summary>
    public void NoteUse(Access access)
    {
        var now = clock.GetUtcNow();
        if ((access.LastUsedAt is not { } last || now - last >= UseIsNotedEvery) && noted.GetValueOrDefault(access.Token) is var before
            && (before == default || now - before >= UseIsNotedEvery))
        {
            noted[access.Token] = now;
            _ = database.WriteAsync(db => db.NoteUse(access.Token, now), CancellationToken.None)
                .ContinueWith(done => _ = done.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        }
    }
}
