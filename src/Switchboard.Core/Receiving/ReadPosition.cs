using Switchboard.Core.Chats;
using Switchboard.Sqlite;

namespace Switchboard.Core.Receiving;

/// <summary>
/// How far the owner has read a chat. A place that was only guessed, because the message of a receipt is not known yet, is
/// replaced by the real one, backwards too, but never to before what is known for sure. Nothing here counts anew or says
/// anything in the log. Callers are inside a transaction.
/// </summary>
internal static class ReadPosition
{
    extension(Db db)
    {
        /// <summary>The owner has read up to a place, and surely so.</summary>
        /// <returns>Whether the position moved.</returns>
        public bool MoveRead(long chat, long upTo)
        {
            var before = db.LastRead(chat);
            db.Execute(
                """
                UPDATE chat SET last_read = max(last_read, $to), read_heard = max(read_heard, $to),
                  read_sure = CASE WHEN $to < last_read THEN max(read_sure, $to) END
                WHERE key = $chat AND (last_read < $to OR read_heard < $to OR read_sure < $to)
                """,
                ("$chat", chat), ("$to", upTo));
            return upTo > before;
        }

        /// <summary>
        /// The network says so. What it said before, or was told itself, is an echo: if the position is before that, the owner
        /// has put it there since.
        /// </summary>
        /// <returns>Whether the position moved.</returns>
        public bool HearRead(long chat, long upTo) => upTo > db.ReadHeard(chat) && db.MoveRead(chat, upTo);

        /// <summary>By the time of a receipt the owner has read that far; its message is not known.</summary>
        /// <returns>Whether the position moved.</returns>
        public bool GuessRead(long chat, long upTo) => db.Execute(
            """
            UPDATE chat SET read_sure = coalesce(read_sure, last_read), last_read = $to
            WHERE key = $chat AND last_read < $to AND read_heard < $to
            """,
            ("$chat", chat), ("$to", upTo)) > 0;

        /// <summary>The message of the receipt has become known: if there was a guess, this is what it stood for.</summary>
        /// <returns>Whether the position moved.</returns>
        public bool SettleRead(long chat, long upTo)
        {
            var before = db.LastRead(chat);
            db.Execute(
                "UPDATE chat SET last_read = read_sure, read_sure = NULL WHERE key = $chat AND read_sure IS NOT NULL", ("$chat", chat));
            db.HearRead(chat, upTo);
            return db.LastRead(chat) != before;
        }

        /// <summary>The owner wants all after a place to be unread, whatever was read before.</summary>
        /// <returns>Whether the position moved.</returns>
        public bool MoveReadBack(Chat chat, long to)
        {
            if (db.LastRead(chat.Key) <= to)
                return false;
            db.Execute(
                "UPDATE chat SET read_heard = max(read_heard, last_read), last_read = $to, read_sure = NULL WHERE key = $chat",
                ("$chat", chat.Key), ("$to", to));
            db.Execute(
                "DELETE FROM read_later WHERE chat = $chat AND contact IN (SELECT key FROM contact WHERE account = $account AND user_id = $self)",
                ("$chat", chat.Key), ("$account", chat.AccountKey), ("$self", chat.SelfId));
            return true;
        }

        /// <summary>
        /// Drops what the owner is kept to have read when it cannot lie after a place that was read later: nothing is missing above
        /// that, and it is no guess. Receipts of threads are told as those of the chat, and may lie far behind.
        /// </summary>
        public void DropOwnKeptRead(Chat chat, long contact, long upTo, DateTimeOffset at) => db.Execute(
            """
            DELETE FROM read_later WHERE chat = $chat AND contact = $contact AND at <= $at
              AND (SELECT last_read FROM chat WHERE key = $chat) <= $to
              AND NOT EXISTS (SELECT 1 FROM gap WHERE chat = $chat AND coalesce(upper, $to + 1) > $to)
            """,
            ("$chat", chat.Key), ("$contact", contact), ("$to", upTo), ("$at", at.ToUnixTimeMilliseconds()));

        private long LastRead(long chat) => db.QueryInt64("SELECT last_read FROM chat WHERE key = $chat", ("$chat", chat)) ?? 0;

        private long ReadHeard(long chat) => db.QueryInt64("SELECT read_heard FROM chat WHERE key = $chat", ("$chat", chat)) ?? 0;
    }
}
