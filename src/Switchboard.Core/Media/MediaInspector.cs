namespace Switchboard.Core.Media;

/// <summary>
/// Finds out what a file is. It looks at headers only: whatever a file claims, a few thousand small reads and a buffer of
/// 64 KiB are the most it takes, and nothing in a file makes it throw.
/// </summary>
public static class MediaInspector
{
    private const int LongestMimeType = 127;
    private const string Unknown = "application/octet-stream";

    /// <summary>
    /// The type, size and duration of a file. The type is the declared one if that is well-formed, else what the first
    /// bytes show, else what the name's extension stands for. Size and duration are always read from the bytes.
    /// </summary>
    /// <param name="content">The file; must be able to seek. It is left at any position and not closed.</param>
    /// <param name="fileName">Its name, if known.</param>
    /// <param name="declaredMimeType">The type someone gave, if any. Parameters (<c>; charset=…</c>) are dropped.</param>
    /// <exception cref="IOException">The disk failed.</exception>
    public static MediaFacts Inspect(Stream content, string? fileName, string? declaredMimeType)
    {
        var bytes = new SampledBytes(content);
        Span<byte> buffer = stackalloc byte[LeadingBytes.Wanted];
        var head = buffer[..bytes.Read(0, buffer)];
        var signature = LeadingBytes.TypeBySignature(head);
        var (type, size, duration) = signature is null ? (null, null, null) : Measure(signature, bytes);
        var mimeType = Normalize(declaredMimeType)
            ?? Refined(type ?? LeadingBytes.TypeOfText(head, head.Length == bytes.Length), fileName)
            ?? FileTypes.TypeOf(fileName)
            ?? Unknown;
        return new MediaFacts(mimeType, size?.Width, size?.Height, duration);
    }

    /// <summary>
    /// Whether a browser may show a file of this type on our pages. All else must be a download: HTML, SVG, PDF and the
    /// like can run code or pose as a page of ours.
    /// </summary>
    public static bool IsSafeInline(string mimeType) => Normalize(mimeType) switch
    {
        "image/png" or "image/jpeg" or "image/gif" or "image/webp" or "image/avif" or "image/bmp" or "image/heic" => true,
        "text/plain" => true,
        { } type => type.StartsWith("video/", StringComparison.Ordinal) || type.StartsWith("audio/", StringComparison.Ordinal),
        null => false,
    };

    /// <summary>
    /// A name under which anybody may save the file: the last step of a path, without control characters, colons and
    /// marks that turn the direction of text, not beginning or ending with a dot or space, at most 150 UTF-16 units with
    /// the extension kept, never empty.
    /// </summary>
    /// <param name="name">The name someone gave, if any.</param>
    /// <param name="mimeType">The file's type; gives a nameless file its extension.</param>
    public static string SafeFileName(string? name, string mimeType) => SafeNames.Make(name, mimeType);

    private static string? Refined(string? sniffed, string? fileName) => sniffed is null ? null : FileTypes.Refine(sniffed, fileName);

    private static (string Type, (int Width, int Height)? Size, double? Duration) Measure(string type, SampledBytes bytes)
    {
        switch (type)
        {
            case "image/heic" or "image/heif" or "image/avif":
                return (type, IsoMedia.Read(bytes).Size, null);
            case "video/mp4" or "audio/mp4" or "video/quicktime" or "video/3gpp" or "video/3gpp2":
                var media = IsoMedia.Read(bytes);
                var isSound = type == "video/mp4" && media.HasSound && !media.HasVideo;
                return (isSound ? "audio/mp4" : type, media.Size, media.Duration);
            default:
                return (type, PictureSize.Read(type, bytes), SoundLength.Read(type, bytes));
        }
    }

    /// <summary><c>type/subtype</c> in lower case without parameters, or <c>null</c> if it is not one.</summary>
    private static string? Normalize(string? mimeType)
    {
        if (mimeType is null)
            return null;
        var end = mimeType.IndexOf(';');
        var essence = (end < 0 ? mimeType : mimeType[..end]).Trim().ToLowerInvariant();
        var slash = essence.IndexOf('/');
        var isType = essence.Length <= LongestMimeType && slash > 0 && IsToken(essence[..slash]) && IsToken(essence[(slash + 1)..]);
        return isType ? essence : null;
    }

    private static bool IsToken(string text) =>
        text.Length > 0 && text.All(character => char.IsAsciiLetterOrDigit(character) || "!#$&-^_.+".Contains(character));
}
