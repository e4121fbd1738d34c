using System.Text.Json;
using Switchboard.Core.Changes;
using Switchboard.Core.Messages;
using Switchboard.Networks;
using Switchboard.Sqlite;

namespace Switchboard.Core.Chats;

/// <summary>Storing chats and people as networks describe them. Callers are inside a transaction; all may be repeated.</summary>
internal static class ChatWrites
{
    private const int NamesInTitle = 3;

    extension(Db db)
    {
        /// <summary>Stores a chat as its network describes it; says so in the log when something is new.</summary>
        /// <returns>The chat as it is now.</returns>
        public Chat UpsertChat(long account, string selfId, RemoteChat remote, Func<string> newId, DateTimeOffset now)
        {
            var known = db.ChatByRemoteId(account, remote.Id);
            var before = known is null ? null : db.ChatByKey(known.Key, -1);
            var capability = db.CapabilityKey(remote.AllCapabilities());
            var key = before?.Key ?? db.QueryInt64(
                """
                INSERT INTO chat (id, account, remote_id, is_group, title, last_activity, capability)
                VALUES ($id, $account, $remote, $group, '', $created, $capability) RETURNING key
                """,
                ("$id", newId()), ("$account", account), ("$remote", remote.Id.Value), ("$group", remote.IsGroup),
                ("$created", remote.CreatedAt.ToUnixTimeMilliseconds()), ("$capability", capability))!.Value;
            var people = db.StoreParticipants(key, account, selfId, remote);
            db.Execute(
                """
                UPDATE chat SET is_group = $group, name = $name, title = $title, description = $description, is_read_only = $readOnly,
                  read_only_reason = $reason, is_invitation = $invitation, is_partial = $partial, expiry_seconds = $expiry,
                  capability = $capability, participant_count = $count,
                  is_unheard = CASE
                    WHEN $invitation = 1 AND NOT EXISTS (SELECT 1 FROM message WHERE chat = $key) THEN 1 ELSE is_unheard END
                WHERE key = $key
                """,
                ("$name", Blank(remote.Title)), ("$title", Blank(remote.Title) ?? db.TitleFromPeople(key, remote, people.Total)),
                ("$description", Blank(remote.Description)),
                ("$readOnly", remote.IsReadOnly), ("$expiry", (long?)remote.Expiry?.TotalSeconds), ("$capability", capability),
                ("$reason", Blank(remote.ReadOnlyReason)), ("$invitation", remote.IsInvitation), ("$partial", people.Total > people.Known),
                ("$count", people.Total), ("$group", remote.IsGroup), ("$key", key));
            db.ReplaceAvatar(key, remote.Avatar);
            if (remote.Marks is { } marks)
                db.TakeMarks(key, marks);
            var after = db.ChatByKey(key, -1)!;
            if (before is null || !Same(before, after))
            {
                db.IndexChat(key);
                db.AppendChatChange(after, now);
            }

            return after;
        }

        /// <summary>Drops some of a chat's messages without a word; the chat itself is about to go.</summary>
        /// <returns>How many went.</returns>
        public int DropMessages(long chat, int limit)
        {
            var keys = "[" + Store.Join(db.Query(
                "SELECT sort_key FROM message WHERE chat = $chat LIMIT $limit", row => row.GetInt64(0), ("$chat", chat), ("$limit", limit))) + "]";
            db.Execute("DELETE FROM message_search WHERE rowid IN (SELECT value FROM json_each($keys))", ("$keys", keys));
            var dropped = db.Execute("DELETE FROM message WHERE sort_key IN (SELECT value FROM json_each($keys))", ("$keys", keys));
            // Should the removal fail after this, it is a chat with fewer messages, and looks like one.
            db.Execute(
                """
                UPDATE chat SET version = version + 1, (unread, unread_mentions) = (
                  SELECT count(*), coalesce(sum(m.mentions_me), 0) FROM message m
                  WHERE m.chat = $chat AND m.sort_key > chat.last_read AND m.is_mine = 0 AND m.hidden = 0 AND m.deleted = 0)
                WHERE key = $chat
                """,
                ("$chat", chat));
            return dropped;
        }

        /// <summary>A chat is gone for its account, with everything in it.</summary>
        public void RemoveChat(Chat chat, DateTimeOffset now)
        {
            db.Execute("DELETE FROM message_search WHERE rowid IN (SELECT sort_key FROM message WHERE chat = $chat)", ("$chat", chat.Key));
            db.Execute("DELETE FROM chat_search WHERE rowid = $chat", ("$chat", chat.Key));
            db.Execute("DELETE FROM chat WHERE key = $chat", ("$chat", chat.Key));
            db.AppendChatDeleted(chat.AccountKey, chat.Key, chat.Id, now);
        }

        private long CapabilityKey(ChatCapabilities capabilities)
        {
            var json = JsonSerializer.Serialize(capabilities, CoreJson.Default.ChatCapabilities);
            return db.QueryInt64("SELECT key FROM capability WHERE json = $json", ("$json", json))
                ?? db.QueryInt64("INSERT INTO capability (json) VALUES ($json) RETURNING key", ("$json", json))!.Value;
        }

        /// <summary>The owner is in the chat now and no longer invited; its network will tell the rest.</summary>
        public void EndInvitation(Chat chat)
        {
            db.Execute(
                "UPDATE chat SET is_invitation = 0, capability = $capability WHERE key = $chat",
                ("$chat", chat.Key), ("$capability", db.CapabilityKey(chat.Capabilities with { MessageRequest = null })));
            db.Execute(
                """
                UPDATE participant SET is_pending = 0
                WHERE chat = $chat AND contact IN (SELECT key FROM contact WHERE account = $account AND user_id = $self)
                """,
                ("$chat", chat.Key), ("$account", chat.AccountKey), ("$self", chat.SelfId));
        }

        /// <summary>A title of those who are in it, for a chat that nobody gave one.</summary>
        private string TitleFromPeople(long chat, RemoteChat remote, int total)
        {
            // Of many the first few are named, so no more are read.
            var first = db.ChatByKey(chat, NamesInTitle + 2)!.Participants;
            var names = first
                .Where(participant => !participant.Contact.IsSelf && !participant.IsService)
                .Select(participant => Blank(participant.Contact.FullName) ?? Blank(participant.Contact.Username) ?? participant.Contact.UserId)
                .ToList();
            var hasSelf = remote.ParticipantTotal is not null || first.Any(participant => participant.Contact.IsSelf);
            var count = Math.Max(names.Count, total - (hasSelf ? 1 : 0));
            return count switch
            {
                _ when names.Count == 0 => remote.IsGroup ? "Empty group" : "Note to self",
                1 => names[0],
                <= NamesInTitle when names.Count == count => $"{string.Join(", ", names.SkipLast(1))} and {names[^1]}",
                _ => $"{string.Join(", ", names.Take(NamesInTitle))} and {count - Math.Min(NamesInTitle, names.Count)} more",
            };
        }

        private void ReplaceAvatar(long chat, RemoteMedia? avatar)
        {
            var current = db.QueryFirst(
                "SELECT m.id, m.remote_id FROM chat c JOIN media m ON m.id = c.avatar WHERE c.key = $chat",
                row => (Id: row.GetString(0), Remote: row.TextOrNull(1)), ("$chat", chat));
            if (current.Remote == avatar?.Id.Value)
                return;
            var id = avatar is null ? null : db.InsertMedia(chat, null, avatar.Id, null, avatar.Info);
            db.Execute("UPDATE chat SET avatar = $id WHERE key = $chat", ("$id", id), ("$chat", chat));
            if (current.Id is not null)
                db.Execute("DELETE FROM media WHERE id = $id", ("$id", current.Id));
        }

        /// <summary>Stores what is known of a file. Content that is already here, by its hash, need not be fetched.</summary>
        /// <returns>The media id.</returns>
        public string InsertMedia(long chat, long? message, RemoteMediaId? remoteId, string? hash, AttachmentInfo info)
        {
            var id = Store.RandomText(24);
            db.Execute(
                "INSERT INTO media (id, chat, message, remote_id, hash, info) VALUES ($id, $chat, $message, $remote, $hash, $info)",
                ("$id", id), ("$chat", chat), ("$message", message), ("$remote", remoteId?.Value), ("$hash", hash),
                ("$info", JsonSerializer.Serialize(info, CoreJson.Default.AttachmentInfo)));
            return id;
        }
    }

    private static bool Same(Chat before, Chat after) =>
        before.Participants.SequenceEqual(after.Participants)
        && before with { Participants = after.Participants, Draft = after.Draft } == after;

    private static string? Blank(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
