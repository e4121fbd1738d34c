using Switchboard.Core.Chats;
using Switchboard.Networks;
using Switchboard.Sqlite;

namespace Switchboard.Core.History;

/// <summary>Messages that are missing in a chat.</summary>
/// <param name="Key">Row key.</param>
/// <param name="Chat">Row key of the chat.</param>
/// <param name="RemoteChat">The network's id of the chat in which they are found.</param>
/// <param name="Upper">Sort key of the message directly above; <c>null</c> when there is none yet.</param>
/// <param name="Token">Finds the newest of them.</param>
internal sealed record Gap(long Key, long Chat, RemoteChatId RemoteChat, long? Upper, string Token);

/// <summary>Where messages are missing. Callers that write are inside a transaction.</summary>
internal static class GapSql
{
    private const int CountedAtMost = 10_000;
    private const int HiddenForOne = 10;
    private const string Query = "SELECT g.key, g.chat, g.remote_chat, g.upper, g.token FROM gap g";

    extension(Db db)
    {
        public Gap? GapByKey(long key) => db.QueryFirst($"{Query} WHERE g.key = $key", Read, ("$key", key));

        /// <summary>The gap that lies next below a place: reading back from there stops at it.</summary>
        public Gap? GapBelow(long chat, long? edge) => db.QueryFirst(
            $"{Query} WHERE g.chat = $chat AND coalesce(g.upper, $top) <= $edge ORDER BY coalesce(g.upper, $top) DESC LIMIT 1",
            Read, ("$chat", chat), ("$edge", edge ?? long.MaxValue), ("$top", long.MaxValue));

        /// <summary>The gap that lies next above a place.</summary>
        public Gap? GapAbove(long chat, long edge) => db.QueryFirst(
            $"{Query} WHERE g.chat = $chat AND coalesce(g.upper, $top) > $edge ORDER BY coalesce(g.upper, $top) LIMIT 1",
            Read, ("$chat", chat), ("$edge", edge), ("$top", long.MaxValue));

        /// <summary>Messages are missing between those told before and the next.</summary>
        public void OpenGap(Chat chat, RemoteChatId remoteChat, string token)
        {
            var isKnown = db.QueryInt64(
                "SELECT 1 FROM gap WHERE chat = $chat AND token = $token AND remote_chat = $remote LIMIT 1",
                ("$chat", chat.Key), ("$token", token), ("$remote", remoteChat.Value)) is not null;
            if (isKnown)
                return;
            // Nothing was told since another opened in the same place: the later token finds all that the earlier did.
            var moved = db.Execute(
                "UPDATE gap SET token = $token, remote_chat = $remote WHERE chat = $chat AND upper IS NULL",
                ("$chat", chat.Key), ("$token", token), ("$remote", remoteChat.Value));
            if (moved == 0)
            {
                db.Execute(
                    "INSERT INTO gap (chat, remote_chat, token) VALUES ($chat, $remote, $token)",
                    ("$chat", chat.Key), ("$remote", remoteChat.Value), ("$token", token));
            }

            db.CountUpChat(chat.Key);
        }

        /// <summary>
        /// The message told next after a gap is one that was here before: a repetition, and what lies before it is settled. But a
        /// send of ours lies where it was sent, so what is missing is missing below it.
        /// </summary>
        public void SettleGap(Chat chat, RemoteMessageId next)
        {
            if (db.QueryInt64("SELECT key FROM gap WHERE chat = $chat AND upper IS NULL", ("$chat", chat.Key)) is not { } gap)
                return;
            var sentHere = db.QueryInt64(
                "SELECT sort_key FROM message WHERE chat = $chat AND remote_id = $remote AND sent_here = 1",
                ("$chat", chat.Key), ("$remote", next.Value)) ?? db.PlaceOfForgotten(chat.Key, next);
            if (sentHere is { } place)
                db.Execute("UPDATE gap SET upper = $upper WHERE key = $key", ("$upper", place), ("$key", gap));
            else
                db.Execute("DELETE FROM gap WHERE key = $key", ("$key", gap));
            db.CountUpChat(chat.Key);
        }

        /// <summary>Nothing is missing there any more, or nothing can be found.</summary>
        public void CloseGap(Gap gap)
        {
            db.Execute("DELETE FROM gap WHERE key = $key", ("$key", gap.Key));
            db.Execute(
                "DELETE FROM told_early WHERE chat = $chat AND NOT EXISTS (SELECT 1 FROM gap WHERE chat = $chat)", ("$chat", gap.Chat));
            db.CountUpChat(gap.Chat);
        }

        /// <summary>Some of what is missing came; the rest is older.</summary>
        public void MoveGap(Gap gap, string token, long? upper)
        {
            db.Execute(
                "UPDATE gap SET token = $token, upper = coalesce($upper, upper) WHERE key = $key",
                ("$token", token), ("$upper", upper), ("$key", gap.Key));
            db.CountAbove(gap.Key, CountedAtMost);
            db.CountUpChat(gap.Chat);
        }

        /// <summary>
        /// Counts the messages above a gap, at most so many. Of those that are not shown many count as one: people want to read, but
        /// a chat of nothing else is not to be fetched whole.
        /// </summary>
        public void CountAbove(long gap, int atMost) => db.Execute(
            """
            UPDATE gap SET above = (SELECT coalesce(max(sum(hidden = 0), count(*) / $many), 0) FROM (
              SELECT m.hidden FROM message m WHERE m.chat = gap.chat AND m.sort_key >= coalesce(gap.upper, 0x7fffffffffffffff)
              LIMIT $most))
            WHERE key = $key
            """,
            ("$key", gap), ("$most", (long)atMost * HiddenForOne), ("$many", HiddenForOne));

        /// <summary>Logins that have a gap above which fewer messages are known than the depth.</summary>
        public List<long> LoginsToFill(int depth) => db.Query(
            """
            SELECT l.key FROM login l WHERE EXISTS (
              SELECT 1 FROM gap g CROSS JOIN chat c ON c.key = g.chat CROSS JOIN account a ON a.key = c.account
              WHERE g.above < $depth AND a.login = l.key)
            """,
            row => row.GetInt64(0), ("$depth", depth));

        /// <summary>
        /// A gap of a login above which fewer messages are known than the depth: of the chat with the latest activity.
        /// </summary>
        public Gap? GapToFill(long login, int depth, IEnumerable<long> notThese) => db.QueryFirst(
            $"""
            {Query} JOIN chat c ON c.key = g.chat JOIN account a ON a.key = c.account
            WHERE a.login = $login AND g.above < $depth AND g.key NOT IN (SELECT value FROM json_each($not))
            ORDER BY c.last_activity DESC, g.upper DESC LIMIT 1
            """,
            Read, ("$login", login), ("$depth", depth), ("$not", $"[{Store.Join(notThese)}]"));

        /// <summary>Whether the network told of a message that lies below a place, or anywhere when there is none.</summary>
        public bool IsToldBelow(long chat, RemoteMessageId id, long? upper) => db.QueryInt64(
            "SELECT 1 FROM message WHERE chat = $chat AND remote_id = $id AND sent_here = 0 AND sort_key < $upper",
            ("$chat", chat), ("$id", id.Value), ("$upper", upper ?? long.MaxValue)) is not null;

        /// <summary>Where a message was that must not come back.</summary>
        public long? PlaceOfForgotten(long chat, RemoteMessageId id) => db.QueryInt64(
            "SELECT sort_key FROM forgotten_message WHERE chat = $chat AND remote_id = $id", ("$chat", chat), ("$id", id.Value));

        /// <summary>Messages that answered some of these before they were known now name them.</summary>
        /// <returns>Ids of the answers.</returns>
        public List<long> LinkReplies(long chat, IEnumerable<RemoteMessageId> known) => db.Query(
            """
            UPDATE message SET reply_remote = NULL,
              reply_to = (SELECT t.id FROM message t WHERE t.chat = message.chat AND t.remote_id = message.reply_remote)
            WHERE chat = $chat AND reply_remote IS NOT NULL AND reply_remote IN (SELECT value FROM json_each($known))
            RETURNING id
            """,
            row => row.GetInt64(0), ("$chat", chat), ("$known", CoreJson.WriteStrings(known.Select(id => id.Value))));

        /// <summary>The newest message that is shown.</summary>
        public long? NewestShown(long chat) => db.QueryInt64(
            "SELECT sort_key FROM message WHERE chat = $chat AND hidden = 0 AND deleted = 0 ORDER BY sort_key DESC LIMIT 1", ("$chat", chat));

        private void CountUpChat(long chat) => db.Execute("UPDATE chat SET version = version + 1 WHERE key = $chat", ("$chat", chat));
    }

    private static Gap Read(Row row) => new(
        row.GetInt64(0), row.GetInt64(1), new RemoteChatId(row.GetString(2)), row.Int64OrNull(3), row.GetString(4));
}
