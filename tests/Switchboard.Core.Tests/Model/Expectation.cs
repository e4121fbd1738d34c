using System.Text;
using Switchboard.Core.Messages;

namespace Switchboard.Core.Tests.Model;

/// <summary>A message as the simplest program that could be right keeps it.</summary>
internal sealed class ExpectedMessage
{
    public required int Chat { get; init; }

    public required string RemoteId { get; init; }

    public required string Sender { get; init; }

    public required bool IsHidden { get; init; }

    public required string? Text { get; set; }

    public required bool MentionsMe { get; set; }

    public long SortKey { get; set; }

    public string Id { get; set; } = "";

    public int EditedAt { get; set; } = -1;

    public int Edits { get; set; }

    public bool IsDeleted { get; set; }

    public bool IsForgotten { get; set; }

    public SortedSet<string> Reactions { get; } = new(StringComparer.Ordinal);

    public bool IsShown => !IsHidden && !IsDeleted && !IsForgotten;
}

/// <summary>A chat as the simplest program keeps it: its messages in the order of their arrival, forgotten ones too.</summary>
internal sealed class ExpectedChat
{
    public List<ExpectedMessage> Messages { get; } = [];

    /// <summary>How many, from the oldest on, have been read.</summary>
    public int Read { get; set; }

    public bool IsMarkedUnread { get; set; }

    public List<ExpectedMessage> Kept => Messages.FindAll(message => !message.IsForgotten);

    public bool IsUnread(ExpectedMessage message) =>
        message is { IsShown: true, Sender: not "me" } && Messages.IndexOf(message) >= Read;

    public string Line(ExpectedMessage message) => Line(
        message.RemoteId, message.Text, message.IsDeleted, message.Edits, IsUnread(message), message.Reactions);

    public static string Line(Message message) => Line(
        message.RemoteId?.Value, message.Text, message.IsDeleted, message.EditCount, message.IsUnread,
        message.Reactions.Select(reaction => $"{reaction.UserId} {reaction.Key}").Order(StringComparer.Ordinal));

    private static string Line(string? id, string? text, bool deleted, int edits, bool unread, IEnumerable<string> reactions) =>
        $"{id} '{text}'{(deleted ? " deleted" : "")}{(unread ? " unread" : "")} edits {edits} [{string.Join(',', reactions)}]";
}

/// <summary>Search as the simplest program does it.</summary>
internal static class ExpectedSearch
{
    /// <summary>All words must be there; the last may be the beginning of one.</summary>
    public static bool Fits(string? text, string query)
    {
        var have = Words(text ?? "");
        var want = Words(query);
        return want.SkipLast(1).All(have.Contains) && have.Any(word => word.StartsWith(want[^1], StringComparison.Ordinal));
    }

    private static List<string> Words(string text) => text.Split(' ').Select(Fold).ToList();

    private static string Fold(string word) =>
        new StringBuilder(word.ToLowerInvariant()).Replace('ä', 'a').Replace('é', 'e').ToString();
}
