using Switchboard.Core.Accounts;
using Switchboard.Core.Changes;
using Switchboard.Core.Chats;
using Switchboard.Core.Logins;
using Switchboard.Core.Messages;
using Switchboard.Core.Text;
using Switchboard.Networks;
using Switchboard.Sqlite;

namespace Switchboard.Core.Receiving;

/// <summary>
/// What a network tells becomes what we know: one transaction a batch, the cursor in it. A batch that comes again changes
/// nothing. What speaks of things we do not know (a message deleted for me, a chat of a removed account) is passed over.
/// </summary>
public sealed class Ingest(Database database, ServerIdentity server, TimeProvider clock)
{
    /// <summary>Stores a batch of one login together with the cursor behind it.</summary>
    public Task ApplyAsync(long login, RemoteBatch batch, CancellationToken cancellationToken) => batch.Events.Count > 0
        && batch.Events.All(remote => remote is RemoteEvent.TypingChanged) ? Task.CompletedTask : database.WriteAsync(
        db =>
        {
            // Removed while the batch was on its way: there is nothing left to store it for.
            if (!db.LoginExists(login))
                return;
            var chats = new ChatsOfBatch(db, login);
            foreach (var remote in batch.Events)
            {
                Apply(db, login, chats, remote);
            }

            db.SaveCursor(login, batch.Cursor);
        },
        cancellationToken);

    /// <summary>Stores a completed login with what it brings at once.</summary>
    internal Task<Login> StoreLoginAsync(string network, NewLogin login, CancellationToken cancellationToken) =>
        database.WriteAsync(db => db.StoreLogin(network, login, server.NewChatId, clock.GetUtcNow()), cancellationToken);

    private void Apply(Db db, long login, ChatsOfBatch chats, RemoteEvent remote)
    {
        var now = clock.GetUtcNow();
        switch (remote)
        {
            case RemoteEvent.AccountUpserted(var account):
                db.UpsertAccount(login, account, now);
                chats.Forget();
                break;
            case RemoteEvent.ChatUpserted(var chat):
                if (db.AccountOfLogin(login, chat.AccountId) is var (account2, selfId))
                    db.UpsertChat(account2, selfId, chat, server.NewChatId, now);
                chats.Forget();
                break;
            case RemoteEvent.ChatRemoved(var id):
                if (chats.Find(id) is { } gone)
                    db.RemoveChat(gone, now);
                chats.Forget();
                break;
            case RemoteEvent.MessageUpserted(var message):
                if (chats.Find(message.Chat) is { } into)
                    UpsertMessage(db, into, message, now);
                break;
            case RemoteEvent.MessageEdited(var id, var messageId, var text, var mentions, var at):
                if (chats.Find(id, messageId) is var (chat3, edited))
                    db.ApplyEdit(chat3, edited, MatrixHtml.Sanitize(text.Html), mentions, at, now);
                break;
            case RemoteEvent.MessageRemoved(var id, var messageId):
                if (chats.Find(id, messageId) is var (chat4, removed))
                    db.ApplyTombstone(chat4, removed, now);
                break;
            case RemoteEvent.ReactionAdded(var id, var messageId, var user, var key):
                if (chats.Find(id, messageId) is var (chat5, reacted))
                    db.AddReaction(chat5, reacted, db.KnownOrNew(chat5, user), key, chat5.Capabilities.ReactionCount == 1, now);
                break;
            case RemoteEvent.ReactionRemoved(var id, var messageId, var user, var key):
                if (chats.Find(id, messageId) is var (chat6, unreacted))
                    db.RemoveReaction(chat6, unreacted, db.KnownOrNew(chat6, user), key, now);
                break;
            case RemoteEvent.ReadUpTo(var id, var user, var messageId, var at):
                if (chats.Find(id, messageId) is var (chat7, read))
                    ApplyReadUpTo(db, chat7, user, read, at, now);
                break;
            case RemoteEvent.AttentionRequested(var id, var messageId):
                if (chats.Find(id, messageId) is var (chat8, wanted))
                    db.AppendMessageChange(chat8, wanted.Id, now);
                break;
            case RemoteEvent.TypingChanged:
                // Never stored, and the contract has no event to tell it to clients (events.md §4).
                break;
            default:
                throw new InvalidOperationException($"Unknown remote event {remote.GetType().Name}.");
        }
    }

    private static void UpsertMessage(Db db, Chat chat, RemoteMessage remote, DateTimeOffset now)
    {
        if (db.IsStoredOrForgotten(chat.Key, remote.Id))
            return;
        if (remote.Transaction is { } transaction && db.PendingSend(chat.Key, transaction) is { } sent)
        {
            db.ConfirmSend(chat, sent, remote.Id, remote.Attachments.Select(attachment => attachment.Id).ToList(), now);
            return;
        }

        if (remote.ExpiresAt <= now)
            return;
        var isMine = remote.Sender.Id.Value == chat.SelfId;
        var attachments = remote.Attachments
            .Select(media => (media.Id, Info: media.Info with { Sha256 = null }))
            .Select(media => (media.Id, Attachment: new Attachment(db.InsertMedia(chat.Key, null, media.Id, null, media.Info), media.Info)))
            .ToList();
        var (sortKey, _) = db.InsertMessage(
            chat,
            new NewMessage
            {
                Sender = db.UpsertContact(chat.AccountKey, remote.Sender, isMine),
                IsMine = isMine,
                SentAt = remote.SentAt,
                Text = remote.Text is null ? null : MatrixHtml.Sanitize(remote.Text.Html),
                Attachments = attachments.ConvertAll(pair => pair.Attachment),
                ReplyTo = remote.ReplyTo is { } target ? db.MessageByRemoteId(chat.Key, target)?.Id : null,
                Mentions = remote.Mentions,
                MentionsMe = !isMine && !remote.IsHidden && MessageWrites.MentionsSelf(chat, remote.Mentions),
                IsNotice = remote.IsNotice,
                IsHidden = remote.IsHidden,
                ExpiresAt = remote.ExpiresAt,
                RemoteId = remote.Id,
            },
            now);
        foreach (var (_, attachment) in attachments)
        {
            db.Execute("UPDATE media SET message = $key WHERE id = $id", ("$key", sortKey), ("$id", attachment.MediaId));
        }
    }

    private static void ApplyReadUpTo(Db db, Chat chat, UserId user, Message message, DateTimeOffset at, DateTimeOffset now)
    {
        if (user.Value == chat.SelfId)
            db.MarkRead(chat, message.SortKey, now);
        else
            db.ApplyReceipt(chat, db.KnownOrNew(chat, user), message.SortKey, at, now);
    }

    /// <summary>
    /// The chats that a batch speaks of, each looked up once. Good for what does not change while messages come in: keys, ids,
    /// capabilities. What does change is asked of the database by whoever changes it.
    /// </summary>
    private sealed class ChatsOfBatch(Db db, long login)
    {
        private readonly Dictionary<RemoteChatId, Chat?> found = [];

        public Chat? Find(RemoteChatId id)
        {
            if (!found.TryGetValue(id, out var chat))
                found.Add(id, chat = db.ChatOfLogin(login, id));
            return chat;
        }

        public (Chat Chat, Message Message)? Find(RemoteChatId chatId, RemoteMessageId messageId) =>
            Find(chatId) is { } chat && db.MessageByRemoteId(chat.Key, messageId) is { } message ? (chat, message) : null;

        public void Forget() => found.Clear();
    }
}
