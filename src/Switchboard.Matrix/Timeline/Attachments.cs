using System.Text.Json;
using Switchboard.Networks;

namespace Switchboard.Matrix.Timeline;

/// <summary>Files of messages (matrix.md §3.3).</summary>
internal static class Attachments
{
    private const int MostInGallery = 50;
    private const int LongestName = 255;
    private const string Voice = "org.matrix.msc3245.voice";
    private const string UnknownType = "application/octet-stream";

    /// <summary>Whether a message type has a file.</summary>
    public static bool IsFileType(string? type) => type is "m.image" or "m.video" or "m.audio" or "m.file" or "m.sticker";

    /// <summary>The file of a content.</summary>
    /// <param name="type">Its <c>msgtype</c>, or <c>m.sticker</c>.</param>
    /// <param name="content">The content.</param>
    /// <returns><c>null</c> when it has none, or one that is encrypted.</returns>
    public static RemoteMedia? Of(string type, JsonElement content)
    {
        if (content.File("url") is not { } address)
            return null;
        var info = content.Child("info");
        var mime = MimeOf(info);
        return new RemoteMedia(new(address), new()
        {
            Kind = KindOf(type, content, info, mime),
            MimeType = mime,
            FileName = NameOf(content),
            FileSize = info.Whole("size") is >= 0 and var size ? size : null,
            Width = Pixels(info, "w"),
            Height = Pixels(info, "h"),
            Duration = Milliseconds(info, content) is > 0 and var duration ? duration / 1000.0 : null,
            Poster = info.File("thumbnail_url") is { } poster ? new(poster) : null,
        });
    }

    /// <summary>The pictures of a gallery.</summary>
    public static List<RemoteMedia> OfGallery(JsonElement content) =>
    [
        .. content.Child("com.beeper.gallery.images").Items(MostInGallery)
            .Select(item => Of(item.Id("msgtype") is { } type && IsFileType(type) ? type : "m.image", item)).OfType<RemoteMedia>(),
    ];

    /// <summary>Whether the file is there but encrypted, which cannot be read yet.</summary>
    public static bool IsEncrypted(JsonElement content) => !content.Has("url") && content.Child("file").ValueKind == JsonValueKind.Object;

    /// <summary>A file's name: <c>filename</c>, else the body.</summary>
    public static string NameOf(JsonElement content) =>
        (content.Text("filename", LongestName) is { Length: > 0 } name ? name : content.Text("body", LongestName)) is { Length: > 0 } given
            ? new string([.. given.Where(letter => !char.IsControl(letter))])
            : "file";

    /// <summary>Whether the body is a caption rather than the file's name.</summary>
    public static bool HasCaption(JsonElement content) =>
        content.Text("filename", BodyText.Longest) is { Length: > 0 } name && content.Text("body", BodyText.Longest) is { Length: > 0 } body
        && name != body;

    private static AttachmentKind KindOf(string type, JsonElement content, JsonElement info, string mime) => type switch
    {
        "m.sticker" => AttachmentKind.Sticker,
        "m.image" => mime == "image/gif" || info.Is("fi.mau.gif") ? AttachmentKind.Gif : AttachmentKind.Image,
        "m.video" => info.Is("fi.mau.gif") ? AttachmentKind.Gif : AttachmentKind.Video,
        "m.audio" => content.Has(Voice) || content.Has(Voice + ".v2") ? AttachmentKind.VoiceNote : AttachmentKind.Audio,
        _ => AttachmentKind.File,
    };

    private static string MimeOf(JsonElement info) =>
        info.Text("mimetype", 128) is { } type && type.Split(';')[0].Trim().ToLowerInvariant() is var mime
        && mime.Split('/') is [{ Length: > 0 } kind, { Length: > 0 } sub]
        && char.IsAsciiLetter(kind[0]) && kind.All(IsMimeLetter) && sub.All(IsMimeLetter)
            ? mime
            : UnknownType;

    private static bool IsMimeLetter(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '.' or '+' or '_';

    private static int? Pixels(JsonElement info, string name) =>
        info.Whole(name) is > 0 and < 1_000_000 and var pixels ? (int)pixels : null;

    private static long? Milliseconds(JsonElement info, JsonElement content) =>
        info.Whole("duration") ?? content.Child("org.matrix.msc1767.audio").Whole("duration");
}
