using Microsoft.Net.Http.Headers;
using Switchboard.Core.Access;
using Switchboard.Server.Hosting;
using Switchboard.Server.Spec;
using Access = Switchboard.Core.Access.Access;

namespace Switchboard.Server.Http;

/// <summary>
/// Checks the bearer token, or the owner's session, against what the route declares (auth.md §2, §3). A public route does not look
/// at a token at all: some clients send a dummy one (rest.md §1.2).
/// </summary>
internal sealed class Authentication(
    Tokens tokens, OwnerSessions sessions, Failures failures, AuditTrail trail, ServerOptions options)
{
    /// <summary>The cookie with the secret of the owner's session.</summary>
    public const string SessionCookie = "switchboard_session";

    /// <summary>
    /// The header in which our pages send the key of their session. The cookie alone is nobody: browsers send it to every port of a
    /// machine, so also to programs that are not us.
    /// </summary>
    public const string KeyHeader = "X-Switchboard-CSRF";

    private const string QueryToken = "dangerouslyUseTokenInQuery";

    /// <summary>Lets a request through with what its bearer may do, or refuses it.</summary>
    public async Task RunAsync(HttpContext context, RequestDelegate next)
    {
        if (context.GetEndpoint() is not RouteEndpoint endpoint)
        {
            await next(context);
            return;
        }

        var route = endpoint.Metadata.GetMetadata<DeclaredRoute>()
            ?? throw new InvalidOperationException($"The route {endpoint.DisplayName} is not declared.");
        if (route.SameOriginOnly && !context.Request.IsSameOrigin())
            await RefuseForeignAsync(context, route);
        else if (route.Access == Scope.Public || await AdmitAsync(context, route))
            await next(context);
    }

    /// <summary>The owner's session that a request comes with, if it comes from a page of ours.</summary>
    public Access? SessionOf(HttpRequest request) =>
        request.Cookies[SessionCookie] is { } secret && request.Headers[KeyHeader] is [{ } key] && request.IsSameOrigin()
            ? sessions.Find(secret, key)
            : null;

    private async Task<bool> AdmitAsync(HttpContext context, DeclaredRoute route)
    {
        var request = context.Request;
        var bearer = Bearer(request, route);
        // A request that says who it is otherwise is not the owner's page, whatever cookies it carries.
        var access = bearer is not null ? tokens.Find(bearer)
            : request.Headers[HeaderNames.Authorization].Count == 0 ? SessionOf(request) : null;
        if (access is null)
        {
            await RefuseUnknownAsync(context, route, bearer is not null);
            return false;
        }

        trail.Follow(context, route, access);
        if (!MayCall(access, route.Access) || !IsGivenFor(access, route))
        {
            await RefuseScopeAsync(context, route, isScope: !MayCall(access, route.Access));
            return false;
        }

        tokens.NoteUse(access);
        context.Items[typeof(Access)] = access;
        return true;
    }

    private static bool MayCall(Access access, Scope scope) => scope switch
    {
        Scope.Read => access.CanRead,
        Scope.Write => access.CanWrite,
        Scope.Owner => access.IsOwner,
        Scope.Any or Scope.Public => true,
        _ => throw new InvalidOperationException($"Unknown scope {scope}."),
    };

    /// <summary>
    /// A token for certain MCP tools, or one that a client asked for to use MCP, is good for MCP, for what a tool points to, and for
    /// asking about itself.
    /// </summary>
    private static bool IsGivenFor(Access access, DeclaredRoute route)
    {
        if (access.McpTools is null && access.Resource?.EndsWith("/mcp", StringComparison.Ordinal) is not true)
            return true;
        return route.ResourcePath.Length > 0 || route == DeclaredRoutes.UserInfo || route.Id switch
        {
            "serveAsset" or "headAsset" => access.McpTools?.Contains("get_attachment") is not false,
            "uploadAsset" => access.McpTools?.Contains("send_message") is not false,
            _ => false,
        };
    }

    private Task RefuseUnknownAsync(HttpContext context, DeclaredRoute route, bool wasGiven)
    {
        // Only what is wrong is counted: a good token passed before, from whatever address.
        if (wasGiven && failures.Tokens.Count(context.PeerAddress()) is { } wait)
        {
            return WriteAsync(context, route, new ErrorAnswer(
                429, "rate_limited", "Too many wrong tokens from this address. Try again later, or with a good one now.")
            { RetryAfter = wait });
        }

        var error = wasGiven ? "error=\"invalid_token\", " : "";
        context.Response.Headers.WWWAuthenticate = $"Bearer {error}resource_metadata=\"{Metadata(context.Request, route)}\"";
        return WriteAsync(context, route, new ErrorAnswer(401, "unauthorized", wasGiven
            ? "Unauthorized: this access token is unknown, expired or revoked."
            : "Unauthorized: send an access token as Authorization: Bearer <token>."));
    }

    private static Task RefuseScopeAsync(HttpContext context, DeclaredRoute route, bool isScope)
    {
        var scope = route.Access switch { Scope.Write => "write", Scope.Read => "read", _ => null };
        var wanted = scope is null ? "" : $"scope=\"{scope}\", ";
        context.Response.Headers.WWWAuthenticate =
            $"Bearer error=\"insufficient_scope\", {wanted}resource_metadata=\"{Metadata(context.Request, route)}\"";
        return WriteAsync(context, route, new ErrorAnswer(403, "insufficient_scope", !isScope
            ? "This token was given for MCP alone. Make one for the whole API with: " + CommandHint.ForClients("token create --name NAME")
            : scope is null
            ? $"Only the owner may do this: sign in with {CommandHint.ForClients("open")}, or use the owner's token."
            : $"This token lacks the scope {scope}. Make one with: {CommandHint.ForClients("token create --name NAME --scopes read,write")}"));
    }

    private static Task RefuseForeignAsync(HttpContext context, DeclaredRoute route) => WriteAsync(context, route, new ErrorAnswer(
        403, "forbidden", "Only pages of this server may do this."));

    private static Task WriteAsync(HttpContext context, DeclaredRoute route, ErrorAnswer answer) =>
        ApiErrors.WriteAsync(context, answer, route.SpeaksJsonRpc);

    private static string Metadata(HttpRequest request, DeclaredRoute route) =>
        $"{request.BaseUrl()}/.well-known/oauth-protected-resource{route.ResourcePath}";

    private string? Bearer(HttpRequest request, DeclaredRoute route)
    {
        const string Scheme = "Bearer ";
        if (request.Headers[HeaderNames.Authorization] is [{ } header] && header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return header[Scheme.Length..].Trim();
        return options.SocketTokenInQuery && route.ProtocolSwitch && request.Query[QueryToken] is [{ Length: > 0 } inQuery]
            ? inQuery
            : null;
    }
}
