using System.Net;
using System.Text;

namespace Switchboard.Core.Text;

/// <summary>Reads the text out of HTML the way it would look: blocks on lines of their own, blanks collapsed.</summary>
internal sealed class HtmlPlainText
{
    private readonly StringBuilder _text = new();
    private int _preformatted;
    private bool _blankIsDue;
    private bool _lineIsDue;

    /// <summary>Reads one text.</summary>
    public static string Read(string html)
    {
        var plain = new HtmlPlainText();
        var reader = new HtmlReader(html);
        var hasTags = false;
        while (reader.Read())
        {
            if (reader.Token is HtmlToken.Text && !hasTags && reader.Text.Length == html.Length) return WebUtility.HtmlDecode(html);
            hasTags = true;
            if (reader.Token is HtmlToken.Text) plain.AppendText(reader.Text);
            else plain.AppendTag(ref reader);
        }
        return plain._text.ToString();
    }

    private void AppendText(ReadOnlySpan<char> raw)
    {
        if (raw.Contains('&')) raw = WebUtility.HtmlDecode(raw.ToString());
        if (_preformatted > 0)
        {
            FinishLine();
            _text.Append(raw);
            return;
        }
        while (!raw.IsEmpty)
        {
            var blank = raw.IndexOfAny(" \t\r\n\f");
            AppendWord(blank < 0 ? raw : raw[..blank]);
            if (blank < 0) return;
            _blankIsDue = true;
            raw = raw[(blank + 1)..];
        }
    }

    private void AppendWord(ReadOnlySpan<char> word)
    {
        if (word.IsEmpty) return;
        FinishLine();
        if (_blankIsDue && _text.Length > 0 && _text[^1] != '\n') _text.Append(' ');
        _blankIsDue = false;
        _text.Append(word);
    }

    private void AppendTag(ref HtmlReader reader)
    {
        var isStart = reader.Token is HtmlToken.Start;
        var name = reader.Name;
        if (name.Equals("br", StringComparison.OrdinalIgnoreCase))
        {
            FinishLine();
            _text.Append('\n');
            _blankIsDue = false;
        }
        else if (isStart && name.Equals("img", StringComparison.OrdinalIgnoreCase))
        {
            if (HtmlReader.TryGetAttribute(reader.Attributes, "alt", out var alternative)) AppendText(alternative);
        }
        else if (MatrixSubset.IsBlock(name))
        {
            _lineIsDue = true;
            if (name.Equals("pre", StringComparison.OrdinalIgnoreCase)) _preformatted = Math.Max(0, _preformatted + (isStart ? 1 : -1));
        }
        else if (name.Equals("td", StringComparison.OrdinalIgnoreCase) || name.Equals("th", StringComparison.OrdinalIgnoreCase))
            _blankIsDue = true;
    }

    private void FinishLine()
    {
        if (_lineIsDue && _text.Length > 0 && _text[^1] != '\n')
        {
            _text.Append('\n');
            _blankIsDue = false;
        }
        _lineIsDue = false;
    }
}
