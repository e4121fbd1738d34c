using System.Buffers;
using System.Text;
using System.Text.Json;
using Switchboard.Networks;

namespace Switchboard.Core.Text;

/// <summary>
/// The text of messages: from what a client or a network gives to the Matrix subset of HTML that we store and send,
/// and from there to plain text. Pure and thread-safe. Any input is accepted; time and memory stay proportional to it.
/// </summary>
public static class MatrixHtml
{
    private static readonly SearchValues<char> Special = SearchValues.Create("&<>");

    /// <summary>
    /// Reads the text of a message or draft a client sends (rest.md §5, open-questions.md §15 and §16).
    /// </summary>
    /// <param name="text">
    /// Plain text or Markdown: CommonMark with <c>~~</c> strike-through and every line end a line break, but no raw
    /// HTML, no entities and no code by indentation, all of which stay the text they are. Or a JSON string literal with
    /// an HTML tag in it: that HTML is sanitised and taken as it is.
    /// </param>
    /// <returns>
    /// Text without markup as it was, only escaped; backslash escapes count as spelling, not as markup, and lose their
    /// backslash. A single paragraph has no <c>p</c> around it. Text of more than 64 Ki characters, with thousands of
    /// delimiters, or nested beyond reason is taken as plain.
    /// </returns>
    public static MessageText FromInput(string text) =>
        TryReadLiteral(text, out var html) ? Sanitize(html) : MarkdownText.Read(text);

    /// <summary>
    /// Reduces HTML from outside to the Matrix subset: tags and attributes not on the list are dropped and their text
    /// kept; the contents of scripts, style sheets and reply fallbacks are dropped as well.
    /// </summary>
    /// <param name="html">Any text. A tag without its end is taken as text.</param>
    /// <returns>Safe, balanced HTML; not formatted when no tag is left in it. Sanitising it again changes nothing.</returns>
    public static MessageText Sanitize(string html) => HtmlSanitizer.Sanitize(html);

    /// <summary>
    /// The text a person sees, for search and previews: no tags, no reply fallback, entities decoded, <c>br</c> and
    /// block elements as line ends, the <c>alt</c> of pictures in their place. In HTML with tags, runs of blanks
    /// outside <c>pre</c> are one blank; text without tags keeps its blanks and line ends.
    /// </summary>
    /// <param name="html">HTML of a message, or anything else.</param>
    public static string ToPlainText(string html) =>
        html.AsSpan().IndexOfAny('<', '&') < 0 ? html : HtmlPlainText.Read(html);

    /// <summary>Plain text as HTML: <c>&amp; &lt; &gt;</c> escaped, nothing else changed.</summary>
    public static string Escape(string plain)
    {
        var rest = plain.AsSpan();
        var next = rest.IndexOfAny(Special);
        if (next < 0) return plain;
        var html = new StringBuilder(plain.Length + 16);
        for (; next >= 0; next = rest.IndexOfAny(Special))
        {
            html.Append(rest[..next]).Append(rest[next] switch { '&' => "&amp;", '<' => "&lt;", _ => "&gt;" });
            rest = rest[(next + 1)..];
        }
        return html.Append(rest).ToString();
    }

    private static bool TryReadLiteral(string text, out string html)
    {
        html = "";
        var trimmed = text.AsSpan().Trim(" \t\r\n");
        if (trimmed.Length < 5 || trimmed[0] != '"' || trimmed[^1] != '"' || !trimmed.Contains('>')) return false;
        try
        {
            var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(text));
            if (!reader.Read() || reader.TokenType is not JsonTokenType.String) return false;
            html = reader.GetString() ?? "";
            return !reader.Read() && HasTag(html);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static bool HasTag(string html)
    {
        var reader = new HtmlReader(html);
        while (reader.Read())
            if (reader.Token is not HtmlToken.Text && MatrixSubset.IsHtml(reader.Name)) return true;
        return false;
    }
}
