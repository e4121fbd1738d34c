using System.Reflection;
using Microsoft.Net.Http.Headers;

namespace Switchboard.Server.Pages;

/// <summary>
/// Gives browsers the owner's pages: the files that <c>web/</c> builds, carried within the program. They are the same for
/// everyone and hold nothing of the owner's; what they show they ask the API for. Stands behind the routes: an address that
/// has a handler never comes here.
/// </summary>
internal sealed class OwnerPages
{
    /// <summary>
    /// What a page may do: use its own files and talk to its own server, and nothing else. No script within the page, no frame
    /// around it, no text that becomes markup.
    /// </summary>
    public const string ContentPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

    private const string Prefix = "pages/";

    // What the app shows by address (web/src/app/App.tsx); a name that ends in a slash stands for one segment after it.
    private static readonly HashSet<string> Addresses = new(StringComparer.Ordinal)
    {
        "/", "/sign-in", "/accounts", "/accounts/add", "/connections", "/connections/new", "/activity", "/settings", "/consent/",
    };

    // Whoever asks for something there is a program and is answered as one.
    private static readonly string[] ForPrograms = ["/v1", "/v0", "/web", "/oauth", "/mcp", "/.well-known", "/_matrix", "/health", "/metrics", "/assets"];

    private readonly Dictionary<string, PageFile> files;
    private readonly PageFile index;

    /// <summary>The pages that this program carries.</summary>
    /// <exception cref="InvalidOperationException">It carries none.</exception>
    public OwnerPages()
    {
        files = Embedded().ToDictionary(file => file.Path, StringComparer.Ordinal);
        // The one page is reached by the addresses of the app, not by the name of its file.
        if (!files.Remove("/index.html", out var found))
            throw new InvalidOperationException("The program was built without its pages: web/dist has no index.html.");
        index = found;
    }

    /// <summary>Answers with a page or a file of it, or leaves the request to the rest of the pipeline.</summary>
    public Task RunAsync(HttpContext context, RequestDelegate next)
    {
        var request = context.Request;
        if (context.GetEndpoint() is not null || !(HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)))
            return next(context);
        var path = request.Path.Value ?? "/";
        if (files.TryGetValue(path, out var file))
            return WriteAsync(context, file, StatusCodes.Status200OK);
        if (IsAddress(path))
            return WriteAsync(context, index, StatusCodes.Status200OK);
        // A person who follows a wrong link gets a page that says so; a program gets the API's answer.
        return IsForPerson(request, path) ? WriteAsync(context, index, StatusCodes.Status404NotFound) : next(context);
    }

    private static bool IsAddress(string path)
    {
        if (path.Length > 1)
            path = path.TrimEnd('/');
        var name = path.LastIndexOf('/') + 1;
        return Addresses.Contains(path) || (name > 1 && name < path.Length && Addresses.Contains(path[..name]));
    }

    private static bool IsForPerson(HttpRequest request, string path) =>
        !ForPrograms.Any(prefix => request.Path.StartsWithSegments(prefix, StringComparison.OrdinalIgnoreCase))
        && !Path.HasExtension(path)
        && request.Headers.Accept.Any(accept => accept?.Contains("text/html", StringComparison.OrdinalIgnoreCase) is true);

    private static async Task WriteAsync(HttpContext context, PageFile file, int status)
    {
        var (request, response) = (context.Request, context.Response);
        WriteHeaders(response, file);
        if (status == StatusCodes.Status200OK && request.Headers.IfNoneMatch.Any(tags => tags?.Contains(file.Tag, StringComparison.Ordinal) is true))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        var body = file.Content;
        if (file.Compressed is { } compressed && TakesBrotli(request))
        {
            body = compressed;
            response.Headers.ContentEncoding = "br";
        }

        response.StatusCode = status;
        response.ContentType = file.Type;
        response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(request.Method))
            await response.Body.WriteAsync(body, context.RequestAborted);
    }

    private static void WriteHeaders(HttpResponse response, PageFile file)
    {
        var headers = response.Headers;
        headers.ContentSecurityPolicy = ContentPolicy;
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        // No page of somebody else holds a window of ours, to bring it forward just when the owner clicks.
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()";
        headers.ETag = file.Tag;
        // The page names the files of its build, so it must be asked for anew; they can be kept as long as anyone likes.
        headers.CacheControl = file.NeverChanges ? "public, max-age=31536000, immutable" : "no-cache";
        headers.Append(HeaderNames.Vary, HeaderNames.AcceptEncoding);
    }

    private static bool TakesBrotli(HttpRequest request) => request.GetTypedHeaders().AcceptEncoding
        .Any(encoding => encoding.Value.Equals("br", StringComparison.OrdinalIgnoreCase) && encoding.Quality is null or > 0);

    private static IEnumerable<PageFile> Embedded()
    {
        var program = Assembly.GetExecutingAssembly();
        foreach (var name in program.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            using var stream = program.GetManifestResourceStream(name)!;
            var content = new byte[stream.Length];
            stream.ReadExactly(content);
            // The build writes the separators of the machine that it ran on.
            yield return new PageFile("/" + name[Prefix.Length..].Replace('\\', '/'), content);
        }
    }
}
