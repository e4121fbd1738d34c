using System.Buffers;
using System.Collections.Frozen;
using System.Net;
using System.Text;

namespace Switchboard.Core.Text;

/// <summary>Which tags, attributes and addresses may stand in a message: the Matrix specification's list (matrix.md §7).</summary>
internal static class MatrixSubset
{
    /// <summary>How deep elements may nest; the tags of deeper ones are dropped.</summary>
    public const int MaxDepth = 100;

    private const int MaxAddressLength = 16_384;

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF");

    private static readonly SearchValues<char> Unwanted = SearchValues.Create(
        [.. Enumerable.Range(0, 0xA0).Select(c => (char)c).Where(c => char.IsControl(c) && c is not ('\t' or '\n' or '\r'))]);

    private static readonly FrozenSet<string> Tags = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "del", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "p", "a", "ul", "ol", "sup", "sub", "li", "b", "i", "u",
        "strong", "em", "s", "code", "hr", "br", "div", "table", "thead", "tbody", "tr", "th", "td", "caption", "pre",
        "span", "img", "details", "summary");

    private static readonly FrozenSet<string> ForeignTags = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "html", "head", "body", "title", "meta", "link", "base", "script", "style", "noscript", "template", "iframe",
        "object", "embed", "param", "svg", "math", "video", "audio", "source", "track", "canvas", "picture", "form",
        "input", "button", "label", "select", "option", "textarea", "font", "strike", "big", "small", "center", "tt",
        "ins", "mark", "kbd", "samp", "var", "cite", "q", "abbr", "dfn", "time", "bdi", "bdo", "wbr", "ruby", "rt", "rp",
        "section", "article", "header", "footer", "nav", "main", "aside", "figure", "figcaption", "address", "dl", "dt",
        "dd", "tfoot", "col", "colgroup", "fieldset", "legend", "dialog", "menu", "marquee", "mx-reply");

    private static readonly FrozenSet<string> Blocks = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "p", "ul", "ol", "li", "hr", "div", "table", "thead", "tbody",
        "tfoot", "tr", "caption", "pre", "details", "summary", "section", "article", "header", "footer", "nav", "main",
        "aside", "figure", "figcaption", "address", "dl", "dt", "dd", "form", "fieldset", "center", "title", "body");

    private static readonly FrozenSet<string> Schemes = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase, "http", "https", "ftp", "mailto", "magnet", "matrix");

    /// <summary>The tag's name in lower case, or <c>null</c> when the tag is not allowed.</summary>
    public static string? Tag(ReadOnlySpan<char> name) =>
        Tags.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out var tag) ? tag : null;

    /// <summary>Whether HTML has such an element, allowed here or not.</summary>
    public static bool IsHtml(ReadOnlySpan<char> name) =>
        Tag(name) is not null || ForeignTags.GetAlternateLookup<ReadOnlySpan<char>>().Contains(name);

    /// <summary>Whether the element stands on lines of its own.</summary>
    public static bool IsBlock(ReadOnlySpan<char> name) => Blocks.GetAlternateLookup<ReadOnlySpan<char>>().Contains(name);

    /// <summary>Whether the element has no content and no end tag.</summary>
    public static bool IsVoid(string tag) => tag is "br" or "hr" or "img";

    /// <summary>The address a link may lead to, or <c>null</c> when its scheme is none of those allowed.</summary>
    public static string? Link(string address)
    {
        address = address.Trim();
        var scheme = address.IndexOf(':');
        if (scheme < 0 || address.Length > MaxAddressLength || address.AsSpan().ContainsAnyInRange('\0', '\u001F')) return null;
        return Schemes.GetAlternateLookup<ReadOnlySpan<char>>().Contains(address.AsSpan(0, scheme)) ? address : null;
    }

    /// <summary>Appends the attributes of a start tag that are allowed on it, with allowed values.</summary>
    public static void AppendAttributes(StringBuilder html, string tag, ReadOnlySpan<char> attributes)
    {
        foreach (var name in AttributesOf(tag))
        {
            if (!HtmlReader.TryGetAttribute(attributes, name, out var raw) || raw.Length > MaxAddressLength) continue;
            if (Value(name, WebUtility.HtmlDecode(raw.ToString())) is { } value) AppendAttribute(html, name, value);
        }
    }

    /// <summary>Appends one attribute, escaped.</summary>
    public static void AppendAttribute(StringBuilder html, string name, string value)
    {
        var escaped = MatrixHtml.Escape(value).Replace("\"", "&quot;", StringComparison.Ordinal);
        html.Append(' ').Append(name).Append("=\"").Append(escaped).Append('"');
    }

    private static string[] AttributesOf(string tag) => tag switch
    {
        "a" => ["href", "target"],
        "img" => ["src", "alt", "title", "width", "height"],
        "ol" => ["start"],
        "code" => ["class"],
        "span" => ["data-mx-color", "data-mx-bg-color", "data-mx-spoiler", "data-mx-maths"],
        "div" => ["data-mx-maths"],
        _ => [],
    };

    private static string? Value(string name, string value) => name switch
    {
        "href" => Link(value),
        "src" => IsMedia(value) ? value : null,
        "target" => value == "_blank" ? value : null,
        "start" or "width" or "height" => value.Length is > 0 and <= 9 && !value.AsSpan().ContainsAnyExceptInRange('0', '9') ? value : null,
        "class" => Language(value),
        "data-mx-color" or "data-mx-bg-color" => IsColor(value) ? value : null,
        _ => WithoutControls(value),
    };

    private static bool IsColor(string value) =>
        value.Length == 7 && value[0] == '#' && !value.AsSpan(1).ContainsAnyExcept(HexDigits);

    private static string? Language(string value) => value
        .Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .FirstOrDefault(name => name.StartsWith("language-", StringComparison.Ordinal) && !name.Any(char.IsControl));

    private static bool IsMedia(string value)
    {
        const string scheme = "mxc://";
        const string letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-";
        if (!value.StartsWith(scheme, StringComparison.Ordinal)) return false;
        var path = value.AsSpan(scheme.Length);
        var slash = path.IndexOf('/');
        return slash > 0 && slash < path.Length - 1
            && path[..slash].IndexOfAnyExcept(letters + ".:[]") < 0
            && path[(slash + 1)..].IndexOfAnyExcept(letters + "_") < 0;
    }

    /// <summary>The text without control characters other than tab and line ends.</summary>
    public static string WithoutControls(string text) =>
        text.AsSpan().ContainsAny(Unwanted) ? string.Concat(text.Where(c => !Unwanted.Contains(c))) : text;
}
