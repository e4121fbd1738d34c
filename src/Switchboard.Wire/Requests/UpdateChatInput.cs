using System.Text.Json.Serialization;

namespace Switchboard.Wire;

/// <summary>Body of changing a chat (rest.md §4): all or nothing; what is absent stays.</summary>
public sealed record UpdateChatInput
{
    /// <summary>Custom title, or none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Change<string> Title { get; init; }

    /// <summary>Topic of a group, or none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Change<string> Description { get; init; }

    /// <summary>Picture: an upload ID or a media URI of this server, or none.</summary>
    [JsonPropertyName("imgURL")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Change<string> ImgUrl { get; init; }

    /// <summary>Put away from the inbox, or back.</summary>
    public bool? IsArchived { get; init; }

    /// <summary>Moved to the low-priority inbox, or back.</summary>
    public bool? IsLowPriority { get; init; }

    /// <summary>New messages do not notify.</summary>
    public bool? IsMuted { get; init; }

    /// <summary>Kept at the top.</summary>
    public bool? IsPinned { get; init; }

    /// <summary>Lifetime of new messages in seconds; 0 and none mean they stay.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Change<int> MessageExpirySeconds { get; init; }

    /// <summary>A draft where there is none, or none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Change<DraftInput> Draft { get; init; }
}

/// <summary>A draft as it is written; <see cref="ChatDraft"/> is the form it is read in.</summary>
public sealed record DraftInput
{
    /// <summary>Plain text or Markdown.</summary>
    public required string Text { get; init; }

    /// <summary>Attachment ID → attachment.</summary>
    public IReadOnlyDictionary<string, DraftAttachmentInput>? Attachments { get; init; }
}

/// <summary>An uploaded file for a draft.</summary>
public sealed record DraftAttachmentInput
{
    /// <summary>The upload.</summary>
    [JsonPropertyName("uploadID")]
    public required string UploadId { get; init; }

    /// <summary>Key of the attachment; the map's key when absent.</summary>
    public string? Id { get; init; }

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
