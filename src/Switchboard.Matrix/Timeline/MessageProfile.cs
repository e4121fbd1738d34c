using System.Text.Json;

namespace Switchboard.Matrix.Timeline;

/// <summary>A name that a sender bears in one message (matrix.md §3.10, per-message profile).</summary>
/// <param name="Name">The name.</param>
/// <param name="HasFallback">Whether the text repeats it for clients that know nothing of profiles.</param>
internal sealed record MessageProfile(string Name, bool HasFallback)
{
    /// <summary>Reads it from a content; <c>null</c> when there is none.</summary>
    public static MessageProfile? Read(JsonElement content)
    {
        var profile = content.Child("com.beeper.per_message_profile", "m.per_message_profile");
        return profile.Text("displayname", 255) is { Length: > 0 } name && !string.IsNullOrWhiteSpace(name)
            ? new(name, profile.Is("has_fallback"))
            : null;
    }

    /// <summary>Plain text without the name before it.</summary>
    public string WithoutFallback(string body) =>
        HasFallback && body.StartsWith(Name + ": ", StringComparison.Ordinal) ? body[(Name.Length + 2)..] : body;

    /// <summary>HTML without the element that holds the name.</summary>
    public string WithoutFallbackHtml(string html)
    {
        const string Begin = "<strong data-mx-profile-fallback", End = "</strong>";
        if (!HasFallback)
            return html;
        var begin = html.IndexOf(Begin, StringComparison.OrdinalIgnoreCase);
        var end = begin < 0 ? -1 : html.IndexOf(End, begin, StringComparison.OrdinalIgnoreCase);
        return end < 0 ? html : html[..begin] + html[(end + End.Length)..];
    }
}
