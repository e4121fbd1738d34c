using System.Net;

namespace Switchboard.Matrix.Sending;

/// <summary>Splits HTML into texts and tags. Tags that never end are text.</summary>
internal static class HtmlTokens
{
    /// <summary>The pieces, which together are the whole.</summary>
    public static IEnumerable<Token> Split(string html)
    {
        for (var at = 0; at < html.Length;)
        {
            var open = html.IndexOf('<', at);
            var close = open < 0 ? -1 : html.IndexOf('>', open);
            if (close < 0)
            {
                yield return new Token(html[at..]);
                yield break;
            }

            if (open > at)
                yield return new Token(html[at..open]);
            yield return new Token(html[open..(close + 1)], isTag: true);
            at = close + 1;
        }
    }

    /// <summary>A piece.</summary>
    internal sealed class Token(string text, bool isTag = false)
    {
        /// <summary>As it is written.</summary>
        public string Text { get; } = text;

        /// <summary>Whether it is text between tags.</summary>
        public bool IsText { get; } = !isTag;

        /// <summary>Whether it is an end tag.</summary>
        public bool IsEnd { get; } = isTag && text.StartsWith("</", StringComparison.Ordinal);

        /// <summary>The tag's name in lower case; empty for text.</summary>
        public string Name { get; } = isTag ? NameOf(text) : "";

        /// <summary>An attribute's value.</summary>
        public string? Attribute(string name)
        {
            for (var at = 0; (at = Text.IndexOf(name + "=", at, StringComparison.OrdinalIgnoreCase)) >= 0; at++)
            {
                if (at == 0 || !char.IsWhiteSpace(Text[at - 1]))
                    continue;
                var start = at + name.Length + 1;
                if (start >= Text.Length)
                    return null;
                var quote = Text[start];
                var end = quote is '"' or '\'' ? Text.IndexOf(quote, start + 1) : Text.IndexOfAny([' ', '\t', '\n', '>'], start);
                return end < 0 ? null : WebUtility.HtmlDecode(quote is '"' or '\'' ? Text[(start + 1)..end] : Text[start..end]);
            }

            return null;
        }

        private static string NameOf(string tag)
        {
            var name = tag.AsSpan(1, tag.Length - 2).TrimStart('/');
            var end = name.IndexOfAny(" \t\r\n/");
            return (end < 0 ? name : name[..end]).ToString().ToLowerInvariant();
        }
    }
}
