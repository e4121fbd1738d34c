using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Switchboard.Server.Api.Uploads;

/// <summary>The part that is the file.</summary>
/// <param name="Section">Its headers and bytes.</param>
/// <param name="FileName">The name in its headers.</param>
/// <param name="MimeType">The type in its headers, unless that says nothing.</param>
internal sealed record FilePart(MultipartSection Section, string? FileName, string? MimeType);

/// <summary>Goes through the parts of an upload, stops at the file and keeps the texts it meets on the way.</summary>
internal sealed class MultipartParts(MultipartReader reader)
{
    private const int MostParts = 20;
    private const int LongestText = 1024;
    private const int LongestOther = 64 * 1024;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly byte[] buffer = new byte[4096];
    private int seen;
    private bool hasFile;

    /// <summary>The part <c>fileName</c>.</summary>
    public string? FileName { get; private set; }

    /// <summary>The part <c>mimeType</c>.</summary>
    public string? MimeType { get; private set; }

    /// <summary>Goes on to the file; <c>null</c> at the end of the body. After the file there must be no second one.</summary>
    /// <exception cref="UploadRefusedException">The body is refused.</exception>
    public async Task<FilePart?> NextFileAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (await reader.ReadNextSectionAsync(cancellationToken) is { } section)
            {
                if (++seen > MostParts)
                    throw UploadRefusedException.Malformed($"The body has more than {MostParts} parts.");
                if (await TakeAsync(section, cancellationToken) is { } file)
                    return file;
            }

            return null;
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            throw UploadStream.BrokenBody(e);
        }
    }

    private async Task<FilePart?> TakeAsync(MultipartSection section, CancellationToken cancellationToken)
    {
        var name = ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition)
            ? HeaderUtilities.RemoveQuotes(disposition.Name).ToString()
            : "";
        switch (name)
        {
            case "file" when hasFile:
                throw UploadRefusedException.Invalid("invalid_value", "file", "file is given twice.");
            case "file":
                hasFile = true;
                return new FilePart(section, NameOf(disposition!), TypeOf(section));
            case "fileName":
                FileName = await ReadTextAsync(section, "fileName", cancellationToken);
                break;
            case "mimeType":
                MimeType = await ReadTextAsync(section, "mimeType", cancellationToken);
                break;
            default:
                if (await ReadAsync(section, LongestOther, null, cancellationToken) > LongestOther)
                    throw UploadRefusedException.TooLarge("A part that is not the file is too large.");
                break;
        }

        return null;
    }

    private async Task<string?> ReadTextAsync(MultipartSection section, string field, CancellationToken cancellationToken)
    {
        using var text = new MemoryStream(LongestText);
        if (await ReadAsync(section, LongestText, text, cancellationToken) > LongestText)
            throw UploadText.TooLong(field);
        try
        {
            return UploadText.Check(field, Utf8.GetString(text.GetBuffer(), 0, (int)text.Length));
        }
        catch (DecoderFallbackException e)
        {
            throw UploadRefusedException.Malformed($"{field} is not valid UTF-8.", e);
        }
    }

    // Stops early, with more than the limit, when there is more.
    private async Task<int> ReadAsync(MultipartSection section, int limit, MemoryStream? into, CancellationToken cancellationToken)
    {
        var total = 0;
        while (total <= limit && await section.Body.ReadAsync(buffer, cancellationToken) is > 0 and var read)
        {
            total += read;
            into?.Write(buffer, 0, read);
        }

        return total;
    }

    // A name in the headers that is too long is dropped rather than refused: the client may not know that it sent one.
    private static string? NameOf(ContentDispositionHeaderValue disposition)
    {
        var name = disposition.FileNameStar.Length > 0 ? disposition.FileNameStar : HeaderUtilities.RemoveQuotes(disposition.FileName);
        return name.Length is > 0 and <= UploadText.Longest ? name.ToString() : null;
    }

    private static string? TypeOf(MultipartSection section) =>
        MediaTypeHeaderValue.TryParse(section.ContentType, out var type)
        && type.MediaType.Length is > 0 and <= UploadText.Longest
        && !type.MediaType.Equals("application/octet-stream", StringComparison.OrdinalIgnoreCase)
            ? type.MediaType.ToString()
            : null;
}
