using Switchboard.Networks;

namespace Switchboard.LocalNetwork;

// Messages: sending, editing, deleting, reacting, and their files.
internal sealed partial class LocalConnection
{
    private const string SendKind = "send";
    private const string EditKind = "edit";
    private const int MaxReactionLength = 100;

    /// <inheritdoc/>
    public async Task<SentMessage> SendAsync(
        RemoteChatId chat, TransactionId transaction, OutgoingMessage message, CancellationToken cancellationToken)
    {
        // Asked before the file is copied, and again in the transaction, which alone decides.
        var known = Read(db =>
        {
            var answer = db.AnswerTo(Identity.Id, SendKind, transaction);
            if (answer is null)
                db.RequireWritable(chat, Identity.Id);
            return answer;
        });
        if (known is not null)
            return ToSent(known);
        MessageRules.Check(message);
        var sent = await WithFileAsync(
            message.Attachment,
            file => ChangeAsync(change => Send(change, chat, transaction, message, file), cancellationToken),
            cancellationToken);
        network.Typing.Stop(chat, Identity.Id);
        return ToSent(sent);
    }

    /// <inheritdoc/>
    public Task<DateTimeOffset> EditAsync(
        RemoteChatId chat, RemoteMessageId message, MessageText text, IReadOnlyList<string> mentions, TransactionId transaction,
        CancellationToken cancellationToken)
    {
        MessageRules.Check(text);
        return ChangeAsync(
            change =>
            {
                if (change.Db.AnswerTo(Identity.Id, EditKind, transaction) is { At: { } before })
                    return before;
                var (membership, edited) = RequireOwn(change, chat, message, "edit");
                if (membership.IsReadOnly)
                    throw Refusals.ReadOnly();
                if (edited.IsGone(change.Now))
                    throw Refusals.NoSuchMessage();
                var at = change.Db.NextEditTime(edited.Seq, change.Now);
                change.QueueForRoom(
                    membership.Room, new QueuedEvent.Edited(chat.Value, message.Value, text, mentions, at), edited);
                change.Db.InsertAnswer(Identity.Id, EditKind, transaction, new Answer { At = at }, change.Now);
                return at;
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task DeleteForEveryoneAsync(RemoteChatId chat, RemoteMessageId message, CancellationToken cancellationToken) => ChangeAsync(
        change =>
        {
            var (membership, deleted) = RequireOwn(change, chat, message, "delete");
            if (deleted.Deleted)
                return false;
            // Whoever has not fetched it yet learns that there was a message, but not what it said.
            foreach (var (seq, what) in change.Db.EventsAbout(deleted.Seq))
            {
                if (what is QueuedEvent.Message sent)
                    change.Db.RewriteEvent(seq, sent with { Text = null, Attachments = [], Mentions = [] });
                else
                    change.Db.DeleteEvent(seq);
            }

            change.Empty(deleted.Seq);
            change.QueueForRoom(membership.Room, new QueuedEvent.Removed(chat.Value, message.Value));
            return true;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task ReactAsync(
        RemoteChatId chat, RemoteMessageId message, string key, TransactionId transaction, CancellationToken cancellationToken)
    {
        if (key.Length is 0 or > MaxReactionLength)
            throw Refusals.Rejected($"A reaction has 1 to {MaxReactionLength} characters.");
        // A reaction is there or not, so saying it twice needs no memory of the transaction.
        return ChangeAsync(
            change =>
            {
                var membership = change.Db.RequireWritable(chat, Identity.Id);
                var target = change.Db.RequireMessage(membership, message);
                if (target.IsGone(change.Now))
                    throw Refusals.NoSuchMessage();
                if (!change.Db.InsertReaction(target.Seq, Identity.Id, key))
                    return false;
                change.QueueForRoom(membership.Room, new QueuedEvent.Reacted(chat.Value, message.Value, Identity.Id, key), target);
                return true;
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task UnreactAsync(RemoteChatId chat, RemoteMessageId message, string key, CancellationToken cancellationToken) => ChangeAsync(
        change =>
        {
            var membership = change.Db.RequireMembership(chat, Identity.Id);
            var target = change.Db.RequireMessage(membership, message);
            if (!change.Db.DeleteReaction(target.Seq, Identity.Id, key))
                return false;
            change.QueueForRoom(membership.Room, new QueuedEvent.Unreacted(chat.Value, message.Value, Identity.Id, key), target);
            return true;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<Stream> OpenMediaAsync(RemoteMediaId media, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var hash = Read(db =>
        {
            db.RequireLife(Identity);
            return db.HashFor(media, Identity.Id, network.Now);
        });
        return Task.FromResult((hash is null ? null : network.Media.OpenRead(hash)) ?? throw Refusals.NoSuchMedia());
    }

    private static SentMessage ToSent(Answer answer) =>
        new(new RemoteMessageId(answer.Message!), [.. answer.Media.Select(id => new RemoteMediaId(id))]);

    private Answer Send(Change change, RemoteChatId chat, TransactionId transaction, OutgoingMessage message, PinnedFile? file)
    {
        if (change.Db.AnswerTo(Identity.Id, SendKind, transaction) is { } before)
            return before;
        var membership = change.Db.RequireWritable(chat, Identity.Id);
        if (message.ReplyTo is { } target)
            change.Db.RequireMessage(membership, target);

        var id = Ids.NewMessage();
        var sent = change.Db.InsertMessage(id, membership.Room, Identity.Id, change.Now, change.Now + message.ExpiresAfter);
        var attachments = file is null ? [] : new[] { AddMedia(change, membership.Room, sent.Seq, message.Attachment!.Info, file) };
        var newcomers = change.Db.MembersToShow(membership.Room);
        newcomers.ForEach(newcomer => change.Db.Show(membership.Room, newcomer));
        change.QueueFor(newcomers, new QueuedEvent.Chat(membership.Room));
        change.QueueForRoom(
            membership.Room,
            new QueuedEvent.Message(chat.Value, id, Identity.Id, change.Now)
            {
                Text = message.Text,
                Attachments = attachments,
                ReplyTo = message.ReplyTo?.Value,
                Mentions = message.Mentions,
                ExpiresAt = sent.ExpiresAt,
            },
            sent,
            except: Identity.Id);
        var answer = new Answer { Message = id, Media = [.. attachments.Select(attachment => attachment.Id)] };
        change.Db.InsertAnswer(Identity.Id, SendKind, transaction, answer, change.Now);
        return answer;
    }

    private static StoredAttachment AddMedia(Change change, long room, long? message, AttachmentInfo info, PinnedFile file)
    {
        var id = Ids.Random();
        change.Db.InsertMedia(id, file.Hash, room, message);
        // What was measured here counts more than what was said.
        return new StoredAttachment(id, info with { Sha256 = file.Hash, FileSize = file.Size });
    }

    private (Membership Membership, Message Message) RequireOwn(
        Change change, RemoteChatId chat, RemoteMessageId id, string intention)
    {
        var membership = change.Db.RequireMembership(chat, Identity.Id);
        var message = change.Db.RequireMessage(membership, id);
        return message.Sender == Identity.Id
            ? (membership, message)
            : throw Refusals.Rejected($"Only the sender of a message can {intention} it.");
    }

    /// <summary>Has the file in place while <paramref name="use"/> runs, and takes it away again if that fails.</summary>
    private async Task<T> WithFileAsync<T>(
        OutgoingAttachment? attachment, Func<PinnedFile?, Task<T>> use, CancellationToken cancellationToken)
    {
        if (attachment is null)
            return await use(null);
        using var file = await StoreAsync(attachment, cancellationToken);
        var used = false;
        try
        {
            var result = await use(file);
            used = true;
            return result;
        }
        finally
        {
            if (!used)
            {
                file.Dispose();
                await network.CollectAsync([file.Hash]);
            }
        }
    }

    private async Task<PinnedFile> StoreAsync(OutgoingAttachment attachment, CancellationToken cancellationToken)
    {
        if (attachment.Info.FileSize > LocalCapabilities.MaxFileSize)
            throw MessageRules.FileTooLarge();
        try
        {
            await using var content = attachment.OpenRead();
            return await network.Media.StoreAsync(content, LocalCapabilities.MaxFileSize, cancellationToken);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Refusals.Storage(error);
        }
    }
}
