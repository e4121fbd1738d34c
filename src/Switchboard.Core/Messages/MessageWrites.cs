using System.Text.Json;
using Switchboard.Core.Changes;
using Switchboard.Core.Chats;
using Switchboard.Networks;
using Switchboard.Sqlite;

namespace Switchboard.Core.Messages;

/// <summary>A message that is about to be stored.</summary>
internal sealed record NewMessage
{
    public required long Sender { get; init; }

    public required bool IsMine { get; init; }

    public required DateTimeOffset SentAt { get; init; }

    public MessageText? Text { get; init; }

    public IReadOnlyList<Attachment> Attachments { get; init; } = [];

    public long? ReplyTo { get; init; }

    public IReadOnlyList<string>? Mentions { get; init; } = [];

    public bool MentionsMe { get; init; }

    public bool IsNotice { get; init; }

    public bool IsHidden { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    public RemoteMessageId? RemoteId { get; init; }

    public string? SendState { get; init; }
}

/// <summary>
/// Every change to a message, each with all that belongs to it: search index, counts of the chat, change log. Callers are
/// inside a transaction. All are harmless when repeated: what changes nothing appends nothing.
/// </summary>
internal static class MessageWrites
{
    private const long KeysPerMillisecond = 1000;
    private const long LatestMillisecond = 9_999_999_999_998;

    extension(Db db)
    {
        /// <summary>Stores a message that has just been sent or has just arrived: it becomes the newest of its chat.</summary>
        /// <returns>Its sort key and its id.</returns>
        public (long SortKey, long Id) InsertMessage(Chat chat, NewMessage message, DateTimeOffset now)
        {
            var (sortKey, sentAt) = db.NewestPlace(chat.Key, message.SentAt, now);
            var id = db.NextNumber("message");
            db.Execute(
                """
                INSERT INTO message (sort_key, id, chat, remote_id, sender, is_mine, sent_at, type, text, formatted, reply_to, mentions,
                  mentions_me, attachments, hidden, expires_at, send_state, send_at)
                VALUES ($key, $id, $chat, $remote, $sender, $mine, $sent, $type, $text, $formatted, $reply, $mentions,
                  $mentionsMe, $attachments, $hidden, $expires, $state, $now)
                """,
                ("$key", sortKey), ("$id", id), ("$chat", chat.Key), ("$remote", message.RemoteId?.Value), ("$sender", message.Sender),
                ("$mine", message.IsMine), ("$sent", sentAt.ToUnixTimeMilliseconds()), ("$type", TypeOf(message)),
                ("$text", message.Text?.Html), ("$formatted", message.Text?.IsFormatted ?? false), ("$reply", message.ReplyTo),
                ("$mentions", message.Mentions is null ? null : CoreJson.WriteStrings(message.Mentions)),
                ("$mentionsMe", message.MentionsMe),
                ("$attachments", message.Attachments.Count == 0 ? null : WriteAttachments(message.Attachments)),
                ("$hidden", message.IsHidden), ("$expires", message.ExpiresAt?.ToUnixTimeMilliseconds()),
                ("$state", message.SendState), ("$now", now.ToUnixTimeMilliseconds()));
            if (message.IsHidden)
            {
                db.AppendMessageChange(chat, id, now, message.SendState);
            }
            else
            {
                db.IndexMessage(chat, sortKey, message.Sender, message.IsMine, message.Text?.Html, message.Attachments);
                db.NoteActivity(chat, message, sentAt);
                db.AppendShownMessage(chat, id, message.SendState, now);
            }

            return (sortKey, id);
        }

        /// <summary>
        /// The network has taken a message of ours. Called with its answer and again with its echo; whichever is first wins.
        /// </summary>
        public void ConfirmSend(Chat chat, long sortKey, RemoteMessageId remoteId, IReadOnlyList<RemoteMediaId> media, DateTimeOffset now)
        {
            db.Execute("DELETE FROM outbox WHERE message = $key AND chat = $chat AND kind = 'send'", ("$key", sortKey), ("$chat", chat.Key));
            var sending = db.QueryFirst(
                "SELECT id, attachments FROM message WHERE sort_key = $key AND chat = $chat AND remote_id IS NULL",
                row => ((long Id, IReadOnlyList<Attachment> Attachments)?)(row.GetInt64(0), ReadAttachments(row.TextOrNull(1))),
                ("$key", sortKey), ("$chat", chat.Key));
            if (sending is not { } message)
                return;
            db.Execute(
                """
                UPDATE message SET remote_id = $remote, transaction_id = NULL, send_state = 'SUCCESS', send_reason = NULL, send_error = NULL,
                  expires_at = expires_at + max(0, $now - send_at), send_at = $now
                WHERE sort_key = $key
                """,
                ("$remote", remoteId.Value), ("$now", now.ToUnixTimeMilliseconds()), ("$key", sortKey));
            foreach (var (attachment, remote) in message.Attachments.Zip(media))
            {
                db.Execute("UPDATE media SET remote_id = $remote WHERE id = $id", ("$remote", remote.Value), ("$id", attachment.MediaId));
            }

            db.AppendMessageChange(chat, message.Id, now, SendStatus.Success);
        }

        /// <summary>A send has ended without success.</summary>
        public void FailSend(Chat chat, long sortKey, string state, string reason, string error, DateTimeOffset now)
        {
            db.Execute("DELETE FROM outbox WHERE message = $key AND kind = 'send'", ("$key", sortKey));
            db.Execute(
                "UPDATE message SET send_state = $state, send_at = $now, send_reason = $reason, send_error = $error WHERE sort_key = $key",
                ("$state", state), ("$now", now.ToUnixTimeMilliseconds()), ("$reason", reason), ("$error", error), ("$key", sortKey));
            db.AppendMessageChange(chat, db.MessageByKey(sortKey).Id, now, state);
        }

        /// <summary>The text of a message was replaced.</summary>
        public void ApplyEdit(
            Chat chat, Message message, MessageText text, IReadOnlyList<string> mentions, DateTimeOffset editedAt, DateTimeOffset now)
        {
            if (message.IsDeleted || message.EditedAt >= editedAt)
                return;
            db.Execute(
                """
                UPDATE message SET text = $text, formatted = $formatted, mentions = $mentions, mentions_me = $mentionsMe,
                  edited_at = $at, edit_count = edit_count + 1
                WHERE sort_key = $key
                """,
                ("$text", text.Html), ("$formatted", text.IsFormatted), ("$mentions", CoreJson.WriteStrings(mentions)),
                ("$mentionsMe", !message.IsMine && MentionsSelf(chat, mentions)), ("$at", editedAt.ToUnixTimeMilliseconds()),
                ("$key", message.SortKey));
            if (!message.IsHidden)
                db.IndexMessage(chat, message.SortKey, db.SenderOf(message.SortKey), message.IsMine, text.Html, message.Attachments);
            db.AppendMessageChange(chat, message.Id, now);
            db.Recount(chat, now);
        }

        /// <summary>A message was deleted for everyone: a tombstone stays, its content goes.</summary>
        public void ApplyTombstone(Chat chat, Message message, DateTimeOffset now)
        {
            if (message.IsDeleted)
                return;
            db.Execute(
                """
                UPDATE message SET deleted = 1, text = NULL, formatted = 0, attachments = NULL, mentions = '[]', mentions_me = 0,
                  expires_at = NULL
                WHERE sort_key = $key
                """,
                ("$key", message.SortKey));
            db.Execute("DELETE FROM reaction WHERE message = $key", ("$key", message.SortKey));
            db.Execute("DELETE FROM media WHERE message = $key", ("$key", message.SortKey));
            db.UnindexMessage(message.SortKey);
            db.AppendMessageChange(chat, message.Id, now);
            db.Recount(chat, now);
        }

        /// <summary>Messages vanish without a trace: deleted for me, or their time is over.</summary>
        public void RemoveMessages(Chat chat, IReadOnlyList<Message> messages, DateTimeOffset now)
        {
            foreach (var message in messages)
            {
                db.Execute(
                    "INSERT OR IGNORE INTO forgotten_message (id, chat, remote_id, sort_key) VALUES ($id, $chat, $remote, $key)",
                    ("$id", message.Id), ("$chat", chat.Key), ("$remote", message.RemoteId?.Value), ("$key", message.SortKey));
                db.UnindexMessage(message.SortKey);
                db.Execute("DELETE FROM message WHERE sort_key = $key", ("$key", message.SortKey));
            }

            db.AppendMessageDeleted(chat, messages.Select(message => message.Id), now);
            db.Recount(chat, now, always: true);
        }

        /// <summary>Somebody reacted. With <paramref name="onlyOne"/> an older reaction of theirs makes room.</summary>
        public void AddReaction(Chat chat, Message message, long contact, string key, bool onlyOne, DateTimeOffset now)
        {
            if (message.IsDeleted)
                return;
            var removed = 0;
            if (onlyOne)
            {
                removed = db.Execute(
                    "DELETE FROM reaction WHERE message = $message AND contact = $contact AND key <> $key",
                    ("$message", message.SortKey), ("$contact", contact), ("$key", key));
            }

            var added = db.Execute(
                "INSERT OR IGNORE INTO reaction (message, contact, key, at) VALUES ($message, $contact, $key, $at)",
                ("$message", message.SortKey), ("$contact", contact), ("$key", key), ("$at", now.ToUnixTimeMilliseconds()));
            if (added + removed > 0)
                db.AppendMessageChange(chat, message.Id, now);
        }

        /// <summary>Somebody took a reaction back.</summary>
        public bool RemoveReaction(Chat chat, Message message, long contact, string key, DateTimeOffset now)
        {
            var removed = db.Execute(
                "DELETE FROM reaction WHERE message = $message AND contact = $contact AND key = $key",
                ("$message", message.SortKey), ("$contact", contact), ("$key", key));
            if (removed > 0)
                db.AppendMessageChange(chat, message.Id, now);
            return removed > 0;
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

        /// <summary>Counts what is unread anew, after the read position or a message before it changed.</summary>
        public void Recount(Chat chat, DateTimeOffset now, bool always = false)
        {
            var changed = db.Execute(
                """
                UPDATE chat SET (unread, unread_mentions) = (n, mentions) FROM (
                  SELECT count(*) AS n, coalesce(sum(m.mentions_me), 0) AS mentions FROM message m
                  WHERE m.chat = $chat AND m.sort_key > (SELECT last_read FROM chat WHERE key = $chat)
                    AND m.is_mine = 0 AND m.hidden = 0 AND m.deleted = 0)
                WHERE key = $chat AND (unread <> n OR unread_mentions <> mentions)
                """,
                ("$chat", chat.Key));
            if (changed > 0 || always)
                db.AppendChatChange(chat, now);
        }

        private long SenderOf(long sortKey) => db.QueryInt64("SELECT sender FROM message WHERE sort_key = $key", ("$key", sortKey))!.Value;

        /// <summary>
        /// The place after everything in the chat, and otherwise by the time it was sent. Order within a chat is that of
        /// arrival, so that what has just come is never before what was already read, whatever its sender's clock or ours says;
        /// times shown never run backwards either. Between chats the time decides: what a network tells late, such as all that
        /// was said before the first login, is found among what was said then.
        /// </summary>
        private (long SortKey, DateTimeOffset SentAt) NewestPlace(long chat, DateTimeOffset sentAt, DateTimeOffset now)
        {
            // What is gone keeps its place: it may have been read up to, and clients page from it.
            var (newest, taken) = db.QueryFirst(
                """
                SELECT n.sent_at, max(c.last_read, coalesce(n.sort_key, 0),
                  coalesce((SELECT max(sort_key) FROM forgotten_message WHERE chat = $chat), 0))
                FROM chat c LEFT JOIN message n ON n.sort_key = (SELECT max(sort_key) FROM message WHERE chat = $chat)
                WHERE c.key = $chat
                """,
                row => (row.TimeOrNull(0), row.GetInt64(1)),
                ("$chat", chat));
            var shown = sentAt > now ? now : sentAt;
            if (shown < newest)
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
                    return (key, shown);
            }
        }

        private void NoteActivity(Chat chat, NewMessage message, DateTimeOffset sentAt)
        {
            // What was put away comes back when something happens in it; a muted chat stays away (matrix.md §1.5).
            db.Execute(
                """
                UPDATE chat SET
                  version = version + 1,
                  last_activity = max(last_activity, $at),
                  is_archived = CASE WHEN $mine = 1 OR is_muted = 0 THEN 0 ELSE is_archived END,
                  unread = unread + (1 - $mine), unread_mentions = unread_mentions + $mentionsMe,
                  remind_at = CASE WHEN $mine = 0 AND remind_dismiss = 1 THEN NULL ELSE remind_at END,
                  remind_dismiss = CASE WHEN $mine = 0 AND remind_dismiss = 1 THEN 0 ELSE remind_dismiss END
                WHERE key = $chat
                """,
                ("$at", sentAt.ToUnixTimeMilliseconds()), ("$mine", message.IsMine), ("$mentionsMe", message.MentionsMe),
                ("$chat", chat.Key));
        }
    }

    /// <summary>Whether the chat's owner is among those mentioned.</summary>
    public static bool MentionsSelf(Chat chat, IReadOnlyList<string>? mentions) =>
        mentions is not null && (mentions.Contains(chat.SelfId) || mentions.Contains("@room"));

    public static IReadOnlyList<Attachment> ReadAttachments(string? json) =>
        json is null ? [] : JsonSerializer.Deserialize(json, CoreJson.Default.ListAttachment)!;

    public static string WriteAttachments(IReadOnlyList<Attachment> attachments) =>
        JsonSerializer.Serialize(attachments.ToList(), CoreJson.Default.ListAttachment);

    private static string TypeOf(NewMessage message) => message.Attachments.Count == 0
        ? message.IsNotice ? "NOTICE" : "TEXT"
        : message.Attachments[0].Info switch
        {
            { Kind: AttachmentKind.Image } => "IMAGE",
            { Kind: AttachmentKind.Gif } gif => gif.MimeType.StartsWith("video/", StringComparison.Ordinal) ? "VIDEO" : "IMAGE",
            { Kind: AttachmentKind.Video } => "VIDEO",
            { Kind: AttachmentKind.Audio } => "AUDIO",
            { Kind: AttachmentKind.VoiceNote } => "VOICE",
            { Kind: AttachmentKind.Sticker } => "STICKER",
            { Kind: AttachmentKind.File } => "FILE",
            var info => throw new InvalidOperationException($"Unknown attachment kind {info.Kind}."),
        };
}
