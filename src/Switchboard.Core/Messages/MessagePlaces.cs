using Switchboard.Sqlite;

namespace Switchboard.Core.Messages;

/// <summary>Where messages are put: sort keys are unique over all chats and never change once they are given out.</summary>
internal static class MessagePlaces
{
    /// <summary>Sort keys of one millisecond.</summary>
    public const long KeysPerMillisecond = 1000;

    /// <summary>Sort keys that are kept free for what is missing between two messages: two seconds of them.</summary>
    public const long RoomOfGap = 2_000_000;

    /// <summary>The last time a sort key of 16 digits can hold, in milliseconds since 1970.</summary>
    public const long LatestMillisecond = 9_999_999_999_998;

    /// <summary>Messages that were sent so shortly one after the other may arrive the other way round.</summary>
    public static TimeSpan Crossing => TimeSpan.FromMinutes(5);

    extension(Db db)
    {
        /// <summary>
        /// The place after everything in the chat, and otherwise by the time it was sent. Order within a chat is that of
        /// arrival, so that what has just come is never before what was already read, whatever its sender's clock or ours says.
        /// The time shown is that of its sending, for a bridge tells old messages late; only where two cross by less than
        /// <see cref="Crossing"/> is it pulled along, so that times do not run backwards for that. Between chats the time decides: what a network tells late, such as all that
        /// was said before the first login, is found among what was said then.
        /// </summary>
        /// <returns>Its place, the time to show, and whether a gap lies between it and what is there.</returns>
        public (long SortKey, DateTimeOffset SentAt, bool IsAfterGap) NewestPlace(long chat, DateTimeOffset sentAt, DateTimeOffset now)
        {
            // What is gone keeps its place: it may have been read up to, and clients page from it.
            var (newest, taken, isAfterGap) = db.QueryFirst(
                """
                SELECT n.sent_at, max(c.last_read, coalesce(n.sort_key, 0),
                  coalesce((SELECT max(sort_key) FROM forgotten_message WHERE chat = $chat), 0)),
                  EXISTS (SELECT 1 FROM gap WHERE chat = $chat AND upper IS NULL)
                FROM chat c LEFT JOIN message n ON n.sort_key = (SELECT max(sort_key) FROM message WHERE chat = $chat)
                WHERE c.key = $chat
                """,
                row => (row.TimeOrNull(0), row.GetInt64(1), row.Flag(2)),
                ("$chat", chat));
            // What is missing must find room below, even if all of it was sent in the same moment.
            taken += isAfterGap ? RoomOfGap : 0;
            var shown = sentAt > now ? now : sentAt;
            if (shown < newest && newest - shown <= Crossing)
                shown = newest.Value;
            var millisecond = Math.Max(Math.Clamp(shown.ToUnixTimeMilliseconds(), 0, LatestMillisecond), taken / KeysPerMillisecond);
            for (; ; millisecond++)
            {
                var first = millisecond * KeysPerMillisecond;
                var top = db.QueryInt64(
                    "SELECT max(sort_key) FROM message WHERE sort_key BETWEEN $first AND $last",
                    ("$first", first), ("$last", first + KeysPerMillisecond - 1));
                var key = Math.Max(top + 1 ?? first, taken + 1);
                if (key < first + KeysPerMillisecond)
                    return (key, shown, isAfterGap);
            }
        }
    }
}
