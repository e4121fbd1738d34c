using System.Text.Json;
using Switchboard.Matrix.Api;
using Switchboard.Matrix.Sending;
using Switchboard.Matrix.Store;
using Switchboard.Matrix.Timeline;
using Switchboard.Networks;

namespace Switchboard.Matrix;

/// <content>What is done to messages that are there: edits, deletions, reactions.</content>
internal sealed partial class MatrixConnection : ISupportsEdits, ISupportsDeletion, ISupportsReactions
{
    private const int RelationPages = 20;

    /// <inheritdoc/>
    public async Task<DateTimeOffset> EditAsync(
        RemoteChatId chat, RemoteMessageId message, MessageText text, IReadOnlyList<string> mentions, TransactionId transaction,
        CancellationToken cancellationToken)
    {
        var room = RoomOf(chat);
        guard.DemandNotKnownEncrypted(room);
        using var original = await api.GetAsync(EventPath(room, message), cancellationToken);
        // An edit by another than the sender counts for nothing: what was written by one's own ghost only its network can edit.
        if (original.RootElement.Text("sender") != session.UserId)
            throw new NetworkException(
                NetworkFailure.Rejected, "This message was not written by your Matrix user. Edit it in the app it was written in.");
        var (target, type, before) = ReadOriginal(original.RootElement, message);
        var edit = await SendEventAsync(
            room, MessageContent.Edit(target, text, mentions, before, type, Frame(room)), transaction, cancellationToken);
        return await TimeOfAsync(room, new(edit), cancellationToken);
    }

    /// <summary>When an event happened by the homeserver's clock, by which all edits of a message are compared.</summary>
    private async Task<DateTimeOffset> TimeOfAsync(string room, RemoteMessageId message, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        try
        {
            using var answer = await api.GetAsync(EventPath(room, message), cancellationToken);
            return answer.RootElement.Whole("origin_server_ts") is { } at ? MatrixTime.Of(at, now) : now;
        }
        catch (NetworkException e) when (e.Kind is not NetworkFailure.LoginExpired)
        {
            // It is done all the same.
            return now;
        }
    }

    /// <inheritdoc/>
    public async Task DeleteForEveryoneAsync(RemoteChatId chat, RemoteMessageId message, CancellationToken cancellationToken)
    {
        var room = RoomOf(chat);
        var hides = store.Room(room)?.Features is { HidesRedacted: true };
        await RedactAsync(room, message.Value, hides, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task ReactAsync(
        RemoteChatId chat, RemoteMessageId message, string key, TransactionId transaction, CancellationToken cancellationToken)
    {
        try
        {
            await SendEventAsync(RoomOf(chat), MessageContent.Reaction(message, key), transaction, cancellationToken);
        }
        catch (NetworkException e) when (e.InnerException is MatrixError { Code: "M_DUPLICATE_ANNOTATION" })
        {
            // It is there, which is all that was asked for.
        }
    }

    /// <inheritdoc/>
    public async Task UnreactAsync(RemoteChatId chat, RemoteMessageId message, string key, CancellationToken cancellationToken)
    {
        var room = RoomOf(chat);
        guard.DemandNotKnownEncrypted(room);
        // What the store knows may lack a reaction that was sent a moment ago, and clients differ in how they write a key: all that
        // count as this one go.
        var own = await OwnReactionsAsync(room, message, key, cancellationToken);
        if (own.Count == 0 && store.ReactionEvent(room, message.Value, session.UserId, key) is { } known)
            own = [known];
        if (own.Count == 0 && store.HasReactionByOwnGhost(room, message.Value, key))
            throw new NetworkException(
                NetworkFailure.Rejected, "This reaction was not made by your Matrix user. Take it back in the app it was made in.");
        foreach (var reaction in own)
        {
            await RedactAsync(room, reaction, hides: false, cancellationToken);
        }
    }

    private async Task<IReadOnlyList<string>> OwnReactionsAsync(
        string room, RemoteMessageId message, string key, CancellationToken cancellationToken)
    {
        var own = new List<string>();
        var path = $"v1/rooms/{MatrixApi.Escape(room)}/relations/{MatrixApi.Escape(message.Value)}/m.annotation/m.reaction?limit=100";
        string? from = null;
        for (var page = 0; page < RelationPages; page++)
        {
            JsonDocument answer;
            try
            {
                answer = await api.GetAsync(from is null ? path : $"{path}&from={MatrixApi.Escape(from)}", cancellationToken);
            }
            catch (NetworkException e) when (e.Kind is NetworkFailure.NotFound or NetworkFailure.Rejected)
            {
                return own;
            }

            using (answer)
            {
                own.AddRange(answer.RootElement.Items("chunk")
                    .Where(item => item.Text("sender") == session.UserId
                        && item.Child("content").Child("m.relates_to").Text("key") is { } found
                        && ReactionKeys.Plain(found) == ReactionKeys.Plain(key))
                    .Select(item => item.Text("event_id")).OfType<string>());
                from = answer.RootElement.Text("next_batch");
            }

            if (from is null)
                break;
        }

        return own;
    }

    /// <summary>Redacts an event. There is one redaction of an event for ever, so its transaction is always the same.</summary>
    private async Task RedactAsync(string room, string eventId, bool hides, CancellationToken cancellationToken)
    {
        await guard.DemandClearAsync(room, cancellationToken);
        await PutAsync(
            $"{RoomPath(room)}/redact/{MatrixApi.Escape(eventId)}/{MatrixApi.Escape("redact" + eventId)}",
            json =>
            {
                if (hides)
                    json.WriteBoolean("com.beeper.dont_render_redacted_placeholder", true);
            },
            cancellationToken);
    }

    /// <summary>The event to edit, its kind of message, and whom it mentions so far.</summary>
    private static (RemoteMessageId Target, string MessageType, IReadOnlyCollection<string> Mentions) ReadOriginal(
        JsonElement original, RemoteMessageId message)
    {
        var content = original.Child("content");
        var relation = content.Child("m.relates_to");
        // An edit is never edited: its original is.
        var target = relation.Text("rel_type") == "m.replace" && relation.Text("event_id") is { } first
            ? new RemoteMessageId(first)
            : message;
        var newest = original.Child("unsigned").Child("m.relations").Child("m.replace").Child("content").Child("m.new_content");
        var mentions = (newest.ValueKind == JsonValueKind.Object ? newest : content).Child("m.mentions");
        var before = mentions.Texts("user_ids").ToHashSet(StringComparer.Ordinal);
        if (mentions.IsTrue("room"))
            before.Add("@room");
        return (target, content.Text("msgtype") is "m.notice" or "m.emote" ? content.Text("msgtype")! : "m.text", before);
    }
}
