using Switchboard.Sqlite;

namespace Switchboard.Core.Access;

/// <summary>
/// The clients that registered themselves (auth.md §5). Anybody may, so they are few and short-lived until the owner lets them in.
/// </summary>
public sealed class OAuthClients(Database database, TimeProvider clock)
{
    /// <summary>The most clients that wait for a first consent; a new one takes the place of the oldest of them.</summary>
    public const int WaitingAtMost = 500;

    /// <summary>Remembers a client that registers.</summary>
    /// <returns>The client with its new id.</returns>
    public async Task<OAuthClient> RegisterAsync(
        string name, string? uri, string? logo, IReadOnlyList<string> redirectUris, CancellationToken cancellationToken)
    {
        var client = new OAuthClient
        {
            Id = "cli_" + Store.RandomText(22),
            Kind = OAuthClientKind.Registered,
            Name = name,
            Uri = uri,
            Logo = logo,
            RedirectUris = redirectUris,
            CreatedAt = clock.GetUtcNow(),
        };
        await database.WriteAsync(
            db =>
            {
                db.SaveClient(client, client.CreatedAt);
                db.ForgetWaitingClients(WaitingAtMost);
            },
            cancellationToken);
        return client;
    }

    /// <summary>Whether the owner has let a client in before, whatever became of it.</summary>
    public bool WasLetIn(string id) => database.Read(db => db.WasLetIn(id));

    /// <summary>A client that registered; <c>null</c> when there is none of that id.</summary>
    public OAuthClient? Find(string id) => id.Length > 100 ? null : database.Read(db => db.RegisteredClient(id));
}
