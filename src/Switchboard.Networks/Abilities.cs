namespace Switchboard.Networks;

/// <summary>Messages can be edited. Every member here may be repeated with the same arguments and no further effect.</summary>
public interface ISupportsEdits
{
    /// <summary>Replaces the text of an own message.</summary>
    /// <returns>When the network says the edit happened.</returns>
    Task<DateTimeOffset> EditAsync(
        RemoteChatId chat, RemoteMessageId message, MessageText text, IReadOnlyList<string> mentions, TransactionId transaction,
        CancellationToken cancellationToken);
}

/// <summary>Messages can be deleted for everyone.</summary>
public interface ISupportsDeletion
{
    /// <summary>Deletes an own message for everyone.</summary>
    Task DeleteForEveryoneAsync(RemoteChatId chat, RemoteMessageId message, CancellationToken cancellationToken);
}

/// <summary>People can react to messages.</summary>
public interface ISupportsReactions
{
    /// <summary>Adds an own reaction.</summary>
    Task ReactAsync(
        RemoteChatId chat, RemoteMessageId message, string key, TransactionId transaction, CancellationToken cancellationToken);

    /// <summary>Takes an own reaction back.</summary>
    Task UnreactAsync(RemoteChatId chat, RemoteMessageId message, string key, CancellationToken cancellationToken);
}

/// <summary>Others learn how far one has read.</summary>
public interface ISupportsReadReceipts
{
    /// <summary>Says that everything up to and including this message was read. Never called with an older one.</summary>
    Task MarkReadAsync(RemoteChatId chat, RemoteMessageId upTo, CancellationToken cancellationToken);
}

/// <summary>Others learn that one is typing.</summary>
public interface ISupportsTyping
{
    /// <summary>Says that this login's owner is or is no longer typing. Nothing is stored; it ends by itself after a while.</summary>
    Task SetTypingAsync(RemoteChatId chat, bool typing, CancellationToken cancellationToken);
}

/// <summary>A chat's own properties can be changed for all its members.</summary>
public interface ISupportsChatState
{
    /// <summary>Applies every given change or none.</summary>
    /// <returns>The chat after the change.</returns>
    Task<RemoteChat> UpdateChatAsync(RemoteChatId chat, ChatStateChange change, CancellationToken cancellationToken);
}

/// <summary>Changes to a chat; what is <c>null</c> stays as it is.</summary>
public sealed record ChatStateChange
{
    /// <summary>A new title; the empty string takes it away.</summary>
    public string? Title { get; init; }

    /// <summary>A new description; the empty string takes it away.</summary>
    public string? Description { get; init; }

    /// <summary>A new picture.</summary>
    public OutgoingAttachment? Avatar { get; init; }

    /// <summary>Takes the picture away.</summary>
    public bool RemoveAvatar { get; init; }

    /// <summary>A new timer for disappearing messages; zero switches it off.</summary>
    public TimeSpan? Expiry { get; init; }
}

/// <summary>
/// The network wants to know what the owner has put on chats: because it decides by it whom to notify, or because it tells the
/// owner's other devices.
/// </summary>
public interface ISupportsMarks
{
    /// <summary>
    /// Puts marks on a chat for this login, or takes them off; <c>null</c> members stay. Called from the outbox until it succeeds,
    /// always with the marks as they are by then.
    /// </summary>
    Task SetMarksAsync(RemoteChatId chat, ChatMarks marks, CancellationToken cancellationToken);
}

/// <summary>Messages from before what was received can be fetched.</summary>
public interface ISupportsHistory
{
    /// <summary>
    /// Up to about <paramref name="limit"/> messages directly before the gap of that token; it may find none and still have a
    /// <see cref="RemoteHistory.Next"/>. Called for one chat at a time; may be repeated with the same token.
    /// </summary>
    Task<RemoteHistory> LoadOlderAsync(RemoteChatId chat, string token, int limit, CancellationToken cancellationToken);
}

/// <summary>People of a chat may be known in part only and can be fetched whole.</summary>
public interface ISupportsParticipants
{
    /// <summary>The chat with everybody in it.</summary>
    Task<RemoteChat> LoadParticipantsAsync(RemoteChatId chat, CancellationToken cancellationToken);
}

/// <summary>There are chats that the owner is only invited to (<see cref="RemoteChat.IsInvitation"/>).</summary>
public interface ISupportsInvitations
{
    /// <summary>Accepts: the chat is told again, with all that may be seen of it. Harmless when accepted already.</summary>
    Task AcceptInvitationAsync(RemoteChatId chat, CancellationToken cancellationToken);

    /// <summary>Declines: the chat is told as removed. Harmless when it is gone already.</summary>
    Task DeclineInvitationAsync(RemoteChatId chat, CancellationToken cancellationToken);
}

/// <summary>People who muted a chat can be told about one message all the same.</summary>
public interface ISupportsNotifyAnyway
{
    /// <summary>
    /// Tells those who muted the chat and have not read that message about it: they receive
    /// <see cref="RemoteEvent.AttentionRequested"/>.
    /// </summary>
    /// <returns><c>false</c> when nobody is left to tell.</returns>
    Task<bool> NotifyAnywayAsync(RemoteChatId chat, RemoteMessageId message, CancellationToken cancellationToken);
}

/// <summary>People can be found.</summary>
public interface ISupportsContacts
{
    /// <summary>
    /// People whose name or handle holds the text, and the one whose exact id, handle, number or address it is. Best
    /// matches first, at most <paramref name="limit"/>; never the account's own user.
    /// </summary>
    /// <param name="accountId">The account, one of the login's, on whose network they are looked for.</param>
    /// <param name="query">Part of a name or handle, or an exact identifier.</param>
    /// <param name="limit">People at most.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<IReadOnlyList<RemoteUser>> SearchAsync(string accountId, string query, int limit, CancellationToken cancellationToken);

    /// <summary>The person of exactly this identifier on that account's network; <c>null</c> when it knows nobody of it.</summary>
    Task<RemoteUser?> ResolveAsync(string accountId, PersonIdentifier identifier, CancellationToken cancellationToken);
}

/// <summary>An exact way to name a person. A closed set.</summary>
public abstract record PersonIdentifier
{
    private PersonIdentifier()
    {
    }

    /// <summary>By fully qualified user id.</summary>
    public sealed record ByUserId(UserId Id) : PersonIdentifier;

    /// <summary>By handle, with or without a leading <c>@</c>.</summary>
    public sealed record ByUsername(string Username) : PersonIdentifier;

    /// <summary>By telephone number, E.164.</summary>
    public sealed record ByPhone(string Number) : PersonIdentifier;

    /// <summary>By e-mail address.</summary>
    public sealed record ByEmail(string Address) : PersonIdentifier;
}

/// <summary>Direct chats can be opened.</summary>
public interface ISupportsDirectChats
{
    /// <summary>The direct chat with that person, made if there is none. With the login's own user: the note-to-self chat.</summary>
    /// <exception cref="NetworkException"><see cref="NetworkFailure.NotFound"/> when there is no such person.</exception>
    Task<RemoteChat> OpenDirectChatAsync(string accountId, UserId user, CancellationToken cancellationToken);
}

/// <summary>Groups can be made.</summary>
public interface ISupportsGroups
{
    /// <summary>Makes a group of the account's own user and these people.</summary>
    /// <param name="accountId">The account, one of the login's, that makes it.</param>
    /// <param name="participants">The others, without repetition; at least one.</param>
    /// <param name="title">Its title, if any.</param>
    /// <param name="transaction">Names this creation.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="NetworkException"><see cref="NetworkFailure.NotFound"/> when one of them does not exist.</exception>
    Task<RemoteChat> CreateGroupAsync(
        string accountId, IReadOnlyList<UserId> participants, string? title, TransactionId transaction,
        CancellationToken cancellationToken);
}

/// <summary>The files of received messages can be fetched.</summary>
public interface ISupportsMedia
{
    /// <summary>Opens a file that came with a message or a chat. The caller disposes it.</summary>
    /// <exception cref="NetworkException"><see cref="NetworkFailure.NotFound"/> when it is gone.</exception>
    Task<Stream> OpenMediaAsync(RemoteMediaId media, CancellationToken cancellationToken);
}

/// <summary>
/// A connection that begins with all that happened while there was none: its first batch with a cursor comes soon, also when that was
/// nothing. Until then nothing goes out again that may have gone out before, for its echo may be among what comes.
/// </summary>
public interface ITellsWhenCaughtUp : INetworkConnection;

/// <summary>
/// A connection that need not be closed when receiving ends with a <see cref="NetworkFailure.Transient"/> failure: what it is sending
/// meanwhile goes on.
/// </summary>
public interface ISupportsResuming : INetworkConnection
{
    /// <summary>
    /// Makes sure that the network is there again and takes the login; after that <see cref="INetworkConnection.ReceiveAsync"/> is
    /// called anew. Called again later when it fails with <see cref="NetworkFailure.Transient"/>; otherwise the connection is closed.
    /// </summary>
    /// <exception cref="NetworkException">It is not, or does not.</exception>
    Task ResumeAsync(CancellationToken cancellationToken);
}
