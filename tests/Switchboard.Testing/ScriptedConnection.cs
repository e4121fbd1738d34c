using Switchboard.Networks;

namespace Switchboard.Testing;

/// <summary>A connection that can receive and send and has no other ability.</summary>
public class BareConnection(ScriptedNetwork network, string login) : INetworkConnection
{
    /// <summary>The network it belongs to.</summary>
    protected ScriptedNetwork Network { get; } = network;

    /// <inheritdoc/>
    public IAsyncEnumerable<RemoteBatch> ReceiveAsync(string? cursor, CancellationToken cancellationToken) =>
        Network.StreamOf(login).ReadAsync(cursor, Network.TellsTwice, cancellationToken);

    /// <inheritdoc/>
    public Task<SentMessage> SendAsync(
        RemoteChatId chat, TransactionId transaction, OutgoingMessage message, CancellationToken cancellationToken) =>
        Network.TakeAsync(login, chat, transaction, message, cancellationToken);

    /// <inheritdoc/>
    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        // Takes a moment, as ending a connection does.
        await Task.Yield();
        Network.Count(login, -1);
    }
}

/// <summary>A bare connection whose network tells at first what happened meanwhile.</summary>
public sealed class CatchingUpConnection(ScriptedNetwork network, string login) : BareConnection(network, login), ITellsWhenCaughtUp;

/// <summary>A connection with every ability, which notes each call and answers as its network says.</summary>
public sealed class ScriptedConnection(ScriptedNetwork network, string login)
    : BareConnection(network, login), ISupportsEdits, ISupportsDeletion, ISupportsReactions, ISupportsReadReceipts, ISupportsTyping,
        ISupportsChatState, ISupportsMarks, ISupportsNotifyAnyway, ISupportsContacts, ISupportsDirectChats, ISupportsGroups, ISupportsMedia,
        ISupportsHistory, ISupportsParticipants, ISupportsInvitations, ISupportsResuming
{
    /// <inheritdoc/>
    public Task ResumeAsync(CancellationToken cancellationToken) =>
        Network.OpenFailure is { } failure ? Task.FromException(failure) : Task.CompletedTask;

    /// <inheritdoc/>
    public Task<DateTimeOffset> EditAsync(
        RemoteChatId chat, RemoteMessageId message, MessageText text, IReadOnlyList<string> mentions, TransactionId transaction,
        CancellationToken cancellationToken) => Done($"edit {chat} {message} {text.Html}", Network.EditTime);

    /// <inheritdoc/>
    public Task DeleteForEveryoneAsync(RemoteChatId chat, RemoteMessageId message, CancellationToken cancellationToken) =>
        Done($"delete {chat} {message}", true);

    /// <inheritdoc/>
    public Task ReactAsync(
        RemoteChatId chat, RemoteMessageId message, string key, TransactionId transaction, CancellationToken cancellationToken) =>
        Done($"react {chat} {message} {key}", true);

    /// <inheritdoc/>
    public Task UnreactAsync(RemoteChatId chat, RemoteMessageId message, string key, CancellationToken cancellationToken) =>
        Done($"unreact {chat} {message} {key}", true);

    /// <inheritdoc/>
    public Task MarkReadAsync(RemoteChatId chat, RemoteMessageId upTo, CancellationToken cancellationToken) =>
        Done($"read {chat} {upTo}", true);

    /// <inheritdoc/>
    public Task SetTypingAsync(RemoteChatId chat, bool typing, CancellationToken cancellationToken) =>
        Done($"typing {chat} {typing}", true);

    /// <inheritdoc/>
    public Task<RemoteChat> UpdateChatAsync(RemoteChatId chat, ChatStateChange change, CancellationToken cancellationToken) =>
        Done($"update {chat}", Network.ChatAnswer());

    /// <inheritdoc/>
    public Task SetMarksAsync(RemoteChatId chat, ChatMarks marks, CancellationToken cancellationToken) =>
        Network.TakeMarksAsync(chat, marks, cancellationToken);

    /// <inheritdoc/>
    public async Task<RemoteHistory> LoadOlderAsync(RemoteChatId chat, string token, int limit, CancellationToken cancellationToken)
    {
        Network.Note($"history {chat} {token}");
        return await Network.History(chat, token, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<RemoteChat> LoadParticipantsAsync(RemoteChatId chat, CancellationToken cancellationToken) =>
        Done($"participants {chat}", Network.ChatAnswer());

    /// <inheritdoc/>
    public Task AcceptInvitationAsync(RemoteChatId chat, CancellationToken cancellationToken) => Done($"accept {chat}", true);

    /// <inheritdoc/>
    public Task DeclineInvitationAsync(RemoteChatId chat, CancellationToken cancellationToken) => Done($"decline {chat}", true);

    /// <inheritdoc/>
    public Task<bool> NotifyAnywayAsync(RemoteChatId chat, RemoteMessageId message, CancellationToken cancellationToken) =>
        Done($"notify {chat} {message}", true);

    /// <inheritdoc/>
    public Task<IReadOnlyList<RemoteUser>> SearchAsync(
        string accountId, string query, int limit, CancellationToken cancellationToken) => Done($"search {query}", Network.Directory);

    /// <inheritdoc/>
    public Task<RemoteUser?> ResolveAsync(
        string accountId, PersonIdentifier identifier, CancellationToken cancellationToken) => Done(
        $"resolve {identifier}",
        Network.Directory.FirstOrDefault(user => identifier switch
        {
            PersonIdentifier.ByUserId(var id) => user.Id == id,
            PersonIdentifier.ByUsername(var name) => user.Username == name.TrimStart('@'),
            PersonIdentifier.ByPhone(var number) => user.PhoneNumber == number,
            PersonIdentifier.ByEmail(var address) => user.Email == address,
            _ => false,
        }));

    /// <inheritdoc/>
    public Task<RemoteChat> OpenDirectChatAsync(string accountId, UserId user, CancellationToken cancellationToken) =>
        Done($"open {accountId} {user}", Network.ChatAnswer());

    /// <inheritdoc/>
    public Task<RemoteChat> CreateGroupAsync(
        string accountId, IReadOnlyList<UserId> participants, string? title, TransactionId transaction,
        CancellationToken cancellationToken) => Done($"group {string.Join(' ', participants)}", Network.ChatAnswer());

    /// <inheritdoc/>
    public Task<Stream> OpenMediaAsync(RemoteMediaId media, CancellationToken cancellationToken) =>
        Done<Stream>($"media {media}", new MemoryStream(Network.MediaContent));

    private Task<T> Done<T>(string call, T answer)
    {
        Network.Note(call);
        return Task.FromResult(answer);
    }
}
