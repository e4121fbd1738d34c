using Switchboard.Networks;

namespace Switchboard.Core.Messages;

/// <summary>A message of one account's chat, as it is now (objects.md §7).</summary>
public sealed record Message
{
    /// <summary>Row key and sort key.</summary>
    public required long SortKey { get; init; }

    /// <summary>The id for clients; shorter than a sort key.</summary>
    public required long Id { get; init; }

    /// <summary>Row key of the chat.</summary>
    public required long ChatKey { get; init; }

    /// <summary>Id of the chat.</summary>
    public required string ChatId { get; init; }

    /// <summary>Id of the account.</summary>
    public required string AccountId { get; init; }

    /// <summary>Whether the chat is a group.</summary>
    public required bool InGroup { get; init; }

    /// <summary>The network's id; <c>null</c> until it has taken the message.</summary>
    public RemoteMessageId? RemoteId { get; init; }

    /// <summary>User id of the sender.</summary>
    public required string SenderId { get; init; }

    /// <summary>Display name of the sender.</summary>
    public required string SenderName { get; init; }

    /// <summary>Whether I sent it.</summary>
    public required bool IsMine { get; init; }

    /// <summary>When it was sent.</summary>
    public required DateTimeOffset SentAt { get; init; }

    /// <summary>When it was last edited.</summary>
    public DateTimeOffset? EditedAt { get; init; }

    /// <summary>How often it was edited.</summary>
    public int EditCount { get; init; }

    /// <summary>As on the wire: <c>TEXT</c>, <c>IMAGE</c> ….</summary>
    public required string Type { get; init; }

    /// <summary>Matrix HTML.</summary>
    public string? Text { get; init; }

    /// <summary>Whether the text has markup.</summary>
    public bool IsFormatted { get; init; }

    /// <summary>Id of the message this answers.</summary>
    public long? ReplyTo { get; init; }

    /// <summary>User ids or <c>@room</c>; <c>null</c> when the network cannot tell.</summary>
    public IReadOnlyList<string>? Mentions { get; init; }

    /// <summary>Files in it.</summary>
    public IReadOnlyList<Attachment> Attachments { get; init; } = [];

    /// <summary>Previews of links that its sender made.</summary>
    public IReadOnlyList<Link> Links { get; init; } = [];

    /// <summary>Its content could not be read yet.</summary>
    public bool IsPlaceholder { get; init; }

    /// <summary>When it vanishes.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Bookkeeping that is not shown.</summary>
    public bool IsHidden { get; init; }

    /// <summary>A tombstone.</summary>
    public bool IsDeleted { get; init; }

    /// <summary>Whether it is unread for me.</summary>
    public bool IsUnread { get; init; }

    /// <summary>How its sending went; <c>null</c> for what others wrote.</summary>
    public SendStatus? SendStatus { get; init; }

    /// <summary>Reactions, the oldest first.</summary>
    public IReadOnlyList<Reaction> Reactions { get; init; } = [];

    /// <summary>Whether the chat's network allows one reaction a person, so that the person names it (objects.md §1).</summary>
    public bool OneReactionEach { get; init; }

    /// <summary>Who has read it, for messages of mine.</summary>
    public IReadOnlyList<Seen> SeenBy { get; init; } = [];
}

/// <summary>A file in a message. Its id and the server name make the media URL.</summary>
/// <param name="MediaId">Row id of the media.</param>
/// <param name="Info">What is known about it.</param>
/// <param name="PosterId">Row id of a still picture of it.</param>
public sealed record Attachment(string MediaId, AttachmentInfo Info, string? PosterId = null);

/// <summary>A preview of a link (objects.md §8).</summary>
/// <param name="Url">Where it leads.</param>
/// <param name="Title">The page's title.</param>
/// <param name="OriginalUrl">The link as it stands in the text, when that is another.</param>
/// <param name="Summary">A few words about it.</param>
/// <param name="PictureId">Media id of a picture of it.</param>
/// <param name="Picture">What is known about that picture.</param>
public sealed record Link(string Url, string Title, string? OriginalUrl, string? Summary, string? PictureId, AttachmentInfo? Picture);

/// <summary>How the sending of a message went.</summary>
/// <param name="State">As on the wire: <c>PENDING</c>, <c>SUCCESS</c>, <c>FAIL_RETRIABLE</c>, <c>FAIL_PERMANENT</c>.</param>
/// <param name="At">Since when.</param>
/// <param name="Reason">Machine-readable, on failure.</param>
/// <param name="Error">For people, on failure.</param>
public sealed record SendStatus(string State, DateTimeOffset At, string? Reason, string? Error)
{
    /// <summary>For diagnosis only.</summary>
    public string? InternalError { get; init; }

    /// <summary>User ids of those it has reached; <c>null</c> when the network does not tell.</summary>
    public IReadOnlyList<string>? DeliveredTo { get; init; }

    /// <summary>Whether both say the same.</summary>
    internal static bool Same(SendStatus? one, SendStatus? other) =>
        one == other || (one is not null && other is not null && one with { DeliveredTo = null } == other with { DeliveredTo = null }
            && (one.DeliveredTo ?? []).SequenceEqual(other.DeliveredTo ?? []) && one.DeliveredTo is null == other.DeliveredTo is null);

    /// <summary>Not yet taken by the network.</summary>
    public const string Pending = "PENDING";

    /// <summary>Taken by the network.</summary>
    public const string Success = "SUCCESS";

    /// <summary>Given up; sending anew may work.</summary>
    public const string Retriable = "FAIL_RETRIABLE";

    /// <summary>Refused by the network.</summary>
    public const string Permanent = "FAIL_PERMANENT";
}

/// <summary>One person's reaction.</summary>
/// <param name="UserId">Who.</param>
/// <param name="Key">Emoji, the network's own key, or the name of a custom picture.</param>
/// <param name="PictureId">Media id of a custom emoji's picture.</param>
public sealed record Reaction(string UserId, string Key, string? PictureId = null);

/// <summary>That somebody has read a message, and when it became known.</summary>
public sealed record Seen(string UserId, DateTimeOffset At);
