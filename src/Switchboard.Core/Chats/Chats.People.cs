using System.Collections.Concurrent;
using Switchboard.Core.Changes;
using Switchboard.Networks;

namespace Switchboard.Core.Chats;

/// <content>People that are known in part only, and chats that one is only invited to.</content>
public sealed partial class Chats
{
    private static readonly TimeSpan WaitForPeople = TimeSpan.FromSeconds(5);

    // One fetch for one chat, however many ask.
    private readonly ConcurrentDictionary<long, Lazy<Task>> fetches = new();

    /// <summary>
    /// One chat. When more people are wanted than are known they are fetched first, once, and kept; a network that is slow or away
    /// does not keep back those who are known.
    /// </summary>
    /// <param name="access">Who asks.</param>
    /// <param name="chatId">Id or local id.</param>
    /// <param name="participants">People at most; negative means all.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<Chat> GetAsync(Access.Access access, string chatId, int participants, CancellationToken cancellationToken)
    {
        var chat = Get(access, chatId, participants);
        if (!chat.IsPartial || (participants >= 0 && chat.Participants.Count >= participants))
            return chat;
        var fetch = fetches.GetOrAdd(chat.Key, _ => new Lazy<Task>(() => FetchPeopleAsync(chat)));
        try
        {
            await fetch.Value.WaitAsync(WaitForPeople, clock, cancellationToken);
        }
        catch (Exception e) when (e is NetworkException or TimeoutException)
        {
            // Those who are known are an answer, which says that there are more.
        }

        return Get(access, chatId, participants);
    }

    private async Task FetchPeopleAsync(Chat chat)
    {
        try
        {
            if (await logins.ConnectionOfAsync(chat.LoginKey, CancellationToken.None) is not ISupportsParticipants network)
                return;
            var remote = await network.LoadParticipantsAsync(chat.RemoteId, CancellationToken.None);
            await database.WriteAsync(
                db =>
                {
                    // It may have been replaced, or have gone, meanwhile.
                    if (db.ChatByKey(chat.Key) is { } current && current.RemoteId == remote.Id)
                        db.UpsertChat(current.AccountKey, current.SelfId, remote, server.NewChatId, clock.GetUtcNow());
                },
                CancellationToken.None);
        }
        finally
        {
            fetches.TryRemove(chat.Key, out _);
        }
    }

    /// <summary>Accepts an invitation or a stranger's request.</summary>
    /// <returns>The chat, which can be used from now on; what is in it comes as its network tells it.</returns>
    /// <exception cref="RefusedException">It is neither, or its network cannot do this.</exception>
    public async Task<Chat> AcceptAsync(Access.Access access, string chatId, CancellationToken cancellationToken)
    {
        var (chat, network) = await InvitationAsync(access, chatId, cancellationToken);
        await network.AcceptInvitationAsync(chat.RemoteId, cancellationToken);
        return await database.WriteAsync(
            db =>
            {
                // Told again by the network, sooner or later; clients need not wait for that.
                if (db.ChatByKey(chat.Key) is { } current && IsRequest(current))
                {
                    db.EndInvitation(current);
                    db.AppendChatChange(current, clock.GetUtcNow());
                }

                return db.DemandChat(access, chatId, DefaultParticipants);
            },
            CancellationToken.None);
    }

    /// <summary>Declines an invitation or a stranger's request: the chat goes.</summary>
    /// <exception cref="RefusedException">It is neither, or its network cannot do this.</exception>
    public async Task DeclineAsync(Access.Access access, string chatId, CancellationToken cancellationToken)
    {
        var (chat, network) = await InvitationAsync(access, chatId, cancellationToken);
        await network.DeclineInvitationAsync(chat.RemoteId, cancellationToken);
        await database.WriteAsync(
            db =>
            {
                if (db.ChatByKey(chat.Key) is { } current)
                    db.RemoveChat(current, clock.GetUtcNow());
            },
            CancellationToken.None);
    }

    private static bool IsRequest(Chat chat) => chat.IsInvitation || chat.Capabilities.MessageRequest is not null;

    private async Task<(Chat Chat, ISupportsInvitations Network)> InvitationAsync(
        Access.Access access, string chatId, CancellationToken cancellationToken)
    {
        var chat = Get(access, chatId, 0);
        if (!IsRequest(chat))
            throw new RefusedException(Refusal.Conflict, "This chat is no invitation: there is nothing to accept or decline.");
        return await logins.ConnectionOfAsync(chat.LoginKey, cancellationToken) is ISupportsInvitations network
            ? (chat, network)
            : throw Unsupported(chat, "accepting or declining invitations");
    }
}
