using System.Net;
using System.Text;

namespace Switchboard.Matrix.Sending;

/// <summary>Links to people, which is how a mention looks in formatted text.</summary>
internal static class MatrixLinks
{
    private const string To = "https://matrix.to/#/";

    /// <summary>Whether a link leads to something in Matrix.</summary>
    public static bool IsToMatrix(string url) =>
        url.StartsWith(To, StringComparison.OrdinalIgnoreCase) || url.StartsWith("matrix:", StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// Makes links of the ids of these people, and of their names behind an @, where they stand in the text by themselves: not in a
    /// link already, nor in code (matrix.md §4.1).
    /// </summary>
    /// <param name="html">The text.</param>
    /// <param name="users">User ids.</param>
    /// <param name="nameOf">What a person is called; <c>null</c> leaves the id.</param>
    public static string Add(string html, IReadOnlyList<string> users, Func<string, string?> nameOf)
    {
        if (users.Count == 0 || !html.Contains('@'))
            return html;
        var linked = new StringBuilder(html.Length + 64);
        var closed = 0;
        foreach (var token in HtmlTokens.Split(html))
        {
            if (token.Name is "a" or "code" or "pre")
                closed = Math.Max(0, closed + (token.IsEnd ? -1 : 1));
            linked.Append(token.IsText && closed == 0 ? Link(token.Text, users, nameOf) : token.Text);
        }

        return linked.ToString();
    }

    private static string Link(string text, IReadOnlyList<string> users, Func<string, string?> nameOf)
    {
        // The longest first: one id may begin with another.
        foreach (var user in users.OrderByDescending(user => user.Length))
        {
            text = Link(text, user, user, nameOf(user));
        }

        foreach (var (user, name) in users.Select(user => (user, Name: nameOf(user)))
            .Where(known => !string.IsNullOrWhiteSpace(known.Name)).OrderByDescending(known => known.Name!.Length))
        {
            text = Link(text, "@" + name, user, name);
        }

        return text;
    }

    private static string Link(string text, string words, string user, string? name)
    {
        var written = WebUtility.HtmlEncode(words);
        for (var at = 0; (at = text.IndexOf(written, at, StringComparison.OrdinalIgnoreCase)) >= 0;)
        {
            var end = at + written.Length;
            if ((at > 0 && !IsEdge(text[at - 1])) || !IsEnd(text, end) || IsInTag(text, at))
            {
                at = end;
                continue;
            }

            var link = $"<a href=\"{To}{Written(user)}\">{WebUtility.HtmlEncode(name ?? user)}</a>";
            text = text[..at] + link + text[end..];
            at += link.Length;
        }

        return text;
    }

    // What goes on behind a colon is somebody else's id that begins with the same name.
    private static bool IsEnd(string text, int end) =>
        end == text.Length || (IsEdge(text[end]) && (text[end] != ':' || end + 1 == text.Length || !char.IsLetterOrDigit(text[end + 1])));

    // As other clients write it: the two signs that every id has are no harm there.
    private static string Written(string user) =>
        Uri.EscapeDataString(user).Replace("%40", "@", StringComparison.Ordinal).Replace("%3A", ":", StringComparison.Ordinal);

    private static bool IsEdge(char character) =>
        !char.IsLetterOrDigit(character) && character is not ('@' or '-' or '_' or '/' or '=' or '"');

    // What was linked for a longer id before.
    private static bool IsInTag(string text, int at) =>
        text.LastIndexOf("<a ", at, StringComparison.Ordinal) > text.LastIndexOf("</a>", at, StringComparison.Ordinal);
}
