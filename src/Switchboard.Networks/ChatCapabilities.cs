namespace Switchboard.Networks;

/// <summary>How well a network does something (objects.md §4).</summary>
public enum CapabilityLevel
{
    /// <summary>The network refuses it.</summary>
    Rejected = -2,

    /// <summary>The network drops it silently.</summary>
    Dropped = -1,

    /// <summary>Not there.</summary>
    Unsupported = 0,

    /// <summary>In part.</summary>
    Partial = 1,

    /// <summary>Whole.</summary>
    Full = 2,
}

/// <summary>
/// What can be done in a chat, as the network really behaves. The server refuses what is missing here before it asks the
/// connector. Field by field objects.md §4.
/// </summary>
public sealed record ChatCapabilities
{
    /// <summary>Rich-text feature → level.</summary>
    public IReadOnlyDictionary<string, CapabilityLevel> Formatting { get; init; } = new Dictionary<string, CapabilityLevel>();

    /// <summary>Matrix message type → what may be attached; a missing key means refused.</summary>
    public IReadOnlyDictionary<string, AttachmentCapabilities> Attachments { get; init; } =
        new Dictionary<string, AttachmentCapabilities>();

    /// <summary>Longest text in characters; <c>null</c> means no limit of the network's.</summary>
    public int? MaxTextLength { get; init; }

    /// <summary>Locations.</summary>
    public CapabilityLevel LocationMessage { get; init; }

    /// <summary>Polls.</summary>
    public CapabilityLevel Poll { get; init; }

    /// <summary>Threads.</summary>
    public CapabilityLevel Thread { get; init; }

    /// <summary>Replies.</summary>
    public CapabilityLevel Reply { get; init; }

    /// <summary>Edits.</summary>
    public CapabilityLevel Edit { get; init; }

    /// <summary>Edits per message; <c>null</c> means any number.</summary>
    public int? EditMaxCount { get; init; }

    /// <summary>How long after sending an edit is possible; <c>null</c> means always.</summary>
    public TimeSpan? EditMaxAge { get; init; }

    /// <summary>Deletion for everyone.</summary>
    public CapabilityLevel Delete { get; init; }

    /// <summary>How long after sending deletion for everyone is possible; <c>null</c> means always.</summary>
    public TimeSpan? DeleteMaxAge { get; init; }

    /// <summary>Deletion for oneself alone.</summary>
    public bool DeleteForMe { get; init; }

    /// <summary>Reactions.</summary>
    public CapabilityLevel Reaction { get; init; }

    /// <summary>Reactions by one person on one message; <c>null</c> means any number.</summary>
    public int? ReactionCount { get; init; }

    /// <summary>The only reactions possible; <c>null</c> means all emoji.</summary>
    public IReadOnlyList<string>? AllowedReactions { get; init; }

    /// <summary>Keys that are not an emoji may be used.</summary>
    public bool CustomEmojiReactions { get; init; }

    /// <summary>Disappearing messages; <c>null</c> means there are none.</summary>
    public DisappearingTimerCapabilities? DisappearingTimer { get; init; }

    /// <summary>Others see how far one has read.</summary>
    public bool ReadReceipts { get; init; }

    /// <summary>Others see that one types.</summary>
    public bool TypingNotifications { get; init; }

    /// <summary>Chats can be archived.</summary>
    public bool Archive { get; init; }

    /// <summary>Chats can be marked unread.</summary>
    public bool MarkAsUnread { get; init; }

    /// <summary>The chat can be deleted for oneself.</summary>
    public bool DeleteChat { get; init; }

    /// <summary>The chat can be deleted for everyone.</summary>
    public bool DeleteChatForEveryone { get; init; }

    /// <summary>How an invitation or a stranger's request is accepted; <c>null</c> when the chat is neither.</summary>
    public MessageRequestCapabilities? MessageRequest { get; init; }

    /// <summary>What may be done with participants.</summary>
    public ParticipantActionCapabilities ParticipantActions { get; init; } = new();

    /// <summary>Changing the title.</summary>
    public CapabilityLevel Title { get; init; }

    /// <summary>Changing the description.</summary>
    public CapabilityLevel Description { get; init; }

    /// <summary>Changing the picture.</summary>
    public CapabilityLevel Avatar { get; init; }

    /// <summary>Changing the timer of disappearing messages.</summary>
    public CapabilityLevel Expiry { get; init; }
}

/// <summary>What may be attached under one message type.</summary>
public sealed record AttachmentCapabilities
{
    /// <summary>MIME type or pattern such as <c>image/*</c> → level; a missing type means refused.</summary>
    public required IReadOnlyDictionary<string, CapabilityLevel> MimeTypes { get; init; }

    /// <summary>Text with it.</summary>
    public CapabilityLevel Caption { get; init; }

    /// <summary>Characters.</summary>
    public int? MaxCaptionLength { get; init; }

    /// <summary>Bytes.</summary>
    public long? MaxSize { get; init; }

    /// <summary>Pixels.</summary>
    public int? MaxWidth { get; init; }

    /// <summary>Pixels.</summary>
    public int? MaxHeight { get; init; }

    /// <summary>Seconds.</summary>
    public int? MaxDuration { get; init; }

    /// <summary>It can be sent to be seen once.</summary>
    public bool ViewOnce { get; init; }
}

/// <summary>How an invitation or a stranger's request is accepted.</summary>
public sealed record MessageRequestCapabilities
{
    /// <summary>By sending a message.</summary>
    public CapabilityLevel AcceptWithMessage { get; init; }

    /// <summary>Without one.</summary>
    public CapabilityLevel AcceptWithButton { get; init; }
}

/// <summary>Which timers disappearing messages can have.</summary>
public sealed record DisappearingTimerCapabilities
{
    /// <summary>When the time starts.</summary>
    public required IReadOnlyList<DisappearingTimerType> Types { get; init; }

    /// <summary>The only timers possible; <c>null</c> means any.</summary>
    public IReadOnlyList<TimeSpan>? Timers { get; init; }

    /// <summary>Messages that do not vanish carry no timer at all.</summary>
    public bool OmitEmptyTimer { get; init; }
}

/// <summary>When the time of a disappearing message starts.</summary>
public enum DisappearingTimerType
{
    /// <summary>With its sending.</summary>
    AfterSend,

    /// <summary>With its being read.</summary>
    AfterRead,
}

/// <summary>What may be done with participants.</summary>
public sealed record ParticipantActionCapabilities
{
    /// <summary>Bar somebody.</summary>
    public CapabilityLevel Ban { get; init; }

    /// <summary>Invite somebody.</summary>
    public CapabilityLevel Invite { get; init; }

    /// <summary>Put somebody out.</summary>
    public CapabilityLevel Kick { get; init; }

    /// <summary>Leave.</summary>
    public CapabilityLevel Leave { get; init; }

    /// <summary>Take an invitation back.</summary>
    public CapabilityLevel RevokeInvite { get; init; }
}
