using Switchboard.Core;
using Switchboard.Core.Access;
using Switchboard.Server.Http;

namespace Switchboard.Server.OAuth;

/// <summary>
/// Clients that register themselves (auth.md §5, RFC 7591). Anybody may, without a token, so what they may say is bounded, and how
/// often. Clients get no secret: none of them could keep it.
/// </summary>
internal sealed class Registration(OAuthClients clients, Failures failures)
{
    private const int MostRedirects = 10;
    private const int LongestField = 2000;
    private const string BadMetadata = "invalid_client_metadata";

    /// <summary>Registers a client.</summary>
    public async Task RunAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        Failures.Demand(failures.Registrations.Count(request.Http.PeerAddress()));
        var wanted = await ReadAsync(request.Http.Request, cancellationToken);
        var client = await clients.RegisterAsync(wanted.Name!, wanted.Uri, wanted.Logo, wanted.Redirects, cancellationToken);
        await OAuthJson.WriteAsync(
            request.Http.Response,
            new RegisteredClient
            {
                ClientId = client.Id,
                ClientIdIssuedAt = client.CreatedAt.ToUnixTimeSeconds(),
                ClientName = client.Name,
                RedirectUris = client.RedirectUris,
                Scope = wanted.Scope,
                ClientUri = client.Uri,
                LogoUri = client.Logo,
                AuthorizationEndpoint = $"{request.BaseUrl}/oauth/authorize",
                TokenEndpoint = $"{request.BaseUrl}/oauth/token",
            },
            StatusCodes.Status201Created);
    }

    private static async Task<Wanted> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        try
        {
            var (bytes, body) = await JsonBody.ReadAsync(request, cancellationToken);
            if (bytes.Length > 64 * 1024)
                throw new OAuthException(BadMetadata, "The description is too large.");
            var wanted = new Wanted(
                body.Text("client_name", most: LongestField), body.Text("client_uri", most: LongestField), body.Text("logo_uri", most: LongestField),
                body.Texts("redirect_uris", most: MostRedirects) ?? [], body.Text("scope", most: LongestField) ?? "read write",
                body.Texts("grant_types", most: 10), body.Texts("response_types", most: 10));
            body.Check();
            return Check(wanted);
        }
        catch (RefusedException e)
        {
            throw new OAuthException(BadMetadata, e.Message);
        }
    }

    private static Wanted Check(Wanted wanted)
    {
        if (wanted.Redirects.Count == 0)
            throw new OAuthException("invalid_redirect_uri", "redirect_uris needs at least one address.");
        if (wanted.Redirects.Select(RedirectRules.ProblemOf).FirstOrDefault(problem => problem is not null) is { } problem)
            throw new OAuthException("invalid_redirect_uri", problem);
        if (wanted.GrantTypes is { Count: > 0 } grants && !grants.Contains("authorization_code"))
            throw new OAuthException(BadMetadata, "The only grant type here is authorization_code.");
        if (wanted.ResponseTypes is { Count: > 0 } responses && !responses.Contains("code"))
            throw new OAuthException(BadMetadata, "The only response type here is code.");
        var scopes = wanted.Scope.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Where(AuthorizationEndpoint.Scopes.Contains).Distinct().Order().ToList();
        if (scopes.Count == 0)
            throw new OAuthException(BadMetadata, "The scopes here are read and write.");
        if (!ClientText.TryUri(wanted.Uri, needsTls: false, out var uri) || !ClientText.TryUri(wanted.Logo, needsTls: true, out var logo))
            throw new OAuthException(BadMetadata, "client_uri is an address of the web, and logo_uri one with https.");
        return wanted with
        {
            Name = ClientText.Name(wanted.Name, $"Unnamed ({RedirectRules.HostOf(wanted.Redirects[0])})"),
            Uri = uri,
            Logo = logo,
            Redirects = [.. wanted.Redirects.Distinct(StringComparer.Ordinal)],
            Scope = string.Join(' ', scopes),
        };
    }

    private sealed record Wanted(
        string? Name, string? Uri, string? Logo, IReadOnlyList<string> Redirects, string Scope, IReadOnlyList<string>? GrantTypes,
        IReadOnlyList<string>? ResponseTypes);
}
