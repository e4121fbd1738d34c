using System.Globalization;
using System.Text;

namespace Switchboard.Core.Media;

/// <summary>Makes file names that may be shown and saved anywhere.</summary>
internal static class SafeNames
{
    private const int Longest = 150;
    private const int LongestExtension = 16;

    /// <summary>See <see cref="MediaInspector.SafeFileName"/>.</summary>
    public static string Make(string? name, string mimeType)
    {
        var clean = Trim(Clean(name ?? ""));
        if (clean.Length > Longest)
        {
            var extension = Path.GetExtension(clean);
            if (extension.Length > LongestExtension)
                extension = "";
            clean = Trim(Cut(clean[..^extension.Length], Longest - extension.Length)) + extension;
        }

        return clean.Length > 0 ? clean : "file" + FileTypes.ExtensionOf(mimeType);
    }

    private static string Clean(string name)
    {
        var last = name.AsSpan(name.LastIndexOfAny(['/', '\\']) + 1);
        var kept = new StringBuilder(Math.Min(last.Length, 1024));
        foreach (var rune in last.EnumerateRunes())
        {
            if (IsHarmless(rune))
                kept.Append(rune);
        }

        return kept.ToString();
    }

    // U+FFFD is what half a surrogate pair turns into; the ranges are the marks that turn the direction of text.
    private static bool IsHarmless(Rune rune) =>
        Rune.GetUnicodeCategory(rune)
            is not (UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
        && rune.Value is not (':' or 0xFFFD or 0xFEFF or 0x061C or 0x200E or 0x200F
            or (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069));

    private static string Trim(string name)
    {
        var (start, end) = (0, name.Length);
        while (start < end && IsDotOrSpace(name[start]))
            start++;
        while (end > start && IsDotOrSpace(name[end - 1]))
            end--;
        return name[start..end];
    }

    private static bool IsDotOrSpace(char character) => character == '.' || char.IsWhiteSpace(character);

    private static string Cut(string text, int length) =>
        text.Length <= length ? text : text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];
}
