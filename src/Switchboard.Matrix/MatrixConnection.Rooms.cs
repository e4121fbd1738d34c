using System.Text.Json;
using Microsoft.Extensions.Logging;
using Switchboard.Matrix.Api;
using Switchboard.Matrix.Store;
using Switchboard.Matrix.Sync;
using Switchboard.Matrix.Timeline;
using Switchboard.Networks;

namespace Switchboard.Matrix;

/// <content>Direct chats and groups.</content>
internal sealed partial class MatrixConnection : ISupportsDirectChats, ISupportsGroups
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan PatienceForPeople = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan PatienceForSync = TimeSpan.FromSeconds(20);

    // m.direct is one document: whoever writes it must have read it just before.
    private readonly SemaphoreSlim directWrites = new(1);

    /// <inheritdoc/>
    public async Task<RemoteChat> OpenDirectChatAsync(string accountId, UserId user, CancellationToken cancellationToken)
    {
        var key = "direct " + user.Value;
        if (DirectChatWith(accountId, user.Value) is { } existing)
        {
            await store.ForgetCreationAsync(key, CancellationToken.None);
            return existing.ToChat();
        }

        var isSelf = user.Value == session.UserId;
        if (!isSelf && await ProfileAsync(user.Value, cancellationToken) is null)
            throw new NetworkException(NetworkFailure.NotFound, $"The homeserver knows nobody called {user.Value}.");
        var room = await CreateOnceAsync(
            key, Guid.NewGuid().ToString("N"),
            json =>
            {
                json.WriteString("preset", "trusted_private_chat");
                json.WriteBoolean("is_direct", true);
                if (isSelf)
                    json.WriteString("name", "Note to self");
                else
                    WriteInvites(json, [user.Value]);
            },
            cancellationToken);
        await AddDirectAsync(user.Value, room, cancellationToken);
        var chat = await WaitForChatAsync(room, isSelf ? [] : [user.Value], isDirect: !isSelf, cancellationToken);
        // From here on it is found by what sync tells, so that once it is left there can be another.
        await store.ForgetCreationAsync(key, CancellationToken.None);
        return chat;
    }

    /// <inheritdoc/>
    public async Task<RemoteChat> CreateGroupAsync(
        string accountId, IReadOnlyList<UserId> participants, string? title, TransactionId transaction, CancellationToken cancellationToken)
    {
        if (accountId != session.AccountId)
            throw new NetworkException(
                NetworkFailure.Rejected, "Groups on a bridged network are made in its own app; then they appear here.");
        foreach (var user in participants)
        {
            if (await ProfileAsync(user.Value, cancellationToken) is null)
                throw new NetworkException(NetworkFailure.NotFound, $"The homeserver knows nobody called {user.Value}.");
        }

        var room = await CreateOnceAsync(
            "group " + transaction.Value, transaction.Value,
            json =>
            {
                json.WriteString("preset", "private_chat");
                if (title is { Length: > 0 })
                    json.WriteString("name", title);
                WriteInvites(json, participants.Select(user => user.Value).Where(user => user != session.UserId));
            },
            cancellationToken);
        return await WaitForChatAsync(room, participants.Select(user => user.Value).ToList(), isDirect: false, cancellationToken);
    }

    private static void WriteInvites(Utf8JsonWriter json, IEnumerable<string> users)
    {
        json.WriteStartArray("invite");
        foreach (var user in users)
        {
            json.WriteStringValue(user);
        }

        json.WriteEndArray();
    }

    /// <summary>
    /// The direct chat there is: one that the owner's own account data names, else one that was called direct when the owner was asked
    /// in, or that a bridge says is. Nobody else may be in it, whatever the room says of whom it counts: what is meant for one person
    /// must not be read by another. Of those that are named the one that can be written into comes first.
    /// </summary>
    private RoomView? DirectChatWith(string accountId, string user)
    {
        var named = store.DirectRooms(user).Select(store.Room).OfType<RoomView>().OrderBy(room => room.IsEncrypted);
        IEnumerable<RoomView> shared = user == session.UserId ? [] : store.RoomsWith(user).Select(store.Room).OfType<RoomView>()
            .Where(room => room.Bridge is { RoomType: "dm" } || store.IsCalledDirect(room.Id)).OrderBy(room => room.IsEncrypted);
        return named.Concat(shared)
            .Where(room => room.Membership == "join" && room.ReplacedBy is null && room.AccountId == accountId)
            .FirstOrDefault(room => store.IsOnlyWith(room.Id, user));
    }

    /// <summary>Notes in account data that a room is the direct chat with somebody.</summary>
    private async Task AddDirectAsync(string user, string room, CancellationToken cancellationToken)
    {
        var path = OwnPath + "/account_data/m.direct";
        await directWrites.WaitAsync(cancellationToken);
        try
        {
            using var current = await AccountDataAsync(path, cancellationToken);
            var known = current?.RootElement ?? default;
            if (known.Texts(user).Contains(room))
                return;
            await PutAsync(
                path,
                json =>
                {
                    foreach (var (other, rooms) in known.Entries(int.MaxValue).Where(member => member.Key != user))
                    {
                        json.WritePropertyName(other);
                        // As it came: it is not ours to mend, and was read as JSON just now.
                        json.WriteRawValue(rooms.GetRawText(), skipInputValidation: true);
                    }

                    json.WriteStartArray(user);
                    foreach (var id in known.Texts(user).Append(room))
                    {
                        json.WriteStringValue(id);
                    }

                    json.WriteEndArray();
                },
                cancellationToken);
        }
        finally
        {
            directWrites.Release();
        }
    }

    private async Task<JsonDocument?> AccountDataAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await api.GetAsync(path, cancellationToken);
        }
        catch (NetworkException e) when (e.Kind is NetworkFailure.NotFound)
        {
            return null;
        }
    }

    /// <summary>
    /// Waits until sync has brought a room that was just made, and so all that is to be said of it. A homeserver may show a room
    /// before the people who were invited are in it; who never comes in is not waited for long.
    /// </summary>
    private async Task<RemoteChat> WaitForChatAsync(
        string room, IReadOnlyList<string> people, bool isDirect, CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        while (true)
        {
            var waited = clock.GetElapsedTime(started);
            if (store.Room(room) is { Membership: "join" } view && view.ToChat() is var chat
                && (IsWhole(view, chat) || waited > PatienceForPeople))
            {
                return chat;
            }

            if (waited > PatienceForSync)
            {
                var name = EventGuard.RoomName(room);
                LogNotSeen(logger, name);
                throw new NetworkException(
                    NetworkFailure.Transient, "The chat was made, but the homeserver has not shown it yet. It will appear.");
            }

            await Task.Delay(LookAgain, clock, cancellationToken);
        }

        bool IsWhole(RoomView view, RemoteChat chat) => (view.IsDirect || !isDirect)
            && people.All(user => chat.Participants.Any(person => person.User.Id.Value == user));
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Room {Room} was made but did not come by sync in time")]
    private static partial void LogNotSeen(ILogger logger, string room);
}
