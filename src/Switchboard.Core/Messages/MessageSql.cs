using System.Text.Json;
using Switchboard.Core.Chats;
using Switchboard.Networks;
using Switchboard.Sqlite;

namespace Switchboard.Core.Messages;

/// <summary>Reading messages.</summary>
internal static class MessageSql
{
    private const string Columns =
        """
        m.sort_key, m.id, m.chat, c.id, a.id, c.is_group, m.remote_id, u.user_id, coalesce(m.sender_name, u.full_name, u.username, u.user_id), m.is_mine,
        m.sent_at, m.edited_at, m.edit_count, m.type, m.text, m.formatted, m.reply_to, m.mentions, m.attachments, m.hidden, m.deleted,
        m.is_mine = 0 AND m.hidden = 0 AND m.deleted = 0 AND m.sort_key > c.last_read, m.send_state, m.send_at, m.send_reason, m.send_error,
        m.expires_at, m.links, m.placeholder, m.send_internal, m.send_delivered
        """;

    // The joins are CROSS so that the planner keeps to messages first: it must not begin with the few accounts.
    private const string Tables =
        "message m CROSS JOIN chat c ON c.key = m.chat CROSS JOIN account a ON a.key = c.account CROSS JOIN contact u ON u.key = m.sender";

    extension(Db db)
    {
        /// <summary>Messages by a condition, with reactions and receipts. Aliases: m message, c chat, a account, u sender.</summary>
        public List<Message> Messages(string tail, params ReadOnlySpan<(string Name, object? Value)> parameters) =>
            db.WithParts(db.Query($"SELECT {Columns} FROM {Tables} WHERE {tail}", ReadMessage, parameters));

        /// <summary>
        /// A message of a chat by its id, by its sort key, or by the network's id when that begins with <c>$</c>.
        /// </summary>
        public Message? FindMessage(Chat chat, string id, bool orSortKey = false) => db.FindMessage(chat.Key, id, orSortKey);

        public Message? FindMessage(long chat, string id, bool orSortKey = false)
        {
            if (id.StartsWith('$'))
                return db.Messages("m.chat = $chat AND m.remote_id = $remote", ("$chat", chat), ("$remote", id)).FirstOrDefault();
            if (ParseNumber(id) is not { } number)
                return null;
            return orSortKey && id.Length == 16
                ? db.Messages("m.sort_key = $key AND m.chat = $chat", ("$key", number), ("$chat", chat)).FirstOrDefault()
                : db.Messages("m.id = $id AND m.chat = $chat", ("$id", number), ("$chat", chat)).FirstOrDefault();
        }

        /// <summary>A message of a chat by its id.</summary>
        /// <exception cref="RefusedException">There is none.</exception>
        public Message DemandMessage(Chat chat, string id) =>
            db.FindMessage(chat, id) ?? throw RefusedException.NotFound("Message", id);

        public Message? MessageByRemoteId(long chat, RemoteMessageId id) =>
            db.Messages("m.chat = $chat AND m.remote_id = $remote", ("$chat", chat), ("$remote", id.Value)).FirstOrDefault();

        /// <summary>A message whose content could not be read yet.</summary>
        public Message? PlaceholderOf(long chat, RemoteMessageId id) => db.Messages(
            "m.chat = $chat AND m.remote_id = $remote AND m.placeholder = 1 AND m.deleted = 0", ("$chat", chat), ("$remote", id.Value)).FirstOrDefault();

        public Message MessageByKey(long sortKey) => db.Messages("m.sort_key = $key", ("$key", sortKey)).Single();

        /// <summary>The newest message that is shown of each chat, by the chat's row key; for the chat list.</summary>
        public Dictionary<long, Message> Previews(IEnumerable<long> chats) => db.Messages(
            """
            m.sort_key IN (SELECT (
              SELECT n.sort_key FROM message n WHERE n.chat = k.value AND n.hidden = 0 AND n.deleted = 0 ORDER BY n.sort_key DESC LIMIT 1)
              FROM json_each($chats) k)
            """,
            ("$chats", "[" + Store.Join(chats) + "]")).ToDictionary(message => message.ChatKey);

        private List<Message> WithParts(List<Message> messages)
        {
            if (messages.Count == 0)
                return messages;
            var keys = "[" + Store.Join(messages.Select(message => message.SortKey)) + "]";
            var reactions = db.Query(
                """
                SELECT r.message, u.user_id, r.key, r.picture FROM reaction r JOIN contact u ON u.key = r.contact
                WHERE r.message IN (SELECT value FROM json_each($keys)) ORDER BY r.message, r.at, r.key
                """,
                row => (Message: row.GetInt64(0), Reaction: new Reaction(row.GetString(1), row.GetString(2), row.TextOrNull(3))),
                ("$keys", keys)).ToLookup(row => row.Message, row => row.Reaction);
            var seen = db.Query(
                """
                SELECT s.message, u.user_id, s.at FROM seen s JOIN contact u ON u.key = s.contact
                WHERE s.message IN (SELECT value FROM json_each($keys)) ORDER BY s.message, u.user_id
                """,
                row => (Message: row.GetInt64(0), Seen: new Seen(row.GetString(1), row.Time(2))),
                ("$keys", keys)).ToLookup(row => row.Message, row => row.Seen);
            if (reactions.Count == 0 && seen.Count == 0)
                return messages;
            for (var i = 0; i < messages.Count; i++)
            {
                var own = reactions[messages[i].SortKey].ToList();
                messages[i] = messages[i] with
                {
                    Reactions = own,
                    OneReactionEach = own.Count > 0 && db.ChatByKey(messages[i].ChatKey)!.Capabilities.ReactionCount == 1,
                    SeenBy = [.. seen[messages[i].SortKey]],
                };
            }

            return messages;
        }
    }

    /// <summary>A message id or sort key; <c>null</c> when the text is not plain digits of at most 16.</summary>
    public static long? ParseNumber(string text) =>
        text.Length is > 0 and <= 16 && text.AsSpan().IndexOfAnyExceptInRange('0', '9') < 0
            ? long.Parse(text, System.Globalization.CultureInfo.InvariantCulture)
            : null;

    private static Message ReadMessage(Row row) => new()
    {
        SortKey = row.GetInt64(0),
        Id = row.GetInt64(1),
        ChatKey = row.GetInt64(2),
        ChatId = row.GetString(3),
        AccountId = row.GetString(4),
        InGroup = row.Flag(5),
        RemoteId = row.TextOrNull(6) is { } remote ? new RemoteMessageId(remote) : null,
        SenderId = row.GetString(7),
        SenderName = row.GetString(8),
        IsMine = row.Flag(9),
        SentAt = row.Time(10),
        EditedAt = row.TimeOrNull(11),
        EditCount = row.GetInt32(12),
        Type = row.GetString(13),
        Text = row.TextOrNull(14),
        IsFormatted = row.Flag(15),
        ReplyTo = row.Int64OrNull(16),
        Mentions = row.TextOrNull(17) is { } mentions ? CoreJson.ReadStrings(mentions) : null,
        Attachments = MessageWrites.ReadAttachments(row.TextOrNull(18)),
        IsHidden = row.Flag(19),
        IsDeleted = row.Flag(20),
        IsUnread = row.Flag(21),
        SendStatus = row.TextOrNull(22) is { } state
            ? new SendStatus(state, row.Time(23), row.TextOrNull(24), row.TextOrNull(25))
            {
                InternalError = row.TextOrNull(29),
                DeliveredTo = row.TextOrNull(30) is { } reached ? CoreJson.ReadStrings(reached) : null,
            }
            : null,
        ExpiresAt = row.TimeOrNull(26),
        Links = row.TextOrNull(27) is { } links ? JsonSerializer.Deserialize(links, CoreJson.Default.ListLink)! : [],
        IsPlaceholder = row.Flag(28),
    };
}
