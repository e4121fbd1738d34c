using Switchboard.Core.Media;

namespace Switchboard.Server.Api.Uploads;

/// <summary>
/// Reads the JSON body <c>{ "content": base64, "fileName"?, "mimeType"? }</c> while it arrives. The content is decoded on
/// its way to the store, so a body of any length takes the same memory; all else in the body may have 1 MiB.
/// </summary>
internal static class Base64Upload
{
    /// <summary>The most characters of <c>content</c> (rest.md §6).</summary>
    public const long LongestContent = 750_000_000;

    /// <summary>Reads the whole body.</summary>
    /// <param name="body">The request's body.</param>
    /// <param name="store">Keeps the decoded bytes; must read the stream to its end. Called at most once.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="UploadRefusedException">The body is refused; <paramref name="store"/> did not complete.</exception>
    public static async Task<ReceivedUpload> ReadAsync(
        Stream body, Func<Stream, CancellationToken, Task<StoredFile>> store, CancellationToken cancellationToken)
    {
        using var source = new BodyBytes(body);
        var scanner = new JsonBodyScanner(source);
        if (!await scanner.ReadToContentAsync(cancellationToken))
        {
            scanner.Finish();
            throw UploadRefusedException.Invalid("invalid_type", "content", "content is required.");
        }

        await using var content = new Base64ContentStream(source, scanner);
        await content.ReadPrefixAsync(cancellationToken);
        StoredFile file;
        try
        {
            file = await store(content, cancellationToken);
        }
        catch (FileTooLargeException e)
        {
            throw UploadRefusedException.TooLarge($"The file is larger than {e.Limit} bytes.", e);
        }

        return content.Texts is { } texts
            ? new ReceivedUpload(file, texts.FileName, texts.MimeType ?? content.PrefixMimeType)
            : throw new InvalidOperationException("The store did not read the upload to its end.");
    }
}
