using System.Text.Json;
using Switchboard.Core.Changes;
using Switchboard.Core.Chats;
using Switchboard.Networks;
using Switchboard.Sqlite;

namespace Switchboard.Core.Messages;

/// <summary>
/// Every change to a message, each with all that belongs to it: search index, counts of the chat, change log. Callers are
/// inside a transaction. All are harmless when repeated: what changes nothing appends nothing.
/// </summary>
internal static class MessageWrites
{
    extension(Db db)
    {
        /// <summary>Stores a message that has just been sent or has just arrived: it becomes the newest of its chat.</summary>
        /// <returns>Its sort key and its id.</returns>
        public (long SortKey, long Id) InsertMessage(Chat chat, NewMessage message, DateTimeOffset now)
        {
            var (sortKey, sentAt, isAfterGap) = db.NewestPlace(chat.Key, message.SentAt, now);
            var id = db.InsertAt(chat, sortKey, sentAt, message, now);
            if (isAfterGap)
                db.Execute("UPDATE gap SET upper = $key WHERE chat = $chat AND upper IS NULL", ("$key", sortKey), ("$chat", chat.Key));
            if (message.IsShown)
            {
                db.NoteActivity(chat, message, sentAt);
                db.AppendShownMessage(chat, id, message.SendState, now);
            }
            else
            {
                db.AppendMessageChange(chat, id, now, message.SendState);
            }

            return (sortKey, id);
        }

        /// <summary>Stores a message at its place, with its words for search; says nothing of it and counts nothing.</summary>
        /// <returns>Its id.</returns>
        public long InsertAt(Chat chat, long sortKey, DateTimeOffset sentAt, NewMessage message, DateTimeOffset now)
        {
            var id = db.NextNumber("message");
            db.Execute(
                """
                INSERT INTO message (sort_key, id, chat, remote_id, sent_here, sender, sender_name, is_mine, sent_at, edited_at, edit_count,
                  type, text, formatted, reply_to, reply_remote, mentions, mentions_me, attachments, links, hidden, ignored, deleted, placeholder,
                  expires_at, send_state, send_at)
                VALUES ($key, $id, $chat, $remote, $here, $sender, $senderName, $mine, $sent, $edited, $edits,
                  $type, $text, $formatted, $reply, $replyRemote, $mentions, $mentionsMe, $attachments, $links, $hidden, $ignored, $deleted, $placeholder,
                  $expires, $state, $now)
                """,
                ("$key", sortKey), ("$id", id), ("$chat", chat.Key), ("$remote", message.RemoteId?.Value),
                ("$here", message.SendState is not null), ("$sender", message.Sender), ("$senderName", message.SenderName),
                ("$mine", message.IsMine), ("$sent", sentAt.ToUnixTimeMilliseconds()), ("$edited", message.EditedAt?.ToUnixTimeMilliseconds()),
                ("$edits", message.EditedAt is null ? 0 : 1), ("$type", message.Type), ("$text", message.Text?.Html),
                ("$formatted", message.Text?.IsFormatted ?? false), ("$reply", message.ReplyTo), ("$replyRemote", message.UnknownReplyTo?.Value),
                ("$mentions", message.Mentions is null ? null : CoreJson.WriteStrings(message.Mentions)),
                ("$mentionsMe", message.MentionsMe),
                ("$attachments", message.Attachments.Count == 0 ? null : WriteAttachments(message.Attachments)),
                ("$links", WriteLinks(message.Links)), ("$hidden", message.IsHidden), ("$ignored", message.IsIgnored),
                ("$deleted", message.IsDeleted),
                ("$placeholder", message.IsPlaceholder), ("$expires", message.ExpiresAt?.ToUnixTimeMilliseconds()),
                ("$state", message.SendState), ("$now", now.ToUnixTimeMilliseconds()));
            if (message.IsShown)
                db.IndexMessage(chat, sortKey, message.Sender, message.IsMine, message.Text?.Html, message.Attachments);
            return id;
        }

        /// <summary>The content of a placeholder has become known; it stays where it is.</summary>
        public void ReplacePlaceholder(Chat chat, Message known, NewMessage content, DateTimeOffset now)
        {
            // An edit may have been readable when what it replaced was not, and stands.
            var keepsText = known.EditedAt is not null && !(content.EditedAt > known.EditedAt);
            var text = keepsText ? known.Text : content.Text?.Html;
            db.Execute(
                """
                UPDATE message SET placeholder = 0, type = $type, text = $text, formatted = $formatted, attachments = $attachments, links = $links,
                  mentions = $mentions, mentions_me = CASE WHEN $keepsText THEN mentions_me ELSE $mentionsMe END, reply_to = $reply,
                  reply_remote = $replyRemote, hidden = $hidden, ignored = $ignored,
                  sender_name = $senderName, edited_at = $edited, edit_count = $edits, expires_at = $expires
                WHERE sort_key = $key
                """,
                ("$type", content.Type), ("$text", text), ("$formatted", keepsText ? known.IsFormatted : content.Text?.IsFormatted ?? false),
                ("$attachments", content.Attachments.Count == 0 ? null : WriteAttachments(content.Attachments)),
                ("$links", WriteLinks(content.Links)),
                ("$mentions", keepsText ? known.Mentions is null ? null : CoreJson.WriteStrings(known.Mentions)
                    : content.Mentions is null ? null : CoreJson.WriteStrings(content.Mentions)),
                ("$keepsText", keepsText), ("$mentionsMe", content.MentionsMe),
                ("$reply", content.ReplyTo), ("$replyRemote", content.UnknownReplyTo?.Value), ("$hidden", content.IsHidden),
                ("$ignored", content.IsIgnored),
                ("$senderName", content.SenderName),
                ("$edited", (keepsText ? known.EditedAt : content.EditedAt)?.ToUnixTimeMilliseconds()),
                ("$edits", keepsText ? known.EditCount : content.EditedAt is null ? 0 : 1),
                ("$expires", content.ExpiresAt?.ToUnixTimeMilliseconds()), ("$key", known.SortKey));
            if (content.IsHidden)
                db.UnindexMessage(known.SortKey);
            else
                db.IndexMessage(chat, known.SortKey, db.SenderOf(known.SortKey), known.IsMine, text, content.Attachments);
            db.AppendMessageChange(chat, known.Id, now);
            db.Recount(chat, now);
        }

        /// <summary>The text of a message was replaced.</summary>
        public void ApplyEdit(
            Chat chat, Message message, MessageText text, IReadOnlyList<string> mentions, DateTimeOffset editedAt, DateTimeOffset now,
            bool isPointedOut = false)
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
                ("$mentionsMe", !message.IsMine && (isPointedOut || MentionsSelf(chat, mentions))), ("$at", editedAt.ToUnixTimeMilliseconds()),
                ("$key", message.SortKey));
            if (!message.IsHidden)
                db.IndexMessage(chat, message.SortKey, db.SenderOf(message.SortKey), message.IsMine, text.Html, message.Attachments);
            db.AppendMessageChange(chat, message.Id, now);
            db.Recount(chat, now);
        }

        /// <summary>A message was deleted for everyone: a tombstone stays, hidden if it leaves no trace, and its content goes.</summary>
        public void ApplyTombstone(Chat chat, Message message, DateTimeOffset now, bool leavesNoTrace = false)
        {
            if (message.IsDeleted && (!leavesNoTrace || message.IsHidden))
                return;
            db.Execute(
                """
                UPDATE message SET deleted = 1, text = NULL, formatted = 0, attachments = NULL, mentions = '[]', mentions_me = 0,
                  links = NULL, placeholder = 0, expires_at = NULL, hidden = max(hidden, $hidden), ignored = CASE WHEN $hidden THEN 0 ELSE ignored END
                WHERE sort_key = $key
                """,
                ("$hidden", leavesNoTrace), ("$key", message.SortKey));
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

    private static string? WriteLinks(IReadOnlyList<Link> links) =>
        links.Count == 0 ? null : JsonSerializer.Serialize(links.ToList(), CoreJson.Default.ListLink);

    public static string WriteAttachments(IReadOnlyList<Attachment> attachments) =>
        JsonSerializer.Serialize(attachments.ToList(), CoreJson.Default.ListAttachment);
}
