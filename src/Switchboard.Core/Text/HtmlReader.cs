using System.Buffers;

namespace Switchboard.Core.Text;

/// <summary>What <see cref="HtmlReader"/> stands on.</summary>
internal enum HtmlToken
{
    /// <summary>Character data, entities not decoded.</summary>
    Text,

    /// <summary>A start tag.</summary>
    Start,

    /// <summary>An end tag.</summary>
    End,
}

/// <summary>
/// Splits HTML into texts and tags in one pass, without building a tree: a tree is where hostile markup grows beyond
/// the input. Comments, declarations, and the contents of <c>script</c>, <c>style</c> and <c>mx-reply</c> are left
/// out. A tag that never ends is text, and so is all that follows it.
/// </summary>
internal ref struct HtmlReader(ReadOnlySpan<char> html)
{
    private const string Blanks = " \t\r\n\f";
    private static readonly SearchValues<char> EndsTagName = SearchValues.Create(" \t\r\n\f/>");
    private static readonly SearchValues<char> EndsAttributeName = SearchValues.Create(" \t\r\n\f/=");

    private ReadOnlySpan<char> _rest = html;
    private bool _replyNeverEnds;
    private bool _onlyTextIsLeft;

    /// <summary>What the reader stands on.</summary>
    public HtmlToken Token { get; private set; }

    /// <summary>The characters of a <see cref="HtmlToken.Text"/>.</summary>
    public ReadOnlySpan<char> Text { get; private set; }

    /// <summary>The tag's name as written.</summary>
    public ReadOnlySpan<char> Name { get; private set; }

    /// <summary>What stands between a start tag's name and its end.</summary>
    public ReadOnlySpan<char> Attributes { get; private set; }

    /// <summary>Goes to the next token.</summary>
    /// <returns><c>false</c> at the end.</returns>
    public bool Read()
    {
        while (!_rest.IsEmpty)
        {
            if (_onlyTextIsLeft || _rest[0] != '<' || !StartsMarkup(_rest)) return ReadText();
            if (_rest[1] is '!' or '?' || _rest[1] == '/' && !char.IsAsciiLetter(_rest[2])) SkipComment();
            else if (ReadTag()) return true;
        }
        return false;
    }

    /// <summary>Finds the value of an attribute, entities not decoded; the first one counts.</summary>
    public static bool TryGetAttribute(ReadOnlySpan<char> attributes, string name, out ReadOnlySpan<char> value)
    {
        var rest = attributes;
        while (TryReadAttribute(ref rest, out var found, out value))
            if (found.Equals(name, StringComparison.OrdinalIgnoreCase)) return true;
        value = default;
        return false;
    }

    private static bool StartsMarkup(ReadOnlySpan<char> text) =>
        text.Length > 1 && (char.IsAsciiLetter(text[1]) || text[1] is '!' or '?' || text[1] == '/' && text.Length > 2);

    private bool ReadText()
    {
        var length = 1;
        if (_onlyTextIsLeft)
            length = _rest.Length;
        else
            while (length < _rest.Length)
            {
                var next = _rest[length..].IndexOf('<');
                length = next < 0 ? _rest.Length : length + next;
                if (length == _rest.Length || StartsMarkup(_rest[length..])) break;
                length++;
            }
        Token = HtmlToken.Text;
        Text = _rest[..length];
        _rest = _rest[length..];
        return true;
    }

    private void SkipComment()
    {
        var isComment = _rest.StartsWith("<!--");
        var end = isComment ? _rest[2..].IndexOf("-->") + 2 : _rest.IndexOf('>');
        var length = isComment ? 3 : 1;
        _rest = end < (isComment ? 2 : 0) ? default : _rest[(end + length)..];
    }

    private bool ReadTag()
    {
        var isEnd = _rest[1] == '/';
        var start = isEnd ? 2 : 1;
        var nameLength = _rest[start..].IndexOfAny(EndsTagName);
        var end = nameLength < 0 ? -1 : EndOfTag(_rest, start + nameLength);
        if (end < 0)
        {
            _onlyTextIsLeft = true;
            return false;
        }
        Name = _rest.Slice(start, nameLength);
        Attributes = _rest[(start + nameLength)..end];
        Token = isEnd ? HtmlToken.End : HtmlToken.Start;
        _rest = _rest[(end + 1)..];
        return isEnd || !SkipContent();
    }

    private bool SkipContent()
    {
        if (Is("mx-reply"))
        {
            var end = _replyNeverEnds ? -1 : _rest.IndexOf("</mx-reply>", StringComparison.OrdinalIgnoreCase);
            _replyNeverEnds = end < 0;
            _rest = _rest[Math.Max(end, 0)..];
            return false;
        }
        var isScript = Is("script");
        if (!isScript && !Is("style")) return false;
        var close = _rest.IndexOf(isScript ? "</script" : "</style", StringComparison.OrdinalIgnoreCase);
        _rest = close < 0 ? default : _rest[close..];
        return true;
    }

    private readonly bool Is(string name) => Name.Equals(name, StringComparison.OrdinalIgnoreCase);

    private static int EndOfTag(ReadOnlySpan<char> text, int from)
    {
        for (var at = from; at < text.Length; at++)
        {
            if (text[at] == '>') return at;
            if (text[at] != '=') continue;
            while (at + 1 < text.Length && IsBlank(text[at + 1])) at++;
            if (at + 1 == text.Length || text[at + 1] is not ('"' or '\'')) continue;
            var length = text[(at + 2)..].IndexOf(text[at + 1]);
            if (length < 0) return -1;
            at += length + 2;
        }
        return -1;
    }

    private static bool TryReadAttribute(
        scoped ref ReadOnlySpan<char> rest, out ReadOnlySpan<char> name, out ReadOnlySpan<char> value)
    {
        name = value = default;
        rest = rest.TrimStart(" \t\r\n\f/");
        if (rest.IsEmpty) return false;
        var length = rest[1..].IndexOfAny(EndsAttributeName) + 1;
        if (length == 0) length = rest.Length;
        name = rest[..length];
        rest = rest[length..].TrimStart(Blanks);
        if (!rest.StartsWith('=')) return true;
        rest = rest[1..].TrimStart(Blanks);
        var isQuoted = !rest.IsEmpty && rest[0] is '"' or '\'';
        var end = isQuoted ? rest[1..].IndexOf(rest[0]) : rest.IndexOfAny(Blanks);
        var start = isQuoted ? 1 : 0;
        if (end < 0) end = rest.Length - start;
        value = rest.Slice(start, end);
        rest = rest[Math.Min(rest.Length, start + end + start)..];
        return true;
    }

    private static bool IsBlank(char c) => c is ' ' or '\t' or '\r' or '\n' or '\f';
}
