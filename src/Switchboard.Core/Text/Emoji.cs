using System.Globalization;

namespace Switchboard.Core.Text;

/// <summary>Telling emoji from other reaction keys.</summary>
public static class Emoji
{
    private const int Keycap = 0x20E3;

    /// <summary>A reaction key as it compares: without variation selector 16, which some write and others do not.</summary>
    public static string Plain(string key) => key.Replace("\uFE0F", "", StringComparison.Ordinal);

    /// <summary>Whether the text is one emoji and nothing else.</summary>
    public static bool IsOne(string text) =>
        text.Length > 0
        && StringInfo.GetNextTextElementLength(text) == text.Length
        && text.EnumerateRunes().Any(rune => SearchCharacters.IsSymbol(rune) || rune.Value == Keycap);
}
