using System.Text.Json.Serialization;

namespace Switchboard.Wire;

/// <summary>Client to server: from now on tell me about these chats and no others (events.md §3).</summary>
public sealed record SetSubscriptionsMessage
{
    /// <summary>Always <c>subscriptions.set</c>.</summary>
    [Always("subscriptions.set")]
    public string Type { get; } = "subscriptions.set";

    /// <summary>Chat IDs; <c>*</c> alone for all; empty for none.</summary>
    [JsonPropertyName("chatIDs")]
    public required IReadOnlyList<string> ChatIds { get; init; }

    /// <summary>Given back in the answer.</summary>
    [JsonPropertyName("requestID")]
    public string? RequestId { get; init; }
}
