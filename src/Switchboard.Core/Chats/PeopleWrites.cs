using System.Text.Json;
using Switchboard.Core.Changes;
using Switchboard.Core.History;
using Switchboard.Core.Messages;
using Switchboard.Core.Receiving;
using Switchboard.Core.Text;
using Switchboard.Networks;
using Switchboard.Sqlite;

namespace Switchboard.Core.Chats;

/// <summary>Storing people, and who is in a chat. Callers are inside a transaction; all may be repeated.</summary>
internal static class PeopleWrites
{
    extension(Db db)
    {
        /// <summary>Stores a person; a name that is not told again is kept.</summary>
        /// <returns>The row key.</returns>
        public long UpsertContact(long account, RemoteUser user, bool isSelf)
        {
            // Nearly everybody that a network tells of is known as they are told: then nothing is written.
            var known = db.QueryFirst(
                "SELECT key, username, full_name, phone_number, email, cannot_message, is_self, avatar_remote FROM contact WHERE account = $account AND user_id = $id",
                row => ((long Key, bool IsSame)?)(row.GetInt64(0), IsTold(user.Username, row.TextOrNull(1)) && IsTold(user.FullName, row.TextOrNull(2))
                    && IsTold(user.PhoneNumber, row.TextOrNull(3)) && IsTold(user.Email, row.TextOrNull(4))
                    && row.Flag(5) == user.CannotMessage && row.Flag(6) == isSelf && IsTold(user.Avatar?.Id.Value, row.TextOrNull(7))),
                ("$account", account), ("$id", user.Id.Value));
            if (known is { IsSame: true } same)
                return same.Key;
            if (known is not null)
                db.Execute("UPDATE account SET version = version + 1 WHERE key = $account", ("$account", account));
            var key = db.StoreContact(account, user, isSelf);
            if (user.Avatar is { } avatar)
                db.StoreAvatar(key, avatar);
            return key;
        }

        // Under a new id, so that whoever keeps the old picture looks again.
        private void StoreAvatar(long contact, RemoteMedia avatar) => db.Execute(
            """
            UPDATE contact SET avatar = $id, avatar_remote = $remote, avatar_hash = NULL, avatar_info = $info
            WHERE key = $key AND avatar_remote IS NOT $remote
            """,
            ("$id", Store.RandomText(24)), ("$remote", avatar.Id.Value), ("$key", contact),
            ("$info", JsonSerializer.Serialize(avatar.Info with { Sha256 = null, Poster = null }, CoreJson.Default.AttachmentInfo)));

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

        /// <summary>Stores who is in a chat: all of them, or those that are told beside those known before.</summary>
        /// <returns>How many there are, and how many of them are known; those who only serve the chat do not count.</returns>
        public (int Total, int Known) StoreParticipants(long chat, long account, string selfId, RemoteChat remote)
        {
            var told = InOrder(remote.Participants, selfId).Select(participant => participant.User.Id.Value != selfId
                ? participant
                : participant with { IsPending = participant.IsPending || remote.IsInvitation }).ToList();
            var known = db.CountPeople(chat);
            // More known than there are: some have left, and nobody says who.
            if (remote.ParticipantTotal is not { } total || known == 0 || known > total)
            {
                var people = told.Count(participant => !IsService(participant));
                db.Execute("DELETE FROM participant WHERE chat = $chat", ("$chat", chat));
                db.InsertParticipants(chat, account, selfId, told, 0);
                return (Math.Max(remote.ParticipantTotal ?? 0, people), people);
            }

            var unknown = new List<RemoteParticipant>();
            foreach (var participant in told)
            {
                var contact = db.UpsertContact(account, participant.User, participant.User.Id.Value == selfId);
                var found = db.Execute(
                    "UPDATE participant SET is_admin = $admin, is_pending = $pending, is_network_bot = $bot WHERE chat = $chat AND contact = $contact",
                    ("$admin", participant.IsAdmin), ("$pending", participant.IsPending), ("$bot", participant.IsNetworkBot),
                    ("$chat", chat), ("$contact", contact));
                if (found == 0)
                    unknown.Add(participant);
            }

            db.InsertParticipants(chat, account, selfId, unknown, db.QueryInt64(
                "SELECT coalesce(max(position) + 1, 0) FROM participant WHERE chat = $chat", ("$chat", chat))!.Value);
            known = db.CountPeople(chat);
            return (Math.Max(total, known), known);
        }

        private int CountPeople(long chat) => (int)db.QueryInt64($"SELECT {PeopleOf("$chat")}", ("$chat", chat))!.Value;

        private void InsertParticipants(
            long chat, long account, string selfId, IEnumerable<RemoteParticipant> participants, long position)
        {
            foreach (var participant in participants)
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

        /// <summary>
        /// A chat belongs to another account of its login from now on. Its people become that account's, for each account has its
        /// own; what is searched by account or sender is indexed anew. Says nothing of it in the log.
        /// </summary>
        /// <returns>The ids of all messages in it: they are that account's now.</returns>
        public List<long> MoveChat(Chat chat, long account, string selfId, DateTimeOffset now)
        {
            // Whom the other account calls the owner may be in it as somebody else.
            var other = db.ContactKey(chat.AccountKey, selfId);
            db.MakeOwn(chat, new UserId(selfId), now);
            if (chat.SelfId != selfId)
                db.RenameEarly(chat.Key, chat.SelfId, selfId);
            var people = db.Contacts(
                """
                u.key IN (SELECT contact FROM participant WHERE chat = $chat UNION SELECT sender FROM message WHERE chat = $chat
                  UNION SELECT r.contact FROM reaction r JOIN message m ON m.sort_key = r.message WHERE m.chat = $chat
                  UNION SELECT s.contact FROM seen s JOIN message m ON m.sort_key = s.message WHERE m.chat = $chat
                  UNION SELECT contact FROM receipt WHERE chat = $chat UNION SELECT contact FROM read_later WHERE chat = $chat)
                """,
                ("$chat", chat.Key));
            db.Execute("UPDATE chat SET account = $account WHERE key = $chat", ("$account", account), ("$chat", chat.Key));
            foreach (var person in people)
            {
                var userId = person.IsSelf ? selfId : person.UserId;
                var there = db.ContactKey(account, userId) ?? db.UpsertContact(
                    account,
                    new RemoteUser
                    {
                        Id = new UserId(userId),
                        Username = person.Username,
                        FullName = person.FullName,
                        PhoneNumber = person.PhoneNumber,
                        Email = person.Email,
                        CannotMessage = person.CannotMessage,
                    },
                    userId == selfId);
                db.PutInPlaceOf(chat.Key, person.Key, there);
            }

            db.ForgetStrangers(chat.AccountKey, people.Select(person => person.Key).Append(other ?? 0));
            var moved = db.ChatByKey(chat.Key)!;
            var messages = db.Messages("m.chat = $chat", ("$chat", chat.Key));
            foreach (var message in messages.Where(message => !message.IsHidden && !message.IsDeleted))
            {
                db.IndexMessage(
                    moved, message.SortKey, db.ContactKey(account, message.SenderId)!.Value, message.IsMine, message.Text, message.Attachments);
            }

            return messages.ConvertAll(message => message.Id);
        }

        // Whom nothing of an account speaks of any more is not somebody that it knows.
        private void ForgetStrangers(long account, IEnumerable<long> contacts) => db.Execute(
            """
            DELETE FROM contact WHERE key IN (SELECT value FROM json_each($contacts)) AND account = $account AND is_self = 0
              AND NOT EXISTS (SELECT 1 FROM participant WHERE contact = contact.key)
              AND NOT EXISTS (SELECT 1 FROM message WHERE sender = contact.key)
              AND NOT EXISTS (SELECT 1 FROM reaction WHERE contact = contact.key)
              AND NOT EXISTS (SELECT 1 FROM seen WHERE contact = contact.key)
              AND NOT EXISTS (SELECT 1 FROM receipt WHERE contact = contact.key)
              AND NOT EXISTS (SELECT 1 FROM read_later WHERE contact = contact.key)
            """,
            ("$contacts", $"[{Store.Join(contacts)}]"), ("$account", account));

        /// <summary>Somebody in a chat is the owner under another name: what that one did there the owner did.</summary>
        public void MakeOwn(Chat chat, UserId user, DateTimeOffset now)
        {
            if (user.Value == chat.SelfId)
                return;
            db.RenameEarly(chat.Key, user.Value, chat.SelfId);
            if (db.ContactKey(chat.AccountKey, user.Value) is not { } other)
                return;
            var self = db.KnownOrNew(chat, new UserId(chat.SelfId));
            db.Execute("UPDATE contact SET is_self = 1 WHERE key = $other", ("$other", other));
            db.Execute("UPDATE account SET version = version + 1 WHERE key = $account", ("$account", chat.AccountKey));
            var written = db.Messages("m.chat = $chat AND m.sender = $other", ("$chat", chat.Key), ("$other", other));
            var touched = db.Query(
                """
                SELECT DISTINCT m.id FROM message m WHERE m.chat = $chat AND m.sort_key IN (
                  SELECT message FROM reaction WHERE contact = $other UNION SELECT message FROM seen WHERE contact = $other)
                """,
                row => row.GetInt64(0), ("$chat", chat.Key), ("$other", other));
            // One is not among those who have seen one's own; whoever writes has read what came before.
            var receipt = db.QueryInt64(
                "DELETE FROM receipt WHERE chat = $chat AND contact = $other RETURNING read_to", ("$chat", chat.Key), ("$other", other));
            var shown = written.FindAll(message => !message.IsHidden && !message.IsDeleted);
            var read = shown.Select(message => message.SortKey).Append(receipt ?? 0).Max();
            db.Execute(
                "DELETE FROM seen WHERE contact = $other AND message IN (SELECT sort_key FROM message WHERE chat = $chat)",
                ("$chat", chat.Key), ("$other", other));
            var wasThere = db.PutInPlaceOf(chat.Key, other, self);
            db.Execute(
                "UPDATE message SET is_mine = 1, mentions_me = 0 WHERE chat = $chat AND sender = $self AND is_mine = 0",
                ("$chat", chat.Key), ("$self", self));
            db.HearRead(chat.Key, read);
            foreach (var message in shown)
            {
                db.IndexMessage(chat, message.SortKey, self, isMine: true, message.Text, message.Attachments);
            }

            if (wasThere)
                db.IndexChat(chat.Key);
            db.AppendMessageChanges(chat, written.Select(message => message.Id).Union(touched), now);
            db.Recount(chat, now, always: wasThere || written.Count > 0 || touched.Count > 0 || receipt is not null);
        }

        /// <returns>Whether that one was in the chat.</returns>
        private bool PutInPlaceOf(long chat, long contact, long other)
        {
            var place = db.QueryInt64(
                "SELECT position FROM participant WHERE chat = $chat AND contact = $contact", ("$chat", chat), ("$contact", contact));
            const string OfChat = "message IN (SELECT sort_key FROM message WHERE chat = $chat)";
            foreach (var (table, where) in new[]
            {
                ("participant", "chat = $chat"), ("receipt", "chat = $chat"), ("read_later", "chat = $chat"), ("reaction", OfChat), ("seen", OfChat),
            })
            {
                // Two identities may become one: then what is there already stays.
                db.Execute(
                    $"UPDATE OR IGNORE {table} SET contact = $other WHERE contact = $contact AND {where}",
                    ("$other", other), ("$contact", contact), ("$chat", chat));
                db.Execute($"DELETE FROM {table} WHERE contact = $contact AND contact <> $other AND {where}", ("$contact", contact), ("$other", other), ("$chat", chat));
            }

            db.Execute(
                "UPDATE message SET sender = $other WHERE chat = $chat AND sender = $contact", ("$other", other), ("$chat", chat), ("$contact", contact));
            if (place is { } left)
                db.CloseRanks(chat, left);
            return place is not null;
        }

        // Somebody's place may be empty now: lists are read by place, and the next who comes takes the place after the last.
        private void CloseRanks(long chat, long place)
        {
            if (db.QueryInt64("SELECT 1 FROM participant WHERE chat = $chat AND position = $place", ("$chat", chat), ("$place", place)) is not null)
                return;
            // By way of numbers that nobody has: no two may have the same at any time.
            db.Execute("UPDATE participant SET position = -position WHERE chat = $chat AND position > $place", ("$chat", chat), ("$place", place));
            db.Execute("UPDATE participant SET position = -position - 1 WHERE chat = $chat AND position < 0", ("$chat", chat));
            db.Execute(
                $"UPDATE chat SET participant_count = max(participant_count - 1, {PeopleOf("$chat")}) WHERE key = $chat", ("$chat", chat));
        }
    }

    private static bool IsService(RemoteParticipant participant) => participant.IsNetworkBot && participant.User.CannotMessage;

    private static string PeopleOf(string chat) =>
        $"""
        (SELECT count(*) FROM participant p JOIN contact u ON u.key = p.contact
         WHERE p.chat = {chat} AND NOT (p.is_network_bot = 1 AND u.cannot_message = 1))
        """;

    /// <summary>Somebody else first, then oneself, then the rest: a cut list still shows both (objects.md §3).</summary>
    private static IEnumerable<RemoteParticipant> InOrder(IReadOnlyList<RemoteParticipant> participants, string selfId)
    {
        var others = participants.Where(participant => participant.User.Id.Value != selfId).DistinctBy(participant => participant.User.Id);
        var self = participants.Where(participant => participant.User.Id.Value == selfId).Take(1);
        return others.Take(1).Concat(self).Concat(others.Skip(1));
    }

    private static bool IsTold(string? told, string? known) => told is null || told == known;
}
