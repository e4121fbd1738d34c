using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Switchboard.Core.Media;

namespace Switchboard.Server.Api.Uploads;

/// <summary>
/// Reads a <c>multipart/form-data</c> body with the parts <c>file</c>, <c>fileName</c>? and <c>mimeType</c>? in any order,
/// the file straight into the store. Other parts are read over.
/// </summary>
internal static class MultipartUpload
{
    private const int LongestBoundary = 128;

    /// <summary>Reads the whole body.</summary>
    /// <param name="request">The request.</param>
    /// <param name="store">Keeps the file's bytes; must read the stream to its end. Called at most once.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="UploadRefusedException">The body is refused; <paramref name="store"/> did not complete.</exception>
    public static async Task<ReceivedUpload> ReadAsync(
        HttpRequest request, Func<Stream, CancellationToken, Task<StoredFile>> store, CancellationToken cancellationToken)
    {
        var parts = new MultipartParts(new MultipartReader(BoundaryOf(request), request.Body));
        if (await parts.NextFileAsync(cancellationToken) is not { } file)
            throw UploadRefusedException.Invalid("invalid_type", "file", "file is required.");
        await using var content = new MultipartFileStream(file.Section.Body, parts);
        StoredFile stored;
        try
        {
            stored = await store(content, cancellationToken);
        }
        catch (FileTooLargeException e)
        {
            throw UploadRefusedException.TooLarge($"The file is larger than {e.Limit} bytes.", e);
        }

        return content.IsComplete
            ? new ReceivedUpload(stored, parts.FileName ?? file.FileName, parts.MimeType ?? file.MimeType)
            : throw new InvalidOperationException("The store did not read the upload to its end.");
    }

    private static string BoundaryOf(HttpRequest request)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
            throw UploadRefusedException.Malformed("The body must be multipart/form-data.");
        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).ToString();
        return boundary.Length is > 0 and <= LongestBoundary
            ? boundary
            : throw UploadRefusedException.Malformed("The body's type must name a boundary.");
    }
}
