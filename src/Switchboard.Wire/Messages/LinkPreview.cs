using System.Text.Json.Serialization;

namespace Switchboard.Wire;

/// <summary>What a linked page is about (objects.md §8).</summary>
public sealed record LinkPreview
{
    /// <summary>The page.</summary>
    public required string Url { get; init; }

    /// <summary>Its title.</summary>
    public required string Title { get; init; }

    /// <summary>The link as written, where it leads elsewhere.</summary>
    [JsonPropertyName("originalURL")]
    public string? OriginalUrl { get; init; }

    /// <summary>A sentence or two.</summary>
    public string? Summary { get; init; }

    /// <summary>Icon of the site.</summary>
    public string? Favicon { get; init; }

    /// <summary>Picture of the page.</summary>
    public string? Img { get; init; }

    /// <summary>Size of <see cref="Img"/> in pixels.</summary>
    public Dimensions? ImgSize { get; init; }
}
