using System.Net;
using System.Text;
using Switchboard.Core;
using Switchboard.Core.Access;
using Switchboard.Server.Hosting;
using Switchboard.Server.Http;
using Switchboard.Server.Spec;

namespace Switchboard.Server.OAuth;

/// <summary>
/// Where a client sends the owner's browser to ask (auth.md §6). A request that is in order goes on to the consent page; one whose
/// client or redirect is not known ends here, and anything else goes back to the client as an error. It changes nothing.
/// </summary>
internal sealed class AuthorizationEndpoint(
    OAuthClients clients, ClientDocuments documents, ConsentTickets tickets, ServerOptions options, TimeProvider clock)
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
            if (IsNoVisit(request.Http.Request.Headers))
                throw new OAuthException("invalid_request", "Only a person who follows a link comes here, no picture, frame or script of a page.");
            client = await FindAsync(parameters.Demand("client_id"), request.Http.PeerAddress(), cancellationToken);
            redirect = parameters.Demand("redirect_uri");
            if (client is null)
                throw new OAuthException("invalid_client", "This server does not know the program that asks. It has to register anew.");
            if (!client.RedirectUris.Any(registered => RedirectRules.Allows(registered, redirect)))
                throw new OAuthException("invalid_request", "The program wants the answer at an address that it did not register (redirect_uri).");
        }
        catch (OAuthException e)
        {
            // Nobody may be sent to an address that has not been proved to be the client's.
            await WritePageAsync(response, StatusCodes.Status400BadRequest, e.Message);
            return;
        }
        catch (RefusedException e) when (e.Reason == Refusal.RateLimited)
        {
            response.Headers.RetryAfter = "60";
            await WritePageAsync(response, StatusCodes.Status429TooManyRequests, "Too many programs asked from here. Try again in a minute.");
            return;
        }

        var (location, isError) = Answer(request.BaseUrl, client, redirect, parameters);
        if (isError && !RedirectRules.IsLoopback(redirect) && !clients.WasLetIn(client.Id))
        {
            // Anybody may register, so an address of the web is nothing that we send people to before the owner has let its client in.
            await WritePageAsync(response, StatusCodes.Status400BadRequest, "The program asked for something that is not possible here.", location);
            return;
        }

        response.StatusCode = StatusCodes.Status302Found;
        response.Headers.Location = location;
    }

    // Browsers say what they fetch for; what is not a visit would only make the server work, or look at what it answers.
    private static bool IsNoVisit(IHeaderDictionary headers) =>
        (headers["Sec-Fetch-Dest"] is [var target, ..] && target is not "document")
        || (headers["Sec-Fetch-Site"].Count > 0 && headers["Sec-Fetch-Mode"] is [var mode, ..] && mode is not "navigate");

    private async Task<OAuthClient?> FindAsync(string id, string address, CancellationToken cancellationToken) =>
        id.StartsWith("https://", StringComparison.Ordinal) ? await documents.FindAsync(id, address, cancellationToken) : clients.Find(id);

    private (string Location, bool IsError) Answer(string issuer, OAuthClient client, string redirect, OAuthParameters parameters)
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
            var ticket = tickets.Seal(new ConsentTicket(asked, issuer));
            return ticket.Length <= ConsentTickets.LongestId
                ? ($"/consent/{ticket}", false)
                : throw new OAuthException("invalid_request", "The request is too long.");
        }
        catch (OAuthException e)
        {
            return (RedirectRules.With(redirect, ("error", e.Error), ("error_description", e.Message), ("state", state), ("iss", issuer)), true);
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
            Store.RandomText(22), client with { RedirectUris = [redirect] }, redirect, state, challenge, scopes, ResourceOf(issuer, parameters), clock.GetUtcNow() + DecideWithin);
    }

    /// <summary>What the client wants the token for: this server, or a part of it that is a resource of its own (RFC 8707).</summary>
    private string? ResourceOf(string issuer, OAuthParameters parameters)
    {
        var asked = parameters.All("resource");
        foreach (var resource in asked)
        {
            var path = resource.StartsWith(issuer, StringComparison.OrdinalIgnoreCase) ? resource[issuer.Length..] : null;
            if (path is not ("" or "/") && (options.Mcp == McpMode.Off || !DeclaredRoutes.ResourcePaths.Contains(path)))
                throw new OAuthException("invalid_target", "resource is not an address of this server.");
        }

        return asked.Count == 0 ? null : asked[0];
    }

    private static async Task WritePageAsync(HttpResponse response, int status, string why, string? back = null)
    {
        var link = back is null
            ? ""
            : $"<p><a rel=\"noreferrer\" href=\"{WebUtility.HtmlEncode(back)}\">Go to {WebUtility.HtmlEncode(RedirectRules.HostOf(back))}</a>, "
                + "which this server does not know.</p>";
        response.StatusCode = status;
        response.ContentType = "text/html; charset=utf-8";
        await response.BodyWriter.WriteAsync(Encoding.UTF8.GetBytes(
            $"""
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Switchboard</title></head>
            <body><main><h1>This request cannot be answered</h1><p>{WebUtility.HtmlEncode(why)}</p>
            <p>Nothing was allowed. Go back to the program and try again from there.</p>{link}</main></body></html>
            """));
    }
}
