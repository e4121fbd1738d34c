using System.Text.Json;

namespace Switchboard.Core.Chats;

/// <summary>Drafts as they are kept, and two of them made one.</summary>
internal static class Drafts
{
    extension(Draft draft)
    {
        /// <summary>As the store keeps it.</summary>
        public string Write() => JsonSerializer.Serialize(draft, CoreJson.Default.Draft);

        /// <summary>This one, and below it with an empty line between what another one has that this one has not.</summary>
        public Draft WithBelow(Draft other)
        {
            var names = draft.Attachments.Concat(other.Attachments).Select(file => file.Id).ToHashSet(StringComparer.Ordinal);
            var taken = draft.Attachments.Select(file => file.Id).ToHashSet(StringComparer.Ordinal);
            var files = other.Attachments.Select(file => taken.Contains(file.Id) ? file with { Id = Unused(file.Id, names) } : file);
            return new Draft(Joined(draft.Text, other.Text), [.. draft.Attachments, .. files]);
        }
    }

    private static string Unused(string name, HashSet<string> names)
    {
        var number = 2;
        while (!names.Add($"{name}_{number}"))
        {
            number++;
        }

        return $"{name}_{number}";
    }

    // Only in text without tags line ends count as they are.
    private static string Joined(string text, string other) => (text, other) switch
    {
        (_, "") => text,
        ("", _) => other,
        _ when text == other => text,
        _ when text.Contains('<') || other.Contains('<') => $"{InHtml(text)}<br><br>{InHtml(other)}",
        _ => $"{text}\n\n{other}",
    };

    private static string InHtml(string text) => text.Contains('<') ? text : text.ReplaceLineEndings("<br>");
}
