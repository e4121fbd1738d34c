using System.Buffers;
using System.Text;

namespace Switchboard.Core.Media;

/// <summary>Tells a file's type by its first bytes.</summary>
internal static class LeadingBytes
{
    /// <summary>How many bytes are worth having.</summary>
    public const int Wanted = 4096;

    private static readonly SearchValues<byte> BitmapHeaderSizes = SearchValues.Create([12, 16, 40, 52, 56, 64, 108, 124]);

    /// <summary>The type that a signature gives away, or <c>null</c>.</summary>
    public static string? TypeBySignature(ReadOnlySpan<byte> head) => head switch
    {
        [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => "image/png",
        [0xFF, 0xD8, 0xFF, ..] => "image/jpeg",
        _ when head.StartsWith("GIF87a"u8) || head.StartsWith("GIF89a"u8) => "image/gif",
        _ when head.StartsWith("RIFF"u8) && head.Length >= 12 => TypeOfRiff(head[8..12]),
        _ when head.StartsWith("BM"u8) && head.Length >= 26 && BitmapHeaderSizes.Contains(head[14]) && head[15] == 0 => "image/bmp",
        [_, _, _, _, (byte)'f', (byte)'t', (byte)'y', (byte)'p', ..] when head.Length >= 16 => TypeOfBrands(head),
        [_, _, _, _, (byte)'m', (byte)'o', (byte)'o', (byte)'v', ..] => "video/quicktime",
        _ when head.StartsWith("%PDF-"u8) => "application/pdf",
        [(byte)'P', (byte)'K', 3 or 5, 4 or 6, ..] => "application/zip",
        [0x1F, 0x8B, 8, ..] => "application/gzip",
        _ when head.StartsWith("OggS"u8) => head[..Math.Min(head.Length, 64)].IndexOf("theora"u8) >= 0 ? "video/ogg" : "audio/ogg",
        _ when head.StartsWith("fLaC"u8) => "audio/flac",
        [0x1A, 0x45, 0xDF, 0xA3, ..] => head[..Math.Min(head.Length, 64)].IndexOf("webm"u8) >= 0 ? "video/webm" : "video/x-matroska",
        _ when head.StartsWith("ID3"u8) => "audio/mpeg",
        [(byte)'I', (byte)'I', 0x2A, 0, ..] or [(byte)'M', (byte)'M', 0, 0x2A, ..] => "image/tiff",
        [0, 0, 1, 0, > 0, 0, ..] => "image/x-icon",
        [(byte)'7', (byte)'z', 0xBC, 0xAF, 0x27, 0x1C, ..] => "application/x-7z-compressed",
        _ when head.StartsWith("Rar!\x1A\x07"u8) => "application/vnd.rar",
        _ when head.StartsWith("#!AMR"u8) => "audio/amr",
        [0xFF, 0xF0 or 0xF1 or 0xF8 or 0xF9, ..] => "audio/aac",
        _ when Mp3Frame.TryParse(head, out _) => "audio/mpeg",
        _ => null,
    };

    /// <summary>
    /// The type of what reads as text, or <c>null</c> if it does not: HTML, SVG and XML are told apart, all else is plain.
    /// </summary>
    /// <param name="head">The first bytes.</param>
    /// <param name="isWhole">Whether they are the whole file; else the last character may be cut in two.</param>
    public static string? TypeOfText(ReadOnlySpan<byte> head, bool isWhole)
    {
        if (head.StartsWith("\uFEFF"u8))
            head = head[3..];
        if (head.IsEmpty || !IsText(head, isWhole))
            return null;
        var start = head.TrimStart(" \t\r\n"u8);
        var opening = Encoding.UTF8.GetString(start[..Math.Min(start.Length, 1024)]);
        bool Opens(string with) => opening.StartsWith(with, StringComparison.OrdinalIgnoreCase);
        bool Has(string text) => opening.Contains(text, StringComparison.OrdinalIgnoreCase);
        if (Opens("<svg") || ((Opens("<?xml") || Opens("<!--") || Opens("<!doctype svg")) && Has("<svg")))
            return "image/svg+xml";
        if (Opens("<!doctype html") || Opens("<html") || Opens("<head") || Opens("<body") || Opens("<script")
            || ((Opens("<?xml") || Opens("<!--")) && Has("<html")))
            return "text/html";
        return Opens("<?xml") ? "application/xml" : "text/plain";
    }

    private static bool IsText(ReadOnlySpan<byte> bytes, bool isWhole)
    {
        while (!bytes.IsEmpty)
        {
            switch (Rune.DecodeFromUtf8(bytes, out var rune, out var used))
            {
                case OperationStatus.Done when IsTextCharacter(rune):
                    bytes = bytes[used..];
                    break;
                case OperationStatus.NeedMoreData:
                    return !isWhole;
                default:
                    return false;
            }
        }

        return true;
    }

    private static bool IsTextCharacter(Rune rune) => rune.Value is '\t' or '\n' or '\r' or '\f' or 0x1B || !Rune.IsControl(rune);

    private static string? TypeOfRiff(ReadOnlySpan<byte> form) => form switch
    {
        _ when form.SequenceEqual("WEBP"u8) => "image/webp",
        _ when form.SequenceEqual("WAVE"u8) => "audio/wav",
        _ when form.SequenceEqual("AVI "u8) => "video/x-msvideo",
        _ => null,
    };

    private static string TypeOfBrands(ReadOnlySpan<byte> head)
    {
        var boxEnd = (int)Math.Clamp(SampledBytes.BigEndian(head), 16, (uint)Math.Min(head.Length, 256));
        var known = TypeOfBrand(head[8..12]);
        // "mif1" and "isom" only say how the file is built; the compatible brands say what is in it.
        for (var at = 16; known is null or "image/heif" && at + 4 <= boxEnd; at += 4)
            known = TypeOfBrand(head[at..(at + 4)]) ?? known;
        return known ?? "video/mp4";
    }

    private static string? TypeOfBrand(ReadOnlySpan<byte> brand) => Encoding.Latin1.GetString(brand) switch
    {
        "heic" or "heix" or "heim" or "heis" or "hevc" or "hevx" => "image/heic",
        "avif" or "avis" => "image/avif",
        "mif1" or "msf1" => "image/heif",
        "M4A " or "M4B " or "M4P " => "audio/mp4",
        "qt  " => "video/quicktime",
        "mp41" or "mp42" or "M4V " or "avc1" => "video/mp4",
        ['3', 'g', 'p', _] => "video/3gpp",
        ['3', 'g', '2', _] => "video/3gpp2",
        _ => null,
    };
}
