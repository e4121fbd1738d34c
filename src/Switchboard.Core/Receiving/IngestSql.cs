using Switchboard.Core.Chats;
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

        public bool HasKeptReads(long chat) =>
            db.QueryInt64("SELECT EXISTS (SELECT 1 FROM read_later WHERE chat = $chat)", ("$chat", chat)) == 1;

        /// <summary>Keeps that somebody read up to a message that is not known; of two of the same person the later.</summary>
        public void KeepRead(long chat, long contact, RemoteMessageId message, DateTimeOffset at) => db.Execute(
            """
            INSERT INTO read_later (chat, contact, remote_id, at) VALUES ($chat, $contact, $remote, $at)
            ON CONFLICT (chat, contact) DO UPDATE SET remote_id = excluded.remote_id, at = excluded.at WHERE excluded.at >= at
            """,
            ("$chat", chat), ("$contact", contact), ("$remote", message.Value), ("$at", at.ToUnixTimeMilliseconds()));

        /// <summary>Somebody's kept read is settled by a known message, or was overtaken by a later one.</summary>
        public void DropKeptRead(long chat, long contact, DateTimeOffset upTo) => db.Execute(
            "DELETE FROM read_later WHERE chat = $chat AND contact = $contact AND at <= $at",
            ("$chat", chat), ("$contact", contact), ("$at", upTo.ToUnixTimeMilliseconds()));

        /// <summary>Who is kept to have read up to this message.</summary>
        public List<(long Contact, DateTimeOffset At)> KeptReadsOf(long chat, RemoteMessageId message) => db.Query(
            "SELECT contact, at FROM read_later WHERE chat = $chat AND remote_id = $remote",
            row => (row.GetInt64(0), row.Time(1)), ("$chat", chat), ("$remote", message.Value));

        /// <summary>How far, by time, the owner is kept to have read.</summary>
        public DateTimeOffset? OwnKeptRead(Chat chat) => db.QueryFirst(
            """
            SELECT r.at FROM read_later r JOIN contact u ON u.key = r.contact WHERE r.chat = $chat AND u.user_id = $self
            """,
            row => (DateTimeOffset?)row.Time(0), ("$chat", chat.Key), ("$self", chat.SelfId));

        /// <summary>
        /// The newest message of a chat that was sent by a time as were all unread ones before it; 0 when there is none. An old
        /// message that came late must not make read what came before it and was sent after.
        /// </summary>
        public long NewestSentBy(long chat, DateTimeOffset at) => db.QueryInt64(
            """
            SELECT m.sort_key FROM message m WHERE m.chat = $chat AND m.sent_at <= $at
              AND m.sort_key < coalesce((
                SELECT n.sort_key FROM message n JOIN chat c ON c.key = n.chat
                WHERE n.chat = $chat AND n.sort_key > c.last_read AND n.sent_at > $at ORDER BY n.sort_key LIMIT 1), 0x7fffffffffffffff)
            ORDER BY m.sort_key DESC LIMIT 1
            """,
            ("$chat", chat), ("$at", at.ToUnixTimeMilliseconds())) ?? 0;
    }
}
