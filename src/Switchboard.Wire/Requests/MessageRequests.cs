using System.Text.Json.Serialization;

namespace Switchboard.Wire;

/// <summary>Body of sending a message (rest.md §5): text, an attachment, or both.</summary>
public sealed record SendMessageInput
{
    /// <summary>Plain text or Markdown.</summary>
    public string? Text { get; init; }

    /// <summary>The message it answers, in the same chat.</summary>
    [JsonPropertyName("replyToMessageID")]
    public string? ReplyToMessageId { get; init; }

    /// <summary>A file.</summary>
    public SendAttachmentInput? Attachment { get; init; }

    /// <summary>User IDs to mention.</summary>
    public IReadOnlyList<string>? Mentions { get; init; }

    /// <summary>Links get no preview.</summary>
    public bool? DisableLinkPreview { get; init; }
}

/// <summary>How an uploaded file is sent.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SendAttachmentType>))]
public enum SendAttachmentType
{
    /// <summary>As a picture.</summary>
    [JsonStringEnumMemberName("image")]
    Image,

    /// <summary>As a video.</summary>
    [JsonStringEnumMemberName("video")]
    Video,

    /// <summary>As a sound.</summary>
    [JsonStringEnumMemberName("audio")]
    Audio,

    /// <summary>As a file.</summary>
    [JsonStringEnumMemberName("file")]
    File,

    /// <summary>As an animation.</summary>
    [JsonStringEnumMemberName("gif")]
    Gif,

    /// <summary>As a voice note.</summary>
    [JsonStringEnumMemberName("voice-note")]
    VoiceNote,

    /// <summary>As a sticker.</summary>
    [JsonStringEnumMemberName("sticker")]
    Sticker,
}

/// <summary>An uploaded file for a message.</summary>
public sealed record SendAttachmentInput
{
    /// <summary>The upload.</summary>
    [JsonPropertyName("uploadID")]
    public required string UploadId { get; init; }

    /// <summary>How to send it; found from the MIME type when absent.</summary>
    public SendAttachmentType? Type { get; init; }

    /// <summary>Name to show.</summary>
    public string? FileName { get; init; }

    /// <summary>MIME type.</summary>
    public string? MimeType { get; init; }

    /// <summary>Length in seconds.</summary>
    public double? Duration { get; init; }

    /// <summary>Picture size in pixels.</summary>
    public SizeInput? Size { get; init; }
}

/// <summary>Width and height in pixels, both known.</summary>
public sealed record SizeInput
{
    /// <summary>Width.</summary>
    public required double Width { get; init; }

    /// <summary>Height.</summary>
    public required double Height { get; init; }
}

/// <summary>Body of an edit.</summary>
public sealed record EditMessageInput
{
    /// <summary>The new text, not empty.</summary>
    public required string Text { get; init; }
}

/// <summary>Body of adding a reaction.</summary>
public sealed record AddReactionInput
{
    /// <summary>Emoji, shortcode or the network's own key; not empty.</summary>
    public required string ReactionKey { get; init; }

    /// <summary>The same ID again has no second effect.</summary>
    [JsonPropertyName("transactionID")]
    public string? TransactionId { get; init; }
}
