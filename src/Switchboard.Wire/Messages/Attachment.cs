using System.Text.Json.Serialization;

namespace Switchboard.Wire;

/// <summary>How an attachment is shown. Not the list used for sending: plain files are <see cref="Unknown"/>.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AttachmentType>))]
public enum AttachmentType
{
    /// <summary>A file.</summary>
    [JsonStringEnumMemberName("unknown")]
    Unknown,

    /// <summary>A picture.</summary>
    [JsonStringEnumMemberName("img")]
    Img,

    /// <summary>A video.</summary>
    [JsonStringEnumMemberName("video")]
    Video,

    /// <summary>A sound.</summary>
    [JsonStringEnumMemberName("audio")]
    Audio,
}

/// <summary>A file in a message (objects.md §8).</summary>
public sealed record Attachment
{
    /// <summary>How to show it.</summary>
    public required AttachmentType Type { get; init; }

    /// <summary>Media URI to give to the asset routes.</summary>
    public string? Id { get; init; }

    /// <summary>Where it can be loaded from; may be temporary.</summary>
    [JsonPropertyName("srcURL")]
    public string? SrcUrl { get; init; }

    /// <summary>MIME type.</summary>
    public string? MimeType { get; init; }

    /// <summary>Name to show.</summary>
    public string? FileName { get; init; }

    /// <summary>Size in bytes.</summary>
    public long? FileSize { get; init; }

    /// <summary>Plays in a loop.</summary>
    public bool? IsGif { get; init; }

    /// <summary>A sticker.</summary>
    public bool? IsSticker { get; init; }

    /// <summary>A voice note.</summary>
    public bool? IsVoiceNote { get; init; }

    /// <summary>Length in seconds.</summary>
    public double? Duration { get; init; }

    /// <summary>Still picture of a video.</summary>
    public string? PosterImg { get; init; }

    /// <summary>Picture size in pixels.</summary>
    public Dimensions? Size { get; init; }

    /// <summary>Spoken words as text.</summary>
    public Transcription? Transcription { get; init; }
}

/// <summary>Spoken words as text.</summary>
public sealed record Transcription
{
    /// <summary>The text.</summary>
    [JsonPropertyName("transcription")]
    public required string Text { get; init; }

    /// <summary>What made it.</summary>
    public required string Engine { get; init; }

    /// <summary>Language of the text.</summary>
    public string? Language { get; init; }
}
