using Switchboard.Core.Chats;
using Switchboard.Sqlite;

namespace Switchboard.Core.Changes;

/// <summary>What a change in the log says (events.md §4). The names are the wire's.</summary>
public static class ChangeKind
{
    /// <summary>A chat appeared or changed.</summary>
    public const string ChatUpserted = "chat.upserted";

    /// <summary>A chat is gone.</summary>
    public const string ChatDeleted = "chat.deleted";

    /// <summary>A message appeared or changed.</summary>
    public const string MessageUpserted = "message.upserted";

    /// <summary>A message is gone.</summary>
    public const string MessageDeleted = "message.deleted";
}

/// <summary>One entry of the change log.</summary>
/// <param name="Seq">Its place in the log.</param>
/// <param name="Kind">One of <see cref="ChangeKind"/>.</param>
/// <param name="Account">Row key of the account.</param>
/// <param name="Chat">Row key of the chat, which may be gone.</param>
/// <param name="ChatId">Id of the chat.</param>
/// <param name="Ids">Ids of the messages, or of the chat.</param>
/// <param name="SendState">The send state that this change announced, if it was one.</param>
public sealed record Change(long Seq, string Kind, long Account, long Chat, string ChatId, IReadOnlyList<string> Ids, string? SendState);

/// <summary>
/// Appending to the change log, always in the transaction that made the change true. Whatever clients may learn goes
/// through here, and nowhere else.
/// </summary>
internal static class ChangeLog
{
    extension(Db db)
    {
        public void AppendChatChange(Chat chat, DateTimeOffset now)
        {
            db.Append(ChangeKind.ChatUpserted, chat.AccountKey, chat.Key, chat.Id, [chat.Id], null, now);
            db.CountUp(chat.Key);
        }

        /// <summary>
        /// A message that is new and shown, and its chat with it. Whoever stores it counts the chat's version up, for the chat's
        /// row is written in any case.
        /// </summary>
        public void AppendShownMessage(Chat chat, long messageId, string? sendState, DateTimeOffset now)
        {
            db.Append(ChangeKind.MessageUpserted, chat.AccountKey, chat.Key, chat.Id, Texts([messageId]), sendState, now);
            db.Append(ChangeKind.ChatUpserted, chat.AccountKey, chat.Key, chat.Id, [chat.Id], null, now);
        }

        public void AppendChatDeleted(long account, long chat, string chatId, DateTimeOffset now) =>
            db.Append(ChangeKind.ChatDeleted, account, chat, chatId, [chatId], null, now);

        public void AppendMessageChange(Chat chat, long messageId, DateTimeOffset now, string? sendState = null) =>
            db.AppendMessageChanges(chat, [messageId], now, sendState);

        public void AppendMessageChanges(Chat chat, IEnumerable<long> messageIds, DateTimeOffset now, string? sendState = null)
        {
            foreach (var some in messageIds.Chunk(100))
            {
                db.Append(ChangeKind.MessageUpserted, chat.AccountKey, chat.Key, chat.Id, Texts(some), sendState, now);
                db.CountUp(chat.Key);
            }
        }

        public void AppendMessageDeleted(Chat chat, IEnumerable<long> messageIds, DateTimeOffset now)
        {
            foreach (var some in messageIds.Chunk(100))
            {
                db.Append(ChangeKind.MessageDeleted, chat.AccountKey, chat.Key, chat.Id, Texts(some), null, now);
                db.CountUp(chat.Key);
            }
        }

        public long NewestChange() => db.QueryInt64("SELECT max(seq) FROM change") ?? 0;

        public List<Change> ChangesAfter(long seq, int limit) => db.Query(
            "SELECT seq, kind, account, chat, chat_id, ids, send_state FROM change WHERE seq > $seq ORDER BY seq LIMIT $limit",
            row => new Change(
                row.GetInt64(0), row.GetString(1), row.GetInt64(2), row.GetInt64(3), row.GetString(4),
                CoreJson.ReadStrings(row.GetString(5)), row.TextOrNull(6)),
            ("$seq", seq), ("$limit", limit));

        /// <summary>Forgets what is older than <paramref name="kept"/>.</summary>
        /// <returns>How many went; as many as the limit when there may be more.</returns>
        public int ForgetChanges(TimeSpan kept, DateTimeOffset now, int limit)
        {
            // From the beginning and without a gap; and never the newest, from which numbers go on. What was written while the
            // clock was far ahead must not hold up the rest; a clock that was set back by less forgets nothing that is new.
            var oldest = db.Query(
                "SELECT seq, at FROM change WHERE seq < (SELECT max(seq) FROM change) ORDER BY seq LIMIT $limit",
                row => (Seq: row.GetInt64(0), At: row.Time(1)), ("$limit", limit));
            var last = oldest.TakeWhile(change => (change.At - now).Duration() > kept).LastOrDefault().Seq;
            return db.Execute("DELETE FROM change WHERE seq <= $last", ("$last", last));
        }

        private void CountUp(long chat) => db.Execute("UPDATE chat SET version = version + 1 WHERE key = $chat", ("$chat", chat));

        private void Append(
            string kind, long account, long chat, string chatId, IReadOnlyList<string> ids, string? sendState, DateTimeOffset now) =>
            db.Execute(
                """
                INSERT INTO change (at, kind, account, chat, chat_id, ids, send_state)
                VALUES ($at, $kind, $account, $chat, $chatId, $ids, $state)
                """,
                ("$at", now.ToUnixTimeMilliseconds()), ("$kind", kind), ("$account", account), ("$chat", chat), ("$chatId", chatId),
                ("$ids", CoreJson.WriteStrings(ids)), ("$state", sendState));
    }

    private static List<string> Texts(long[] ids) =>
        ids.Select(id => id.ToString(System.Globalization.CultureInfo.InvariantCulture)).ToList();
}
