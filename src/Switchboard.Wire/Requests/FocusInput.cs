using System.Text.Json.Serialization;

namespace Switchboard.Wire;

/// <summary>Body of a focus call (rest.md §2).</summary>
public sealed record FocusInput
{
    /// <summary>The chat to open.</summary>
    [JsonPropertyName("chatID")]
    public string? ChatId { get; init; }

    /// <summary>The message to jump to.</summary>
    [JsonPropertyName("messageID")]
    public string? MessageId { get; init; }

    /// <summary>Text to put into the composer.</summary>
    public string? DraftText { get; init; }

    /// <summary>Picture to put into the composer, below the server's upload folder.</summary>
    public string? DraftAttachmentPath { get; init; }
}
