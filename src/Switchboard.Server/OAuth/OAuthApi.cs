using Switchboard.Core.Access;
using Switchboard.Core.Audit;
using Switchboard.Server.Hosting;
using Switchboard.Server.Http;
using Switchboard.Server.Spec;

namespace Switchboard.Server.OAuth;

/// <summary>
/// OAuth 2.0 for public clients: documents, registration, authorisation, token, revocation and what a token is (auth.md §4–§8).
/// </summary>
internal sealed class OAuthApi(
    Registration registration, AuthorizationEndpoint authorization, Grants grants, Tokens tokens, Failures failures, AuditLog audit,
    ServerOptions options)
{
    /// <summary>Maps the routes.</summary>
    public void Map(Routes routes)
    {
        routes.MapRaw(Served(DeclaredRoutes.ServerMetadata), (request, _) => DescribeServerAsync(request));
        routes.MapRaw(Served(DeclaredRoutes.ResourceMetadata), (request, _) => DescribeResourceAsync(request));
        routes.MapRaw(DeclaredRoutes.Register, registration.RunAsync);
        routes.MapRaw(DeclaredRoutes.Authorize, authorization.RunAsync);
        routes.MapRaw(DeclaredRoutes.Token, GiveTokenAsync);
        routes.MapRaw(DeclaredRoutes.Revoke, RevokeAsync);
        routes.MapRaw(DeclaredRoutes.Introspect, IntrospectAsync);
        routes.MapRaw(DeclaredRoutes.UserInfo, (request, _) => TellAsync(request));
    }

    /// <summary>What is not served is no resource that a token could be for, and has no documents.</summary>
    private DeclaredRoute Served(DeclaredRoute route) => options.Mcp == McpMode.Off ? route with { Aliases = [] } : route;

    private static Task DescribeServerAsync(ApiRequest request)
    {
        var address = request.BaseUrl;
        return OAuthJson.WriteAsync(request.Http.Response, new ServerMetadata
        {
            Issuer = address,
            AuthorizationEndpoint = $"{address}/oauth/authorize",
            TokenEndpoint = $"{address}/oauth/token",
            RegistrationEndpoint = $"{address}/oauth/register",
            RevocationEndpoint = $"{address}/oauth/revoke",
            IntrospectionEndpoint = $"{address}/oauth/introspect",
            UserinfoEndpoint = $"{address}/oauth/userinfo",
            ScopesSupported = AuthorizationEndpoint.Scopes,
            ServiceDocumentation = $"{address}/v1/spec",
        });
    }

    private static Task DescribeResourceAsync(ApiRequest request)
    {
        var address = request.BaseUrl;
        var path = request.Http.Request.Path.Value![DeclaredRoutes.ResourceMetadata.Pattern.Length..].TrimEnd('/');
        return OAuthJson.WriteAsync(request.Http.Response, new ResourceMetadata
        {
            Resource = address + path,
            AuthorizationServers = [address],
            ScopesSupported = AuthorizationEndpoint.Scopes,
            ResourceDocumentation = $"{address}/v1/spec",
        });
    }

    private async Task GiveTokenAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        var parameters = await OAuthParameters.ReadAsync(request.Http.Request, cancellationToken);
        parameters.DemandOnce();
        if (parameters.Find("client_secret") is not null)
            throw new OAuthException("invalid_client", "Clients of this server are public and have no secret.");
        if (parameters.Demand("grant_type") != "authorization_code")
            throw new OAuthException("unsupported_grant_type", "The only grant_type here is authorization_code.");
        var verifier = parameters.Demand("code_verifier");
        if (verifier.Length is < 43 or > 128 || !verifier.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or '~'))
            throw new OAuthException("invalid_grant", "A code_verifier has 43 to 128 letters, digits, hyphens, periods, underscores and tildes.");
        var presented = new CodePresented(
            parameters.Demand("code"), verifier, parameters.Find("client_id"), parameters.Find("redirect_uri"),
            parameters.All("resource") is [var resource, ..] ? resource : null);
        switch (await grants.RedeemAsync(presented, cancellationToken))
        {
            case Redeemed.Token token:
                if (tokens.Find(token.Secret) is { } made)
                    audit.Note(new AuditChange(made.Token, AuditSurface.Rest, DeclaredRoutes.Token.Id) { Subject = made.ClientId });
                await OAuthJson.WriteAsync(
                    request.Http.Response, new TokenAnswer(token.Secret, (long?)token.Life?.TotalSeconds, token.Scopes));
                break;
            case Redeemed.Nothing nothing:
                // Counted only now: whoever shares an address with somebody who guesses still gets what is theirs.
                Failures.Demand(failures.Tokens.Count(request.Http.PeerAddress()));
                throw new OAuthException(nothing.IsTarget ? "invalid_target" : "invalid_grant", nothing.Why);
            default:
                throw new InvalidOperationException("A code gives a token or nothing.");
        }
    }

    private async Task RevokeAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        var parameters = await OAuthParameters.ReadAsync(request.Http.Request, cancellationToken);
        parameters.DemandOnce();
        var secret = parameters.Demand("token");
        var access = tokens.Find(secret);
        if (!await tokens.RevokeSecretAsync(secret, parameters.Find("client_id"), cancellationToken))
            throw new OAuthException("invalid_client", "The token was given to another client.");
        if (access is not null)
            audit.Note(new AuditChange(access.Token, AuditSurface.Rest, DeclaredRoutes.Revoke.Id) { Subject = access.TokenId });
        request.Http.Response.StatusCode = StatusCodes.Status200OK;
        request.Http.Response.ContentLength = 0;
        request.Http.Response.Headers.CacheControl = "no-store";
    }

    private async Task IntrospectAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        var parameters = await OAuthParameters.ReadAsync(request.Http.Request, cancellationToken);
        parameters.DemandOnce();
        if (tokens.Find(parameters.Demand("token")) is not { } access)
        {
            Failures.Demand(failures.Tokens.Count(request.Http.PeerAddress()));
            await OAuthJson.WriteAsync(request.Http.Response, new Introspection { Active = false });
            return;
        }

        await OAuthJson.WriteAsync(request.Http.Response, new Introspection
        {
            Active = true,
            Scope = access.Scopes,
            ClientId = access.ClientId,
            Sub = access.TokenId,
            TokenType = "Bearer",
            Iss = request.BaseUrl,
            Aud = access.Resource,
            Exp = access.ExpiresAt?.ToUnixTimeSeconds(),
            Iat = access.CreatedAt.ToUnixTimeSeconds(),
        });
    }

    private static Task TellAsync(ApiRequest request) => OAuthJson.WriteAsync(request.Http.Response, new UserInfo
    {
        Sub = request.Access.TokenId,
        Scope = request.Access.Scopes,
        Iat = request.Access.CreatedAt.ToUnixTimeSeconds(),
        Exp = request.Access.ExpiresAt?.ToUnixTimeSeconds(),
        Aud = request.Access.Resource,
        ClientId = request.Access.ClientId,
    });
}
