using System.Net;
using System.Text.Json;
using Switchboard.Matrix.Api;
using Switchboard.Matrix.Timeline;
using Switchboard.Networks;

namespace Switchboard.Matrix.Login;

/// <summary>Finds the homeserver that a person means (matrix.md §4.2; the specification's server discovery).</summary>
/// <remarks>
/// A URL is taken at its word, and asked where the homeserver is only when it is none itself. A bare name is asked first, by https;
/// names of this machine by http as well.
/// </remarks>
internal sealed class Discovery(Func<Uri, MatrixApi> open)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>The base URL of a homeserver that answers.</summary>
    /// <param name="given">A server's name, a URL, or a user's whole id.</param>
    /// <param name="cancellationToken">Stops looking.</param>
    /// <exception cref="NetworkException"><see cref="NetworkFailure.Rejected"/> with what to do about it.</exception>
    public async Task<Uri> FindAsync(string given, CancellationToken cancellationToken)
    {
        var text = given.Trim();
        if (text.StartsWith('@'))
            text = LoginNames.ServerOf(text) ?? throw NotAnAddress(given);
        var places = Places(text) ?? throw NotAnAddress(given);
        NetworkException? failure = null;
        foreach (var place in places)
        {
            try
            {
                if (text.Contains("://", StringComparison.Ordinal))
                    return await CheckAsync(place, cancellationToken);
                return await AskedAsync(place, cancellationToken) ?? await CheckAsync(place, cancellationToken);
            }
            catch (NetworkException e)
            {
                failure ??= e;
            }
        }

        if (text.Contains("://", StringComparison.Ordinal) && await DelegatedAsync(places[0], cancellationToken) is { } elsewhere)
            return elsewhere;
        throw new NetworkException(NetworkFailure.Rejected, $"No Matrix homeserver was found at {text}. {failure?.Message}", failure);
    }

    private async Task<Uri?> DelegatedAsync(Uri place, CancellationToken cancellationToken)
    {
        try
        {
            return await AskedAsync(place, cancellationToken);
        }
        catch (NetworkException)
        {
            return null;
        }
    }

    /// <summary>Where the site says its homeserver is; <c>null</c> when it says nothing.</summary>
    private async Task<Uri?> AskedAsync(Uri site, CancellationToken cancellationToken)
    {
        using var api = open(new Uri(site.GetLeftPart(UriPartial.Authority)));
        JsonDocument answer;
        try
        {
            answer = await api.GetWellKnownAsync(Patience, cancellationToken);
        }
        catch (NetworkException e) when (e.InnerException is MatrixError or HttpRequestException || e.Kind is NetworkFailure.Transient)
        {
            // Not there, or it cannot be asked: then the site may be a homeserver itself.
            return null;
        }

        using (answer)
        {
            if (answer.RootElement.Child("m.homeserver").Text("base_url") is not { Length: > 0 } text)
                return null;
            if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || !IsWeb(url)
                || (site.Scheme == Uri.UriSchemeHttps && url.Scheme != site.Scheme))
            {
                throw new NetworkException(
                    NetworkFailure.Rejected, "What the site says about its homeserver (.well-known/matrix/client) is not a usable URL.");
            }

            return await CheckAsync(url, cancellationToken);
        }
    }

    /// <summary>Asks whether there is a homeserver, one that is new enough.</summary>
    private async Task<Uri> CheckAsync(Uri url, CancellationToken cancellationToken)
    {
        var place = new Uri(url.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/");
        using var api = open(place);
        try
        {
            using var answer = await api.GetAsync("versions", Patience, cancellationToken);
            var versions = answer.RootElement.Texts("versions").ToList();
            if (versions.Exists(version => version.StartsWith("v1.", StringComparison.Ordinal)))
                return place;
            throw new NetworkException(
                NetworkFailure.Rejected,
                versions.Count == 0
                    ? "What answers there is not a homeserver."
                    : "The homeserver is too old: it must support version 1.1 of Matrix or newer.");
        }
        catch (NetworkException e) when (e.InnerException is MatrixError { Status: HttpStatusCode.NotFound } or JsonException)
        {
            throw new NetworkException(NetworkFailure.Rejected, "What answers there is not a homeserver.", e);
        }
    }

    private static List<Uri>? Places(string text)
    {
        if (text.Contains("://", StringComparison.Ordinal))
            return Uri.TryCreate(text, UriKind.Absolute, out var url) && IsWeb(url) ? [url] : null;
        if (!Uri.TryCreate("https://" + text, UriKind.Absolute, out var secure) || !IsWeb(secure) || secure.PathAndQuery != "/")
            return null;
        return secure.IsLoopback ? [secure, new Uri("http://" + text)] : [secure];
    }

    private static bool IsWeb(Uri url) =>
        (url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp) && url.UserInfo.Length == 0 && url.Host.Length > 0;

    private static NetworkException NotAnAddress(string given) => new(
        NetworkFailure.Rejected,
        $"\"{given.Trim()}\" is not the address of a homeserver. "
        + "It is a name such as example.org or a URL such as https://matrix.example.org.");
}
