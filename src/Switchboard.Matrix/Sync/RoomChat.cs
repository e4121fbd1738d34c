using Switchboard.Matrix.Bridges;
using Switchboard.Matrix.Store;
using Switchboard.Networks;
using Switchboard.Sqlite;

namespace Switchboard.Matrix.Sync;

/// <summary>What the server is told of a room: the table of matrix.md §1.2.</summary>
internal static class RoomChat
{
    /// <summary>Why nothing can be sent into an encrypted room.</summary>
    public const string EncryptedReason =
        "This chat is end-to-end encrypted, which this server cannot do yet. Nothing is ever sent into it in clear.";

    /// <summary>The chat as it is known now.</summary>
    /// <param name="room">The room.</param>
    /// <param name="db">Where its people are.</param>
    /// <param name="most">So many people at most.</param>
    public static RemoteChat Describe(RoomState room, Db db, int most = RoomMembers.Told)
    {
        var members = RoomMembers.Load(room, db, most);
        var isGroup = IsGroup(room, members);
        var isInvitation = room.Row.Membership == "invite";
        var reason = isInvitation ? null : ReadOnlyReason(room);
        var participants = Participants(room, members, db);
        var total = members.CountPeople(room);
        return new()
        {
            Id = new(room.Row.Id),
            AccountId = room.AccountId,
            IsGroup = isGroup,
            Title = RoomTitle.Of(room, members),
            Description = room.Topic,
            Avatar = Avatar(room, members),
            IsReadOnly = reason is not null,
            ReadOnlyReason = reason,
            IsInvitation = isInvitation,
            Participants = participants,
            ParticipantTotal = members.IsComplete || total <= People(participants) ? null : total,
            Expiry = room.Timer?.Time,
            Capabilities = Capabilities(room, isReadOnly: reason is not null),
            CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(
                Math.Clamp(room.Row.JoinedAt ?? room.CreatedAt ?? 0, 0, long.MaxValue / 1_000_000)),
        };
    }

    // How requests are accepted is told of every chat of a bridge; only one that is a request can be.
    private static ChatCapabilities Capabilities(RoomState room, bool isReadOnly)
    {
        var can = RoomCapabilities.Of(room.Features, room.Power, room.OwnUserId, isReadOnly, room.MaxUpload);
        return room.Bridge is { IsMessageRequest: true } ? can with { MessageRequest = can.MessageRequest ?? new() }
            : can.MessageRequest is null ? can
            : can with { MessageRequest = null };
    }

    /// <summary>Whether it is a group: the first test that speaks (matrix.md §1.4).</summary>
    public static bool IsGroup(RoomState room, RoomMembers members)
    {
        switch (room.Bridge)
        {
            case { RoomType: "dm" }:
                return false;
            case { RoomType: "group_dm" or "space" }:
            case { RoomType: "", ChannelId.Length: > 0 }:
                return true;
        }

        var people = members.CountPeople(room);
        if (room.IsListedDirect && people <= 2)
            return false;
        var own = members.Find(room.OwnUserId);
        if (own is { IsDirect: true } && (people == 2 || room.Row.Membership == "invite"))
            return false;
        return !(people == 2 && room.Name is null && room.Alias is null && room.Row.Membership != "invite");
    }

    /// <summary>Why nothing can be sent; <c>null</c> when it can (matrix.md §1.6).</summary>
    public static string? ReadOnlyReason(RoomState room)
    {
        if (room.Row.Membership != "join")
            return "You are not in this chat any more.";
        if (room.IsClosed)
            return "This chat was closed and goes on elsewhere.";
        if (room.Row.IsServerNotice)
            return "This chat is for notices of the homeserver.";
        if (room.Row.IsEncrypted)
            return EncryptedReason;
        if (!room.Power.MaySend(room.OwnUserId, "m.room.message"))
            return "You are not allowed to send messages in this chat.";
        return room.Bridge is { IsMessageRequest: true } && room.Features is { AcceptsWithMessage: false }
            ? "Accept this message request before you answer it."
            : null;
    }

    private static RemoteMedia? Avatar(RoomState room, RoomMembers members)
    {
        if (room.AvatarUrl is { } url)
            return Pictures.Of(url);
        return members.CountPeople(room) == 2 && members.Others(room) is [{ Avatar: { } avatar }] ? Pictures.Of(avatar) : null;
    }

    /// <summary>A picture of which only the address is known.</summary>
    public static RemoteMedia Picture(string url) =>
        new(new(url), new() { Kind = AttachmentKind.Image, MimeType = "image/*", FileName = "avatar" });

    /// <summary>Somebody as the server is told of them.</summary>
    public static RemoteUser User(string id, string? name, string? avatar, KnownPerson? person = null, bool isService = false) => new()
    {
        Id = new(id),
        Username = person?.Username,
        FullName = string.IsNullOrWhiteSpace(name) ? Ghosts.Localpart(id) : name,
        PhoneNumber = person?.PhoneNumber,
        Email = person?.Email,
        Avatar = Pictures.Of(avatar),
        CannotMessage = isService,
    };

    private static List<RemoteParticipant> Participants(RoomState room, RoomMembers members, Db db)
    {
        var people = new List<RemoteParticipant>();
        var bots = db.BridgeBots();
        var own = members.Find(room.OwnUserId);
        people.Add(new RemoteParticipant(
            User(room.OwnUserId, own?.Name, own?.Avatar), room.Power.IsAdmin(room.OwnUserId), IsPending: own?.Membership == "invite"));
        foreach (var member in members.Others(room))
        {
            var person = db.PersonDetails(member.User);
            people.Add(new RemoteParticipant(
                User(member.User, member.Name, member.Avatar, person), room.Power.IsAdmin(member.User), member.Membership == "invite",
                person is { IsBot: true } || bots.Contains(member.User)));
        }

        foreach (var user in room.ServiceMembers.Where(user => user != room.OwnUserId).Order(StringComparer.Ordinal))
        {
            if (members.Find(user) is { IsPresent: true } bot)
                people.Add(new RemoteParticipant(User(user, bot.Name, bot.Avatar, null, isService: true), IsNetworkBot: true));
        }

        return people;
    }

    private static int People(List<RemoteParticipant> participants) => participants.Count(participant => !participant.User.CannotMessage);
}
