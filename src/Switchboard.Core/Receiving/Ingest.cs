using Switchboard.Core.Accounts;
using Switchboard.Core.Changes;
using Switchboard.Core.Chats;
using Switchboard.Core.Logins;
using Switchboard.Core.Messages;
using Switchboard.Core.History;
using Switchboard.Core.Text;
using Switchboard.Networks;
using Switchboard.Sqlite;

namespace Switchboard.Core.Receiving;

/// <summary>
/// What a network tells becomes what we know: one transaction a batch, the cursor in it. A batch that comes again changes
/// nothing. What speaks of things we do not know (a message deleted for me, a chat of a removed account) is passed over.
/// </summary>
public sealed partial class Ingest(Database database, ServerIdentity server, TimeProvider clock)
{
    /// <summary>Called after a batch was stored that says that messages are missing.</summary>
    public event Action? GapTold;

    /// <summary>Stores a batch of one login together with the cursor behind it.</summary>
    public async Task ApplyAsync(long login, RemoteBatch batch, CancellationToken cancellationToken)
    {
        if (batch.Events.Count > 0 && batch.Events.All(remote => remote is RemoteEvent.TypingChanged))
            return;
        await StoreAsync(login, batch, cancellationToken);
        if (batch.Events.Any(remote => remote is RemoteEvent.HistoryGap))
            GapTold?.Invoke();
    }

    private Task StoreAsync(long login, RemoteBatch batch, CancellationToken cancellationToken) => database.WriteAsync(
        db =>
        {
            // Removed while the batch was on its way: there is nothing left to store it for.
            if (!db.LoginExists(login))
                return;
            var chats = new ChatsOfBatch(db, login);
            for (var i = 0; i < batch.Events.Count; i++)
            {
                if (batch.Events[i] is RemoteEvent.MessageUpserted(var first) && chats.Find(first.Chat) is { } chat && chats.IsUnheard(chat))
                    HearPast(db, chat, batch.Events.Skip(i), clock.GetUtcNow());
                Apply(db, login, chats, batch.Events[i]);
            }

            // More of what lies before the same cursor is to follow: after a crash all of it is asked for again.
            if (batch.Cursor is { } cursor)
                db.SaveCursor(login, cursor);
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
                UpsertChat(db, login, chat, now);
                chats.Forget();
                break;
            case RemoteEvent.ChatRemoved(var id):
                // An id that was replaced goes without its chat.
                if (chats.Find(id) is { } gone && gone.RemoteId == id)
                    db.RemoveChat(gone, now);
                chats.Forget();
                break;
            case RemoteEvent.ChatReplaced(var old, var replacement):
                ReplaceChat(db, login, old, replacement, now);
                chats.Forget();
                break;
            case RemoteEvent.PeopleIgnored(var users):
                db.IgnoreOnly(login, users, now);
                break;
            case RemoteEvent.SenderIsOwner(var id, var user):
                if (chats.Find(id) is { } ours)
                    db.MakeOwn(ours, user, now);
                break;
            case RemoteEvent.ChatMarksChanged(var id, var marks):
                if (chats.Find(id) is { } marked)
                    db.ApplyMarks(marked, marks, now);
                break;
            case RemoteEvent.HistoryGap(var id, var gapToken):
                if (chats.Find(id) is { } holed)
                    db.OpenGap(holed, id, gapToken);
                break;
            case RemoteEvent.MessageUpserted(var message):
                if (chats.Find(message.Chat) is { } into)
                    UpsertMessage(db, into, message, chats.HasKeptReads(into), now);
                break;
            case RemoteEvent.MessageEdited(var id, var messageId, var text, var mentions, var at) edit:
                if (chats.Find(id, messageId) is not var (chat3, edited))
                    KeepEarly(db, chats, id, messageId, remote);
                else if (edit.Sender is null || edit.Sender.Value.Value == edited.SenderId)
                    db.ApplyEdit(chat3, edited, MatrixHtml.Sanitize(text.Html), mentions, at, now, edit.IsPointedOut);
                break;
            case RemoteEvent.MessageRemoved(var id, var messageId) removal:
                if (chats.Find(id, messageId) is var (chat4, removed))
                    db.ApplyTombstone(chat4, removed, now, removal.LeavesNoTrace);
                else
                    KeepEarly(db, chats, id, messageId, remote);
                break;
            case RemoteEvent.ReactionAdded(var id, var messageId, var user, var key, var picture):
                if (chats.Find(id, messageId) is var (chat5, reacted))
                    db.AddReaction(chat5, reacted, db.KnownOrNew(chat5, user), key, chat5.Capabilities.ReactionCount == 1, now, picture);
                else
                    KeepEarly(db, chats, id, messageId, remote);
                break;
            case RemoteEvent.ReactionRemoved(var id, var messageId, var user, var key):
                if (chats.Find(id, messageId) is var (chat6, unreacted))
                    db.RemoveReaction(chat6, unreacted, db.KnownOrNew(chat6, user), key, now);
                else
                    KeepEarly(db, chats, id, messageId, remote);
                break;
            case RemoteEvent.SendStatusChanged(var id, var messageId, var report):
                if (chats.Find(id, messageId) is var (chat9, sent))
                    db.ApplyReport(chat9, sent, report, now);
                break;
            case RemoteEvent.ReadUpTo(var id, var user, var messageId, var at):
                if (chats.Find(id) is { } chat7)
                    ApplyReadUpTo(db, chats, chat7, user, messageId, at, now);
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

    private static void KeepEarly(Db db, ChatsOfBatch chats, RemoteChatId chat, RemoteMessageId message, RemoteEvent remote)
    {
        if (chats.Find(chat) is { } found)
            db.KeepEarly(found.Key, message, remote, isPast: false);
    }

    /// <summary>
    /// The chats that a batch speaks of, each looked up once. Good for what does not change while messages come in: keys, ids,
    /// capabilities. What does change is asked of the database by whoever changes it.
    /// </summary>
    private sealed class ChatsOfBatch(Db db, long login)
    {
        private readonly Dictionary<RemoteChatId, Chat?> found = [];
        private readonly Dictionary<long, bool> keptReads = [];
        private readonly HashSet<long> heard = [];

        public Chat? Find(RemoteChatId id)
        {
            if (!found.TryGetValue(id, out var chat))
                found.Add(id, chat = db.ChatOfLogin(login, id));
            return chat;
        }

        public (Chat Chat, Message Message)? Find(RemoteChatId chatId, RemoteMessageId messageId) =>
            Find(chatId) is { } chat && db.MessageByRemoteId(chat.Key, messageId) is { } message ? (chat, message) : null;

        /// <summary>Whether somebody has read up to a message of the chat that is not known yet.</summary>
        public bool HasKeptReads(Chat chat)
        {
            if (!keptReads.TryGetValue(chat.Key, out var kept))
                keptReads.Add(chat.Key, kept = db.HasKeptReads(chat.Key));
            return kept;
        }

        /// <summary>Whether nothing was told yet of what was said in a chat before the owner was invited; it is asked once.</summary>
        public bool IsUnheard(Chat chat) =>
            heard.Add(chat.Key) && db.QueryInt64("SELECT is_unheard FROM chat WHERE key = $chat", ("$chat", chat.Key)) == 1;

        /// <summary>Such a read is being kept.</summary>
        public void NoteKeptRead(Chat chat) => keptReads[chat.Key] = true;

        public void Forget()
        {
            found.Clear();
            keptReads.Clear();
        }
    }
}
