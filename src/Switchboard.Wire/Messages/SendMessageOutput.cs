using System.Text.Json.Serialization;

namespace Switchboard.Wire;

/// <summary>The answer to a send: accepted, not yet delivered.</summary>
public sealed record SendMessageOutput
{
    /// <summary>Canonical ID of the chat the message went to.</summary>
    [JsonPropertyName("chatID")]
    public required string ChatId { get; init; }

    /// <summary>The message's ID; already the final one.</summary>
    [JsonPropertyName("pendingMessageID")]
    public required string PendingMessageId { get; init; }
}
