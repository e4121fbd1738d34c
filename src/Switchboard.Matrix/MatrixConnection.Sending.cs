using Switchboard.Matrix.Api;
using Switchboard.Matrix.Sending;
using Switchboard.Matrix.Timeline;
using Switchboard.Networks;

namespace Switchboard.Matrix;

/// <content>Messages.</content>
internal sealed partial class MatrixConnection
{
    /// <inheritdoc/>
    public async Task<SentMessage> SendAsync(
        RemoteChatId chat, TransactionId transaction, OutgoingMessage message, CancellationToken cancellationToken)
    {
        var room = RoomOf(chat);
        guard.DemandNotKnownEncrypted(room);
        if (store.SentEvent(room, transaction) is { } earlier)
            return Answer(room, earlier, message.Attachment is null ? null : MediaAddress.Parse(store.UploadOf(transaction)));
        if (store.Room(room) is { Membership: "invite" })
            await JoinAsync(room, null, cancellationToken);
        await EndTypingAsync(room, cancellationToken);
        var frame = await FrameAsync(room, message, cancellationToken);
        var media = message.Attachment is { } attachment
            ? await UploadedAsync(room, transaction, attachment, cancellationToken)
            : (MediaAddress?)null;
        var id = await SendEventAsync(room, MessageContent.Make(message, media, frame), transaction, cancellationToken);
        // Whatever becomes of the caller: what was sent must not be sent again.
        await store.RememberSentAsync(room, id, transaction, CancellationToken.None);
        return Answer(room, id, media);
    }

    private SentMessage Answer(string room, string eventId, MediaAddress? media) =>
        new(new RemoteMessageId(eventId), media is { } address ? [new RemoteMediaId(address.ToString())] : [])
        {
            AwaitsReport = store.Room(room)?.Bridge is { } bridge && store.BridgeReports(bridge.Bot),
        };

    /// <summary>Sends an event that is no state, never into an encrypted room.</summary>
    /// <returns>Its id; the same for the same transaction.</returns>
    private async Task<string> SendEventAsync(
        string room, OutgoingEvent content, TransactionId transaction, CancellationToken cancellationToken)
    {
        await guard.DemandClearAsync(room, cancellationToken);
        var path = $"{RoomPath(room)}/send/{MatrixApi.Escape(content.Type)}/{MatrixApi.Escape(transaction.Value)}";
        using var answer = await PutAsync(path, content.Content, cancellationToken);
        return answer.RootElement.Id("event_id") ?? throw MatrixFailures.Nonsense(null);
    }

    private async Task<MediaAddress> UploadedAsync(
        string room, TransactionId transaction, OutgoingAttachment attachment, CancellationToken cancellationToken)
    {
        if (MediaAddress.Parse(store.UploadOf(transaction)) is { } known)
            return known;
        // Not even the file of a message that must not be sent.
        await guard.DemandClearAsync(room, cancellationToken);
        var address = await UploadAsync(attachment, cancellationToken);
        await store.RememberUploadAsync(transaction, address.ToString(), CancellationToken.None);
        return address;
    }

    private async Task<MediaAddress> UploadAsync(OutgoingAttachment attachment, CancellationToken cancellationToken)
    {
        await using var content = attachment.OpenRead();
        var length = attachment.Info.FileSize ?? (content.CanSeek ? content.Length : null);
        return await api.UploadAsync(content, length, attachment.Info.MimeType, attachment.Info.FileName, cancellationToken);
    }

    private async Task<MessageFrame> FrameAsync(string room, OutgoingMessage message, CancellationToken cancellationToken)
    {
        var frame = Frame(room);
        if (message.ReplyTo is not { } target)
            return frame;
        var (sender, root) = await LookAtTargetAsync(room, target, cancellationToken);
        return frame with { ReplyToSender = message.ReplyToSender?.Value ?? sender, ThreadRoot = root };
    }

    private MessageFrame Frame(string room)
    {
        var view = store.Room(room);
        return new MessageFrame
        {
            OwnUserId = session.UserId,
            MayNotifyRoom = view is not null && view.Power.Of(session.UserId) >= view.Power.NotifyRoom,
            Timer = view is { Bridge: not null, Features: { } features } && !(view.Timer is null && features.OmitsEmptyTimer)
                && features.Capabilities.DisappearingTimer is not null
                ? (view.Timer?.Type ?? "", view.Timer?.Milliseconds ?? 0)
                : null,
            NameOf = user => store.Person(user)?.Name,
        };
    }

    /// <summary>Who wrote the message that is answered, and the thread it is in.</summary>
    private async Task<(string? Sender, string? ThreadRoot)> LookAtTargetAsync(
        string room, RemoteMessageId target, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await api.GetAsync(EventPath(room, target), cancellationToken);
            var relation = answer.RootElement.Child("content").Child("m.relates_to");
            return (answer.RootElement.Text("sender"), relation.Text("rel_type") == "m.thread" ? relation.Text("event_id") : null);
        }
        catch (NetworkException e) when (e.Kind is NetworkFailure.NotFound or NetworkFailure.Rejected)
        {
            // It may be gone, or from before one's own time; then it is answered all the same.
            return (null, null);
        }
    }

    private static string EventPath(string room, RemoteMessageId message) => $"{RoomPath(room)}/event/{MatrixApi.Escape(message.Value)}";
}
