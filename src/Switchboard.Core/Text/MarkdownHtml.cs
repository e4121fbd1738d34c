using System.Globalization;
using System.Text;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using Switchboard.Networks;

namespace Switchboard.Core.Text;

/// <summary>
/// Writes a parsed Markdown document as Matrix HTML, without a blank or line end that is not in the text. Walks with a
/// stack of its own, so a deep document cannot exhaust the thread's. For one document; not thread-safe.
/// </summary>
internal sealed class MarkdownHtml
{
    private readonly StringBuilder _html = new();
    private readonly Stack<object> _ahead = new();
    private int _depth;
    private bool _isInLink;
    private bool _hasTags;

    /// <summary>Writes one document.</summary>
    public static MessageText Write(MarkdownDocument document)
    {
        var writer = new MarkdownHtml();
        writer.Run(document);
        return new MessageText(writer._html.ToString(), writer._hasTags);
    }

    /// <summary>Where an autolink leads, or <c>null</c> when that is no allowed scheme and the link just text.</summary>
    public static string? Address(AutolinkInline link) => MatrixSubset.Link(link.IsEmail ? $"mailto:{link.Url}" : link.Url);

    private void Run(MarkdownDocument document)
    {
        _ahead.Push(document);
        while (_ahead.TryPop(out var next))
        {
            if (next is string tag) Close(tag);
            else if (next is Block block) WriteBlock(block);
            else if (next is Inline inline) WriteInline(inline);
        }
    }

    private void WriteBlock(Block block)
    {
        switch (block)
        {
            case LinkReferenceDefinitionGroup:
                break;
            case ThematicBreakBlock:
                Void("hr");
                break;
            case CodeBlock code:
                WriteCode(code);
                break;
            case ContainerBlock container:
                if (container is QuoteBlock) Open("blockquote");
                else if (container is ListBlock list) OpenList(list);
                else if (container is ListItemBlock) Open("li");
                foreach (var child in container.Reverse()) _ahead.Push(child);
                break;
            case LeafBlock leaf:
                if (leaf is HeadingBlock heading) Open(string.Create(CultureInfo.InvariantCulture, $"h{heading.Level}"));
                else if (!IsBare(leaf)) Open("p");
                if (leaf.Inline is { } inline) _ahead.Push(inline);
                break;
        }
    }

    private static bool IsBare(LeafBlock paragraph) => paragraph.Parent switch
    {
        MarkdownDocument document => document.All(block => block == paragraph || block is LinkReferenceDefinitionGroup),
        ListItemBlock { Parent: ListBlock list } => !list.IsLoose,
        _ => false,
    };

    private void OpenList(ListBlock list)
    {
        var isCounted = int.TryParse(list.OrderedStart, NumberStyles.None, CultureInfo.InvariantCulture, out var start);
        if (!list.IsOrdered || !isCounted || start == 1) Open(list.IsOrdered ? "ol" : "ul");
        else Open("ol", "start", start.ToString(CultureInfo.InvariantCulture));
    }

    private void WriteCode(CodeBlock code)
    {
        var language = MatrixSubset.WithoutControls(((code as FencedCodeBlock)?.Info ?? "").Trim());
        Open("pre");
        if (language.Length == 0) Open("code");
        else Open("code", "class", $"language-{language}");
        for (var line = 0; line < code.Lines.Count; line++)
        {
            Text(code.Lines.Lines[line].Slice.ToString());
            _html.Append('\n');
        }
    }

    private void WriteInline(Inline inline)
    {
        switch (inline)
        {
            case LiteralInline literal:
                Text(literal.Content.ToString());
                break;
            case LineBreakInline:
                Void("br");
                break;
            case CodeInline code:
                Open("code");
                Text(code.Content);
                break;
            case AutolinkInline link when !_isInLink && Address(link) is { } address:
                OpenLink(address);
                Text(link.Url);
                break;
            case AutolinkInline link:
                Text($"<{link.Url}>");
                break;
            case DelimiterInline delimiter:
                Text(delimiter.ToLiteral());
                Children(delimiter);
                break;
            case ContainerInline container:
                if (container is EmphasisInline emphasis) Open(Tag(emphasis));
                else if (container is LinkInline link && !_isInLink && MatrixSubset.Link(link.Url ?? "") is { } target) OpenLink(target);
                Children(container);
                break;
        }
    }

    private void Children(ContainerInline container)
    {
        for (var child = container.LastChild; child is not null; child = child.PreviousSibling) _ahead.Push(child);
    }

    private static string Tag(EmphasisInline emphasis) =>
        emphasis.DelimiterChar == '~' ? "del" : emphasis.DelimiterCount == 2 ? "strong" : "em";

    private void OpenLink(string address) => _isInLink = Open("a", "href", address);

    private bool Open(string tag, string? attribute = null, string value = "")
    {
        if (_depth >= MatrixSubset.MaxDepth) return false;
        _depth++;
        _hasTags = true;
        _html.Append('<').Append(tag);
        if (attribute is not null) MatrixSubset.AppendAttribute(_html, attribute, value);
        _html.Append('>');
        _ahead.Push(tag);
        return true;
    }

    private void Close(string tag)
    {
        _depth--;
        if (tag == "a") _isInLink = false;
        _html.Append("</").Append(tag).Append('>');
    }

    private void Void(string tag)
    {
        if (_depth >= MatrixSubset.MaxDepth) return;
        _hasTags = true;
        _html.Append('<').Append(tag).Append('>');
    }

    private void Text(string text) => _html.Append(MatrixHtml.Escape(MatrixSubset.WithoutControls(text)));
}
