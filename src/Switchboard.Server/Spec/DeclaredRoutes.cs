namespace Switchboard.Server.Spec;

/// <summary>
/// The routes beside the contract's operations, with who may call each: OAuth and its documents (auth.md §4–§8), what the owner's pages
/// call, and what whoever runs the server looks at.
/// </summary>
internal static class DeclaredRoutes
{
    /// <summary>The paths that are a protected resource of their own beside the whole server (auth.md §4).</summary>
    public static IReadOnlyList<string> ResourcePaths { get; } = ["/v0/mcp", "/mcp"];

    /// <summary>What an authorisation server says of itself (RFC 8414).</summary>
    public static DeclaredRoute ServerMetadata { get; } = Public("oauthServerMetadata", "GET", "/.well-known/oauth-authorization-server") with
    {
        Aliases = ResourcePaths.Select(path => $"/.well-known/oauth-authorization-server{path}").ToList(),
    };

    /// <summary>What a protected resource says of itself (RFC 9728).</summary>
    public static DeclaredRoute ResourceMetadata { get; } = Public("oauthResourceMetadata", "GET", "/.well-known/oauth-protected-resource") with
    {
        Aliases = ResourcePaths.Select(path => $"/.well-known/oauth-protected-resource{path}").ToList(),
    };

    /// <summary>A client registers itself.</summary>
    public static DeclaredRoute Register { get; } = Public("oauthRegister", "POST", "/oauth/register");

    /// <summary>A client asks the owner to be let in.</summary>
    public static DeclaredRoute Authorize { get; } = Public("oauthAuthorize", "GET", "/oauth/authorize");

    /// <summary>A client turns a code into a token.</summary>
    public static DeclaredRoute Token { get; } = Public("oauthToken", "POST", "/oauth/token");

    /// <summary>A bearer ends its token.</summary>
    public static DeclaredRoute Revoke { get; } = Public("oauthRevoke", "POST", "/oauth/revoke");

    /// <summary>A bearer asks what its token is good for.</summary>
    public static DeclaredRoute Introspect { get; } = Public("oauthIntrospect", "POST", "/oauth/introspect");

    /// <summary>The same by the token itself.</summary>
    public static DeclaredRoute UserInfo { get; } = Public("oauthUserInfo", "GET", "/oauth/userinfo") with { Access = Scope.Read };

    /// <summary>Whether somebody is signed in.</summary>
    public static DeclaredRoute GetSession { get; } = Public("getSession", "GET", "/web/v1/session") with { SameOriginOnly = true };

    /// <summary>Signs the owner in.</summary>
    public static DeclaredRoute SignIn { get; } = Public("signIn", "POST", "/web/v1/sign-in") with { SameOriginOnly = true };

    /// <summary>Signs the owner out.</summary>
    public static DeclaredRoute SignOut { get; } = Owner("signOut", "POST", "/web/v1/sign-out");

    /// <summary>Which browsers are signed in.</summary>
    public static DeclaredRoute ListSessions { get; } = Owner("listSessions", "GET", "/web/v1/sessions");

    /// <summary>Signs one of them out.</summary>
    public static DeclaredRoute EndSession { get; } = Owner("endSession", "DELETE", "/web/v1/sessions/{id}");

    /// <summary>Signs out all but the one that asks.</summary>
    public static DeclaredRoute EndOtherSessions { get; } = Owner("endOtherSessions", "DELETE", "/web/v1/sessions");

    /// <summary>Sets the owner's password.</summary>
    public static DeclaredRoute SetPassword { get; } = Owner("setPassword", "PUT", "/web/v1/password");

    /// <summary>Who asks to be let in, and for what.</summary>
    public static DeclaredRoute GetConsent { get; } = Owner("getConsent", "GET", "/web/v1/consents/{id}");

    /// <summary>Decides about it.</summary>
    public static DeclaredRoute DecideConsent { get; } = Owner("decideConsent", "POST", "/web/v1/consents/{id}");

    /// <summary>Who is let in.</summary>
    public static DeclaredRoute ListConnections { get; } = Owner("listConnections", "GET", "/web/v1/connections");

    /// <summary>Makes a token by hand.</summary>
    public static DeclaredRoute CreateConnection { get; } = Owner("createConnection", "POST", "/web/v1/connections");

    /// <summary>Ends a token.</summary>
    public static DeclaredRoute RevokeConnection { get; } = Owner("revokeConnection", "DELETE", "/web/v1/connections/{id}");

    /// <summary>Who did what.</summary>
    public static DeclaredRoute ListAudit { get; } = Owner("listAudit", "GET", "/web/v1/audit");

    /// <summary>MCP under each of its addresses: messages, and what of the protocol there is nothing for.</summary>
    public static IReadOnlyList<DeclaredRoute> Mcp { get; } =
    [
        .. from path in ResourcePaths
           from method in new[] { "POST", "GET", "DELETE" }
           select new DeclaredRoute
           {
               Id = method.ToLowerInvariant() + (path == "/mcp" ? "ShortMcp" : "Mcp"),
               Method = method,
               Pattern = path,
               Access = Scope.Any,
               AuditsItself = true,
               ResourcePath = path,
               SpeaksJsonRpc = true,
           },
    ];

    /// <summary>The program runs.</summary>
    public static DeclaredRoute Live { get; } = Public("live", "GET", "/health/live");

    /// <summary>The program can serve.</summary>
    public static DeclaredRoute Ready { get; } = Public("ready", "GET", "/health/ready");

    /// <summary>Numbers for Prometheus, if they are wanted.</summary>
    public static DeclaredRoute Metrics { get; } = Public("metrics", "GET", "/metrics");

    /// <summary>Says that there are no Matrix routes.</summary>
    public static DeclaredRoute Matrix { get; } = Public("matrix", "*", "/_matrix/{**rest}");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<DeclaredRoute> All => field ??=
    [
        ServerMetadata, ResourceMetadata, Register, Authorize, Token, Revoke, Introspect, UserInfo,
        GetSession, SignIn, SignOut, ListSessions, EndSession, EndOtherSessions, SetPassword, GetConsent, DecideConsent, ListConnections, CreateConnection, RevokeConnection, ListAudit,
        .. Mcp, Live, Ready, Metrics, Matrix,
    ];

    /// <summary>Sees that nothing is mapped without being declared.</summary>
    /// <exception cref="InvalidOperationException">Something is.</exception>
    public static void Demand(IEndpointRouteBuilder endpoints)
    {
        foreach (var endpoint in endpoints.DataSources.SelectMany(source => source.Endpoints))
        {
            if (endpoint.Metadata.GetMetadata<DeclaredRoute>() is null)
                throw new InvalidOperationException($"The route {endpoint.DisplayName} does not say who may call it.");
        }
    }

    private static DeclaredRoute Public(string id, string method, string pattern) =>
        new() { Id = id, Method = method, Pattern = pattern, Access = Scope.Public };

    private static DeclaredRoute Owner(string id, string method, string pattern) =>
        new() { Id = id, Method = method, Pattern = pattern, Access = Scope.Owner, SameOriginOnly = true };
}
