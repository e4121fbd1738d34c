using System.Collections.Frozen;

namespace Switchboard.Core.Media;

/// <summary>File name extensions and the types they stand for.</summary>
internal static class FileTypes
{
    // The first extension of a type is the one a nameless file of that type gets.
    private static readonly (string Extension, string Type)[] Known =
    [
        (".png", "image/png"), (".jpg", "image/jpeg"), (".jpeg", "image/jpeg"), (".gif", "image/gif"), (".webp", "image/webp"),
        (".avif", "image/avif"), (".bmp", "image/bmp"), (".heic", "image/heic"), (".heif", "image/heif"), (".tiff", "image/tiff"),
        (".tif", "image/tiff"), (".ico", "image/x-icon"), (".svg", "image/svg+xml"),
        (".mp4", "video/mp4"), (".m4v", "video/mp4"), (".mov", "video/quicktime"), (".webm", "video/webm"),
        (".mkv", "video/x-matroska"), (".avi", "video/x-msvideo"), (".3gp", "video/3gpp"), (".3g2", "video/3gpp2"), (".ogv", "video/ogg"),
        (".mp3", "audio/mpeg"), (".m4a", "audio/mp4"), (".aac", "audio/aac"), (".ogg", "audio/ogg"), (".opus", "audio/ogg"),
        (".oga", "audio/ogg"), (".wav", "audio/wav"), (".flac", "audio/flac"), (".amr", "audio/amr"),
        (".txt", "text/plain"), (".log", "text/plain"), (".md", "text/markdown"), (".csv", "text/csv"), (".html", "text/html"),
        (".htm", "text/html"), (".css", "text/css"), (".js", "text/javascript"), (".mjs", "text/javascript"), (".ics", "text/calendar"),
        (".vcf", "text/vcard"), (".json", "application/json"), (".xml", "application/xml"), (".yaml", "application/yaml"),
        (".yml", "application/yaml"), (".rtf", "application/rtf"), (".pdf", "application/pdf"), (".zip", "application/zip"),
        (".gz", "application/gzip"), (".tar", "application/x-tar"), (".7z", "application/x-7z-compressed"), (".rar", "application/vnd.rar"),
        (".epub", "application/epub+zip"), (".jar", "application/java-archive"), (".apk", "application/vnd.android.package-archive"),
        (".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (".pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
        (".odt", "application/vnd.oasis.opendocument.text"), (".ods", "application/vnd.oasis.opendocument.spreadsheet"),
        (".odp", "application/vnd.oasis.opendocument.presentation"), (".doc", "application/msword"),
        (".xls", "application/vnd.ms-excel"), (".ppt", "application/vnd.ms-powerpoint"),
    ];

    private static readonly FrozenDictionary<string, string> Types =
        Known.ToFrozenDictionary(pair => pair.Extension, pair => pair.Type, StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenDictionary<string, string> Extensions =
        Known.DistinctBy(pair => pair.Type).ToFrozenDictionary(pair => pair.Type, pair => pair.Extension, StringComparer.Ordinal);

    // Formats that are a ZIP archive underneath, which is all their first bytes say.
    private static readonly FrozenSet<string> Archives = FrozenSet.Create(
        ".epub", ".jar", ".apk", ".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp");

    private static readonly FrozenSet<string> Texts = FrozenSet.Create(
        ".txt", ".log", ".md", ".csv", ".html", ".htm", ".css", ".js", ".mjs", ".ics", ".vcf", ".json", ".xml", ".yaml", ".yml", ".rtf");

    /// <summary>The type a name's extension stands for, or <c>null</c>.</summary>
    public static string? TypeOf(string? fileName) =>
        fileName is null ? null : Types.GetValueOrDefault(Path.GetExtension(fileName));

    /// <summary>The usual extension of a type, with its dot, or nothing.</summary>
    public static string ExtensionOf(string mimeType) => Extensions.GetValueOrDefault(mimeType, "");

    /// <summary>
    /// A type told by the first bytes, made exact by the name where the bytes leave it open: archives and plain text have
    /// many names, and a name may never turn them into something they are not.
    /// </summary>
    public static string Refine(string sniffed, string? fileName)
    {
        var extension = Path.GetExtension(fileName ?? "").ToLowerInvariant();
        return (sniffed == "application/zip" && Archives.Contains(extension)) || (sniffed == "text/plain" && Texts.Contains(extension))
            ? Types[extension]
            : sniffed;
    }
}
