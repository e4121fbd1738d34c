using System.Text.Json.Serialization;

namespace Switchboard.Wire;

/// <summary>The answer to adding a reaction.</summary>
public sealed record AddReactionOutput
{
    /// <summary>Always <c>true</c>.</summary>
    [Always(true)]
    public bool Success { get; } = true;

    /// <summary>Canonical chat ID.</summary>
    [JsonPropertyName("chatID")]
    public required string ChatId { get; init; }

    /// <summary>The message.</summary>
    [JsonPropertyName("messageID")]
    public required string MessageId { get; init; }

    /// <summary>The key that was added.</summary>
    public required string ReactionKey { get; init; }

    /// <summary>The caller's transaction ID, or one made for this call.</summary>
    [JsonPropertyName("transactionID")]
    public required string TransactionId { get; init; }
}

/// <summary>The answer to removing a reaction.</summary>
public sealed record RemoveReactionOutput
{
    /// <summary>Always <c>true</c>.</summary>
    [Always(true)]
    public bool Success { get; } = true;

    /// <summary>Canonical chat ID.</summary>
    [JsonPropertyName("chatID")]
    public required string ChatId { get; init; }

    /// <summary>The message.</summary>
    [JsonPropertyName("messageID")]
    public required string MessageId { get; init; }

    /// <summary>The key that was removed.</summary>
    public required string ReactionKey { get; init; }
}
