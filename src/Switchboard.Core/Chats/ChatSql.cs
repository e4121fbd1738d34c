using System.Collections.Concurrent;
using System.Text.Json;
using Switchboard.Networks;
using Switchboard.Sqlite;

namespace Switchboard.Core.Chats;

/// <summary>Reading chats.</summary>
internal static class ChatSql
{
    /// <summary>People that a chat has in lists (rest.md §4).</summary>
    public const int ParticipantsInLists = 20;

    private const string Columns =
        """
        c.key, c.id, c.account, a.id, a.login, a.user_id, a.network, c.remote_id, c.is_group, c.title, c.description, c.avatar,
        c.is_read_only, c.is_archived, c.is_muted, c.is_pinned, c.is_low_priority, c.is_marked_unread, c.last_activity, c.last_read,
        c.unread, c.unread_mentions, c.expiry_seconds, c.draft, c.remind_at, c.remind_dismiss, c.capability, c.participant_count, c.read_only_reason,
        c.is_invitation, c.is_partial
        """;

    private const string ContactColumns =
        "u.key, u.user_id, u.username, u.full_name, u.phone_number, u.email, u.cannot_message, u.is_self, u.sort_name, u.avatar";

    // Thousands of chats share a few sets; by content, because row keys differ from database to database.
    private static readonly ConcurrentDictionary<string, ChatCapabilities> KnownCapabilities = new(StringComparer.Ordinal);

    extension(Db db)
    {
        /// <summary>Chats by a condition; <paramref name="tail"/> is what follows WHERE. Aliases: c chat, a account.</summary>
        public List<Chat> Chats(string tail, int participants, params ReadOnlySpan<(string Name, object? Value)> parameters)
        {
            var chats = db.Query($"SELECT {Columns} FROM chat c JOIN account a ON a.key = c.account WHERE {tail}", ReadChat, parameters);
            var people = participants == 0 ? null : db.ParticipantsOf(chats.ConvertAll(chat => chat.Key), participants);
            for (var i = 0; i < chats.Count; i++)
            {
                chats[i] = chats[i] with
                {
                    Capabilities = db.Remember(chats[i].CapabilityKey, CapabilitiesOf),
                    Participants = people is null ? [] : [.. people[chats[i].Key]],
                };
            }

            return chats;
        }

        /// <summary>The states of chats by a condition, with the times lists are ordered by. Aliases as for <see cref="Chats"/>.</summary>
        public List<ChatPlace> ChatPlaces(string tail, params ReadOnlySpan<(string Name, object? Value)> parameters) => db.Query(
            $"SELECT c.key, c.version, a.version, c.last_activity FROM chat c JOIN account a ON a.key = c.account WHERE {tail}",
            row => new ChatPlace(new ChatStamp(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2)), row.GetInt64(3)),
            parameters);

        /// <summary>The chats at some places, in their order and as they are in lists.</summary>
        public List<Chat> ChatsAt(IReadOnlyList<ChatPlace> places)
        {
            if (places.Count == 0)
                return [];
            var order = places.Select((place, i) => (place.Stamp.Chat, i)).ToDictionary(pair => pair.Chat, pair => pair.i);
            var chats = db.Chats("c.key IN (SELECT value FROM json_each($keys))", ParticipantsInLists, ("$keys", $"[{Store.Join(order.Keys)}]"));
            chats.Sort((one, other) => order[one.Key].CompareTo(order[other.Key]));
            return chats;
        }

        /// <summary>The same for whoever may have some of them already: those are not read. Without previews.</summary>
        public List<ListedChat> ListedChats(IReadOnlyList<ChatPlace> places, Func<ChatStamp, bool> isKnown)
        {
            var chats = db.ChatsAt(places.Where(place => !isKnown(place.Stamp)).ToList()).ToDictionary(chat => chat.Key);
            return places.Select(place => new ListedChat(place.Stamp, chats.GetValueOrDefault(place.Stamp.Chat), null)).ToList();
        }

        /// <summary>The state of a chat in reach.</summary>
        /// <exception cref="RefusedException">There is none.</exception>
        public ChatStamp DemandChatStamp(Access.Access access, string id)
        {
            var (condition, value) = ById(id);
            var found = db.ChatPlaces($"{condition} AND {access.ChatCondition("c")}", ("$id", value));
            if (found.Count == 0 && db.ChatByNetworkId(access, id, 0) is { } chat)
                found = db.ChatPlaces("c.key = $key", ("$key", chat.Key));
            return found.Count == 1 ? found[0].Stamp : throw RefusedException.NotFound("Chat", id);
        }

        /// <summary>A chat by its id, its local id or its network's id, if it is in reach.</summary>
        public Chat? FindChat(Access.Access access, string id, int participants = 0)
        {
            var (condition, value) = ById(id);
            var found = db.Chats(condition, participants, ("$id", value));
            if (found.Count == 0)
                return db.ChatByNetworkId(access, id, participants);
            return found.Count == 1 && access.Reaches(found[0].AccountKey, found[0].Key) ? found[0] : null;
        }

        // Rooms are known by their Matrix ids elsewhere (matrix.md §1.2). Two accounts may be in the same one: the older chat it is.
        private Chat? ChatByNetworkId(Access.Access access, string id, int participants) => !id.StartsWith('!')
            ? null
            : db.Chats(
                "c.account IN (SELECT key FROM account) AND c.remote_id = $id ORDER BY c.key", participants, ("$id", id))
                .FirstOrDefault(chat => access.Reaches(chat.AccountKey, chat.Key));

        /// <summary>A chat in reach by its id or local id.</summary>
        /// <exception cref="RefusedException">There is none.</exception>
        public Chat DemandChat(Access.Access access, string id, int participants = 0) =>
            db.FindChat(access, id, participants) ?? throw RefusedException.NotFound("Chat", id);

        public Chat? ChatByKey(long key, int participants = 0) =>
            db.Chats("c.key = $key", participants, ("$key", key)).FirstOrDefault();

        public Chat? ChatByRemoteId(long account, RemoteChatId remoteId) =>
            db.Chats("c.account = $account AND c.remote_id = $remote", 0, ("$account", account), ("$remote", remoteId.Value)).FirstOrDefault();

        /// <summary>
        /// A chat of a login by the network's id, whichever of its accounts holds it; also by one that was replaced since.
        /// </summary>
        public Chat? ChatOfLogin(long login, RemoteChatId remoteId) =>
            db.Chats(
                "a.login = $login AND c.account = a.key AND c.remote_id = $remote", 0,
                ("$login", login), ("$remote", remoteId.Value)).FirstOrDefault()
            ?? db.Chats(
                "a.login = $login AND c.key IN (SELECT chat FROM chat_alias WHERE remote_id = $remote)", 0,
                ("$login", login), ("$remote", remoteId.Value)).FirstOrDefault();

        // Positions count from 0 without gaps, so the first people of many chats are one query.
        private ILookup<long, Participant> ParticipantsOf(IReadOnlyList<long> chats, int limit) => db.Query(
            $"""
            SELECT {ContactColumns}, p.is_admin, p.is_pending, p.is_network_bot, p.chat
            FROM json_each($chats) k CROSS JOIN participant p ON p.chat = k.value AND p.position < $limit
            CROSS JOIN contact u ON u.key = p.contact ORDER BY p.chat, p.position
            """,
            row => (Chat: row.GetInt64(13), Participant: new Participant(ReadContact(row), row.Flag(10), row.Flag(11), row.Flag(12))),
            ("$chats", "[" + Store.Join(chats) + "]"), ("$limit", limit < 0 ? int.MaxValue : limit))
            .ToLookup(row => row.Chat, row => row.Participant);

        public List<Contact> Contacts(string tail, params ReadOnlySpan<(string Name, object? Value)> parameters) =>
            db.Query($"SELECT {ContactColumns} FROM contact u WHERE {tail}", ReadContact, parameters);
    }

    private static ChatCapabilities CapabilitiesOf(Db db, long key) => KnownCapabilities.GetOrAdd(
        db.QueryText("SELECT json FROM capability WHERE key = $key", ("$key", key))!,
        json => JsonSerializer.Deserialize(json, CoreJson.Default.ChatCapabilities)!);

    private static (string Condition, object Value) ById(string id) =>
        id.Length is > 0 and <= 18 && id.AsSpan().IndexOfAnyExceptInRange('0', '9') < 0
            ? ("c.key = $id", long.Parse(id, System.Globalization.CultureInfo.InvariantCulture))
            : ("c.id = $id", id);

    private static Contact ReadContact(Row row) => new()
    {
        Key = row.GetInt64(0),
        UserId = row.GetString(1),
        Username = row.TextOrNull(2),
        FullName = row.TextOrNull(3),
        PhoneNumber = row.TextOrNull(4),
        Email = row.TextOrNull(5),
        CannotMessage = row.Flag(6),
        IsSelf = row.Flag(7),
        SortName = row.GetString(8),
        Avatar = row.TextOrNull(9),
    };

    private static Chat ReadChat(Row row) => new()
    {
        Key = row.GetInt64(0),
        Id = row.GetString(1),
        AccountKey = row.GetInt64(2),
        AccountId = row.GetString(3),
        LoginKey = row.GetInt64(4),
        SelfId = row.GetString(5),
        Network = row.GetString(6),
        RemoteId = new RemoteChatId(row.GetString(7)),
        IsGroup = row.Flag(8),
        Title = row.GetString(9),
        Description = row.TextOrNull(10),
        Avatar = row.TextOrNull(11),
        IsReadOnly = row.Flag(12),
        IsArchived = row.Flag(13),
        IsMuted = row.Flag(14),
        IsPinned = row.Flag(15),
        IsLowPriority = row.Flag(16),
        IsMarkedUnread = row.Flag(17),
        LastActivity = row.Time(18),
        LastRead = row.GetInt64(19),
        Unread = row.GetInt32(20),
        UnreadMentions = row.GetInt32(21),
        ExpirySeconds = row.IsDBNull(22) ? null : row.GetInt32(22),
        Draft = row.TextOrNull(23) is { } draft ? JsonSerializer.Deserialize(draft, CoreJson.Default.Draft) : null,
        Reminder = row.TimeOrNull(24) is { } at ? new Reminder(at, row.Flag(25)) : null,
        CapabilityKey = row.GetInt64(26),
        Capabilities = new ChatCapabilities(),
        ParticipantCount = row.GetInt32(27),
        ReadOnlyReason = row.TextOrNull(28),
        IsInvitation = row.Flag(29),
        IsPartial = row.Flag(30),
    };
}
