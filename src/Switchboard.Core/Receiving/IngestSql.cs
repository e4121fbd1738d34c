using Switchboard.Core.Chats;
using Switchboard.Core.Messages;
using Switchboard.Networks;
using Switchboard.Sqlite;

namespace Switchboard.Core.Receiving;

internal static class IngestSql
{
    extension(Db db)
    {
        /// <summary>Whether a message of the network is here, or was and must not come back.</summary>
        public bool IsStoredOrForgotten(long chat, RemoteMessageId id) => db.QueryInt64(
            """
            SELECT EXISTS (SELECT 1 FROM message WHERE chat = $chat AND remote_id = $id)
              OR EXISTS (SELECT 1 FROM forgotten_message WHERE chat = $chat AND remote_id = $id)
            """,
            ("$chat", chat), ("$id", id.Value)) == 1;

        /// <summary>The sort key of the message that this transaction sent or is sending, unless it is confirmed.</summary>
        public long? PendingSend(long chat, TransactionId transaction) => db.QueryInt64(
            "SELECT sort_key FROM message WHERE transaction_id = $txn AND chat = $chat",
            ("$chat", chat), ("$txn", transaction.Value));

        /// <summary>Somebody of whom we may know no more than the id.</summary>
        public long KnownOrNew(Chat chat, UserId user) =>
            db.ContactKey(chat.AccountKey, user.Value)
            ?? db.UpsertContact(chat.AccountKey, new RemoteUser { Id = user }, user.Value == chat.SelfId);

        /// <summary>Moves the own read position forward, never back, and drops the mark by hand.</summary>
        /// <returns>Whether anything changed.</returns>
        public bool MarkRead(Chat chat, long upTo, DateTimeOffset now)
        {
            var changed = db.Execute(
                """
                UPDATE chat SET last_read = max(last_read, $to), is_marked_unread = 0
                WHERE key = $chat AND (last_read < $to OR is_marked_unread = 1)
                """,
                ("$chat", chat.Key), ("$to", upTo)) > 0;
            if (changed)
                db.Recount(chat, now, always: true);
            return changed;
        }
    }
}
