using System.Text.Json.Serialization;

namespace Switchboard.Wire;

/// <summary>Server to client, once, first (events.md §2).</summary>
public sealed record WSReadyMessage
{
    /// <summary>Always <c>ready</c>.</summary>
    [Always("ready")]
    public string Type { get; } = "ready";

    /// <summary>Version of the protocol.</summary>
    [Always(1)]
    public int Version { get; } = 1;

    /// <summary>Current subscriptions: none.</summary>
    [JsonPropertyName("chatIDs")]
    public required IReadOnlyList<string> ChatIds { get; init; }
}

/// <summary>Server to client: the subscriptions are set (events.md §2).</summary>
public sealed record WSSubscriptionsUpdatedMessage
{
    /// <summary>Always <c>subscriptions.updated</c>.</summary>
    [Always("subscriptions.updated")]
    public string Type { get; } = "subscriptions.updated";

    /// <summary>From the command.</summary>
    [JsonPropertyName("requestID")]
    public string? RequestId { get; init; }

    /// <summary>The new set, as it was sent.</summary>
    [JsonPropertyName("chatIDs")]
    public required IReadOnlyList<string> ChatIds { get; init; }
}

/// <summary>What was wrong with a command.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<WSErrorCode>))]
public enum WSErrorCode
{
    /// <summary>Its type is missing or unknown.</summary>
    [JsonStringEnumMemberName("INVALID_COMMAND")]
    InvalidCommand,

    /// <summary>It cannot be understood.</summary>
    [JsonStringEnumMemberName("INVALID_PAYLOAD")]
    InvalidPayload,

    /// <summary>Kept for later use.</summary>
    [JsonStringEnumMemberName("NOT_SUBSCRIBED")]
    NotSubscribed,

    /// <summary>The server failed.</summary>
    [JsonStringEnumMemberName("INTERNAL_ERROR")]
    InternalError,
}

/// <summary>Server to client: a command was refused; the connection stays open (events.md §2).</summary>
public sealed record WSErrorMessage
{
    /// <summary>Always <c>error</c>.</summary>
    [Always("error")]
    public string Type { get; } = "error";

    /// <summary>From the command, if it could be read.</summary>
    [JsonPropertyName("requestID")]
    public string? RequestId { get; init; }

    /// <summary>For programs.</summary>
    public required WSErrorCode Code { get; init; }

    /// <summary>For people.</summary>
    public required string Message { get; init; }
}
