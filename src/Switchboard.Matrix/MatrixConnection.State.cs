using System.Text.Json;
using Switchboard.Matrix.Api;
using Switchboard.Matrix.Bridges;
using Switchboard.Matrix.Store;
using Switchboard.Matrix.Sync;
using Switchboard.Networks;

namespace Switchboard.Matrix;

/// <content>A room's name, topic, picture and timer.</content>
internal sealed partial class MatrixConnection : ISupportsChatState
{
    /// <inheritdoc/>
    public async Task<RemoteChat> UpdateChatAsync(RemoteChatId chat, ChatStateChange change, CancellationToken cancellationToken)
    {
        var room = RoomOf(chat);
        var view = store.Room(room) ?? throw new NetworkException(NetworkFailure.NotFound, "This chat is not known on its homeserver.");
        var picture = change.Avatar is { } file ? await UploadAsync(file, cancellationToken) : (MediaAddress?)null;
        var changes = Changes(view, change, picture).ToList();
        foreach (var state in changes)
        {
            if (!view.Power.MaySetState(session.UserId, state.Type))
                throw new NetworkException(NetworkFailure.Rejected, $"You may not change {state.What} of this chat.");
        }

        await ApplyAsync(room, changes, cancellationToken);
        return Changed(view.ToChat(), change, picture);
    }

    /// <summary>Sets one after the other. When one is refused, those before it are put back: all or none.</summary>
    private async Task ApplyAsync(string room, List<StateChange> changes, CancellationToken cancellationToken)
    {
        var applied = new Stack<StateChange>();
        try
        {
            foreach (var state in changes)
            {
                await PutStateAsync(room, state.Type, state.Write, cancellationToken);
                applied.Push(state);
            }
        }
        catch (NetworkException)
        {
            foreach (var state in applied)
            {
                try
                {
                    await PutStateAsync(room, state.Type, state.Undo, CancellationToken.None);
                }
                catch (NetworkException)
                {
                    // What cannot be put back either is told by sync as it is.
                }
            }

            throw;
        }
    }

    private Task PutStateAsync(string room, string type, Action<Utf8JsonWriter> content, CancellationToken cancellationToken) =>
        PutAsync($"{RoomPath(room)}/state/{type}/", content, cancellationToken);

    private static IEnumerable<StateChange> Changes(RoomView view, ChatStateChange change, MediaAddress? picture)
    {
        if (change.Title is { } title)
        {
            yield return new(
                "m.room.name", "the title", json => json.WriteString("name", title), json => json.WriteString("name", view.Name ?? ""));
        }

        if (change.Description is { } topic)
        {
            yield return new(
                "m.room.topic", "the description", json => json.WriteString("topic", topic),
                json => json.WriteString("topic", view.Topic ?? ""));
        }

        if (picture is not null || change.RemoveAvatar)
        {
            yield return new(
                "m.room.avatar", "the picture", json => WritePicture(json, picture?.ToString(), change.Avatar?.Info),
                json => WritePicture(json, view.AvatarUrl, null));
        }

        if (change.Expiry is { } expiry)
        {
            var isAfterRead = view.Features?.Capabilities.DisappearingTimer?.Types is [DisappearingTimerType.AfterRead, ..];
            var type = isAfterRead ? "after_read" : "after_send";
            yield return new(
                DisappearingTimer.EventType, "the timer", json => WriteTimer(json, type, (long)expiry.TotalMilliseconds),
                json => WriteTimer(json, view.Timer?.Type ?? type, view.Timer?.Milliseconds ?? 0));
        }
    }

    private static void WritePicture(Utf8JsonWriter json, string? url, AttachmentInfo? info)
    {
        if (url is null)
            return;
        json.WriteString("url", url);
        if (info is null)
            return;
        json.WriteStartObject("info");
        json.WriteString("mimetype", info.MimeType);
        if (info.FileSize is { } size)
            json.WriteNumber("size", size);
        if (info.Width is > 0 and var width && info.Height is > 0 and var height)
        {
            json.WriteNumber("w", width);
            json.WriteNumber("h", height);
        }

        json.WriteEndObject();
    }

    private static void WriteTimer(Utf8JsonWriter json, string type, long milliseconds)
    {
        if (milliseconds <= 0)
            return;
        json.WriteString("type", type);
        json.WriteNumber("timer", milliseconds);
    }

    /// <summary>The chat as it is after a change of which sync has not told yet.</summary>
    private static RemoteChat Changed(RemoteChat chat, ChatStateChange change, MediaAddress? picture) => chat with
    {
        Title = change.Title is { } title ? (title.Length > 0 ? title : null) : chat.Title,
        Description = change.Description is { } topic ? (topic.Length > 0 ? topic : null) : chat.Description,
        Avatar = picture is { } address ? RoomChat.Picture(address.ToString()) : change.RemoveAvatar ? null : chat.Avatar,
        Expiry = change.Expiry is { } expiry ? (expiry > TimeSpan.Zero ? expiry : null) : chat.Expiry,
    };

    /// <summary>A piece of state to set, and how it was.</summary>
    private sealed record StateChange(string Type, string What, Action<Utf8JsonWriter> Write, Action<Utf8JsonWriter> Undo);
}
