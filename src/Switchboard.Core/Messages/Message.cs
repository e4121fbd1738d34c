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
public sealed record Attachment(string MediaId, AttachmentInfo Info);

/// <summary>How the sending of a message went.</summary>
/// <param name="State">As on the wire: <c>PENDING</c>, <c>SUCCESS</c>, <c>FAIL_RETRIABLE</c>, <c>FAIL_PERMANENT</c>.</param>
/// <param name="At">Since when.</param>
/// <param name="Reason">Machine-readable, on failure.</param>
/// <param name="Error">For people, on failure.</param>
public sealed record SendStatus(string State, DateTimeOffset At, string? Reason, string? Error)
{
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
public sealed record Reaction(string UserId, string Key);

/// <summary>That somebody has read a message, and when it became known.</summary>
public sealed record Seen(string UserId, DateTimeOffset At);
