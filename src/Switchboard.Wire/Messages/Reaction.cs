using System.Text.Json.Serialization;

namespace Switchboard.Wire;

/// <summary>One person's reaction to a message (objects.md §8).</summary>
public sealed record Reaction
{
    /// <summary>The participant's ID, followed by the key where one person may have several.</summary>
    public required string Id { get; init; }

    /// <summary>Emoji, shortcode or the network's own key.</summary>
    public required string ReactionKey { get; init; }

    /// <summary>User ID of who reacted.</summary>
    [JsonPropertyName("participantID")]
    public required string ParticipantId { get; init; }

    /// <summary>The key is an emoji.</summary>
    public bool? Emoji { get; init; }

    /// <summary>Picture of a custom emoji.</summary>
    [JsonPropertyName("imgURL")]
    public string? ImgUrl { get; init; }
}
