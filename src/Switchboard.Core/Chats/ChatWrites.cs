using System.Text.Json;
using Switchboard.Core.Changes;
using Switchboard.Core.Messages;
using Switchboard.Core.Text;
using Switchboard.Networks;
using Switchboard.Sqlite;

namespace Switchboard.Core.Chats;

/// <summary>Storing chats and people as networks describe them. Callers are inside a transaction; all may be repeated.</summary>
internal static class ChatWrites
{
    private const int NamesInTitle = 3;

    extension(Db db)
    {
        /// <summary>Stores a person; a name that is not told again is kept.</summary>
        /// <returns>The row key.</returns>
        public long UpsertContact(long account, RemoteUser user, bool isSelf)
        {
            // Nearly everybody that a network tells of is known as they are told: then nothing is written.
            var known = db.QueryFirst(
                "SELECT key, username, full_name, phone_number, email, cannot_message, is_self FROM contact WHERE account = $account AND user_id = $id",
                row => ((long Key, bool IsSame)?)(row.GetInt64(0), IsTold(user.Username, row.TextOrNull(1)) && IsTold(user.FullName, row.TextOrNull(2))
                    && IsTold(user.PhoneNumber, row.TextOrNull(3)) && IsTold(user.Email, row.TextOrNull(4))
                    && row.Flag(5) == user.CannotMessage && row.Flag(6) == isSelf),
                ("$account", account), ("$id", user.Id.Value));
            if (known is { IsSame: true } same)
                return same.Key;
            if (known is not null)
                db.Execute("UPDATE account SET version = version + 1 WHERE key = $account", ("$account", account));
            return db.StoreContact(account, user, isSelf);
        }

        private long StoreContact(long account, RemoteUser user, bool isSelf) => db.QueryInt64(
            """
            INSERT INTO contact (account, user_id, username, full_name, phone_number, email, cannot_message, is_self, sort_name)
            VALUES ($account, $id, $username, $name, $phone, $email, $cannot, $self, $sort)
            ON CONFLICT (account, user_id) DO UPDATE SET
              username = coalesce(excluded.username, username), full_name = coalesce(excluded.full_name, full_name),
              phone_number = coalesce(excluded.phone_number, phone_number), email = coalesce(excluded.email, email),
              cannot_message = excluded.cannot_message, is_self = excluded.is_self,
              sort_name = CASE WHEN excluded.full_name IS NULL AND full_name IS NOT NULL THEN sort_name ELSE excluded.sort_name END
            RETURNING key
            """,
            ("$account", account), ("$id", user.Id.Value), ("$username", user.Username), ("$name", user.FullName),
            ("$phone", user.PhoneNumber), ("$email", user.Email), ("$cannot", user.CannotMessage), ("$self", isSelf),
            ("$sort", SearchText.Index(user.FullName ?? user.Username ?? user.Id.Value)))!.Value;

        public long? ContactKey(long account, string userId) => db.QueryInt64(
            "SELECT key FROM contact WHERE account = $account AND user_id = $id", ("$account", account), ("$id", userId));

        /// <summary>Stores a chat as its network describes it; says so in the log when something is new.</summary>
        /// <returns>The chat as it is now.</returns>
        public Chat UpsertChat(long account, string selfId, RemoteChat remote, Func<string> newId, DateTimeOffset now)
        {
            var known = db.ChatByRemoteId(account, remote.Id);
            var before = known is null ? null : db.ChatByKey(known.Key, -1);
            var capability = db.CapabilityKey(remote.Capabilities);
            var key = before?.Key ?? db.QueryInt64(
                """
                INSERT INTO chat (id, account, remote_id, is_group, title, last_activity, capability)
                VALUES ($id, $account, $remote, $group, '', $created, $capability) RETURNING key
                """,
                ("$id", newId()), ("$account", account), ("$remote", remote.Id.Value), ("$group", remote.IsGroup),
                ("$created", remote.CreatedAt.ToUnixTimeMilliseconds()), ("$capability", capability))!.Value;
            db.ReplaceParticipants(key, account, selfId, remote.Participants);
            db.Execute(
                """
                UPDATE chat SET name = $name, title = $title, description = $description, is_read_only = $readOnly,
                  expiry_seconds = $expiry, capability = $capability, participant_count = $count
                WHERE key = $key
                """,
                ("$name", Blank(remote.Title)), ("$title", TitleOf(remote, selfId)), ("$description", Blank(remote.Description)),
                ("$readOnly", remote.IsReadOnly), ("$expiry", (long?)remote.Expiry?.TotalSeconds), ("$capability", capability),
                ("$count", remote.Participants.Count), ("$key", key));
            db.ReplaceAvatar(key, remote.Avatar);
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

        private void ReplaceParticipants(long chat, long account, string selfId, IReadOnlyList<RemoteParticipant> participants)
        {
            db.Execute("DELETE FROM participant WHERE chat = $chat", ("$chat", chat));
            var position = 0;
            foreach (var participant in InOrder(participants, selfId))
            {
                var contact = db.UpsertContact(account, participant.User, participant.User.Id.Value == selfId);
                db.Execute(
                    """
                    INSERT INTO participant (chat, position, contact, is_admin, is_pending, is_network_bot)
                    VALUES ($chat, $position, $contact, $admin, $pending, $bot)
                    """,
                    ("$chat", chat), ("$position", position++), ("$contact", contact), ("$admin", participant.IsAdmin),
                    ("$pending", participant.IsPending), ("$bot", participant.IsNetworkBot));
            }
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

    /// <summary>Somebody else first, then oneself, then the rest: a cut list still shows both (objects.md §3).</summary>
    private static IEnumerable<RemoteParticipant> InOrder(IReadOnlyList<RemoteParticipant> participants, string selfId)
    {
        var others = participants.Where(participant => participant.User.Id.Value != selfId).DistinctBy(participant => participant.User.Id);
        var self = participants.Where(participant => participant.User.Id.Value == selfId).Take(1);
        return others.Take(1).Concat(self).Concat(others.Skip(1));
    }

    private static string TitleOf(RemoteChat chat, string selfId)
    {
        if (Blank(chat.Title) is { } title)
            return title;
        var names = chat.Participants
            .Where(participant => participant.User.Id.Value != selfId)
            .Select(participant => Blank(participant.User.FullName) ?? Blank(participant.User.Username) ?? participant.User.Id.Value)
            .ToList();
        return names.Count switch
        {
            0 => chat.IsGroup ? "Empty group" : "Note to self",
            1 => names[0],
            <= NamesInTitle => $"{string.Join(", ", names.SkipLast(1))} and {names[^1]}",
            _ => $"{string.Join(", ", names.Take(NamesInTitle))} and {names.Count - NamesInTitle} more",
        };
    }

    private static bool Same(Chat before, Chat after) =>
        before.Participants.SequenceEqual(after.Participants)
        && before with { Participants = after.Participants, Draft = after.Draft } == after;

    private static bool IsTold(string? told, string? known) => told is null || told == known;

    private static string? Blank(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
