using Switchboard.Core.Accounts;
using Switchboard.Core.Contacts;
using Switchboard.Core.Messages;
using Switchboard.Networks;

namespace Switchboard.Core.Chats;

/// <content>Opening direct chats and making groups.</content>
public sealed partial class Chats
{
    /// <summary>Opens the direct chat with a person, re-using one that exists (rest.md §4, start).</summary>
    /// <returns>The chat, and whether it was made just now.</returns>
    public async Task<(Chat Chat, bool Created)> StartAsync(
        Access.Access access, string accountId, PersonRequest person, bool allowInvite, CancellationToken cancellationToken)
    {
        if (access.Chats is not null)
            return (Reachable(access, accountId, person), false);
        var (account, connection) = await AccountAsync(access, accountId, cancellationToken);
        var user = await ResolveAsync(access, account, connection, person, cancellationToken);
        if (user.CannotMessage && !allowInvite)
            throw new RefusedException(Refusal.Unsupported, "This person can be reached by an invitation only, which allowInvite: false rules out.");
        return await OpenDirectAsync(access, account, connection, user.Id, cancellationToken);
    }

    /// <summary>Makes a chat from user ids (rest.md §4, create).</summary>
    /// <returns>The chat, and whether it was made just now.</returns>
    public async Task<(Chat Chat, bool Created)> CreateAsync(
        Access.Access access, string accountId, bool isGroup, IReadOnlyList<string> participants, string? title, RequestIdentity identity,
        CancellationToken cancellationToken)
    {
        // Before anybody is looked up: what a token may not do must not tell it who exists.
        if (isGroup && access.Chats is not null)
            throw new RefusedException(Refusal.Forbidden, "This token is limited to certain chats and cannot make new ones.");
        if (access.Chats is not null)
        {
            return participants.Distinct(StringComparer.Ordinal).ToList() is [var one]
                ? (Reachable(access, accountId, new PersonRequest { Id = one, Username = one }), false)
                : throw NotOne();
        }

        var (account, connection) = await AccountAsync(access, accountId, cancellationToken);
        var users = new List<UserId>();
        foreach (var id in participants.Distinct(StringComparer.Ordinal))
        {
            users.Add((await ResolveAsync(access, account, connection, new PersonRequest { Id = id, Username = id }, cancellationToken)).Id);
        }

        users = users.Distinct().ToList();
        if (!isGroup)
        {
            return users is [var only]
                ? await OpenDirectAsync(access, account, connection, only, cancellationToken)
                : throw NotOne();
        }

        if (connection is not ISupportsGroups network)
            throw new RefusedException(Refusal.Unsupported, $"{account.Network} does not support making groups.");
        var others = users.FindAll(user => user.Value != account.Self.UserId);
        if (others.Count == 0)
            throw RefusedException.Invalid("invalid_length", "A group needs at least one participant besides you.", "body", "participantIDs");
        var newest = NewestKey();
        var remote = await network.CreateGroupAsync(
            account.Id, others, string.IsNullOrWhiteSpace(title) ? null : title.Trim(), await TransactionAsync(access, identity), cancellationToken);
        return await StoreAsync(access, account, remote, newest);
    }

    /// <summary>The transaction of a request: the same again when the client repeats it within a minute.</summary>
    private Task<TransactionId> TransactionAsync(Access.Access access, RequestIdentity identity) => database.WriteAsync(
        db =>
        {
            var now = clock.GetUtcNow();
            var key = $"body create {identity.Key} {Convert.ToHexString(identity.BodyHash)}";
            if ((identity.IsRetry || identity.Key is not null)
                && db.FindRequest(access.Token, key) is { } earlier && now - earlier.At <= TimeSpan.FromMinutes(1))
            {
                return new TransactionId(earlier.Answer);
            }

            var made = "sb" + Store.RandomText(22);
            db.SaveRequest(access.Token, key, identity.BodyHash, made, now);
            return new TransactionId(made);
        },
        CancellationToken.None);

    private async Task<(Account Account, INetworkConnection Connection)> AccountAsync(
        Access.Access access, string accountId, CancellationToken cancellationToken)
    {
        var account = database.Read(db => db.DemandAccount(access, accountId));
        return (account, await logins.ConnectionOfAsync(account.LoginKey, cancellationToken));
    }

    private async Task<(Chat Chat, bool Created)> OpenDirectAsync(
        Access.Access access, Account account, INetworkConnection connection, UserId user, CancellationToken cancellationToken)
    {
        if (connection is not ISupportsDirectChats network)
            throw new RefusedException(Refusal.Unsupported, $"{account.Network} does not support opening direct chats.");
        var newest = NewestKey();
        return await StoreAsync(access, account, await network.OpenDirectChatAsync(account.Id, user, cancellationToken), newest);
    }

    private long NewestKey() => database.Read(db => db.QueryInt64("SELECT max(key) FROM chat") ?? 0);

    /// <summary>Stores the chat that a network gave; it is new if it came after <paramref name="newest"/>, by whichever way.</summary>
    /// <exception cref="RefusedException">The network gave one that is not in the caller's reach.</exception>
    private async Task<(Chat Chat, bool Created)> StoreAsync(Access.Access access, Account account, RemoteChat remote, long newest)
    {
        var (chat, created) = await database.WriteAsync(
            db =>
            {
                var (key, selfId) = db.AccountOfLogin(account.LoginKey, remote.AccountId) ?? (account.Key, account.Self.UserId);
                var stored = db.UpsertChat(key, selfId, remote, server.NewChatId, clock.GetUtcNow());
                // What a network tells in the stream of events may be faster than its answer.
                return (db.ChatByKey(stored.Key, DefaultParticipants)!, stored.Key > newest);
            },
            CancellationToken.None);
        return access.Reaches(chat.AccountKey, chat.Key) ? (chat, created) : throw NobodyFound(account);
    }

    /// <summary>Finds a person in the order of rest.md §4: id, number, address, handle, then a display name that only one has.</summary>
    private async Task<RemoteUser> ResolveAsync(
        Access.Access access, Account account, INetworkConnection connection, PersonRequest person, CancellationToken cancellationToken)
    {
        var self = account.Self;
        if (person.Id == self.UserId || (person.Id is null && person.Username?.TrimStart('@') is { } name && name == self.Username))
            return new RemoteUser { Id = new UserId(self.UserId), Username = self.Username, FullName = self.FullName };
        var contacts = connection as ISupportsContacts;
        PersonIdentifier?[] exact =
        [
            person.Id is { Length: > 0 } id ? new PersonIdentifier.ByUserId(new UserId(id)) : null,
            person.PhoneNumber is { Length: > 0 } phone ? new PersonIdentifier.ByPhone(phone) : null,
            person.Email is { Length: > 0 } email ? new PersonIdentifier.ByEmail(email) : null,
            person.Username is { Length: > 0 } username ? new PersonIdentifier.ByUsername(username) : null,
        ];
        foreach (var identifier in exact.OfType<PersonIdentifier>())
        {
            if (contacts is not null && await contacts.ResolveAsync(account.Id, identifier, cancellationToken) is { } found)
                return found;
        }

        if (person.FullName is { Length: > 0 } fullName)
        {
            var named = database.Read(db => db.ContactsNamed(access, account.Key, fullName));
            if (named.Count == 0 && contacts is not null)
            {
                var listed = await contacts.SearchAsync(account.Id, fullName, 10, cancellationToken);
                var same = listed.Where(user => string.Equals(user.FullName, fullName, StringComparison.OrdinalIgnoreCase)).ToList();
                if (same is [var one])
                    return one;
            }

            if (named is [var only])
                return new RemoteUser { Id = new UserId(only.UserId), Username = only.Username, FullName = only.FullName };
            if (named.Count > 1)
                throw new RefusedException(Refusal.NotFound, $"Contact not found: several people are called that on {account.Network}. Give a user id or a username.");
        }

        throw NobodyFound(account);
    }

    /// <summary>
    /// For a token limited to chats: the direct one of them with a person who is named exactly, without asking the network. Whoever
    /// else exists is not told.
    /// </summary>
    private Chat Reachable(Access.Access access, string accountId, PersonRequest person) => database.Read(db =>
    {
        var account = db.DemandAccount(access, accountId);
        var found = db.Contacts(
            $"""
            u.account = $account
            AND (u.user_id = $id OR u.phone_number = $phone OR u.email = $email OR u.username = $username OR u.full_name = $name)
            AND EXISTS (SELECT 1 FROM participant p JOIN chat c ON c.key = p.chat WHERE p.contact = u.key AND {IsDirect(access)})
            LIMIT 2
            """,
            ("$account", account.Key), ("$id", person.Id), ("$phone", person.PhoneNumber), ("$email", person.Email),
            ("$username", person.Username?.TrimStart('@')), ("$name", person.FullName));
        if (found is not [var only])
            throw NobodyFound(account);
        return db.Chats(
            $"""
            EXISTS (SELECT 1 FROM participant p JOIN contact u ON u.key = p.contact
              WHERE p.chat = c.key AND u.account = $account AND u.user_id = $user AND {IsDirect(access)})
            ORDER BY c.last_activity DESC LIMIT 1
            """,
            DefaultParticipants, ("$account", account.Key), ("$user", only.UserId))[0];
    });

    private static string IsDirect(Access.Access access) =>
        $"c.is_group = 0 AND {access.ChatCondition("c")} AND (u.is_self = 0 OR c.participant_count = 1)";

    private static RefusedException NotOne() =>
        RefusedException.Invalid("invalid_length", "A single chat has exactly one participant besides you.", "body", "participantIDs");

    private static RefusedException NobodyFound(Account account) =>
        new(
            Refusal.NotFound,
            $"Contact not found on {account.Network}. Search with GET /v1/accounts/{account.Id}/contacts?query=… for people who can be reached.");
}
