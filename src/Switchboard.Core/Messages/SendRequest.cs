using Switchboard.Networks;

namespace Switchboard.Core.Messages;

/// <summary>A send as a client asks for it (rest.md §5).</summary>
public sealed record SendRequest
{
    /// <summary>Plain text, Markdown, or a JSON string literal of HTML.</summary>
    public string? Text { get; init; }

    /// <summary>The message this answers, by its id.</summary>
    public string? ReplyTo { get; init; }

    /// <summary>The file to send.</summary>
    public AttachmentRequest? Attachment { get; init; }

    /// <summary>User ids to mention beside those that the text names.</summary>
    public IReadOnlyList<string> Mentions { get; init; } = [];
}

/// <summary>An uploaded file and what the client says of it.</summary>
public sealed record AttachmentRequest
{
    /// <summary>The upload.</summary>
    public required string UploadId { get; init; }

    /// <summary>How it is shown; by its MIME type when <c>null</c>.</summary>
    public AttachmentKind? Kind { get; init; }

    /// <summary>Instead of the upload's name.</summary>
    public string? FileName { get; init; }

    /// <summary>Instead of the upload's type.</summary>
    public string? MimeType { get; init; }

    /// <summary>Seconds.</summary>
    public double? Duration { get; init; }

    /// <summary>Pixels.</summary>
    public int? Width { get; init; }

    /// <summary>Pixels.</summary>
    public int? Height { get; init; }
}

/// <summary>How a repeated request is recognised.</summary>
/// <param name="Key">The client's <c>Idempotency-Key</c>, if it sent one.</param>
/// <param name="BodyHash">SHA-256 of the body.</param>
/// <param name="IsRetry">Whether the client says that this is a repetition (<c>X-Stainless-Retry-Count</c> above 0).</param>
public sealed record RequestIdentity(string? Key, byte[] BodyHash, bool IsRetry);
