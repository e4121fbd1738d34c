using Switchboard.Core.Changes;
using Switchboard.Core.Messages;
using Switchboard.Sqlite;

namespace Switchboard.Core.Chats;

/// <summary>Two chats of a login turn out to be one. Callers are inside a transaction.</summary>
internal static class MergeWrites
{
    extension(Db db)
    {
        /// <summary>
        /// Puts all that is in one chat into another, and takes the emptied one away. Messages keep their ids and their places; what
        /// was unread in either is unread; what is still to be sent goes out by the one that stays.
        /// </summary>
        public void MergeChat(Chat from, Chat into, DateTimeOffset now)
        {
            if (from.AccountKey != into.AccountKey)
                db.MoveChat(from, into.AccountKey, into.SelfId, now);
            db.DropDoubles(from.Key, into.Key);
            var moved = db.Messages("m.chat = $chat", ("$chat", from.Key));
            db.EndOpenGap(from.Key, into.Key);
            db.EndOpenGap(into.Key, from.Key);
            db.MergeRow(from.Key, into.Key);
            db.MergeDraft(from.Key, into.Key);
            db.MoveParts(from.Key, into.Key);
            db.RemoveChat(from, now);
            foreach (var message in moved.Where(message => !message.IsHidden && !message.IsDeleted))
            {
                db.IndexMessage(
                    into, message.SortKey, db.ContactKey(into.AccountKey, message.SenderId)!.Value, message.IsMine, message.Text,
                    message.Attachments);
            }

            db.AppendMessageChanges(into, moved.Select(message => message.Id), now);
            db.Recount(into, now, always: true);
        }

        /// <summary>A message that both hold stays where it was first known, with what was said of it in either.</summary>
        private void DropDoubles(long from, long into)
        {
            var doubles = db.Query(
                """
                SELECT f.sort_key, i.sort_key FROM message f JOIN message i ON i.chat = $into AND i.remote_id = f.remote_id
                WHERE f.chat = $from
                UNION ALL SELECT f.sort_key, NULL FROM message f
                JOIN forgotten_message i ON i.chat = $into AND i.remote_id = f.remote_id WHERE f.chat = $from
                """,
                row => (Dropped: row.GetInt64(0), Kept: row.Int64OrNull(1)), ("$from", from), ("$into", into));
            foreach (var (dropped, kept) in doubles)
            {
                db.Execute(
                    "UPDATE OR IGNORE reaction SET message = $kept WHERE message = $dropped AND $kept IS NOT NULL",
                    ("$kept", kept), ("$dropped", dropped));
                db.Execute(
                    """
                    UPDATE media SET message = $kept
                    WHERE message = $dropped AND id IN (SELECT picture FROM reaction WHERE message = $kept)
                    """,
                    ("$kept", kept), ("$dropped", dropped));
                db.Execute(
                    """
                    INSERT INTO seen (message, contact, at)
                    SELECT $kept, contact, at FROM seen WHERE message = $dropped AND $kept IS NOT NULL
                    ON CONFLICT (message, contact) DO UPDATE SET at = max(at, excluded.at)
                    """,
                    ("$kept", kept), ("$dropped", dropped));
                db.UnindexMessage(dropped);
                db.Execute("DELETE FROM message WHERE sort_key = $key", ("$key", dropped));
            }
        }

        /// <summary>What was missing above all that one chat had is missing below what the other has there.</summary>
        private void EndOpenGap(long chat, long other) => db.Execute(
            """
            UPDATE gap SET upper = (SELECT min(sort_key) FROM message WHERE chat = $other
              AND sort_key > (SELECT coalesce(max(sort_key), 0) FROM message WHERE chat = $chat))
            WHERE chat = $chat AND upper IS NULL AND EXISTS (SELECT 1 FROM message WHERE chat = $chat)
            """,
            ("$chat", chat), ("$other", other));

        /// <summary>What the owner and the network have put on the two.</summary>
        private void MergeRow(long from, long into)
        {
            // Read as far as the one that was read further, but for what is unread in either: that must not be missed.
            var read = db.QueryInt64(
                """
                SELECT min(max(i.last_read, f.last_read), coalesce((
                  SELECT min(m.sort_key) - 1 FROM message m JOIN chat c ON c.key = m.chat
                  WHERE c.key IN (i.key, f.key) AND m.sort_key > c.last_read AND m.is_mine = 0 AND m.hidden = 0 AND m.deleted = 0),
                  0x7fffffffffffffff))
                FROM chat i, chat f WHERE i.key = $into AND f.key = $from
                """,
                ("$from", from), ("$into", into));
            db.Execute(
                """
                UPDATE chat SET last_read = $read, receipt_to = min($read, max(chat.receipt_to, f.receipt_to)),
                  read_heard = min($read, max(chat.read_heard, f.read_heard)),
                  read_sure = nullif(
                    min($read, max(coalesce(chat.read_sure, chat.last_read), coalesce(f.read_sure, f.last_read))), $read),
                  last_activity = max(chat.last_activity, f.last_activity),
                  is_pinned = max(chat.is_pinned, f.is_pinned), is_muted = max(chat.is_muted, f.is_muted),
                  is_low_priority = min(max(chat.is_low_priority, f.is_low_priority), 1 - max(chat.is_pinned, f.is_pinned)),
                  is_marked_unread = max(chat.is_marked_unread, f.is_marked_unread),
                  is_archived = CASE WHEN chat.is_muted = 0 AND EXISTS (SELECT 1 FROM message WHERE chat = $from AND hidden = 0)
                    THEN 0 ELSE chat.is_archived END,
                  marks_dirty = chat.marks_dirty | f.marks_dirty, marks_seq = chat.marks_seq + f.marks_seq + 1,
                  remind_at = coalesce(chat.remind_at, f.remind_at),
                  remind_dismiss = CASE WHEN chat.remind_at IS NULL THEN f.remind_dismiss ELSE chat.remind_dismiss END
                FROM (SELECT * FROM chat WHERE key = $from) AS f WHERE chat.key = $into
                """,
                ("$read", read), ("$from", from), ("$into", into));
        }

        // Whoever has written in both finds all of it. Limits are for requests: nothing is cut here.
        private void MergeDraft(long from, long into)
        {
            if (db.ChatByKey(from)?.Draft is not { } other)
                return;
            var draft = db.ChatByKey(into)?.Draft is { } own ? own.WithBelow(other) : other;
            db.Execute("UPDATE chat SET draft = $draft WHERE key = $into", ("$draft", draft.Write()), ("$into", into));
        }

        private void MoveParts(long from, long into)
        {
            db.Execute(
                "UPDATE media SET chat = $into WHERE chat = $from AND id IS NOT (SELECT avatar FROM chat WHERE key = $from)",
                ("$from", from), ("$into", into));
            db.Execute(
                """
                INSERT INTO receipt (chat, contact, read_to) SELECT $into, contact, read_to FROM receipt WHERE chat = $from
                ON CONFLICT (chat, contact) DO UPDATE SET read_to = max(read_to, excluded.read_to)
                """,
                ("$from", from), ("$into", into));
            db.Execute(
                """
                INSERT INTO read_later (chat, contact, remote_id, at)
                SELECT $into, contact, remote_id, at FROM read_later WHERE chat = $from
                ON CONFLICT (chat, contact) DO UPDATE SET remote_id = excluded.remote_id, at = excluded.at WHERE excluded.at >= at
                """,
                ("$from", from), ("$into", into));
            // Marks go out together, as they are by then: one row a chat.
            db.Execute(
                """
                DELETE FROM outbox
                WHERE chat = $from AND kind = 'marks' AND EXISTS (SELECT 1 FROM outbox WHERE chat = $into AND kind = 'marks')
                """,
                ("$from", from), ("$into", into));
            foreach (var table in (ReadOnlySpan<string>)["message", "forgotten_message", "gap", "told_early", "outbox", "chat_alias"])
            {
                db.Execute($"UPDATE OR IGNORE {table} SET chat = $into WHERE chat = $from", ("$from", from), ("$into", into));
            }
        }
    }
}
