using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace Switchboard.Server.OAuth;

/// <summary>
/// The parameters of an OAuth request. An empty one counts as absent and one that comes twice is an error (RFC 6749 §3.1); only
/// <c>resource</c> may (RFC 8707).
/// </summary>
internal sealed class OAuthParameters
{
    private const int LongestBody = 64 * 1024;
    private readonly Dictionary<string, StringValues> values;

    private OAuthParameters(IEnumerable<KeyValuePair<string, StringValues>> values) =>
        this.values = new Dictionary<string, StringValues>(values, StringComparer.Ordinal);

    /// <summary>Those of the query.</summary>
    public static OAuthParameters Of(IQueryCollection query) => new(query);

    /// <summary>Those of the body: a form, or JSON, which some clients send (auth.md §7).</summary>
    /// <exception cref="OAuthException">The body is neither, or too large.</exception>
    public static async Task<OAuthParameters> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.Headers.Authorization is [{ } header, ..] && header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase))
        {
            throw new OAuthException("invalid_client", "Clients of this server are public and have no secret: send client_id in the body.")
            {
                Status = StatusCodes.Status401Unauthorized,
            };
        }

        var body = await ReadBodyAsync(request, cancellationToken);
        if (request.HasJsonContentType())
            return new OAuthParameters(FromJson(body));
        if (request.HasFormContentType || (body.Length == 0 && request.ContentType is null))
            return new OAuthParameters(QueryHelpers.ParseQuery(Encoding.UTF8.GetString(body)));
        throw new OAuthException("invalid_request", "Send the parameters as application/x-www-form-urlencoded.");
    }

    /// <summary>A parameter.</summary>
    /// <exception cref="OAuthException">It comes twice.</exception>
    public string? Find(string name)
    {
        if (!values.TryGetValue(name, out var found))
            return null;
        return found.Count > 1
            ? throw new OAuthException("invalid_request", $"{name} must not come twice.")
            : found is [{ Length: > 0 } value] ? value : null;
    }

    /// <summary>A parameter that must be there.</summary>
    /// <exception cref="OAuthException">It is not, or comes twice.</exception>
    public string Demand(string name) => Find(name) ?? throw new OAuthException("invalid_request", $"{name} is required.");

    /// <summary>All values of a parameter.</summary>
    public IReadOnlyList<string> All(string name) =>
        values.TryGetValue(name, out var found) ? found.OfType<string>().Where(value => value.Length > 0).ToList() : [];

    /// <summary>Refuses a parameter that comes twice, whichever it is.</summary>
    /// <exception cref="OAuthException">One does.</exception>
    public void DemandOnce()
    {
        foreach (var (name, _) in values.Where(pair => pair.Value.Count > 1 && pair.Key is not "resource"))
        {
            var isPlain = name.Length <= 40 && name.All(c => char.IsAsciiLetter(c) || c == '_');
            throw new OAuthException("invalid_request", isPlain ? $"{name} must not come twice." : "A parameter comes twice.");
        }
    }

    private static async Task<byte[]> ReadBodyAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        var buffer = new byte[4096];
        int read;
        while ((read = await request.Body.ReadAsync(buffer, cancellationToken)) > 0)
        {
            bytes.Write(buffer, 0, read);
            if (bytes.Length > LongestBody)
                throw new OAuthException("invalid_request", "The body is too large.") { Status = StatusCodes.Status413PayloadTooLarge };
        }

        return bytes.ToArray();
    }

    private static List<KeyValuePair<string, StringValues>> FromJson(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 4, AllowDuplicateProperties = false });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new OAuthException("invalid_request", "The body must be an object.");
            return document.RootElement.EnumerateObject()
                .Where(property => property.Value.ValueKind == JsonValueKind.String)
                .Select(property => KeyValuePair.Create(property.Name, new StringValues(property.Value.GetString())))
                .ToList();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new OAuthException("invalid_request", "The body is not valid JSON.");
        }
    }
}
