using System.Collections.Concurrent;
using Switchboard.Matrix.Api;
using Switchboard.Matrix.Sending;
using Switchboard.Networks;

namespace Switchboard.Matrix;

/// <content>What others and one's own devices learn besides messages: reading, typing, marks.</content>
internal sealed partial class MatrixConnection : ISupportsReadReceipts, ISupportsTyping, ISupportsMarks, ISupportsInvitations
{
    private const int TypingMilliseconds = 30_000;
    private const string Favourite = "m.favourite";
    private const string LowPriority = "m.lowpriority";

    private readonly ConcurrentDictionary<string, bool> typingIn = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public Task MarkReadAsync(RemoteChatId chat, RemoteMessageId upTo, CancellationToken cancellationToken) => PostAsync(
        RoomPath(RoomOf(chat)) + "/read_markers",
        json =>
        {
            json.WriteString("m.fully_read", upTo.Value);
            // A public receipt: bridges carry no private ones, and the telephone would go on showing the chat as unread.
            json.WriteString("m.read", upTo.Value);
        },
        cancellationToken);

    /// <inheritdoc/>
    public async Task SetTypingAsync(RemoteChatId chat, bool typing, CancellationToken cancellationToken)
    {
        var room = RoomOf(chat);
        if (typing)
            typingIn[room] = true;
        else
            typingIn.TryRemove(room, out _);
        await PutAsync(
            $"{RoomPath(room)}/typing/{MatrixApi.Escape(session.UserId)}",
            json =>
            {
                json.WriteBoolean("typing", typing);
                if (typing)
                    json.WriteNumber("timeout", TypingMilliseconds);
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public async Task SetMarksAsync(RemoteChatId chat, ChatMarks marks, CancellationToken cancellationToken)
    {
        var room = RoomOf(chat);
        if (marks.IsMuted is { } muted)
            await MuteAsync(room, muted, cancellationToken);
        await TagAsync(room, marks, cancellationToken);
        if (marks.IsMarkedUnread is { } unread)
        {
            await PutAsync(
                AccountDataPath(room, "m.marked_unread"),
                json =>
                {
                    json.WriteBoolean("unread", unread);
                    json.WriteNumber("ts", clock.GetUtcNow().ToUnixTimeMilliseconds());
                },
                cancellationToken);
        }

        if (marks.IsArchived is { } archived)
        {
            await PutAsync(
                AccountDataPath(room, "com.beeper.inbox.done"),
                json =>
                {
                    if (archived)
                        json.WriteNumber("updated_ts", clock.GetUtcNow().ToUnixTimeMilliseconds());
                },
                cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async Task AcceptInvitationAsync(RemoteChatId chat, CancellationToken cancellationToken)
    {
        var room = RoomOf(chat);
        if (IsRequest(room))
            await SendEventAsync(room, MessageContent.Acceptance(), NewTransaction(), cancellationToken);
        else
            await JoinAsync(chat.Value, null, cancellationToken);
    }

    // A stranger's request on a bridged network, in whose room the owner is already (matrix.md §4.1).
    private bool IsRequest(string room) => store.Room(room) is { Membership: "join", Bridge.IsMessageRequest: true };

    // What may be done twice without harm needs no transaction that is kept.
    private static TransactionId NewTransaction() => new(Guid.NewGuid().ToString("N"));

    /// <inheritdoc/>
    public async Task DeclineInvitationAsync(RemoteChatId chat, CancellationToken cancellationToken)
    {
        var room = RoomOf(chat);
        if (IsRequest(room) && store.Room(room) is { Features.Capabilities.DeleteChat: true })
            await SendEventAsync(room, MessageContent.Rejection(), NewTransaction(), cancellationToken);
        foreach (var step in (IEnumerable<string>)["leave", "forget"])
        {
            try
            {
                await PostAsync($"{RoomPath(chat.Value)}/{step}", static _ => { }, cancellationToken);
            }
            catch (NetworkException e) when (e.Kind is NetworkFailure.NotFound or NetworkFailure.Rejected)
            {
                // Not in it, or it is gone.
            }
        }
    }

    /// <summary>Who sends has stopped typing; others should see that no later than the message.</summary>
    private async Task EndTypingAsync(string room, CancellationToken cancellationToken)
    {
        if (!typingIn.ContainsKey(room))
            return;
        try
        {
            await SetTypingAsync(new RemoteChatId(room), false, cancellationToken);
        }
        catch (NetworkException)
        {
            // It ends by itself.
        }
    }

    private string AccountDataPath(string room, string type) => $"{OwnPath}/rooms/{MatrixApi.Escape(room)}/account_data/{type}";

    private async Task TagAsync(string room, ChatMarks marks, CancellationToken cancellationToken)
    {
        var tags = $"{OwnPath}/rooms/{MatrixApi.Escape(room)}/tags/";
        // The one excludes the other, so what goes goes first.
        if (marks.IsPinned is false || marks.IsLowPriority is true)
            await DeleteAsync(tags + Favourite, cancellationToken);
        if (marks.IsLowPriority is false || marks is { IsPinned: true, IsLowPriority: not true })
            await DeleteAsync(tags + LowPriority, cancellationToken);
        if (marks is { IsPinned: true, IsLowPriority: not true })
            await PutAsync(tags + Favourite, static json => json.WriteNumber("order", 0.5), cancellationToken);
        if (marks.IsLowPriority is true)
            await PutAsync(tags + LowPriority, static json => json.WriteNumber("order", 0.5), cancellationToken);
    }

    private async Task MuteAsync(string room, bool muted, CancellationToken cancellationToken)
    {
        var rule = "v3/pushrules/global/override/" + MatrixApi.Escape(room);
        if (muted)
        {
            await PutAsync(
                rule,
                json =>
                {
                    json.WriteStartArray("conditions");
                    json.WriteStartObject();
                    json.WriteString("kind", "event_match");
                    json.WriteString("key", "room_id");
                    json.WriteString("pattern", room);
                    json.WriteEndObject();
                    json.WriteEndArray();
                    json.WriteStartArray("actions");
                    json.WriteEndArray();
                },
                cancellationToken);
        }
        else
        {
            await DeleteAsync(rule, cancellationToken);
            await DropSilentRoomRuleAsync(room, cancellationToken);
        }

        if (store.Room(room) is { HasMuteData: true } || (await api.FeaturesAsync(cancellationToken)).HasMuteData)
        {
            await PutAsync(
                AccountDataPath(room, "com.beeper.mute"), json => json.WriteNumber("muted_until", muted ? -1 : 0), cancellationToken);
        }
    }

    /// <summary>The rule by which other clients mute a room for all but mentions, which counts as muted here.</summary>
    private async Task DropSilentRoomRuleAsync(string room, CancellationToken cancellationToken)
    {
        var rule = "v3/pushrules/global/room/" + MatrixApi.Escape(room);
        try
        {
            using var answer = await api.GetAsync(rule, cancellationToken);
            if (answer.RootElement.Texts("actions").Contains("notify"))
                return;
        }
        catch (NetworkException e) when (e.Kind is NetworkFailure.NotFound)
        {
            return;
        }

        await DeleteAsync(rule, cancellationToken);
    }
}
