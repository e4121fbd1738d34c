using System.Text.Json.Serialization;

namespace Switchboard.Wire;

/// <summary>
/// A conversation as one account sees it (objects.md §2). Booleans are always sent; nullable fields are sent as <c>null</c>.
/// </summary>
public record Chat
{
    /// <summary>Canonical chat ID; opaque.</summary>
    public required string Id { get; init; }

    /// <summary>Number of the chat on this installation, as digits; accepted wherever a chat ID is.</summary>
    [JsonPropertyName("localChatID")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? LocalChatId { get; init; }

    /// <summary>The account that owns the chat.</summary>
    [JsonPropertyName("accountID")]
    public required string AccountId { get; init; }

    /// <summary>Label of the network, for display only.</summary>
    public required string Network { get; init; }

    /// <summary>Title to show; never empty.</summary>
    public required string Title { get; init; }

    /// <summary>Direct or group.</summary>
    public required ChatType Type { get; init; }

    /// <summary>Members, possibly only some of them.</summary>
    public required Participants Participants { get; init; }

    /// <summary>Unread messages.</summary>
    public required int UnreadCount { get; init; }

    /// <summary>Unread messages that mention me or everyone.</summary>
    public int? UnreadMentionsCount { get; init; }

    /// <summary>Topic of a group; <c>null</c> when there is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? Description { get; init; }

    /// <summary>Where the chat's picture can be loaded from; <c>null</c> when there is none.</summary>
    [JsonPropertyName("imgURL")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? ImgUrl { get; init; }

    /// <summary>Nothing can be sent here.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>Put away from the inbox.</summary>
    public bool IsArchived { get; init; }

    /// <summary>New messages do not notify.</summary>
    public bool IsMuted { get; init; }

    /// <summary>Kept at the top by the user.</summary>
    public bool IsPinned { get; init; }

    /// <summary>Moved to the low-priority inbox.</summary>
    public bool IsLowPriority { get; init; }

    /// <summary>Marked unread by hand.</summary>
    public bool IsMarkedUnread { get; init; }

    /// <summary>What the chat list is sorted by; absent while nothing has happened.</summary>
    public DateTimeOffset? LastActivity { get; init; }

    /// <summary>Sort key of the last message I have read.</summary>
    public string? LastReadMessageSortKey { get; init; }

    /// <summary>Lifetime of new messages in seconds; <c>null</c> when they stay.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int? MessageExpirySeconds { get; init; }

    /// <summary>Text not sent yet; <c>null</c> when there is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public ChatDraft? Draft { get; init; }

    /// <summary>When the chat comes back to the inbox; <c>null</c> when no reminder is set.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public Reminder? Reminder { get; init; }

    /// <summary>Read only; <c>null</c> when the chat is not snoozed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public Snooze? Snooze { get; init; }

    /// <summary>What can be done here.</summary>
    public ChatCapabilities? Capabilities { get; init; }

    /// <summary>Labels on the chat; absent when there are none.</summary>
    public IReadOnlyList<Label>? Labels { get; init; }
}
