using System.Buffers;
using System.Net;
using System.Text;
using Switchboard.Networks;

namespace Switchboard.Core.Text;

/// <summary>
/// Writes HTML anew with nothing in it but the Matrix subset. Every character and attribute is escaped again and every
/// element closed, so what comes out means the same to any parser. For one text; not thread-safe.
/// </summary>
internal sealed class HtmlSanitizer
{
    private static readonly SearchValues<char> Markup = SearchValues.Create("<>&");

    private readonly StringBuilder _html = new();
    private readonly List<string> _open = [];
    private readonly Dictionary<string, int> _tooDeep = [];
    private bool _hasTags;

    /// <summary>Sanitises one text.</summary>
    public static MessageText Sanitize(string html) =>
        // Most messages have nothing that could be markup.
        html.AsSpan().ContainsAny(Markup) ? new HtmlSanitizer().Run(html) : new MessageText(MatrixSubset.WithoutControls(html), false);

    private MessageText Run(string html)
    {
        var reader = new HtmlReader(html);
        while (reader.Read())
        {
            switch (reader.Token)
            {
                case HtmlToken.Text:
                    AppendText(reader.Text.ToString());
                    break;
                case HtmlToken.Start when MatrixSubset.Tag(reader.Name) is { } tag:
                    Start(tag, reader.Attributes);
                    break;
                case HtmlToken.End when MatrixSubset.Tag(reader.Name) is { } tag:
                    End(tag);
                    break;
            }
        }
        CloseDownTo(0);
        return new MessageText(_html.ToString(), _hasTags);
    }

    private void AppendText(string raw) =>
        _html.Append(MatrixHtml.Escape(MatrixSubset.WithoutControls(WebUtility.HtmlDecode(raw))));

    private void Start(string tag, ReadOnlySpan<char> attributes)
    {
        CloseImplied(tag);
        if (_open.Count >= MatrixSubset.MaxDepth)
        {
            if (!MatrixSubset.IsVoid(tag)) _tooDeep[tag] = _tooDeep.GetValueOrDefault(tag) + 1;
            return;
        }
        var allowed = new StringBuilder();
        MatrixSubset.AppendAttributes(allowed, tag, attributes);
        var written = allowed.ToString();
        if (tag == "a" && !written.StartsWith(" href=", StringComparison.Ordinal)) return;
        if (tag == "img" && !written.StartsWith(" src=", StringComparison.Ordinal))
        {
            if (HtmlReader.TryGetAttribute(attributes, "alt", out var alternative)) AppendText(alternative.ToString());
            return;
        }
        _html.Append('<').Append(tag).Append(written).Append('>');
        _hasTags = true;
        if (!MatrixSubset.IsVoid(tag)) _open.Add(tag);
    }

    private void End(string tag)
    {
        if (_tooDeep.TryGetValue(tag, out var dropped) && dropped > 0)
        {
            _tooDeep[tag] = dropped - 1;
            return;
        }
        var at = _open.LastIndexOf(tag);
        if (at >= 0) CloseDownTo(at);
    }

    /// <summary>Closes what a parser would close before this tag, so that nesting stays what it looks like.</summary>
    private void CloseImplied(string tag)
    {
        if (tag is not ("td" or "th" or "a") && !MatrixSubset.IsBlock(tag)) return;
        for (var at = _open.Count - 1; at >= 0; at--)
        {
            if (Closes(tag, _open[at]))
            {
                CloseDownTo(at);
                return;
            }
            if (Shelters(tag, _open[at])) return;
        }
    }

    private static bool Closes(string tag, string open) => tag switch
    {
        "li" or "tr" or "a" => open == tag,
        "td" or "th" => open is "td" or "th",
        _ => open == "p",
    };

    private static bool Shelters(string tag, string open) => tag switch
    {
        "li" => open is "ul" or "ol",
        "tr" => open is "table",
        "td" or "th" => open is "tr" or "table",
        "a" => false,
        _ => open is "blockquote" or "li" or "td" or "th" or "div" or "details",
    };

    private void CloseDownTo(int depth)
    {
        for (var at = _open.Count - 1; at >= depth; at--) _html.Append("</").Append(_open[at]).Append('>');
        _open.RemoveRange(depth, _open.Count - depth);
    }
}
