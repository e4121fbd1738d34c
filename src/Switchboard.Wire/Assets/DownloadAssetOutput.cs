using System.Text.Json.Serialization;

namespace Switchboard.Wire;

/// <summary>The answer to a download: exactly one of the two fields.</summary>
public sealed record DownloadAssetOutput
{
    /// <summary>Where the file can be loaded from.</summary>
    [JsonPropertyName("srcURL")]
    public string? SrcUrl { get; init; }

    /// <summary>Why it cannot be had.</summary>
    public string? Error { get; init; }
}
