using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Switchboard.Core.Access;
using Switchboard.Core.Audit;
using Switchboard.Sqlite;
using Switchboard.Testing;

namespace Switchboard.Core.Tests.Access;

/// <summary>What decides who is let in, over a database of its own.</summary>
internal sealed class Desk : IAsyncDisposable
{
    public const string Verifier = "a-verifier-that-only-the-client-knows-0123456789";

    private readonly string folder = Directory.CreateTempSubdirectory("switchboard-desk-").FullName;

    public Desk()
    {
        Database = Store.Open(Path.Combine(folder, "switchboard.db"));
        Tokens = new Tokens(Database, Clock);
        Clients = new OAuthClients(Database, Clock);
        Grants = new Grants(Database, Clock);
        Sessions = new OwnerSessions(Database, Clock);
        Audit = new AuditLog(Database, Clock, NullLogger<AuditLog>.Instance);
    }

    public ManualClock Clock { get; } = new();

    public Database Database { get; }

    public Tokens Tokens { get; }

    public OAuthClients Clients { get; }

    public Grants Grants { get; }

    public OwnerSessions Sessions { get; }

    public AuditLog Audit { get; }

    public static string ChallengeOf(string verifier) =>
        Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));

    public async Task<AuthorizationRequest> AskAsync(IReadOnlyList<string>? scopes = null, string? resource = null)
    {
        var client = await Clients.RegisterAsync("Helper", null, null, ["http://127.0.0.1/callback"], CancellationToken.None);
        return new AuthorizationRequest(
            Store.RandomText(22), client, "http://127.0.0.1:4000/callback", "state", ChallengeOf(Verifier), scopes ?? ["read", "write"], resource,
            Clock.GetUtcNow() + TimeSpan.FromMinutes(10));
    }

    public static GrantChoice All(TimeSpan? life = null) => new(["read", "write"], [], [], life);

    public Task<string> AllowAsync(AuthorizationRequest request, GrantChoice? choice = null) =>
        Grants.AllowAsync(request, choice ?? All(), CancellationToken.None);

    public Task<Redeemed> PresentAsync(string code, Func<CodePresented, CodePresented>? change = null)
    {
        var presented = new CodePresented(code, Verifier, null, null, null);
        return Grants.RedeemAsync(change?.Invoke(presented) ?? presented, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        Sessions.Dispose();
        await Database.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}
