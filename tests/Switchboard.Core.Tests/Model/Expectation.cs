using System.Globalization;
using System.Text;
using Switchboard.Core.Chats;
using Switchboard.Core.Messages;
using Switchboard.Testing;

namespace Switchboard.Core.Tests.Model;

/// <summary>A message as the simplest program that could be right keeps it.</summary>
internal sealed class ExpectedMessage
{
    public required ExpectedChat Chat { get; init; }

    public required string RemoteId { get; init; }

    public required string Sender { get; init; }

    public required DateTimeOffset SentAt { get; init; }

    public bool IsHidden { get; init; }

    public required string? Text { get; set; }

    public MediaKind? Media { get; set; }

    public bool MentionsMe { get; set; }

    public long SortKey { get; set; }

    public string Id { get; set; } = "";

    public DateTimeOffset? EditedAt { get; set; }

    public int Edits { get; set; }

    public bool IsDeleted { get; set; }

    public bool IsForgotten { get; set; }

    public SortedSet<string> Reactions { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether the owner of the chat's account wrote it.</summary>
    public required bool IsMine { get; init; }

    public bool IsShown => !IsHidden && !IsDeleted && !IsForgotten;

    /// <summary>What a search finds it by: its text, and the name of its file.</summary>
    public string Words => Media is { } kind ? $"{Text} {Conversation.FileName(kind)}" : Text ?? "";

    public bool IsOf(MediaKind kind)
    {
        var hasLink = Text?.Contains(Step.Link, StringComparison.Ordinal) == true;
        return kind switch
        {
            MediaKind.Any => hasLink || Media is not null,
            MediaKind.Link => hasLink,
            _ => Media == kind,
        };
    }

    public override string ToString() => Line(
        RemoteId, Text, SentAt, IsDeleted, Edits, Chat.IsUnread(this), Media is null ? 0 : 1, Reactions);

    public static string Line(Message message) => Line(
        message.RemoteId?.Value, message.Text, message.SentAt, message.IsDeleted, message.EditCount, message.IsUnread,
        message.Attachments.Count,
        message.Reactions.Select(reaction => $"{reaction.UserId} {reaction.Key}").Order(StringComparer.Ordinal));

    private static string Line(
        string? id, string? text, DateTimeOffset at, bool deleted, int edits, bool unread, int files, IEnumerable<string> reactions) =>
        $"{id} '{text}' {at:O}{(deleted ? " deleted" : "")}{(unread ? " unread" : "")} edits {edits} files {files} "
        + $"[{string.Join(',', reactions)}]";
}

/// <summary>A chat as the simplest program keeps it: its messages in the order of their arrival, forgotten ones too.</summary>
internal sealed class ExpectedChat(int number, string account, bool isGroup, string[] others)
{
    public int Number { get; } = number;

    /// <summary>Short name of the account, which is its owner's too in the chats of the first.</summary>
    public string Account { get; } = account;

    public bool IsGroup { get; } = isGroup;

    public string[] Others { get; } = others;

    public string RemoteId { get; set; } = "";

    public string Id { get; set; } = "";

    public long Key { get; set; }

    public string? Name { get; set; }

    public List<ExpectedMessage> Messages { get; } = [];

    /// <summary>Where messages are missing.</summary>
    public List<ExpectedGap> Gaps { get; } = [];

    /// <summary>How many, from the oldest on, have been read.</summary>
    public int Read { get; set; }

    /// <summary>The sort key up to which the network knows that the owner has read.</summary>
    public long Heard { get; set; }

    public bool IsMarkedUnread { get; set; }

    public bool IsArchived { get; set; }

    public bool IsMuted { get; set; }

    public bool IsLowPriority { get; set; }

    public DateTimeOffset LastActivity { get; set; } = Make.Start;

    public List<ExpectedMessage> Kept => Messages.FindAll(message => !message.IsForgotten);

    public ExpectedMessage? Preview => Messages.FindLast(message => message.IsShown);

    public bool IsUnread(ExpectedMessage message) => message is { IsShown: true, IsMine: false } && Messages.IndexOf(message) >= Read;

    public override string ToString()
    {
        var unread = Messages.FindAll(IsUnread);
        return Line(
            Id, unread.Count, unread.Count(message => message.MentionsMe), IsMarkedUnread, IsArchived, IsMuted, IsLowPriority,
            LastActivity);
    }

    public static string Line(Chat chat) => Line(
        chat.Id, chat.Unread, chat.UnreadMentions, chat.IsMarkedUnread, chat.IsArchived, chat.IsMuted, chat.IsLowPriority,
        chat.LastActivity);

    private static string Line(
        string id, int unread, int mentions, bool marked, bool archived, bool muted, bool low, DateTimeOffset activity) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{id} unread {unread} {mentions} {marked} archived {archived} muted {muted} low {low} {activity:O}");
}

/// <summary>Messages that are missing directly below another.</summary>
internal sealed class ExpectedGap
{
    /// <summary>The message above.</summary>
    public required ExpectedMessage Upper { get; set; }

    /// <summary>The oldest first.</summary>
    public required List<(string RemoteId, Step Words, DateTimeOffset At)> Missing { get; init; }

    public required string Token { get; set; }

    /// <summary>The message that was told after it.</summary>
    public required ExpectedMessage First { get; init; }

    /// <summary>How it was told, to be told again.</summary>
    public required Networks.RemoteEvent[] Told { get; init; }
}

/// <summary>Search as the simplest program does it.</summary>
internal static class ExpectedSearch
{
    /// <summary>All words must be there; the last may be the beginning of one.</summary>
    public static bool Fits(string text, string query)
    {
        var have = Words(text);
        var want = Words(query);
        return want.SkipLast(1).All(have.Contains) && have.Any(word => word.StartsWith(want[^1], StringComparison.Ordinal));
    }

    /// <summary>Each word must be the beginning of one; whole where a script has no blanks.</summary>
    public static bool BeginsEach(string text, string query)
    {
        var have = Words(text);
        return Words(query).All(word => have.Any(other => other.StartsWith(word, StringComparison.Ordinal)));
    }

    private static List<string> Words(string text) =>
        text.Split([' ', ':', '/', '.'], StringSplitOptions.RemoveEmptyEntries).Select(Fold).ToList();

    private static string Fold(string word) =>
        new StringBuilder(word.ToLowerInvariant()).Replace('ä', 'a').Replace('é', 'e').ToString();
}
