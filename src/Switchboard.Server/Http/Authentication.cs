using Microsoft.Net.Http.Headers;
using Switchboard.Core.Access;
using Switchboard.Server.Hosting;
using Switchboard.Server.Spec;

namespace Switchboard.Server.Http;

/// <summary>
/// Checks the bearer token against what the operation declares (auth.md §2, §3). A public operation does not look at a token
/// at all: some clients send a dummy one (rest.md §1.2).
/// </summary>
internal sealed class Authentication(Tokens tokens, ServerOptions options)
{
    private const string QueryToken = "dangerouslyUseTokenInQuery";

    /// <summary>Lets a request through with what its bearer may do, or refuses it.</summary>
    public async Task RunAsync(HttpContext context, RequestDelegate next)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<Operation>() is not { } operation)
        {
            await next(context);
            return;
        }

        if (operation.Access == Scope.Public)
        {
            await next(context);
            return;
        }

        var secret = Bearer(context.Request, operation);
        var access = secret is null ? null : tokens.Find(secret);
        if (access is null)
        {
            await RefuseAsync(context, secret is not null);
            return;
        }

        if (!(operation.Access == Scope.Write ? access.CanWrite : access.CanRead))
        {
            var scope = operation.Access == Scope.Write ? "write" : "read";
            context.Response.Headers.WWWAuthenticate =
                $"Bearer error=\"insufficient_scope\", scope=\"{scope}\", resource_metadata=\"{Metadata(context.Request)}\"";
            await ApiErrors.WriteAsync(context, new ErrorAnswer(
                403, "insufficient_scope", $"This token lacks the scope {scope}. Make one with: switchboard token create --scopes read,write"));
            return;
        }

        tokens.NoteUse(access);
        context.Items[typeof(Core.Access.Access)] = access;
        await next(context);
    }

    private static Task RefuseAsync(HttpContext context, bool wasGiven)
    {
        var error = wasGiven ? "error=\"invalid_token\", " : "";
        context.Response.Headers.WWWAuthenticate = $"Bearer {error}resource_metadata=\"{Metadata(context.Request)}\"";
        return ApiErrors.WriteAsync(context, new ErrorAnswer(401, "unauthorized", wasGiven
            ? "Unauthorized: this access token is unknown, expired or revoked."
            : "Unauthorized: send an access token as Authorization: Bearer <token>."));
    }

    private static string Metadata(HttpRequest request) => $"{request.BaseUrl()}/.well-known/oauth-protected-resource";

    private string? Bearer(HttpRequest request, Operation operation)
    {
        const string Scheme = "Bearer ";
        if (request.Headers[HeaderNames.Authorization] is [{ } header] && header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return header[Scheme.Length..].Trim();
        return options.SocketTokenInQuery && operation.ProtocolSwitch && request.Query[QueryToken] is [{ Length: > 0 } inQuery]
            ? inQuery
            : null;
    }
}
