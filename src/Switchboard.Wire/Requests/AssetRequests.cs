namespace Switchboard.Wire;

/// <summary>Body of a download.</summary>
public sealed record DownloadAssetInput
{
    /// <summary>Media URI: <c>mxc://</c> or <c>localmxc://</c>.</summary>
    public required string Url { get; init; }
}

/// <summary>Body of an upload inside JSON.</summary>
public sealed record UploadAssetBase64Input
{
    /// <summary>The file in base64.</summary>
    public required string Content { get; init; }

    /// <summary>Name of the file.</summary>
    public string? FileName { get; init; }

    /// <summary>MIME type; found from the content when absent.</summary>
    public string? MimeType { get; init; }
}
