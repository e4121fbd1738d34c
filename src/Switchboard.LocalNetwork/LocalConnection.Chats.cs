using Switchboard.Networks;

namespace Switchboard.LocalNetwork;

// Chats: making them, changing them, reading, typing, muting, asking for attention.
internal sealed partial class LocalConnection
{
    private const string GroupKind = "group";
    private const int MaxMembers = 2000;
    private const int MaxTitleLength = 1000;
    private const int MaxDescriptionLength = 10_000;

    /// <inheritdoc/>
    public Task<RemoteChat> OpenDirectChatAsync(string accountId, UserId user, CancellationToken cancellationToken) => ChangeAsync(
        change =>
        {
            var other = RequirePerson(change, user);
            var pair = LocalNetwork.PairOf(Identity.Id, other.Id);
            var room = change.Db.RoomOfPair(pair) ?? MakeDirect(change, pair, other.Id);
            // The other side learns of the chat with its first message: an opened chat that is never used disturbs nobody.
            change.Db.Show(room, Identity.Id);
            return Describe(change.Db, room);
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<RemoteChat> CreateGroupAsync(
        string accountId, IReadOnlyList<UserId> participants, string? title, TransactionId transaction,
        CancellationToken cancellationToken)
    {
        CheckLength(title, MaxTitleLength, "title");
        return ChangeAsync(
            change =>
            {
                if (change.Db.AnswerTo(Identity.Id, GroupKind, transaction) is { Room: { } before })
                    return Describe(change.Db, before);
                var others = participants.Distinct().Select(user => RequirePerson(change, user).Id).ToHashSet();
                others.Remove(Identity.Id);
                if (others.Count is 0 or >= MaxMembers)
                    throw Refusals.Rejected($"A group has 2 to {MaxMembers} members, its maker included.");
                var room = MakeGroup(change, others, string.IsNullOrEmpty(title) ? null : title);
                change.Db.InsertAnswer(Identity.Id, GroupKind, transaction, new Answer { Room = room }, change.Now);
                return Describe(change.Db, room);
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<RemoteChat> UpdateChatAsync(RemoteChatId chat, ChatStateChange change, CancellationToken cancellationToken)
    {
        CheckLength(change.Title, MaxTitleLength, "title");
        CheckLength(change.Description, MaxDescriptionLength, "description");
        if (change.Expiry is { } expiry)
            MessageRules.CheckExpiry(expiry, TimeSpan.Zero);
        if (change.Avatar is { } avatar && !avatar.Info.MimeType.StartsWith("image/", StringComparison.OrdinalIgnoreCase))
            throw Refusals.Rejected("The picture of a chat must be an image file.");
        Read(db => RequireChangeable(db.RequireWritable(chat, Identity.Id), change));
        return await WithFileAsync(
            change.Avatar,
            file => ChangeAsync(transaction => Update(transaction, chat, change, file), cancellationToken),
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task MarkReadAsync(RemoteChatId chat, RemoteMessageId upTo, CancellationToken cancellationToken) => ChangeAsync(
        change =>
        {
            var membership = change.Db.RequireMembership(chat, Identity.Id);
            var message = change.Db.RequireMessage(membership, upTo);
            if (message.Seq <= membership.ReadUpTo)
                return false;
            change.Db.SetReadUpTo(membership.Room, Identity.Id, message.Seq);
            change.QueueForRoom(
                membership.Room,
                new QueuedEvent.ReadUpTo(chat.Value, upTo.Value, Identity.Id, change.Now),
                except: Identity.Id);
            return true;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task SetTypingAsync(RemoteChatId chat, bool typing, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var others = Read(db =>
        {
            db.RequireLife(Identity);
            return db.MembersWhoKnow(db.RequireMembership(chat, Identity.Id).Room);
        });
        others.Remove(Identity.Id);
        if (!typing)
            network.Typing.Stop(chat, Identity.Id);
        else if (others.Count > 0)
            network.Typing.Start(chat, Identity.Id, network.People.IdOf(Identity.Username), others);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task SetMarksAsync(RemoteChatId chat, ChatMarks marks, CancellationToken cancellationToken) => ChangeAsync(
        change =>
        {
            // An identity has one login, so all but who wants to be notified is the login's own business.
            var room = change.Db.RequireMembership(chat, Identity.Id).Room;
            if (marks.IsMuted is { } muted)
                change.Db.SetMuted(room, Identity.Id, muted);
            return true;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<bool> NotifyAnywayAsync(RemoteChatId chat, RemoteMessageId message, CancellationToken cancellationToken) => ChangeAsync(
        change =>
        {
            var (membership, about) = RequireOwn(change, chat, message, "ask for attention to");
            if (about.IsGone(change.Now))
                throw Refusals.Rejected("The message was deleted or has disappeared, so there is nothing to notify about.");
            var recipients = change.Db.MutedAndUnread(membership.Room, Identity.Id, about.Seq);
            change.QueueFor(recipients, new QueuedEvent.Attention(chat.Value, message.Value), about);
            return recipients.Count > 0;
        },
        cancellationToken);

    private static void CheckLength(string? text, int limit, string what)
    {
        if (text?.Length > limit)
            throw Refusals.Rejected($"The {what} of a chat has at most {limit} characters.");
    }

    private static Membership RequireChangeable(Membership membership, ChatStateChange change)
    {
        var onlyExpiry = change is { Title: null, Description: null, Avatar: null, RemoveAvatar: false };
        return onlyExpiry || membership.Kind is RoomKind.Group
            ? membership
            : throw Refusals.Rejected("Only a group has a title, a description and a picture of its own.");
    }

    private RemoteChat Update(Change change, RemoteChatId chat, ChatStateChange wanted, PinnedFile? file)
    {
        var membership = RequireChangeable(change.Db.RequireWritable(chat, Identity.Id), wanted);
        var room = change.Db.RoomOf(membership.Room)!;
        var updated = room with
        {
            Title = wanted.Title is { } title ? NullIfEmpty(title) : room.Title,
            Description = wanted.Description is { } description ? NullIfEmpty(description) : room.Description,
            Expiry = wanted.Expiry is { } expiry ? (expiry > TimeSpan.Zero ? expiry : null) : room.Expiry,
            Avatar = wanted.RemoveAvatar ? null : room.Avatar,
        };
        if (file is not null && file.Hash != room.Avatar?.Info.Sha256)
            updated = updated with { Avatar = AddMedia(change, room.Id, null, wanted.Avatar!.Info, file) };
        else if (file is not null)
            updated = updated with { Avatar = room.Avatar };
        if (updated != room)
            Store(change, room, updated);
        return Describe(change.Db, room.Id);
    }

    private static void Store(Change change, Room room, Room updated)
    {
        if (room.Avatar is { } former && former.Id != updated.Avatar?.Id)
        {
            change.Db.DeleteMedia(former.Id);
            change.LooseFiles.Add(former.Info.Sha256!);
        }

        change.Db.UpdateRoom(updated);
        change.QueueForRoom(room.Id, new QueuedEvent.Chat(room.Id));
    }

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;

    private long MakeDirect(Change change, string pair, long other)
    {
        var room = change.Db.InsertRoom(Ids.NewRoom(network.People.ServerName), RoomKind.Direct, pair, null, change.Now);
        change.Db.InsertMember(room, Identity.Id, admin: false, shown: true);
        change.Db.InsertMember(room, other, admin: false, shown: false);
        return room;
    }

    private long MakeGroup(Change change, IEnumerable<long> others, string? title)
    {
        var room = change.Db.InsertRoom(Ids.NewRoom(network.People.ServerName), RoomKind.Group, null, title, change.Now);
        change.Db.InsertMember(room, Identity.Id, admin: true, shown: true);
        foreach (var other in others)
        {
            change.Db.InsertMember(room, other, admin: false, shown: true);
        }

        change.QueueForRoom(room, new QueuedEvent.Chat(room));
        return room;
    }

    private Identity RequirePerson(Change change, UserId user)
    {
        var username = network.People.UsernameIn(user.Value);
        return username is not null && change.Db.IdentityNamed(username) is { Active: true } person
            ? person
            : throw Refusals.NoSuchPerson(username ?? user.Value);
    }
}
