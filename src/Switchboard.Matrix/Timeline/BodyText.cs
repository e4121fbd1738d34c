using System.Text.Json;
using Switchboard.Networks;

namespace Switchboard.Matrix.Timeline;

/// <summary>
/// A message's text as HTML (matrix.md §3.2, text; §3.10, per-message profile). What it holds is sanitised by the server.
/// </summary>
internal static class BodyText
{
    /// <summary>Longest text taken, in characters; an event holds less.</summary>
    public const int Longest = 65_536;

    private const string Html = "org.matrix.custom.html";

    /// <summary>The text of <c>body</c> and <c>formatted_body</c>; <c>null</c> when there is none.</summary>
    /// <param name="content">The content, or an edit's new one.</param>
    /// <param name="isReply">Whether it may begin with a fallback of what it answers.</param>
    /// <param name="profile">The per-message profile in it.</param>
    public static MessageText? Of(JsonElement content, bool isReply, MessageProfile? profile = null)
    {
        if (content.Text("format") == Html && content.Text("formatted_body", Longest) is { } html)
        {
            html = WithoutReply(html);
            return string.IsNullOrWhiteSpace(html) ? null : new MessageText(profile?.WithoutFallbackHtml(html) ?? html, true);
        }

        if (content.Text("body", Longest) is not { } body)
            return null;
        if (isReply)
            body = WithoutQuote(body);
        body = profile?.WithoutFallback(body) ?? body;
        return string.IsNullOrWhiteSpace(body) ? null : Plain(body);
    }

    /// <summary>Text without markup.</summary>
    public static MessageText Plain(string text) => new(Escape(text), false);

    /// <summary>Text in which nothing is markup.</summary>
    public static string Escape(string text) => text
        .Replace("&", "&amp;", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace(">", "&gt;", StringComparison.Ordinal);

    /// <summary>HTML without the quotation that clients once put before an answer.</summary>
    internal static string WithoutReply(string html)
    {
        const string Begin = "<mx-reply>", End = "</mx-reply>";
        var begin = html.IndexOf(Begin, StringComparison.OrdinalIgnoreCase);
        if (begin < 0)
            return html;
        var end = html.LastIndexOf(End, StringComparison.OrdinalIgnoreCase);
        // Not closed: all of it belongs to the quotation, as a parser would have it.
        return end < begin ? html[..begin] : html[..begin] + html[(end + End.Length)..];
    }

    /// <summary>
    /// Text without the lines that clients once quoted before an answer: "> &lt;@somebody:server> …". Other quotations are the
    /// sender's own.
    /// </summary>
    internal static string WithoutQuote(string body)
    {
        if (!body.StartsWith("> <", StringComparison.Ordinal) && !body.StartsWith("> * <", StringComparison.Ordinal))
            return body;
        var rest = body.AsSpan();
        while (rest.StartsWith(">"))
        {
            var line = rest.IndexOf('\n');
            rest = line < 0 ? [] : rest[(line + 1)..];
        }

        return (rest.StartsWith("\n") ? rest[1..] : rest).ToString();
    }
}
