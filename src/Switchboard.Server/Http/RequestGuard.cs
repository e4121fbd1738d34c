using System.Net;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using Switchboard.Server.Hosting;

namespace Switchboard.Server.Http;

/// <summary>
/// Stands before every surface. Says our version on every answer; refuses requests that name a host which is not ours (a
/// page that points its own name at this machine, DNS rebinding) and requests from pages that are not of this machine; and
/// answers the questions browsers ask before they send (CORS, rest.md §1.1).
/// </summary>
internal sealed class RequestGuard(ServerOptions options)
{
    /// <summary>Our version as clients compare it (rest.md §1.3).</summary>
    public const string VersionHeader = "X-Beeper-Desktop-Version";

    private readonly HashSet<string> hosts = new(
        options.PublicHosts.Append(options.Host).OfType<string>().Append("localhost").Concat(PublicHostsOf(options)),
        StringComparer.OrdinalIgnoreCase);

    private readonly bool listensBeyond = ListensBeyond(options);

    /// <summary>Lets a request through or answers it.</summary>
    public Task RunAsync(HttpContext context, RequestDelegate next)
    {
        var (request, response) = (context.Request, context.Response);
        response.Headers[VersionHeader] = options.CompatibleVersion;
        response.Headers.Server = ServerName;
        response.Headers.XContentTypeOptions = "nosniff";
        if (HostOf(request) is not { } host || !IsOurs(host))
        {
            return ApiErrors.WriteAsync(context, new ErrorAnswer(
                403, "forbidden", "This server is not known under that host name. Use localhost, or start it with --public-host NAME."));
        }

        if (HasDotSegments(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget))
            return ApiErrors.WriteAsync(context, new ErrorAnswer(400, "bad_request", "An address has no segments of dots."));
        context.Items[typeof(Peer)] = Peer.Of(context, options);
        if (request.Headers.Origin is [{ } origin, ..])
        {
            if (IsForAnyone(request))
            {
                response.Headers.AccessControlAllowOrigin = "*";
                return next(context);
            }

            if (!IsLocal(origin))
                return ApiErrors.WriteAsync(context, new ErrorAnswer(403, "forbidden", "Pages of other sites may not use this server."));
            response.Headers.AccessControlAllowOrigin = origin;
            response.Headers.AccessControlExposeHeaders = $"{VersionHeader}, Retry-After, Content-Range, ETag, x-should-retry";
            response.Headers.Append(HeaderNames.Vary, HeaderNames.Origin);
            if (HttpMethods.IsOptions(request.Method) && request.Headers.ContainsKey(HeaderNames.AccessControlRequestMethod))
                return AnswerPreflight(context);
        }

        return next(context);
    }

    /// <summary>How we call ourselves, with our own version.</summary>
    public static string ServerName { get; } = $"Switchboard/{ProductVersion.Text}";

    private static Task AnswerPreflight(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.AccessControlAllowMethods = "GET, HEAD, POST, PUT, PATCH, DELETE";
        headers.AccessControlAllowHeaders = context.Request.Headers.AccessControlRequestHeaders is [{ Length: > 0 } wanted, ..]
            ? wanted
            : "Authorization, Content-Type";
        headers.AccessControlMaxAge = "600";
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    // What comes to us and what it is read as later must be one thing: no dots that somebody takes out on the way.
    private static bool HasDotSegments(string target)
    {
        var query = target.IndexOf('?');
        foreach (var range in target.AsSpan(0, query < 0 ? target.Length : query).Split('/'))
        {
            if (target[range].Replace("%2e", ".", StringComparison.OrdinalIgnoreCase) is "." or "..")
                return true;
        }

        return false;
    }

    private static string? HostOf(HttpRequest request)
    {
        try
        {
            return request.Host.Host;
        }
        catch (ArgumentException)
        {
            // The framework decodes international names, and not everything that begins like one is one.
            return null;
        }
    }

    // Clients in browsers read these before they know anybody here, and there is nothing to learn from them (auth.md §4).
    private bool IsForAnyone(HttpRequest request) =>
        (listensBeyond || options.PublicUrl is not null) && HttpMethods.IsGet(request.Method)
        && request.Path.StartsWithSegments("/.well-known", StringComparison.Ordinal);

    private static IEnumerable<string> PublicHostsOf(ServerOptions options) =>
        options.PublicUrl is { } url ? [new Uri(url).IdnHost] : [];

    private bool IsOurs(string host)
    {
        if (hosts.Contains(host))
            return true;
        // An address cannot be rebound to another machine; only names can.
        return IPAddress.TryParse(host.Trim('[', ']'), out var address) && (IPAddress.IsLoopback(address) || listensBeyond);
    }

    private bool IsLocal(string origin) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var page)
        && (page.Scheme is "http" or "https")
        && (page.Host is "localhost"
            || (IPAddress.TryParse(page.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address))
            || options.PublicHosts.Contains(page.Host, StringComparer.OrdinalIgnoreCase)
            || string.Equals(page.GetLeftPart(UriPartial.Authority), options.PublicUrl, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether other machines can reach us.</summary>
    public static bool ListensBeyond(ServerOptions options) =>
        options.Host is { } host && host is not "localhost" && !(IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}
