using System.Globalization;
using Switchboard.Core.Chats;
using Switchboard.Core.History;
using Switchboard.Core.Logins;
using Switchboard.Core.Media;
using Switchboard.Core.Sending;
using Switchboard.Core.Text;
using Switchboard.Networks;
using Switchboard.Sqlite;

namespace Switchboard.Core.Messages;

/// <summary>
/// What can be done with messages (rest.md §5). Sends are stored and answered at once and delivered by the outbox;
/// edits, deletions and reactions ask the network first, so that their answer is the truth.
/// </summary>
public sealed partial class Messages(
    Database database, LoginSupervisor logins, OutboxWorker outbox, HistoryLoader history, SendLimits limits, TimeProvider clock)
{
    private static readonly TimeSpan HoldPending = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan RetriesRepeatWithin = TimeSpan.FromMinutes(1);

    /// <summary>
    /// One message. While it is being sent the answer waits up to two seconds for the outcome (rest.md §5).
    /// </summary>
    public async Task<Message> GetAsync(Access.Access access, string chatId, string messageId, CancellationToken cancellationToken)
    {
        await SettledAsync(access, chatId, messageId, isTakenEnough: false, cancellationToken);
        return database.Read(db => db.DemandMessage(db.DemandChat(access, chatId), messageId));
    }

    /// <summary>Stores a message and lets it be delivered.</summary>
    /// <returns>The chat's id, and the id of the message, which is final.</returns>
    public async Task<(string ChatId, string MessageId)> SendAsync(
        Access.Access access, string chatId, SendRequest request, RequestIdentity identity, CancellationToken cancellationToken)
    {
        var text = string.IsNullOrEmpty(request.Text) ? null : MatrixHtml.FromInput(request.Text);
        var answer = await database.WriteAsync(
            db =>
            {
                var now = clock.GetUtcNow();
                // People are looked at only to find out who is mentioned.
                var chat = db.DemandChat(access, chatId, request.Mentions.Count > 0 || request.Text?.Contains('@') == true ? -1 : 0);
                var inChat = identity with { BodyHash = Core.Store.Hash($"{chat.Key} {Convert.ToHexString(identity.BodyHash)}") };
                if (Repeated(db, access, inChat, now) is { } earlier)
                    return (chat.Id, earlier);
                var first = Store(db, access, chat, request, text, now);
                Remember(db, access, inChat, first, now);
                return (chat.Id, first);
            },
            cancellationToken);
        outbox.Wake();
        return answer;
    }

    /// <summary>Replaces the text of an own message.</summary>
    public async Task<Message> EditAsync(
        Access.Access access, string chatId, string messageId, string text, CancellationToken cancellationToken)
    {
        var (chat, message) = await ForChangeAsync(access, chatId, messageId, cancellationToken);
        var capabilities = chat.Capabilities;
        if (capabilities.Edit < CapabilityLevel.Partial)
            throw Unsupported(chat, "editing messages");
        if (!message.IsMine)
            throw new RefusedException(Refusal.Unsupported, "Only your own messages can be edited.");
        if (message.IsDeleted)
            throw RefusedException.NotFound("Message", messageId);
        if (message.Attachments.Count > 0)
            throw new RefusedException(Refusal.Unsupported, "Messages with attachments cannot be edited.");
        if (capabilities.EditMaxAge is { } age && clock.GetUtcNow() - message.SentAt > age)
            throw new RefusedException(Refusal.Unsupported, "This message is too old to be edited on its network.");
        if (capabilities.EditMaxCount is { } count && message.EditCount >= count)
            throw new RefusedException(Refusal.Unsupported, "This message cannot be edited again on its network.");
        CheckLength(chat, text);
        var html = MatrixHtml.FromInput(text);
        var mentions = MentionsIn(chat, html, []);
        var connection = await ConnectionAsync<ISupportsEdits>(chat, "editing messages", cancellationToken);
        var at = await connection.EditAsync(
            chat.RemoteId, message.RemoteId!.Value, html, mentions, NewTransaction(), cancellationToken);
        return await database.WriteAsync(
            db =>
            {
                if (db.FindMessage(chat, messageId) is not { } current)
                    throw RefusedException.NotFound("Message", messageId);
                // A network whose clock is coarse may date two edits alike: this one came after, for it was answered after.
                var isAsOld = current.EditedAt?.ToUnixTimeMilliseconds() == at.ToUnixTimeMilliseconds() && current.Text != html.Html;
                db.ApplyEdit(chat, current, html, mentions, isAsOld ? at.AddMilliseconds(1) : at, clock.GetUtcNow());
                return db.DemandMessage(chat, messageId);
            },
            CancellationToken.None);
    }

    /// <summary>
    /// Deletes a message. For everyone where that is possible for this message, else for oneself, as the caller wishes.
    /// </summary>
    public async Task DeleteAsync(
        Access.Access access, string chatId, string messageId, bool forEveryone, CancellationToken cancellationToken)
    {
        var (chat, message) = await ForChangeAsync(access, chatId, messageId, cancellationToken, orFailed: true);
        var capabilities = chat.Capabilities;
        var possible = message is { IsMine: true, IsDeleted: false, RemoteId: not null } && capabilities.Delete >= CapabilityLevel.Partial
            && !(capabilities.DeleteMaxAge is { } age && clock.GetUtcNow() - message.SentAt > age);
        if (forEveryone && possible)
        {
            var connection = await ConnectionAsync<ISupportsDeletion>(chat, "deleting messages", cancellationToken);
            await connection.DeleteForEveryoneAsync(chat.RemoteId, message.RemoteId!.Value, cancellationToken);
            await database.WriteAsync(
                db =>
                {
                    if (db.FindMessage(chat, messageId) is { } current)
                        db.ApplyTombstone(chat, current, clock.GetUtcNow());
                },
                CancellationToken.None);
            return;
        }

        if (!capabilities.DeleteForMe)
        {
            throw new RefusedException(Refusal.Unsupported, forEveryone
                ? "This message cannot be deleted for everyone, and its network cannot delete for you alone."
                : $"{chat.Network} cannot delete messages for you alone. Set forEveryone=true.");
        }

        await database.WriteAsync(
            db =>
            {
                if (db.FindMessage(chat, messageId) is { } current)
                    db.RemoveMessages(chat, [current], clock.GetUtcNow());
            },
            CancellationToken.None);
    }

    private static TransactionId NewTransaction() => new("sb" + Core.Store.RandomText(22));

    private static RefusedException Unsupported(Chat chat, string what) =>
        new(Refusal.Unsupported, $"{chat.Network} does not support {what} in this chat.");

    private static void CheckLength(Chat chat, string? text)
    {
        if (chat.Capabilities.MaxTextLength is { } longest && text?.Length > longest)
        {
            throw RefusedException.Invalid(
                "too_big", string.Create(CultureInfo.InvariantCulture, $"Text is longer than the {longest} characters that {chat.Network} takes."),
                "body", "text");
        }
    }

    private static List<string> MentionsIn(Chat chat, MessageText? text, IReadOnlyList<string> named)
    {
        var people = chat.Participants.Where(participant => !participant.Contact.IsSelf).Select(participant => participant.Contact).ToList();
        var found = text is null
            ? []
            : Mentions.Find(MatrixHtml.ToPlainText(text.Html), people.ConvertAll(person => (person.UserId, person.Username)));
        // Where not everybody is known, whom a client names may be there all the same.
        var known = named.Where(id => id == "@room" || people.Exists(person => person.UserId == id) || (chat.IsPartial && IsUserId(id)));
        return found.Concat(known).Distinct(StringComparer.Ordinal).ToList();
    }

    private static bool IsUserId(string text) => text.Length is > 3 and <= 255 && text.StartsWith('@') && text.Contains(':');

    private static string? Repeated(Db db, Access.Access access, RequestIdentity identity, DateTimeOffset now)
    {
        if (identity.Key is { } key)
        {
            if (db.FindRequest(access.Token, "key " + key) is not { } known)
                return null;
            return known.Hash.AsSpan().SequenceEqual(identity.BodyHash)
                ? known.Answer
                : throw new RefusedException(Refusal.Conflict, "This Idempotency-Key was used for another request. Use a new key for a new message.");
        }

        return identity.IsRetry
            && db.FindRequest(access.Token, ContentKey(identity)) is { } first && now - first.At <= RetriesRepeatWithin
            ? first.Answer
            : null;
    }

    private static void Remember(Db db, Access.Access access, RequestIdentity identity, string messageId, DateTimeOffset now)
    {
        db.SaveRequest(access.Token, ContentKey(identity), identity.BodyHash, messageId, now);
        if (identity.Key is { } key)
            db.SaveRequest(access.Token, "key " + key, identity.BodyHash, messageId, now);
    }

    private static string ContentKey(RequestIdentity identity) => "body " + Convert.ToHexString(identity.BodyHash);

    private string Store(Db db, Access.Access access, Chat chat, SendRequest request, MessageText? text, DateTimeOffset now)
    {
        if (chat.IsReadOnly)
            throw new RefusedException(Refusal.Unsupported, chat.ReadOnlyReason ?? "This chat is read-only: messages cannot be sent.");
        if (text is null && request.Attachment is null)
            throw RefusedException.Invalid("required", "A message needs text or an attachment.", "body", "text");
        CheckLength(chat, request.Text);
        if (request.ReplyTo is not null && chat.Capabilities.Reply < CapabilityLevel.Partial)
            throw Unsupported(chat, "replies");
        var replyTo = request.ReplyTo is null ? null : (long?)db.DemandMessage(chat, request.ReplyTo).Id;
        var attachment = request.Attachment is null ? null : Uploads.Claim(db, access, chat, request.Attachment, now);
        limits.Take(chat, now);
        var mentions = MentionsIn(chat, text, request.Mentions);
        var caption = attachment is null || text is null || Uploads.TakesCaption(chat, attachment.Info);
        if (caption)
            return Insert(db, chat, text, attachment, replyTo, mentions, now);
        var first = Insert(db, chat, null, attachment, replyTo, [], now);
        Insert(db, chat, text, null, replyTo, mentions, now);
        return first;
    }

    private static string Insert(
        Db db, Chat chat, MessageText? text, Attachment? attachment, long? replyTo, List<string> mentions, DateTimeOffset now)
    {
        var (sortKey, id) = db.InsertMessage(
            chat,
            new NewMessage
            {
                Sender = db.ContactKey(chat.AccountKey, chat.SelfId)!.Value,
                IsMine = true,
                SentAt = now,
                Text = text,
                Attachments = attachment is null ? [] : [attachment],
                ReplyTo = replyTo,
                Mentions = mentions,
                ExpiresAt = chat.ExpirySeconds is { } seconds ? now.AddSeconds(seconds) : null,
                SendState = SendStatus.Pending,
            },
            now);
        if (attachment is not null)
            db.Execute("UPDATE media SET message = $key WHERE id = $id", ("$key", sortKey), ("$id", attachment.MediaId));
        db.Enqueue(chat.Key, sortKey, isSend: true, now);
        return id.ToString(CultureInfo.InvariantCulture);
    }

    private async Task<(Chat Chat, Message Message)> ForChangeAsync(
        Access.Access access, string chatId, string messageId, CancellationToken cancellationToken, bool orFailed = false)
    {
        await SettledAsync(access, chatId, messageId, isTakenEnough: true, cancellationToken);
        return database.Read(db =>
        {
            var chat = db.DemandChat(access, chatId, -1);
            var message = db.DemandMessage(chat, messageId);
            if (message.RemoteId is not null || (orFailed && message.SendStatus?.State != SendStatus.Pending))
                return (chat, message);
            throw new RefusedException(Refusal.Conflict, message.SendStatus?.State == SendStatus.Pending
                ? "This message is still being sent. Wait until its sendStatus is SUCCESS."
                : "This message was never delivered; its sendStatus says why.");
        });
    }

    /// <summary>
    /// Waits, a little, while a message is being sent: until its network has taken it or, if that is not enough, until what stands
    /// before the network has reported.
    /// </summary>
    private async Task SettledAsync(Access.Access access, string chatId, string messageId, bool isTakenEnough, CancellationToken cancellationToken)
    {
        Message? Pending() => database.Read(db =>
            db.FindChat(access, chatId) is { } chat
            && db.FindMessage(chat, messageId) is { SendStatus.State: SendStatus.Pending } message
            && !(isTakenEnough && message.RemoteId is not null) ? message : null);

        if (Pending() is not { } sending)
            return;
        using var within = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var over = Task.Delay(HoldPending, clock, within.Token);
        // Attempts to send end; reports come in like everything else, with a commit.
        var committed = new Signal();
        database.Committed += committed.Set;
        Task ended;
        do
        {
            ended = outbox.AttemptEnded(sending.SortKey);
            if (Pending() is not { } still)
                break;
            if (still.RemoteId is not null)
                ended = committed.WaitAsync(HoldPending, clock, within.Token);
        }
        while (await Task.WhenAny(ended, over) != over);
        database.Committed -= committed.Set;
        // Its attempt may have ended before we began to wait, and there may never be another.
        outbox.EndWait(sending.SortKey);
        await within.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }

    private async Task<TAbility> ConnectionAsync<TAbility>(Chat chat, string what, CancellationToken cancellationToken)
        where TAbility : class =>
        await logins.ConnectionOfAsync(chat.LoginKey, cancellationToken) as TAbility ?? throw Unsupported(chat, what);
}
