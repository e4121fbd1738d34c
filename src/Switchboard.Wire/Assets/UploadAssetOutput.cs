using System.Text.Json.Serialization;

namespace Switchboard.Wire;

/// <summary>The answer to an upload (objects.md §12): what to put into a send or a draft, or what went wrong.</summary>
public sealed record UploadAssetOutput
{
    /// <summary>Handle of the upload.</summary>
    [JsonPropertyName("uploadID")]
    public string? UploadId { get; init; }

    /// <summary>Name the file got.</summary>
    public string? FileName { get; init; }

    /// <summary>MIME type, as given or as found.</summary>
    public string? MimeType { get; init; }

    /// <summary>Size in bytes.</summary>
    public long? FileSize { get; init; }

    /// <summary>Where the upload can be loaded from while it lasts.</summary>
    [JsonPropertyName("srcURL")]
    public string? SrcUrl { get; init; }

    /// <summary>Width in pixels.</summary>
    public double? Width { get; init; }

    /// <summary>Height in pixels.</summary>
    public double? Height { get; init; }

    /// <summary>Length in seconds.</summary>
    public double? Duration { get; init; }

    /// <summary>What went wrong.</summary>
    public string? Error { get; init; }
}
