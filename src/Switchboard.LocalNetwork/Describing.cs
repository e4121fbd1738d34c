using System.Text.Json;
using Switchboard.Networks;
using Switchboard.Sqlite;

namespace Switchboard.LocalNetwork;

/// <summary>
/// Turns rows and queued events into what the contract says, as one identity sees it. Made for one batch or one answer:
/// a chat or person met twice in it is read once.
/// </summary>
internal sealed class Describing(Db db, People people, Identity viewer)
{
    private readonly Dictionary<long, RemoteChat?> chats = [];
    private readonly Dictionary<long, Identity> identities = [];

    /// <summary>The room as it is now; <c>null</c> when the viewer does not know it.</summary>
    public RemoteChat? Chat(long room)
    {
        if (!chats.TryGetValue(room, out var chat))
            chats.Add(room, chat = ReadChat(room));
        return chat;
    }

    /// <summary>The room, which the viewer does know.</summary>
    public RemoteChat KnownChat(long room) => Chat(room) ?? throw Refusals.NoSuchChat();

    /// <summary>What waited in the queue; <c>null</c> when there is nothing left of it to tell.</summary>
    public RemoteEvent? Event(string body) => JsonSerializer.Deserialize(body, LocalJson.Default.QueuedEvent)! switch
    {
        QueuedEvent.Chat e => Chat(e.Room) is { } chat ? new RemoteEvent.ChatUpserted(chat) : null,
        QueuedEvent.Message e => new RemoteEvent.MessageUpserted(Message(e)),
        QueuedEvent.Edited e => new RemoteEvent.MessageEdited(new(e.Room), new(e.Id), e.Text, e.Mentions, e.EditedAt),
        QueuedEvent.Removed e => new RemoteEvent.MessageRemoved(new(e.Room), new(e.Id)),
        QueuedEvent.Reacted e => new RemoteEvent.ReactionAdded(new(e.Room), new(e.Id), UserIdOf(e.User), e.Key),
        QueuedEvent.Unreacted e => new RemoteEvent.ReactionRemoved(new(e.Room), new(e.Id), UserIdOf(e.User), e.Key),
        QueuedEvent.ReadUpTo e => new RemoteEvent.ReadUpTo(new(e.Room), UserIdOf(e.User), new(e.Id), e.At),
        QueuedEvent.Attention e => new RemoteEvent.AttentionRequested(new(e.Room), new(e.Id)),
        var other => throw new InvalidOperationException($"A queued {other.GetType().Name} has no description."),
    };

    private RemoteMessage Message(QueuedEvent.Message message) => new()
    {
        Chat = new(message.Room),
        Id = new(message.Id),
        Sender = people.Describe(IdentityOf(message.Sender)),
        SentAt = message.SentAt,
        Text = message.Text,
        Attachments = [.. message.Attachments.Select(Media)],
        ReplyTo = message.ReplyTo is { } target ? new RemoteMessageId(target) : null,
        Mentions = message.Mentions,
        ExpiresAt = message.ExpiresAt,
    };

    private static RemoteMedia Media(StoredAttachment stored) => new(new(stored.Id), stored.Info);

    private RemoteChat? ReadChat(long id)
    {
        var members = db.MembersOf(id);
        if (db.RoomOf(id) is not { } room || !members.Any(member => member.Identity.Id == viewer.Id))
            return null;
        var participants = members
            .Select(member => new RemoteParticipant(people.Describe(member.Identity), member.Admin))
            .ToList();
        return new RemoteChat
        {
            Id = new(room.RemoteId),
            AccountId = viewer.AccountId,
            IsGroup = room.Kind is RoomKind.Group,
            Title = room.Title,
            Description = room.Description,
            Avatar = room.Avatar is { } avatar ? Media(avatar) : null,
            IsReadOnly = room.Kind is RoomKind.Direct && participants.Any(participant => participant.User.CannotMessage),
            Participants = participants,
            Expiry = room.Expiry,
            Capabilities = LocalCapabilities.Of(room.Kind),
            CreatedAt = room.CreatedAt,
        };
    }

    private UserId UserIdOf(long identity) => people.IdOf(IdentityOf(identity).Username);

    private Identity IdentityOf(long id)
    {
        if (!identities.TryGetValue(id, out var identity))
            identities.Add(id, identity = db.IdentityOf(id));
        return identity;
    }
}
