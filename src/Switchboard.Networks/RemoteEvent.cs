namespace Switchboard.Networks;

/// <summary>Events that are stored together with the cursor behind them, in one transaction.</summary>
/// <param name="Events">In order; may be empty.</param>
/// <param name="Cursor">Where to go on after these.</param>
public sealed record RemoteBatch(IReadOnlyList<RemoteEvent> Events, string Cursor);

/// <summary>The closed set of things a network can tell us. Any of them may come twice.</summary>
public abstract record RemoteEvent
{
    private RemoteEvent()
    {
    }

    /// <summary>An account behind the login appeared or changed.</summary>
    public sealed record AccountUpserted(RemoteAccount Account) : RemoteEvent;

    /// <summary>A chat appeared or changed; carries the whole of it.</summary>
    public sealed record ChatUpserted(RemoteChat Chat) : RemoteEvent;

    /// <summary>The chat is gone for this login.</summary>
    public sealed record ChatRemoved(RemoteChatId Chat) : RemoteEvent;

    /// <summary>A message appeared, or its content is now known better.</summary>
    public sealed record MessageUpserted(RemoteMessage Message) : RemoteEvent;

    /// <summary>The sender replaced the text of a message.</summary>
    public sealed record MessageEdited(
        RemoteChatId Chat, RemoteMessageId Id, MessageText Text, IReadOnlyList<string> Mentions, DateTimeOffset EditedAt) : RemoteEvent;

    /// <summary>The message was deleted for everyone; others still see that there was one.</summary>
    public sealed record MessageRemoved(RemoteChatId Chat, RemoteMessageId Id) : RemoteEvent;

    /// <summary>Somebody reacted.</summary>
    public sealed record ReactionAdded(RemoteChatId Chat, RemoteMessageId Message, UserId User, string Key) : RemoteEvent;

    /// <summary>Somebody took a reaction back.</summary>
    public sealed record ReactionRemoved(RemoteChatId Chat, RemoteMessageId Message, UserId User, string Key) : RemoteEvent;

    /// <summary>Somebody read everything up to and including a message.</summary>
    public sealed record ReadUpTo(RemoteChatId Chat, UserId User, RemoteMessageId Message, DateTimeOffset At) : RemoteEvent;

    /// <summary>The people who are typing now, all of them. Never stored.</summary>
    public sealed record TypingChanged(RemoteChatId Chat, IReadOnlyList<UserId> Users) : RemoteEvent;

    /// <summary>The sender of a message wants it to be noticed although the chat is muted here.</summary>
    public sealed record AttentionRequested(RemoteChatId Chat, RemoteMessageId Message) : RemoteEvent;
}

/// <summary>A chat as its network describes it to one login.</summary>
public sealed record RemoteChat
{
    /// <summary>The network's id.</summary>
    public required RemoteChatId Id { get; init; }

    /// <summary>The account it belongs to, one of the login's.</summary>
    public required string AccountId { get; init; }

    /// <summary>Whether it is a group; otherwise it is a direct chat or a note to self.</summary>
    public required bool IsGroup { get; init; }

    /// <summary>The title that people gave it; <c>null</c> lets the server compute one from the participants.</summary>
    public string? Title { get; init; }

    /// <summary>Its topic.</summary>
    public string? Description { get; init; }

    /// <summary>Its picture.</summary>
    public RemoteMedia? Avatar { get; init; }

    /// <summary>Whether this login cannot send into it.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>Everybody in it, this login's own user included.</summary>
    public required IReadOnlyList<RemoteParticipant> Participants { get; init; }

    /// <summary>After how long new messages vanish; <c>null</c> means never.</summary>
    public TimeSpan? Expiry { get; init; }

    /// <summary>What can be done in it, for this login.</summary>
    public required ChatCapabilities Capabilities { get; init; }

    /// <summary>When it came into being.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>A person.</summary>
public sealed record RemoteUser
{
    /// <summary>Fully qualified id.</summary>
    public required UserId Id { get; init; }

    /// <summary>Handle without a leading <c>@</c>.</summary>
    public string? Username { get; init; }

    /// <summary>Display name.</summary>
    public string? FullName { get; init; }

    /// <summary>E.164.</summary>
    public string? PhoneNumber { get; init; }

    /// <summary>Unverified.</summary>
    public string? Email { get; init; }

    /// <summary>No chat can be started with them.</summary>
    public bool CannotMessage { get; init; }
}

/// <summary>A person in a chat.</summary>
/// <param name="User">Who.</param>
/// <param name="IsAdmin">May manage the chat.</param>
/// <param name="IsPending">Invited, not joined.</param>
/// <param name="IsNetworkBot">Belongs to the network or a bridge.</param>
public sealed record RemoteParticipant(RemoteUser User, bool IsAdmin = false, bool IsPending = false, bool IsNetworkBot = false);

/// <summary>A file that a network holds.</summary>
public sealed record RemoteMedia(RemoteMediaId Id, AttachmentInfo Info);

/// <summary>A message as its network describes it to one login.</summary>
public sealed record RemoteMessage
{
    /// <summary>The chat it is in.</summary>
    public required RemoteChatId Chat { get; init; }

    /// <summary>The network's id.</summary>
    public required RemoteMessageId Id { get; init; }

    /// <summary>Who wrote it.</summary>
    public required RemoteUser Sender { get; init; }

    /// <summary>When, by the network's clock.</summary>
    public required DateTimeOffset SentAt { get; init; }

    /// <summary>Text or caption.</summary>
    public MessageText? Text { get; init; }

    /// <summary>Files in it.</summary>
    public IReadOnlyList<RemoteMedia> Attachments { get; init; } = [];

    /// <summary>The message it answers.</summary>
    public RemoteMessageId? ReplyTo { get; init; }

    /// <summary>User ids, <c>@room</c>; <c>null</c> when the network cannot tell (objects.md §7).</summary>
    public IReadOnlyList<string>? Mentions { get; init; } = [];

    /// <summary>When it vanishes for everybody; <c>null</c> means never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>A line of the system rather than a person's words.</summary>
    public bool IsNotice { get; init; }

    /// <summary>Bookkeeping that is not shown.</summary>
    public bool IsHidden { get; init; }

    /// <summary>The send of ours that this echoes.</summary>
    public TransactionId? Transaction { get; init; }
}
