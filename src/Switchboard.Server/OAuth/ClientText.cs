using System.Globalization;
using System.Text;

namespace Switchboard.Server.OAuth;

/// <summary>What a client says of itself, made fit to be shown to the owner who has to judge it.</summary>
internal static class ClientText
{
    private const int LongestName = 100;
    private const int LongestUri = 1000;

    // Letters by their category, and nothing to the eye: fillers of Hangul, and Braille without a dot.
    private static readonly int[] Blanks = [0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0];

    /// <summary>
    /// A name on one line, without characters that are not seen or that turn the order of others around; they could make it look like
    /// another's, or like a part of the page.
    /// </summary>
    public static string Name(string? name, string otherwise)
    {
        var text = new StringBuilder();
        foreach (var rune in (name ?? "").EnumerateRunes())
        {
            var category = Rune.GetUnicodeCategory(rune);
            if (IsSpace(category))
                text.Append(' ');
            else if (IsSeen(category) && !Blanks.Contains(rune.Value) && text.Length < LongestName)
                text.Append(rune);
        }

        var words = string.Join(' ', text.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries));
        return words.Length == 0 ? otherwise : words;
    }

    private static bool IsSpace(UnicodeCategory category) => category is UnicodeCategory.Control or UnicodeCategory.LineSeparator
        or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator;

    private static bool IsSeen(UnicodeCategory category) =>
        category is not (UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);

    /// <summary>An address of a page or, with TLS only, a picture.</summary>
    /// <returns><c>false</c> when it is given and is none.</returns>
    public static bool TryUri(string? given, bool needsTls, out string? uri)
    {
        uri = null;
        if (string.IsNullOrEmpty(given))
            return true;
        if (given.Length > LongestUri || !Uri.TryCreate(given, UriKind.Absolute, out var parsed) || parsed.UserInfo.Length > 0
            || !(parsed.Scheme == "https" || (parsed.Scheme == "http" && !needsTls)))
        {
            return false;
        }

        uri = parsed.AbsoluteUri;
        return true;
    }
}
