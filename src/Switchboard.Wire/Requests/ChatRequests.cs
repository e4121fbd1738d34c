using System.Text.Json.Serialization;

namespace Switchboard.Wire;

/// <summary>Body of creating a chat (rest.md §4).</summary>
public sealed record CreateChatInput
{
    /// <summary>The account it is for.</summary>
    [JsonPropertyName("accountID")]
    public required string AccountId { get; init; }

    /// <summary>Direct or group.</summary>
    public required ChatType Type { get; init; }

    /// <summary>User IDs: exactly one for a direct chat, at least one for a group.</summary>
    [JsonPropertyName("participantIDs")]
    public required IReadOnlyList<string> ParticipantIds { get; init; }

    /// <summary>Title of a group.</summary>
    public string? Title { get; init; }

    /// <summary>First message, where the network needs one.</summary>
    public string? MessageText { get; init; }
}

/// <summary>Body of starting a direct chat, or finding the one that is there (rest.md §4).</summary>
public sealed record StartChatInput
{
    /// <summary>The account it is for.</summary>
    [JsonPropertyName("accountID")]
    public required string AccountId { get; init; }

    /// <summary>Who to talk to.</summary>
    public required StartChatUser User { get; init; }

    /// <summary>An invitation may be sent where the network needs one; <c>true</c> when absent.</summary>
    public bool? AllowInvite { get; init; }

    /// <summary>First message, where the network needs one.</summary>
    public string? MessageText { get; init; }
}

/// <summary>Who to talk to; at least one field.</summary>
public sealed record StartChatUser
{
    /// <summary>User ID.</summary>
    public string? Id { get; init; }

    /// <summary>Handle.</summary>
    public string? Username { get; init; }

    /// <summary>Phone number in E.164 form.</summary>
    public string? PhoneNumber { get; init; }

    /// <summary>E-mail address.</summary>
    public string? Email { get; init; }

    /// <summary>Name, used only to choose among known contacts.</summary>
    public string? FullName { get; init; }
}

/// <summary>Body of archiving a chat.</summary>
public sealed record ArchiveChatInput
{
    /// <summary><c>false</c> takes it back to the inbox; <c>true</c> when absent.</summary>
    public bool? Archived { get; init; }
}

/// <summary>Body of marking a chat read.</summary>
public sealed record MarkReadInput
{
    /// <summary>The last message read; the newest when absent.</summary>
    [JsonPropertyName("messageID")]
    public string? MessageId { get; init; }
}

/// <summary>Body of marking a chat unread.</summary>
public sealed record MarkUnreadInput
{
    /// <summary>The first message unread; only the mark is set when absent.</summary>
    [JsonPropertyName("messageID")]
    public string? MessageId { get; init; }
}

/// <summary>Body of setting a reminder.</summary>
public sealed record SetReminderInput
{
    /// <summary>The reminder.</summary>
    public required ReminderInput Reminder { get; init; }
}

/// <summary>A reminder to set.</summary>
public sealed record ReminderInput
{
    /// <summary>When it fires; in the future.</summary>
    public required DateTimeOffset RemindAt { get; init; }

    /// <summary>It is dropped when someone else writes first; <c>false</c> when absent.</summary>
    public bool? DismissOnIncomingMessage { get; init; }
}

/// <summary>Whether the user is typing.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TypingState>))]
public enum TypingState
{
    /// <summary>Yes.</summary>
    [JsonStringEnumMemberName("typing")]
    Typing,

    /// <summary>No longer.</summary>
    [JsonStringEnumMemberName("paused")]
    Paused,
}

/// <summary>Body of telling others that the user types (rest.md §7.6).</summary>
public sealed record SetTypingInput
{
    /// <summary>Whether the user is typing.</summary>
    public required TypingState State { get; init; }
}
