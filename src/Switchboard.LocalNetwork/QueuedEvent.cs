using System.Text.Json.Serialization;
using Switchboard.Networks;

namespace Switchboard.LocalNetwork;

/// <summary>
/// What waits in the queue, the same for every recipient. People and chats are kept by their rows and described when
/// they are fetched, to each recipient in its own way. A closed set.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "is")]
[JsonDerivedType(typeof(Chat), "chat")]
[JsonDerivedType(typeof(Message), "message")]
[JsonDerivedType(typeof(Edited), "edited")]
[JsonDerivedType(typeof(Removed), "removed")]
[JsonDerivedType(typeof(Reacted), "reacted")]
[JsonDerivedType(typeof(Unreacted), "unreacted")]
[JsonDerivedType(typeof(ReadUpTo), "read")]
[JsonDerivedType(typeof(Attention), "attention")]
internal abstract record QueuedEvent
{
    private QueuedEvent()
    {
    }

    /// <summary>A room appeared or changed.</summary>
    public sealed record Chat(long Room) : QueuedEvent;

    /// <summary>A message was sent.</summary>
    public sealed record Message(string Room, string Id, long Sender, DateTimeOffset SentAt) : QueuedEvent
    {
        /// <summary>Text or caption; taken out when the message is deleted before it was fetched.</summary>
        public MessageText? Text { get; init; }

        /// <summary>Its files; taken out like the text.</summary>
        public IReadOnlyList<StoredAttachment> Attachments { get; init; } = [];

        /// <summary>The message it answers.</summary>
        public string? ReplyTo { get; init; }

        /// <summary>Who is mentioned.</summary>
        public IReadOnlyList<string> Mentions { get; init; } = [];

        /// <summary>When it vanishes.</summary>
        public DateTimeOffset? ExpiresAt { get; init; }
    }

    /// <summary>A message has another text.</summary>
    public sealed record Edited(
        string Room, string Id, MessageText Text, IReadOnlyList<string> Mentions, DateTimeOffset EditedAt) : QueuedEvent;

    /// <summary>A message was deleted.</summary>
    public sealed record Removed(string Room, string Id) : QueuedEvent;

    /// <summary>Somebody reacted.</summary>
    public sealed record Reacted(string Room, string Id, long User, string Key) : QueuedEvent;

    /// <summary>Somebody took a reaction back.</summary>
    public sealed record Unreacted(string Room, string Id, long User, string Key) : QueuedEvent;

    /// <summary>Somebody read up to a message.</summary>
    public sealed record ReadUpTo(string Room, string Id, long User, DateTimeOffset At) : QueuedEvent;

    /// <summary>A sender asks for attention.</summary>
    public sealed record Attention(string Room, string Id) : QueuedEvent;
}

/// <summary>A file of a message or a room.</summary>
/// <param name="Id">Its media id.</param>
/// <param name="Info">What is known about it.</param>
internal sealed record StoredAttachment(string Id, AttachmentInfo Info);

/// <summary>What was answered to a transaction; each kind of change uses the fields it needs.</summary>
internal sealed record Answer
{
    /// <summary>The message that was sent.</summary>
    public string? Message { get; init; }

    /// <summary>The media ids of its files.</summary>
    public IReadOnlyList<string> Media { get; init; } = [];

    /// <summary>When the edit happened.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>The row of the group that was made.</summary>
    public long? Room { get; init; }
}

/// <summary>JSON inside the database.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(QueuedEvent))]
[JsonSerializable(typeof(StoredAttachment))]
[JsonSerializable(typeof(Answer))]
internal sealed partial class LocalJson : JsonSerializerContext;
