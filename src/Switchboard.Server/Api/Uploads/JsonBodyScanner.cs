using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;

namespace Switchboard.Server.Api.Uploads;

/// <summary>The texts that go with an upload.</summary>
/// <param name="FileName">At most 255 characters.</param>
/// <param name="MimeType">At most 255 characters.</param>
internal sealed record UploadTexts(string? FileName, string? MimeType);

/// <summary>
/// Finds the value of <c>content</c> in a JSON object without holding it. It copies the body byte for byte, leaves out only
/// the content's characters, and at the end gives the small rest to the real JSON reader; so it need not know JSON's
/// grammar itself, only where strings begin and end and how deep it is.
/// </summary>
internal sealed class JsonBodyScanner(BodyBytes source)
{
    private const int MostBytes = 1024 * 1024;
    private const int DeepestNesting = 32;
    private const byte Quote = (byte)'"';

    private readonly ArrayBufferWriter<byte> rest = new(1024);
    private int depth;
    private bool hasRoot;
    private bool isInString;
    private bool isEscaped;
    private bool awaitsKey;
    private bool awaitsContent;
    private bool hasContent;
    private int stringStart;
    private bool isBomPassed;

    /// <summary>
    /// Reads on until just after the opening quote of the content, or to the end of the body (<c>false</c>). After the
    /// content there must be no second one.
    /// </summary>
    /// <exception cref="UploadRefusedException">The body is refused.</exception>
    public async ValueTask<bool> ReadToContentAsync(CancellationToken cancellationToken)
    {
        if (!isBomPassed)
            await PassBomAsync(cancellationToken);
        while (await source.FillAsync(cancellationToken))
        {
            if (Scan())
                return true;
        }

        return false;
    }

    /// <summary>Says that the content and its closing quote were read.</summary>
    public void EndContent() => Keep(Quote);

    /// <summary>After the end of the body: checks all but the content and gives the texts.</summary>
    /// <exception cref="UploadRefusedException">The body is refused.</exception>
    public UploadTexts Finish()
    {
        if (!Utf8.IsValid(rest.WrittenSpan))
            throw UploadRefusedException.Malformed("The body is not valid UTF-8.");
        try
        {
            using var document = JsonDocument.Parse(rest.WrittenMemory, new JsonDocumentOptions { MaxDepth = DeepestNesting });
            return document.RootElement.ValueKind is JsonValueKind.Object
                ? ReadTexts(document.RootElement)
                : throw UploadRefusedException.InvalidBody("The body must be an object.");
        }
        catch (JsonException e)
        {
            throw UploadRefusedException.Malformed("The body is not well-formed JSON.", e);
        }
        catch (InvalidOperationException e)
        {
            // Half of a surrogate pair in a name, written as an escape.
            throw UploadRefusedException.Malformed("A name in the body is not valid Unicode.", e);
        }
    }

    private static UploadTexts ReadTexts(JsonElement body)
    {
        if (body.TryGetProperty("content"u8, out var content) && content.ValueKind is not JsonValueKind.String)
            throw UploadRefusedException.Invalid("invalid_type", "content", "content must be a string of base64.");
        return new UploadTexts(ReadText(body, "fileName"), ReadText(body, "mimeType"));
    }

    private static string? ReadText(JsonElement body, string field)
    {
        if (!body.TryGetProperty(field, out var value) || value.ValueKind is JsonValueKind.Null)
            return null;
        if (value.ValueKind is not JsonValueKind.String)
            throw UploadRefusedException.Invalid("invalid_type", field, $"{field} must be a string.");
        try
        {
            return UploadText.Check(field, value.GetString());
        }
        catch (InvalidOperationException e)
        {
            // Half of a surrogate pair, written as an escape.
            throw UploadRefusedException.Malformed($"{field} is not valid Unicode.", e);
        }
    }

    private async ValueTask PassBomAsync(CancellationToken cancellationToken)
    {
        isBomPassed = true;
        foreach (var mark in (byte[])[0xEF, 0xBB, 0xBF])
        {
            if (!await source.FillAsync(cancellationToken) || source.Unused[0] != mark)
            {
                if (mark == 0xEF)
                    return;
                throw UploadRefusedException.Malformed("The body is not valid UTF-8.");
            }

            source.Use(1);
        }
    }

    // Uses what has arrived, up to the opening quote of the content.
    private bool Scan()
    {
        var bytes = source.Unused;
        for (var at = 0; at < bytes.Length; at++)
        {
            Keep(bytes[at]);
            if (isInString)
                ScanInString(bytes[at]);
            else if (ScanBetween(bytes[at]))
            {
                source.Use(at + 1);
                return true;
            }
        }

        source.Use(bytes.Length);
        return false;
    }

    private void ScanInString(byte value)
    {
        if (isEscaped)
            isEscaped = false;
        else if (value == '\\')
            isEscaped = true;
        else if (value == Quote)
        {
            isInString = false;
            if (depth == 1 && awaitsKey)
            {
                awaitsKey = false;
                awaitsContent = IsContent(rest.WrittenSpan[stringStart..]);
                if (awaitsContent && hasContent)
                    throw UploadRefusedException.Invalid("invalid_value", "content", "content is given twice.");
                hasContent |= awaitsContent;
            }
        }
    }

    private bool ScanBetween(byte value)
    {
        switch (value)
        {
            case Quote when depth == 1 && awaitsContent && !awaitsKey:
                awaitsContent = false;
                return true;
            case Quote:
                isInString = true;
                stringStart = rest.WrittenCount - 1;
                break;
            case (byte)'{' or (byte)'[':
                if (depth == 0 && hasRoot)
                    throw UploadRefusedException.Malformed("The body goes on after its end.");
                hasRoot = true;
                if (++depth > DeepestNesting)
                    throw UploadRefusedException.Malformed("The body is nested too deeply.");
                awaitsKey = depth == 1 && value == '{';
                break;
            case (byte)'}' or (byte)']':
                depth--;
                break;
            case (byte)',' when depth == 1:
                awaitsKey = true;
                awaitsContent = false;
                break;
        }

        return false;
    }

    private static bool IsContent(ReadOnlySpan<byte> key)
    {
        try
        {
            var reader = new Utf8JsonReader(key);
            return reader.Read() && reader.ValueTextEquals("content"u8);
        }
        catch (InvalidOperationException e)
        {
            throw UploadRefusedException.Malformed("A name in the body is not valid Unicode.", e);
        }
        catch (JsonException e)
        {
            throw UploadRefusedException.Malformed("The body is not well-formed JSON.", e);
        }
    }

    private void Keep(byte value)
    {
        if (rest.WrittenCount == MostBytes)
            throw UploadRefusedException.TooLarge("The body has too much beside its content.");
        rest.GetSpan(1)[0] = value;
        rest.Advance(1);
    }
}
