using System.Text.Json.Serialization;

namespace Switchboard.Wire;

/// <summary>A message not sent yet, as it is read (objects.md §5). The written form is <see cref="DraftInput"/>.</summary>
public sealed record ChatDraft
{
    /// <summary>Matrix HTML; may be empty when there are attachments.</summary>
    public required string Text { get; init; }

    /// <summary>Attachment ID → attachment; absent when there are none.</summary>
    public IReadOnlyDictionary<string, DraftAttachment>? Attachments { get; init => field = value is { Count: > 0 } ? value : null; }
}

/// <summary>How a composer shows a draft's attachment.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DraftAttachmentType>))]
public enum DraftAttachmentType
{
    /// <summary>As a file or picture.</summary>
    [JsonStringEnumMemberName("file")]
    File,

    /// <summary>As an animation.</summary>
    [JsonStringEnumMemberName("gif")]
    Gif,

    /// <summary>As a voice note.</summary>
    [JsonStringEnumMemberName("recorded_audio")]
    RecordedAudio,
}

/// <summary>A file that waits in a draft.</summary>
public sealed record DraftAttachment
{
    /// <summary>Key of the attachment in the draft.</summary>
    public required string Id { get; init; }

    /// <summary>How to show it.</summary>
    public required DraftAttachmentType Type { get; init; }

    /// <summary>MIME type.</summary>
    public string? MimeType { get; init; }

    /// <summary>Name to show.</summary>
    public string? FileName { get; init; }

    /// <summary>Where the file is, as far as the client can use it.</summary>
    public string? FilePath { get; init; }

    /// <summary>Size in bytes.</summary>
    public long? FileSize { get; init; }

    /// <summary>The sticker it came from.</summary>
    [JsonPropertyName("stickerID")]
    public string? StickerId { get; init; }

    /// <summary>Length of a recording in seconds.</summary>
    public double? AudioDurationSeconds { get; init; }

    /// <summary>Picture size in pixels.</summary>
    public Dimensions? Size { get; init; }
}
