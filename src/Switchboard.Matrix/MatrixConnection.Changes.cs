using System.Text.Json;
using Switchboard.Matrix.Api;
using Switchboard.Matrix.Sending;
using Switchboard.Matrix.Store;
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
        var (target, type, before) = ReadOriginal(original.RootElement, message);
        await SendEventAsync(room, MessageContent.Edit(target, text, mentions, before, type, Frame(room)), transaction, cancellationToken);
        return clock.GetUtcNow();
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
                        && item.Member("content").Member("m.relates_to").Text("key") is { } found
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
        var content = original.Member("content");
        var relation = content.Member("m.relates_to");
        // An edit is never edited: its original is.
        var target = relation.Text("rel_type") == "m.replace" && relation.Text("event_id") is { } first
            ? new RemoteMessageId(first)
            : message;
        var newest = original.Member("unsigned").Member("m.relations").Member("m.replace").Member("content").Member("m.new_content");
        var mentions = (newest.ValueKind == JsonValueKind.Object ? newest : content).Member("m.mentions");
        var before = mentions.Texts("user_ids").ToHashSet(StringComparer.Ordinal);
        if (mentions.IsTrue("room"))
            before.Add("@room");
        return (target, content.Text("msgtype") is "m.notice" or "m.emote" ? content.Text("msgtype")! : "m.text", before);
    }
}
