namespace Switchboard.Networks;

/// <summary>Events that are stored together with the cursor behind them, in one transaction.</summary>
/// <param name="Events">In order; may be empty.</param>
/// <param name="Cursor">
/// Where to go on after these; <c>null</c> when more of what lies before the same cursor follows in the next batch, so that a
/// crash in between asks for all of it again.
/// </param>
public sealed record RemoteBatch(IReadOnlyList<RemoteEvent> Events, string? Cursor);

/// <summary>A piece of history that <see cref="ISupportsHistory.LoadOlderAsync"/> found.</summary>
/// <param name="Events">
/// Oldest first. Messages in it come directly before the gap's upper edge; what it says of messages (edits, reactions, deletions)
/// comes after them. Only messages, edits, removals and reactions.
/// </param>
/// <param name="Next">Token of what is older still; <c>null</c> when this was the beginning of what may be seen.</param>
public sealed record RemoteHistory(IReadOnlyList<RemoteEvent> Events, string? Next);

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

    /// <summary>
    /// The chat goes on under another id, such as an upgraded room: clients keep one chat with all it held. What was told of the new
    /// id before becomes part of it; what still comes under the old id belongs to the same chat.
    /// </summary>
    public sealed record ChatReplaced(RemoteChatId Old, RemoteChatId New) : RemoteEvent;

    /// <summary>
    /// Somebody of whom a chat was told turns out to be the login's owner under another name: what that one wrote, read or felt there is
    /// the owner's. From then on it is told as such.
    /// </summary>
    public sealed record SenderIsOwner(RemoteChatId Chat, UserId User) : RemoteEvent;

    /// <summary>
    /// The people of whom the login's owner wants to see nothing, all of them: what they wrote in any chat is hidden. What was hidden of
    /// somebody who is not among them any more is shown again.
    /// </summary>
    public sealed record PeopleIgnored(IReadOnlyList<UserId> Users) : RemoteEvent;

    /// <summary>What the login's owner has put on a chat changed, on another device or by its network.</summary>
    public sealed record ChatMarksChanged(RemoteChatId Chat, ChatMarks Marks) : RemoteEvent;

    /// <summary>
    /// Between the messages told before and those told next in this chat some are missing; the token finds them
    /// (<see cref="ISupportsHistory"/>). Also told before the first message of a chat that has a past.
    /// </summary>
    public sealed record HistoryGap(RemoteChatId Chat, string Token) : RemoteEvent;

    /// <summary>A message appeared, or a placeholder's content became known.</summary>
    public sealed record MessageUpserted(RemoteMessage Message) : RemoteEvent;

    /// <summary>The sender replaced the text of a message.</summary>
    public sealed record MessageEdited(
        RemoteChatId Chat, RemoteMessageId Id, MessageText Text, IReadOnlyList<string> Mentions, DateTimeOffset EditedAt) : RemoteEvent
    {
        /// <summary>
        /// Who edited, where the network does not see to it that only a message's sender may: the edit of anybody else does not
        /// count. <c>null</c> where it does.
        /// </summary>
        public UserId? Sender { get; init; }

        /// <summary>The owner wants to be told of the new text as of a mention.</summary>
        public bool IsPointedOut { get; init; }
    }

    /// <summary>The message was deleted for everyone; others still see that there was one.</summary>
    public sealed record MessageRemoved(RemoteChatId Chat, RemoteMessageId Id) : RemoteEvent
    {
        /// <summary>Not even that there was one is shown.</summary>
        public bool LeavesNoTrace { get; init; }
    }

    /// <summary>Somebody reacted.</summary>
    /// <param name="Chat">Where.</param>
    /// <param name="Message">To what.</param>
    /// <param name="User">Who.</param>
    /// <param name="Key">Emoji, the network's own key, or the name of a custom picture.</param>
    /// <param name="Picture">The picture of a custom emoji.</param>
    public sealed record ReactionAdded(
        RemoteChatId Chat, RemoteMessageId Message, UserId User, string Key, RemoteMedia? Picture = null) : RemoteEvent;

    /// <summary>Somebody took a reaction back.</summary>
    public sealed record ReactionRemoved(RemoteChatId Chat, RemoteMessageId Message, UserId User, string Key) : RemoteEvent;

    /// <summary>
    /// What became of a message of ours beyond the network's first answer, such as a bridge's report. The newest report wins, but
    /// those it reached add up, and an older <see cref="SendProgress.Pending"/> never undoes a success.
    /// </summary>
    public sealed record SendStatusChanged(RemoteChatId Chat, RemoteMessageId Message, SendReport Report) : RemoteEvent;

    /// <summary>
    /// Somebody read everything up to and including a message. One that is not known yet counts once it is; for the login's own
    /// user all that was sent by that time counts as read meanwhile.
    /// </summary>
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

    /// <summary>Why not, in a sentence for people; <c>null</c> when there is no more to say than that it is read-only.</summary>
    public string? ReadOnlyReason { get; init; }

    /// <summary>
    /// Whether the owner is only invited: nothing of it can be read yet. Sending accepts, and so does
    /// <see cref="ISupportsInvitations"/>.
    /// </summary>
    public bool IsInvitation { get; init; }

    /// <summary>
    /// Everybody in it, this login's own user included; a part of them when <see cref="ParticipantTotal"/> says so.
    /// </summary>
    public required IReadOnlyList<RemoteParticipant> Participants { get; init; }

    /// <summary>
    /// How many there are, when <see cref="Participants"/> are known in part only (<see cref="ISupportsParticipants"/>);
    /// <c>null</c> when they are all there. Those known before stay.
    /// </summary>
    public int? ParticipantTotal { get; init; }

    /// <summary>What the owner has put on it; <c>null</c> members stay as they are.</summary>
    public ChatMarks? Marks { get; init; }

    /// <summary>After how long new messages vanish; <c>null</c> means never.</summary>
    public TimeSpan? Expiry { get; init; }

    /// <summary>What can be done in it, for this login.</summary>
    public required ChatCapabilities Capabilities { get; init; }

    /// <summary>When it came into being.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>What the login's owner has put on a chat. <c>null</c> says nothing about it.</summary>
public sealed record ChatMarks
{
    /// <summary>Muted.</summary>
    public bool? IsMuted { get; init; }

    /// <summary>Pinned, or a favourite.</summary>
    public bool? IsPinned { get; init; }

    /// <summary>Of low priority.</summary>
    public bool? IsLowPriority { get; init; }

    /// <summary>Marked unread by hand.</summary>
    public bool? IsMarkedUnread { get; init; }

    /// <summary>Put away.</summary>
    public bool? IsArchived { get; init; }
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

    /// <summary>Their picture; <c>null</c> when none is known.</summary>
    public RemoteMedia? Avatar { get; init; }

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

    /// <summary>Who wrote it. A second identity of the owner's is told as the account's own.</summary>
    public required RemoteUser Sender { get; init; }

    /// <summary>A name that the sender bears in this message alone.</summary>
    public string? SenderName { get; init; }

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

    /// <summary>The owner wants to be told of it as of a mention, such as for a keyword in it.</summary>
    public bool IsPointedOut { get; init; }

    /// <summary>When it vanishes for everybody; <c>null</c> means never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>When the text told here replaced an earlier one; <c>null</c> for the first.</summary>
    public DateTimeOffset? EditedAt { get; init; }

    /// <summary>Previews that its sender made of links in it.</summary>
    public IReadOnlyList<RemoteLink> Links { get; init; } = [];

    /// <summary>It was deleted for everyone before it was first told: a tombstone.</summary>
    public bool IsRemoved { get; init; }

    /// <summary>Its content could not be read yet. Told again without this flag it takes the place of the placeholder.</summary>
    public bool IsPlaceholder { get; init; }

    /// <summary>A place on the map, named by its text.</summary>
    public bool IsLocation { get; init; }

    /// <summary>A line of the system rather than a person's words.</summary>
    public bool IsNotice { get; init; }

    /// <summary>Bookkeeping that is not shown.</summary>
    public bool IsHidden { get; init; }

    /// <summary>Its sender is ignored: it is not shown as long as that lasts (<see cref="RemoteEvent.PeopleIgnored"/>).</summary>
    public bool IsIgnored { get; init; }

    /// <summary>The send of ours that this echoes.</summary>
    public TransactionId? Transaction { get; init; }
}

/// <summary>What a message's sender shows of a link in it (objects.md §8).</summary>
public sealed record RemoteLink
{
    /// <summary>Where it leads.</summary>
    public required string Url { get; init; }

    /// <summary>The page's title.</summary>
    public required string Title { get; init; }

    /// <summary>The link as it stands in the text, when that is another.</summary>
    public string? OriginalUrl { get; init; }

    /// <summary>A few words about it.</summary>
    public string? Summary { get; init; }

    /// <summary>A picture of it.</summary>
    public RemoteMedia? Picture { get; init; }
}

/// <summary>How far a message of ours has come (objects.md §7, <c>SendStatus</c>).</summary>
public enum SendProgress
{
    /// <summary>Under way.</summary>
    Pending,

    /// <summary>There.</summary>
    Success,

    /// <summary>Not delivered; sending again may work.</summary>
    FailedRetriable,

    /// <summary>Not delivered and never will be.</summary>
    FailedPermanently,
}

/// <summary>What a network or a bridge reports of a message of ours.</summary>
/// <param name="Progress">How far it is.</param>
/// <param name="At">When, by the network's clock.</param>
public sealed record SendReport(SendProgress Progress, DateTimeOffset At)
{
    /// <summary>Machine-readable, on failure.</summary>
    public string? Reason { get; init; }

    /// <summary>For people, on failure.</summary>
    public string? Message { get; init; }

    /// <summary>For diagnosis only.</summary>
    public string? InternalError { get; init; }

    /// <summary>Whom it has reached so far; <c>null</c> when the network does not tell.</summary>
    public IReadOnlyList<UserId>? DeliveredTo { get; init; }
}
