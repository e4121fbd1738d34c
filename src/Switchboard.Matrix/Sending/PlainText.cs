using System.Globalization;
using System.Net;
using System.Text;

namespace Switchboard.Matrix.Sending;

/// <summary>
/// The <c>body</c> of a message for clients that show no formatting: what its HTML says in readable plain text, with lists,
/// quotations and the targets of links still there.
/// </summary>
internal sealed class PlainText
{
    private const int DeepestList = 10;

    private readonly StringBuilder text = new();
    // What is open: each list with the number of its next item, 0 for a list without numbers.
    private readonly Stack<int> lists = new();
    private readonly Stack<(string Target, int Start)> links = new();
    private int quotes;
    private int preformatted;
    private int linesDue;
    private bool isBlankDue;

    /// <summary>Reads HTML; text without tags is only unescaped.</summary>
    public static string Of(string html)
    {
        if (!html.Contains('<', StringComparison.Ordinal))
            return WebUtility.HtmlDecode(html);
        var plain = new PlainText();
        foreach (var token in HtmlTokens.Split(html))
        {
            if (token.IsText)
                plain.Append(WebUtility.HtmlDecode(token.Text));
            else
                plain.Tag(token);
        }

        return plain.text.ToString().Trim('\n');
    }

    private void Append(string raw)
    {
        if (preformatted > 0)
        {
            BreakLines();
            text.Append(quotes > 0 ? raw.Replace("\n", "\n" + Quotation, StringComparison.Ordinal) : raw);
            return;
        }

        foreach (var line in raw.Split('\n').Index())
        {
            // A line end in text that is not marked up otherwise is one that the writer typed.
            if (line.Index > 0)
                isBlankDue = true;
            AppendLine(line.Item);
        }
    }

    private void AppendLine(string line)
    {
        if (line.Length == 0)
            return;
        if (string.IsNullOrWhiteSpace(line))
        {
            isBlankDue = true;
            return;
        }

        BreakLines();
        if ((isBlankDue || char.IsWhiteSpace(line[0])) && text.Length > 0 && text[^1] is not ('\n' or ' '))
            text.Append(' ');
        isBlankDue = false;
        text.Append(line.AsSpan().TrimStart());
    }

    private void Tag(HtmlTokens.Token tag)
    {
        switch (tag.Name)
        {
            case "br":
                BreakLines();
                text.Append('\n').Append(Quotation);
                isBlankDue = false;
                break;
            case "hr":
                Block(1);
                Append("---");
                Block(1);
                break;
            case "a":
                Link(tag);
                break;
            case "img" when !tag.IsEnd:
                Append(tag.Attribute("alt") ?? "");
                break;
            case "ul" or "ol":
                List(tag);
                break;
            case "li" when !tag.IsEnd:
                Item();
                break;
            case "blockquote":
                Block(1);
                quotes = Math.Max(0, quotes + (tag.IsEnd ? -1 : 1));
                break;
            case "pre":
                Block(1);
                preformatted = Math.Max(0, preformatted + (tag.IsEnd ? -1 : 1));
                break;
            case "p":
                Block(lists.Count > 0 ? 1 : 2);
                break;
            case "div" or "h1" or "h2" or "h3" or "h4" or "h5" or "h6" or "li" or "table" or "tr" or "caption" or "details" or "summary":
                Block(1);
                break;
            case "td" or "th":
                isBlankDue = true;
                break;
        }
    }

    private string Quotation => quotes == 0 ? "" : string.Concat(Enumerable.Repeat("> ", Math.Min(quotes, DeepestList)));

    private void List(HtmlTokens.Token tag)
    {
        Block(1);
        if (tag.IsEnd)
            lists.TryPop(out _);
        else if (tag.Name == "ul")
            lists.Push(0);
        else
            lists.Push(int.TryParse(tag.Attribute("start"), CultureInfo.InvariantCulture, out var start) ? Math.Max(1, start) : 1);
    }

    private void Item()
    {
        Block(1);
        BreakLines();
        text.Append(' ', 2 * Math.Clamp(lists.Count - 1, 0, DeepestList));
        if (lists.TryPop(out var number) && number > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"{number}. ");
            lists.Push(number + 1);
        }
        else
        {
            text.Append("• ");
            lists.Push(0);
        }

        isBlankDue = false;
    }

    private void Link(HtmlTokens.Token tag)
    {
        if (!tag.IsEnd)
        {
            BreakLines();
            if (isBlankDue && text.Length > 0 && text[^1] is not ('\n' or ' '))
                text.Append(' ');
            isBlankDue = false;
            links.Push((tag.Attribute("href") ?? "", text.Length));
        }
        else if (links.TryPop(out var link) && link.Target.Length > 0)
        {
            var label = text.ToString(link.Start, text.Length - link.Start);
            // Links to people are read as their names; a link that reads as where it leads needs no telling twice.
            if (!MatrixLinks.IsToMatrix(link.Target) && label.TrimEnd('/') != link.Target.TrimEnd('/') && "mailto:" + label != link.Target)
                text.Append(CultureInfo.InvariantCulture, $" ({link.Target})");
        }
    }

    private void Block(int lines)
    {
        linesDue = Math.Max(linesDue, lines);
        isBlankDue = false;
    }

    private void BreakLines()
    {
        if (linesDue == 0)
            return;
        if (text.Length > 0)
        {
            while (text.Length > 0 && text[^1] == ' ')
            {
                text.Length--;
            }

            text.Append('\n', linesDue);
        }

        text.Append(Quotation);
        linesDue = 0;
        isBlankDue = false;
    }
}
