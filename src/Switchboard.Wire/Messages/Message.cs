using System.Text.Json.Serialization;

namespace Switchboard.Wire;

/// <summary>One message (objects.md §7).</summary>
public record Message
{
    /// <summary>Message ID; the same before and after delivery.</summary>
    public required string Id { get; init; }

    /// <summary>Canonical ID of its chat.</summary>
    [JsonPropertyName("chatID")]
    public required string ChatId { get; init; }

    /// <summary>The account that owns the chat.</summary>
    [JsonPropertyName("accountID")]
    public required string AccountId { get; init; }

    /// <summary>User ID of the sender; equals a participant's ID.</summary>
    [JsonPropertyName("senderID")]
    public required string SenderId { get; init; }

    /// <summary>Display name of the sender.</summary>
    public string? SenderName { get; init; }

    /// <summary>When it was sent.</summary>
    public required DateTimeOffset Timestamp { get; init; }

    /// <summary>Place in the chat: 16 digits, never changing.</summary>
    public required string SortKey { get; init; }

    /// <summary>Kind of content; absent on hidden events.</summary>
    public MessageType? Type { get; init; }

    /// <summary>Matrix HTML. Plain text is escaped and otherwise as written.</summary>
    public string? Text { get; init; }

    /// <summary>When it was last edited; absent if never.</summary>
    public DateTimeOffset? EditedTimestamp { get; init; }

    /// <summary>I sent it.</summary>
    public bool IsSender { get; init; }

    /// <summary>I have not read it.</summary>
    public bool? IsUnread { get; init; }

    /// <summary>Only a tombstone is left: no text, no attachments.</summary>
    public bool? IsDeleted { get; init; }

    /// <summary>Bookkeeping that is not shown.</summary>
    public bool? IsHidden { get; init; }

    /// <summary>The message this one answers.</summary>
    [JsonPropertyName("linkedMessageID")]
    public string? LinkedMessageId { get; init; }

    /// <summary>Mentioned user IDs or <c>@room</c>; <c>null</c> means unknown, look into the text.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public IReadOnlyList<string>? Mentions { get; init; }

    /// <summary>Files; left out when there are none.</summary>
    public IReadOnlyList<Attachment>? Attachments { get; init => field = value is { Count: > 0 } ? value : null; }

    /// <summary>Previews of linked pages; left out when there are none.</summary>
    public IReadOnlyList<LinkPreview>? Links { get; init => field = value is { Count: > 0 } ? value : null; }

    /// <summary>Reactions; left out when there are none.</summary>
    public IReadOnlyList<Reaction>? Reactions { get; init => field = value is { Count: > 0 } ? value : null; }

    /// <summary>Whether and when others have read it.</summary>
    public Seen? Seen { get; init; }

    /// <summary>How far delivery has come; only on my messages.</summary>
    public SendStatus? SendStatus { get; init; }
}
