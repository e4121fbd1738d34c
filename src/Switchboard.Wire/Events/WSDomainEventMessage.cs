using System.Text.Json.Serialization;

namespace Switchboard.Wire;

/// <summary>What happened.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DomainEventType>))]
public enum DomainEventType
{
    /// <summary>A chat is new or changed.</summary>
    [JsonStringEnumMemberName("chat.upserted")]
    ChatUpserted,

    /// <summary>A chat is gone.</summary>
    [JsonStringEnumMemberName("chat.deleted")]
    ChatDeleted,

    /// <summary>Messages are new or changed.</summary>
    [JsonStringEnumMemberName("message.upserted")]
    MessageUpserted,

    /// <summary>Messages are gone.</summary>
    [JsonStringEnumMemberName("message.deleted")]
    MessageDeleted,
}

/// <summary>Server to client: something in a subscribed chat changed (events.md §4).</summary>
public sealed record WSDomainEventMessage
{
    /// <summary>What happened.</summary>
    public required DomainEventType Type { get; init; }

    /// <summary>Number of the event on this connection, from 1 up.</summary>
    public required long Seq { get; init; }

    /// <summary>When the server sent it.</summary>
    public required DateTimeOffset Ts { get; init; }

    /// <summary>Canonical chat ID.</summary>
    [JsonPropertyName("chatID")]
    public required string ChatId { get; init; }

    /// <summary>Message IDs, or the chat ID for chat events.</summary>
    public required IReadOnlyList<string> Ids { get; init; }

    /// <summary>The messages as they are now, in the order of <see cref="Ids"/>; only with <c>message.upserted</c>.</summary>
    public IReadOnlyList<Message>? Entries { get; init; }
}
