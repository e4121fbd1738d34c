using FsCheck;
using FsCheck.Fluent;

namespace Switchboard.Core.Tests.Text;

/// <summary>Generates texts of the kinds that break text code.</summary>
internal static class Texts
{
    private static readonly string[] Pieces =
    [
        "a", "Bob", "é", "e\u0301", "İ", "ß", "ς", "й", "東", "京都", "ｶﾞ", "한", "\u1112\u1161", "\u11AB",
        "ไทย", "हि", "\u0301", "\u3099", "👍", "👍🏽", "🏽", "👩\u200D💻", "\u200D", "\uFE0F", "\u20E3", "1", "#",
        "🇩", "\uD800", "\uDC00", "\0", "\u0007", " ", "\n", "\r\n", "\t", "'", "’", "\"", "*", "**", "_",
        "~~", "`", "```", "[", "](", ")", "![", "<", ">", "&", "&amp;", "&lt;", "&#106;", "\\", "- ", "1. ",
        "> ", "# ", "---", "    ", ":", "c5", "NEAR(", "AND", "OR", "-", "^", "{", "<b>", "</b>", "<p>",
        "</p>", "<a href=\"", "\">", "<a href='", "javascript:", "http://x.y/", "mxc://s/m", "<img src=",
        " alt=x", "<script>", "</script>", "<style", "<mx-reply>", "</mx-reply>", "<!--", "-->",
        "<svg onload=", "<table>", "<td>", "<li>", "<br/>", "<span data-mx-color='#ff0000'>", " onclick=",
        "=", "[x]: ", "\u2028", "\u00A0",
    ];

    /// <summary>Texts put together from <see cref="Pieces"/>, and FsCheck's own.</summary>
    public static Arbitrary<string> Any { get; } = Arb.From(
        Gen.OneOf(
            Gen.Elements(Pieces).ListOf().Select(pieces => string.Concat(pieces)),
            Gen.Elements(Pieces).ListOf().Select(pieces => string.Join(' ', pieces)),
            ArbMap.Default.GeneratorFor<string>().Select(text => text ?? "")),
        text => text.Length == 0 ? [] : [text[1..], text[..^1], text[..(text.Length / 2)], text[(text.Length / 2)..]]);

    /// <summary>Enough cases to meet the odd combination, failing the test on the first.</summary>
    public static Config Thorough { get; } = Config.QuickThrowOnFailure.WithMaxTest(1_000).WithEndSize(60);
}
