using System.Net;
using System.Text;
using Switchboard.Core;
using Switchboard.Core.Access;
using Switchboard.Server.Http;
using Switchboard.Server.Spec;

namespace Switchboard.Server.OAuth;

/// <summary>
/// Where a client sends the owner's browser to ask (auth.md §6). A request that is in order goes on to the consent page; one whose
/// client or redirect is not known ends here, and anything else goes back to the client as an error. It changes nothing.
/// </summary>
internal sealed class AuthorizationEndpoint(OAuthClients clients, ClientDocuments documents, ConsentTickets tickets, TimeProvider clock)
{
    /// <summary>How long the owner may think.</summary>
    public static readonly TimeSpan DecideWithin = TimeSpan.FromMinutes(10);

    /// <summary>The scopes there are.</summary>
    public static IReadOnlyList<string> Scopes { get; } = ["read", "write"];

    private const int LongestState = 4096;

    /// <summary>Answers with a redirect, or with a page that says why not.</summary>
    public async Task RunAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        var response = request.Http.Response;
        var parameters = OAuthParameters.Of(request.Http.Request.Query);
        response.Headers.CacheControl = "no-store";
        response.Headers["Referrer-Policy"] = "no-referrer";
        response.Headers.XFrameOptions = "DENY";
        response.Headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
        OAuthClient? client;
        string? redirect;
        try
        {
            client = await FindAsync(parameters.Demand("client_id"), cancellationToken);
            redirect = parameters.Demand("redirect_uri");
            if (client is null)
                throw new OAuthException("invalid_client", "This server does not know the program that asks. It has to register anew.");
            if (!client.RedirectUris.Any(registered => RedirectRules.Allows(registered, redirect)))
                throw new OAuthException("invalid_request", "The program wants the answer at an address that it did not register (redirect_uri).");
        }
        catch (OAuthException e)
        {
            // Nobody may be sent to an address that has not been proved to be the client's.
            await WritePageAsync(response, e.Message);
            return;
        }

        response.StatusCode = StatusCodes.Status302Found;
        response.Headers.Location = Answer(request.BaseUrl, client, redirect, parameters);
    }

    private async Task<OAuthClient?> FindAsync(string id, CancellationToken cancellationToken) =>
        id.StartsWith("https://", StringComparison.Ordinal) ? await documents.FindAsync(id, cancellationToken) : clients.Find(id);

    private string Answer(string issuer, OAuthClient client, string redirect, OAuthParameters parameters)
    {
        string? state = null;
        try
        {
            state = parameters.Find("state");
            if (state is { Length: > LongestState })
            {
                state = null;
                throw new OAuthException("invalid_request", "state is too long.");
            }

            var asked = Check(issuer, client, redirect, state, parameters);
            return $"/consent/{tickets.Seal(new ConsentTicket(asked, issuer))}";
        }
        catch (OAuthException e)
        {
            return RedirectRules.With(redirect, ("error", e.Error), ("error_description", e.Message), ("state", state), ("iss", issuer));
        }
    }

    private AuthorizationRequest Check(string issuer, OAuthClient client, string redirect, string? state, OAuthParameters parameters)
    {
        parameters.DemandOnce();
        if (parameters.Demand("response_type") != "code")
            throw new OAuthException("unsupported_response_type", "The only response_type here is code.");
        if (parameters.Find("response_mode") is not (null or "query"))
            throw new OAuthException("invalid_request", "The only response_mode here is query.");
        if (parameters.Find("request") is not null || parameters.Find("request_uri") is not null)
            throw new OAuthException("request_not_supported", "Requests as objects are not supported here.");
        var challenge = parameters.Demand("code_challenge");
        if (parameters.Demand("code_challenge_method") != "S256")
            throw new OAuthException("invalid_request", "The only code_challenge_method here is S256.");
        if (challenge.Length != 43 || !challenge.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
            throw new OAuthException("invalid_request", "code_challenge is not the base64url of a SHA-256.");
        var scopes = (parameters.Find("scope") ?? "read").Split(' ', StringSplitOptions.RemoveEmptyEntries).Distinct().Order().ToList();
        if (scopes.Count == 0 || scopes.Except(Scopes).Any())
            throw new OAuthException("invalid_scope", "The scopes here are read and write.");
        return new AuthorizationRequest(
            Store.RandomText(22), client, redirect, state, challenge, scopes, ResourceOf(issuer, parameters), clock.GetUtcNow() + DecideWithin);
    }

    /// <summary>What the client wants the token for: this server, or a part of it that is a resource of its own (RFC 8707).</summary>
    private static string? ResourceOf(string issuer, OAuthParameters parameters)
    {
        var asked = parameters.All("resource");
        foreach (var resource in asked)
        {
            var path = resource.StartsWith(issuer, StringComparison.OrdinalIgnoreCase) ? resource[issuer.Length..] : null;
            if (path is not ("" or "/") && !DeclaredRoutes.ResourcePaths.Contains(path))
                throw new OAuthException("invalid_target", "resource is not an address of this server.");
        }

        return asked.Count == 0 ? null : asked[0];
    }

    private static async Task WritePageAsync(HttpResponse response, string why)
    {
        response.StatusCode = StatusCodes.Status400BadRequest;
        response.ContentType = "text/html; charset=utf-8";
        await response.BodyWriter.WriteAsync(Encoding.UTF8.GetBytes(
            $"""
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Switchboard</title></head>
            <body><main><h1>This request cannot be answered</h1><p>{WebUtility.HtmlEncode(why)}</p>
            <p>Nothing was allowed. Go back to the program and try again from there.</p></main></body></html>
            """));
    }
}
