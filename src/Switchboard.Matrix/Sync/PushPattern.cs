using System.IO.Enumeration;
using System.Text.RegularExpressions;

namespace Switchboard.Matrix.Sync;

/// <summary>The patterns of push rules, in which <c>*</c> and <c>?</c> stand for any text and any character. Case makes no difference.</summary>
internal static class PushPattern
{
    private const int Longest = 255;

    /// <summary>Whether all of a value is like the pattern.</summary>
    public static bool IsLike(string value, string pattern) =>
        FileSystemName.MatchesSimpleExpression(pattern.Replace("\\", "\\\\", StringComparison.Ordinal), value, ignoreCase: true);

    /// <summary>Whether something like the pattern stands in a text with no letter, digit or underscore beside it.</summary>
    public static bool IsWordIn(string text, string pattern)
    {
        if (pattern.Length is 0 or > Longest)
            return false;
        return pattern.AsSpan().ContainsAny('*', '?') ? IsLikeWordIn(text, pattern) : IsLiteralIn(text, pattern);
    }

    /// <summary>Whether these very words stand in a text with no letter, digit or underscore beside them.</summary>
    public static bool IsLiteralIn(string text, string words)
    {
        if (words.Length == 0)
            return false;
        for (var from = 0; text.IndexOf(words, from, StringComparison.OrdinalIgnoreCase) is >= 0 and var at; from = at + 1)
        {
            var end = at + words.Length;
            if ((at == 0 || !IsOfWord(text[at - 1])) && (end == text.Length || !IsOfWord(text[end])))
                return true;
        }

        return false;
    }

    // Without backtracking: whoever writes the text must not decide how long this takes.
    private static bool IsLikeWordIn(string text, string pattern) => Regex.IsMatch(
        text,
        @"(?:^|\W)" + Regex.Escape(pattern).Replace("\\*", ".*", StringComparison.Ordinal).Replace("\\?", ".", StringComparison.Ordinal) + @"(?:\W|$)",
        RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.Singleline);

    private static bool IsOfWord(char character) => char.IsLetterOrDigit(character) || character == '_';
}
