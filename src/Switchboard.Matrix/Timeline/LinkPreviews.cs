using System.Text.Json;
using Switchboard.Networks;

namespace Switchboard.Matrix.Timeline;

/// <summary>Previews that a sender made of links (matrix.md §3.6).</summary>
internal static class LinkPreviews
{
    private const int Most = 10;
    private const int LongestUrl = 4096;

    /// <summary>Reads them; only links of the web are taken.</summary>
    public static List<RemoteLink> Of(JsonElement content) =>
        [.. content.Child("com.beeper.linkpreviews").Items(Most).Select(Read).OfType<RemoteLink>()];

    private static RemoteLink? Read(JsonElement preview)
    {
        var matched = Web(preview.Text("matched_url", LongestUrl));
        if ((Web(preview.Text("og:url", LongestUrl)) ?? matched) is not { } url)
            return null;
        return new()
        {
            Url = url,
            Title = preview.Text("og:title", 500) is { Length: > 0 } title ? title : url,
            OriginalUrl = matched == url ? null : matched,
            Summary = preview.Text("og:description", 2000),
            Picture = preview.File("og:image") is not { } picture ? null : new RemoteMedia(new(picture), new()
            {
                Kind = AttachmentKind.Image,
                MimeType = preview.Text("og:image:type", 100) is { } type && type.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '+' or '-' or '_')
                    ? type
                    : "image/*",
                FileName = "preview",
                FileSize = preview.Whole("matrix:image:size") is > 0 and var size ? size : null,
                Width = preview.Whole("og:image:width") is > 0 and < 1_000_000 and var width ? (int)width : null,
                Height = preview.Whole("og:image:height") is > 0 and < 1_000_000 and var height ? (int)height : null,
            }),
        };
    }

    private static string? Web(string? url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var parsed)
        && (parsed.Scheme == Uri.UriSchemeHttp || parsed.Scheme == Uri.UriSchemeHttps) ? url : null;
}
