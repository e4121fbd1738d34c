using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Switchboard.Sqlite;

namespace Switchboard.Core.Access;

/// <summary>A client's request to be let in (auth.md §6). It was checked when it came, and is kept nowhere until it is decided.</summary>
/// <param name="Id">Names the request; never the same twice.</param>
/// <param name="Client">Who asks.</param>
/// <param name="RedirectUri">Where the answer goes; one that the client may use.</param>
/// <param name="State">What the client gets back as it sent it.</param>
/// <param name="CodeChallenge">S256 of what only the client knows.</param>
/// <param name="Scopes">What it wants: of <c>read</c> and <c>write</c>.</param>
/// <param name="Resource">What it wants it for: an address of this server.</param>
/// <param name="ExpiresAt">Until when the owner may decide.</param>
public sealed record AuthorizationRequest(
    string Id, OAuthClient Client, string RedirectUri, string? State, string CodeChallenge, IReadOnlyList<string> Scopes, string? Resource,
    DateTimeOffset ExpiresAt);

/// <summary>What the owner gives of what was asked.</summary>
/// <param name="Scopes">At least one of those asked for.</param>
/// <param name="Accounts">Limit to these account ids; empty means none.</param>
/// <param name="Chats">Limit to these chat ids; empty means none.</param>
/// <param name="Life">How long; <c>null</c> means for ever.</param>
public sealed record GrantChoice(IReadOnlyList<string> Scopes, IReadOnlyList<string> Accounts, IReadOnlyList<string> Chats, TimeSpan? Life)
{
    /// <summary>Names of the only MCP tools in reach; <c>null</c> means all.</summary>
    public IReadOnlyList<string>? McpTools { get; init; }
}

/// <summary>What a client presents for its token.</summary>
/// <param name="Code">The code.</param>
/// <param name="Verifier">What the challenge was made from.</param>
/// <param name="ClientId">Who it says it is, if it does.</param>
/// <param name="RedirectUri">Where it says it got the code, if it does.</param>
/// <param name="Resource">What it wants the token for, if it says.</param>
public sealed record CodePresented(string Code, string Verifier, string? ClientId, string? RedirectUri, string? Resource);

/// <summary>What comes of a code that is presented.</summary>
public abstract record Redeemed
{
    private Redeemed()
    {
    }

    /// <summary>A token.</summary>
    /// <param name="Secret">Its secret, which can never be shown again.</param>
    /// <param name="Scopes">With a space between.</param>
    /// <param name="Life">How long it lives; <c>null</c> means for ever.</param>
    public sealed record Token(string Secret, string Scopes, TimeSpan? Life) : Redeemed;

    /// <summary>Nothing.</summary>
    /// <param name="Why">A sentence for whoever makes the client.</param>
    /// <param name="IsTarget">The resource is not the one that was asked for.</param>
    public sealed record Nothing(string Why, bool IsTarget = false) : Redeemed;
}

/// <summary>
/// Decisions of the owner and the codes that clients get by them. A code is good once, for a minute, and only together with
/// what was asked for: whatever is presented with it, it is used up. One that comes again was stolen, so what it gave ends.
/// </summary>
public sealed class Grants(Database database, TimeProvider clock)
{
    /// <summary>How long a code is good.</summary>
    public static readonly TimeSpan CodeLife = TimeSpan.FromSeconds(60);

    private const string Unknown = "The code is unknown, used or too old.";

    /// <summary>Whether the owner has decided about a request.</summary>
    public bool IsDecided(string request) => database.Read(db => db.IsDecided(request));

    /// <summary>Lets the client in.</summary>
    /// <returns>The code for it.</returns>
    /// <exception cref="RefusedException">It was decided before, a scope was not asked for, or an account or chat does not exist.</exception>
    public async Task<string> AllowAsync(AuthorizationRequest request, GrantChoice choice, CancellationToken cancellationToken)
    {
        if (choice.Scopes.Except(request.Scopes, StringComparer.Ordinal).FirstOrDefault() is { } unasked)
            throw RefusedException.Invalid("invalid_value", $"The client did not ask for {unasked}.", "body", "scopes");
        var token = new TokenRequest(request.Client.Name, choice.Scopes, choice.Accounts, choice.Chats, choice.Life).InOrder();
        var code = Secrets.Make(Secrets.CodePrefix);
        await database.WriteAsync(
            db =>
            {
                var now = clock.GetUtcNow();
                DemandUndecided(db, request);
                DemandThere(db, "account", "Account", choice.Accounts);
                DemandThere(db, "chat", "Chat", choice.Chats);
                db.InsertGrant(request, db.SaveClient(request.Client, now), Store.Hash(code), choice with { Scopes = token.Scopes }, now);
            },
            cancellationToken);
        return code;
    }

    /// <summary>Turns the client away.</summary>
    /// <exception cref="RefusedException">It was decided before.</exception>
    public Task DenyAsync(AuthorizationRequest request, CancellationToken cancellationToken) => database.WriteAsync(
        db =>
        {
            DemandUndecided(db, request);
            db.InsertGrant(request, null, null, null, clock.GetUtcNow());
        },
        cancellationToken);

    /// <summary>Gives the token for a code (auth.md §7).</summary>
    public Task<Redeemed> RedeemAsync(CodePresented presented, CancellationToken cancellationToken)
    {
        if (!Secrets.Looks(presented.Code, Secrets.CodePrefix))
            return Task.FromResult<Redeemed>(new Redeemed.Nothing(Unknown));
        return database.WriteAsync(db => Redeem(db, presented), cancellationToken);
    }

    private Redeemed Redeem(Db db, CodePresented presented)
    {
        var now = clock.GetUtcNow();
        if (db.GrantByCode(Store.Hash(presented.Code)) is not { } grant)
            return new Redeemed.Nothing(Unknown);
        if (grant.IsUsed)
        {
            if (grant.Token is { } given)
                db.EndToken(given, now);
            return new Redeemed.Nothing("The code was used before. What it gave is revoked.");
        }

        db.UseGrant(grant.Request, now);
        if (now - grant.DecidedAt >= CodeLife || now < grant.DecidedAt)
            return new Redeemed.Nothing(Unknown);
        if (Mismatch(grant, presented) is { } mismatch)
            return mismatch;
        if (grant.Accounts.Concat(grant.Chats).Any() && (!AreThere(db, "account", grant.Accounts) || !AreThere(db, "chat", grant.Chats)))
            return new Redeemed.Nothing("What the owner allowed is gone by now.");
        var request = new TokenRequest(grant.ClientName, grant.Scopes, grant.Accounts, grant.Chats, grant.Life) { McpTools = grant.McpTools };
        var (key, _, secret) = db.MakeToken(new NewToken(request, AccessKind.Client, grant.Client, grant.Resource), now);
        db.GrantGave(grant.Request, key);
        return new Redeemed.Token(secret, string.Join(' ', grant.Scopes), grant.Life);
    }

    private static Redeemed.Nothing? Mismatch(Grant grant, CodePresented presented)
    {
        if (presented.ClientId is { } client && client != grant.ClientId)
            return new Redeemed.Nothing("The code was given to another client.");
        if (presented.RedirectUri is { } redirect && redirect != grant.RedirectUri)
            return new Redeemed.Nothing("redirect_uri is not the one that the code was sent to.");
        if (!Proves(presented.Verifier, grant.CodeChallenge))
            return new Redeemed.Nothing("code_verifier does not fit the code_challenge.");
        return presented.Resource is { } resource && resource != grant.Resource
            ? new Redeemed.Nothing("resource is not the one that was asked for.", IsTarget: true)
            : null;
    }

    private static bool Proves(string verifier, string challenge) => CryptographicOperations.FixedTimeEquals(
        Encoding.ASCII.GetBytes(Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)))),
        Encoding.ASCII.GetBytes(challenge));

    private static void DemandUndecided(Db db, AuthorizationRequest request)
    {
        if (db.IsDecided(request.Id))
            throw new RefusedException(Refusal.Conflict, "This request was decided before. Let the program ask again.");
    }

    private static void DemandThere(Db db, string table, string what, IReadOnlyList<string> ids)
    {
        foreach (var id in ids)
        {
            if (!AreThere(db, table, [id]))
                throw RefusedException.NotFound(what, id);
        }
    }

    private static bool AreThere(Db db, string table, IReadOnlyList<string> ids) =>
        ids.All(id => db.QueryInt64($"SELECT 1 FROM {table} WHERE id = $id", ("$id", id)) is not null);
}
