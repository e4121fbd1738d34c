namespace Switchboard.Wire;

/// <summary>What can be done in a chat (objects.md §4). An absent field says nothing; an absent map key means refused.</summary>
public sealed record ChatCapabilities
{
    /// <summary>Rich-text feature → level; absent means no formatting.</summary>
    public IReadOnlyDictionary<string, Level>? Formatting { get; init; }

    /// <summary>Matrix message type → what may be attached; a missing key is refused.</summary>
    public IReadOnlyDictionary<string, AttachmentCapabilities>? Attachments { get; init; }

    /// <summary>Longest text in characters.</summary>
    public int? MaxTextLength { get; init; }

    /// <summary>Locations.</summary>
    public Level? LocationMessage { get; init; }

    /// <summary>Polls.</summary>
    public Level? Poll { get; init; }

    /// <summary>Threads.</summary>
    public Level? Thread { get; init; }

    /// <summary>Replies.</summary>
    public Level? Reply { get; init; }

    /// <summary>Edits.</summary>
    public Level? Edit { get; init; }

    /// <summary>Edits possible per message.</summary>
    public int? EditMaxCount { get; init; }

    /// <summary>Seconds after sending in which an edit is possible.</summary>
    public int? EditMaxAge { get; init; }

    /// <summary>Deletion for everyone.</summary>
    public Level? Delete { get; init; }

    /// <summary>Seconds after sending in which deletion for everyone is possible.</summary>
    public int? DeleteMaxAge { get; init; }

    /// <summary>Deletion for oneself alone.</summary>
    public bool? DeleteForMe { get; init; }

    /// <summary>How a message request can be accepted.</summary>
    public MessageRequestCapabilities? MessageRequest { get; init; }

    /// <summary>Reactions.</summary>
    public Level? Reaction { get; init; }

    /// <summary>Most reactions by one person on one message.</summary>
    public int? ReactionCount { get; init; }

    /// <summary>The only reactions possible; absent means all emoji.</summary>
    public IReadOnlyList<string>? AllowedReactions { get; init; }

    /// <summary>Reactions other than emoji are possible.</summary>
    public bool? CustomEmojiReactions { get; init; }

    /// <summary>Disappearing messages.</summary>
    public DisappearingTimerCapabilities? DisappearingTimer { get; init; }

    /// <summary>Others learn what I have read.</summary>
    public bool? ReadReceipts { get; init; }

    /// <summary>Others learn that I type.</summary>
    public bool? TypingNotifications { get; init; }

    /// <summary>The chat can be archived.</summary>
    public bool? Archive { get; init; }

    /// <summary>The chat can be marked unread.</summary>
    public bool? MarkAsUnread { get; init; }

    /// <summary>The chat can be deleted for oneself.</summary>
    public bool? DeleteChat { get; init; }

    /// <summary>The chat can be deleted for all members.</summary>
    public bool? DeleteChatForEveryone { get; init; }

    /// <summary>What can be done with members.</summary>
    public ParticipantActionCapabilities? ParticipantActions { get; init; }

    /// <summary>Which properties of the chat can be changed.</summary>
    public ChatStateCapabilities? State { get; init; }
}
