using Switchboard.Core.Changes;
using Switchboard.Core.Chats;
using Switchboard.Networks;
using Switchboard.Sqlite;

namespace Switchboard.Core.Messages;

/// <summary>What people make of a message: reactions, and that they have read it. Callers are inside a transaction.</summary>
internal static class ReactionWrites
{
    extension(Db db)
    {
        /// <summary>Somebody reacted. With <paramref name="onlyOne"/> an older reaction of theirs makes room.</summary>
        public void AddReaction(
            Chat chat, Message message, long contact, string key, bool onlyOne, DateTimeOffset now, RemoteMedia? picture = null)
        {
            if (message.IsDeleted)
                return;
            var removed = 0;
            if (onlyOne)
            {
                removed = db.DropReactions(
                    "message = $message AND contact = $contact AND key <> $key",
                    ("$message", message.SortKey), ("$contact", contact), ("$key", key));
            }

            var added = db.Execute(
                "INSERT OR IGNORE INTO reaction (message, contact, key, at) VALUES ($message, $contact, $key, $at)",
                ("$message", message.SortKey), ("$contact", contact), ("$key", key), ("$at", now.ToUnixTimeMilliseconds()));
            if (added > 0 && picture is not null)
            {
                db.Execute(
                    "UPDATE reaction SET picture = $picture WHERE message = $message AND contact = $contact AND key = $key",
                    ("$picture", db.InsertMedia(chat.Key, message.SortKey, picture.Id, null, picture.Info with { Sha256 = null })),
                    ("$message", message.SortKey), ("$contact", contact), ("$key", key));
            }

            if (added + removed > 0)
                db.AppendMessageChange(chat, message.Id, now);
        }

        /// <summary>Somebody took a reaction back.</summary>
        public bool RemoveReaction(Chat chat, Message message, long contact, string key, DateTimeOffset now)
        {
            var removed = db.DropReactions(
                "message = $message AND contact = $contact AND key = $key",
                ("$message", message.SortKey), ("$contact", contact), ("$key", key));
            if (removed > 0)
                db.AppendMessageChange(chat, message.Id, now);
            return removed > 0;
        }

        private int DropReactions(string which, params ReadOnlySpan<(string Name, object? Value)> parameters)
        {
            db.Execute($"DELETE FROM media WHERE id IN (SELECT picture FROM reaction WHERE {which} AND picture IS NOT NULL)", parameters);
            return db.Execute($"DELETE FROM reaction WHERE {which}", parameters);
        }

        /// <summary>Somebody else read up to a message: mine up to there have been seen.</summary>
        public void ApplyReceipt(Chat chat, long contact, long readTo, DateTimeOffset at, DateTimeOffset now)
        {
            var before = db.QueryInt64(
                "SELECT read_to FROM receipt WHERE chat = $chat AND contact = $contact", ("$chat", chat.Key), ("$contact", contact)) ?? 0;
            // The named message was read in any case: one that was long in sending may stand before what was read earlier.
            if (readTo > before)
            {
                db.Execute(
                    "INSERT OR REPLACE INTO receipt (chat, contact, read_to) VALUES ($chat, $contact, $to)",
                    ("$chat", chat.Key), ("$contact", contact), ("$to", readTo));
            }

            before = Math.Min(before, db.LastSeenBefore(contact, readTo) ?? (readTo - 1));
            var seen = db.Query(
                """
                SELECT sort_key, id FROM message
                WHERE chat = $chat AND sort_key > $before AND sort_key <= $to AND is_mine = 1 AND deleted = 0 AND remote_id IS NOT NULL
                  AND sort_key NOT IN (SELECT message FROM seen WHERE contact = $contact)
                """,
                row => (Key: row.GetInt64(0), Id: row.GetInt64(1)), ("$chat", chat.Key), ("$before", before), ("$to", readTo),
                ("$contact", contact));
            foreach (var (key, _) in seen)
            {
                db.Execute(
                    "INSERT OR IGNORE INTO seen (message, contact, at) VALUES ($key, $contact, $at)",
                    ("$key", key), ("$contact", contact), ("$at", at.ToUnixTimeMilliseconds()));
            }

            db.AppendMessageChanges(chat, seen.Select(message => message.Id), now);
        }

        /// <summary>
        /// The last message that a contact had seen of mine before this one of mine; <c>null</c> when this one is not mine. Mine
        /// are delivered in their order, so what lies between was waiting too when others' later messages were read.
        /// </summary>
        private long? LastSeenBefore(long contact, long sortKey) => db.QueryInt64(
            """
            SELECT coalesce((SELECT max(s.message) FROM seen s JOIN message m ON m.sort_key = s.message
              WHERE s.contact = $contact AND s.message < $key AND m.chat = named.chat), 0)
            FROM message named WHERE named.sort_key = $key AND named.is_mine = 1
            """,
            ("$contact", contact), ("$key", sortKey));
    }
}
