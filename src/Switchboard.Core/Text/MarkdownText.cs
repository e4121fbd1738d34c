using System.Buffers;
using System.Text;
using Markdig;
using Markdig.Extensions.EmphasisExtras;
using Markdig.Parsers;
using Markdig.Parsers.Inlines;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using Switchboard.Networks;

namespace Switchboard.Core.Text;

/// <summary>Decides whether a text has Markdown in it, and which.</summary>
internal static class MarkdownText
{
    /// <summary>Longer texts are plain: no network of ours carries a longer formatted one.</summary>
    private const int MaxLength = 65_536;

    /// <summary>The parser's time grows with the square of these; this many take it well below a second.</summary>
    private const int MaxDelimiters = 4_000;

    private static readonly SearchValues<char> Delimiters = SearchValues.Create("*_~[]!`<");
    private static readonly SearchValues<char> Starters = SearchValues.Create("*_~[]`<>#+-=\\0123456789");
    private static readonly MarkdownPipeline Pipeline = BuildPipeline();

    /// <summary>Reads one text; see <see cref="MatrixHtml.FromInput"/>.</summary>
    public static MessageText Read(string text)
    {
        if (text.AsSpan().IndexOfAny(Starters) < 0 || IsTooMuch(text) || Parse(text) is not { } document) return Plain(text);
        if (IsPlain(document)) return Plain(WithoutEscapes(text));
        var formatted = MarkdownHtml.Write(document);
        return string.IsNullOrWhiteSpace(MatrixHtml.ToPlainText(formatted.Html)) ? Plain(text) : formatted;
    }

    private static MarkdownPipeline BuildPipeline()
    {
        var builder = new MarkdownPipelineBuilder().DisableHtml().UseEmphasisExtras(EmphasisExtraOptions.Strikethrough);
        builder.BlockParsers.TryRemove<IndentedCodeBlockParser>();
        builder.InlineParsers.TryRemove<HtmlEntityParser>();
        return builder.Build();
    }

    private static MessageText Plain(string text) => new(MatrixHtml.Escape(text), IsFormatted: false);

    private static bool IsTooMuch(string text)
    {
        if (text.Length > MaxLength) return true;
        var count = 0;
        foreach (var c in text)
            if (Delimiters.Contains(c)) count++;
        return count > MaxDelimiters;
    }

    private static MarkdownDocument? Parse(string text)
    {
        try
        {
            var document = Markdown.Parse(text, Pipeline);
            var unused = UnusedDefinitions(document);
            return unused.Count == 0 ? document : Markdown.Parse(Escape(text, unused), Pipeline);
        }
        catch (ArgumentException)
        {
            // Markdig's answer to nesting that would exhaust its stack.
            return null;
        }
    }

    /// <summary>A definition no link uses would vanish from the message: someone wrote a line that only looks like one.</summary>
    private static List<int> UnusedDefinitions(MarkdownDocument document)
    {
        var definitions = document.Descendants<LinkReferenceDefinition>().ToHashSet();
        if (definitions.Count == 0) return [];
        definitions.ExceptWith(document.Descendants<LinkInline>().Select(link => link.Reference).OfType<LinkReferenceDefinition>());
        return [.. definitions.Select(definition => definition.Span.Start).Order()];
    }

    private static string Escape(string text, List<int> positions)
    {
        var escaped = new StringBuilder(text.Length + positions.Count);
        var done = 0;
        foreach (var position in positions)
        {
            var bracket = text.IndexOf('[', position);
            if (bracket < done) continue;
            escaped.Append(text, done, bracket - done).Append('\\');
            done = bracket;
        }
        return escaped.Append(text, done, text.Length - done).ToString();
    }

    private static bool IsPlain(MarkdownDocument document) => document.All(block =>
        block is ParagraphBlock paragraph && (paragraph.Inline?.All(IsPlain) ?? true));

    private static bool IsPlain(Inline inline) => inline switch
    {
        LiteralInline or LineBreakInline => true,
        AutolinkInline link => MarkdownHtml.Address(link) is null,
        _ => false,
    };

    private static string WithoutEscapes(string text)
    {
        if (!text.Contains('\\')) return text;
        var plain = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] == '\\' && at + 1 < text.Length && IsEscapable(text[at + 1])) at++;
            plain.Append(text[at]);
        }
        return plain.ToString();
    }

    private static bool IsEscapable(char c) => c is '\n' or '\r' || char.IsAscii(c) && (char.IsPunctuation(c) || char.IsSymbol(c));
}
