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

/// <summary>The network wants to know which chats are muted, because it decides by it whom to notify.</summary>
public interface ISupportsMuting
{
    /// <summary>Mutes or unmutes a chat for this login.</summary>
    Task SetMutedAsync(RemoteChatId chat, bool muted, CancellationToken cancellationToken);
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
    /// matches first, at most <paramref name="limit"/>; never the login's own user.
    /// </summary>
    Task<IReadOnlyList<RemoteUser>> SearchAsync(string query, int limit, CancellationToken cancellationToken);

    /// <summary>The person of exactly this identifier; <c>null</c> when the network knows nobody of it.</summary>
    Task<RemoteUser?> ResolveAsync(PersonIdentifier identifier, CancellationToken cancellationToken);
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
    Task<RemoteChat> OpenDirectChatAsync(UserId user, CancellationToken cancellationToken);
}

/// <summary>Groups can be made.</summary>
public interface ISupportsGroups
{
    /// <summary>Makes a group of the login's own user and these people.</summary>
    /// <param name="participants">The others, without repetition; at least one.</param>
    /// <param name="title">Its title, if any.</param>
    /// <param name="transaction">Names this creation.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="NetworkException"><see cref="NetworkFailure.NotFound"/> when one of them does not exist.</exception>
    Task<RemoteChat> CreateGroupAsync(
        IReadOnlyList<UserId> participants, string? title, TransactionId transaction, CancellationToken cancellationToken);
}

/// <summary>The files of received messages can be fetched.</summary>
public interface ISupportsMedia
{
    /// <summary>Opens a file that came with a message or a chat. The caller disposes it.</summary>
    /// <exception cref="NetworkException"><see cref="NetworkFailure.NotFound"/> when it is gone.</exception>
    Task<Stream> OpenMediaAsync(RemoteMediaId media, CancellationToken cancellationToken);
}
