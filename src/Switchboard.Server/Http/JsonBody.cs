using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Switchboard.Core;

namespace Switchboard.Server.Http;

/// <summary>
/// Reads the JSON body of a request. An absent body counts as <c>{}</c> (rest.md §1.2); everything a client may send is
/// bounded in size and depth before it is looked at.
/// </summary>
internal static class JsonBody
{
    /// <summary>The largest JSON body, in bytes; files have routes of their own.</summary>
    public const int Limit = 2 * 1024 * 1024;

    private const int Depth = 32;

    /// <summary>Reads the body.</summary>
    /// <returns>Its bytes and a reader for its fields.</returns>
    /// <exception cref="RefusedException">It is no JSON object.</exception>
    public static async Task<(byte[] Bytes, BodyReader Body)> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var bytes = await ReadBytesAsync(request, Limit, cancellationToken);
        if (bytes.AsSpan().IndexOfAnyExcept(" \t\r\n"u8) < 0)
            return (bytes, BodyReader.Of(default, exists: false));
        if (!request.HasJsonContentType() && request.ContentType is not null)
            throw new RefusedException(Refusal.BadRequest, "The body must be JSON: send Content-Type: application/json.");
        try
        {
            Validate(bytes);
            var element = JsonSerializer.Deserialize(bytes, BodyJson.Default.JsonElement);
            if (element.ValueKind != JsonValueKind.Object)
                throw RefusedException.Invalid("invalid_type", "Invalid request: body: Expected an object.", "body");
            return (bytes, BodyReader.Of(element, exists: true));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or DecoderFallbackException)
        {
            throw new RefusedException(Refusal.BadRequest, "The body is not valid JSON in UTF-8.");
        }
    }

    /// <summary>Reads the bytes of a body.</summary>
    /// <exception cref="BadHttpRequestException">There are more than <paramref name="limit"/>.</exception>
    public static async Task<byte[]> ReadBytesAsync(HttpRequest request, int limit, CancellationToken cancellationToken)
    {
        if (request.ContentLength is 0)
            return [];
        var buffer = new ArrayBufferWriter<byte>((int)Math.Min(request.ContentLength ?? 1024, 16 * 1024) + 1);
        while (true)
        {
            var read = await request.Body.ReadAsync(buffer.GetMemory(1024), cancellationToken);
            if (read == 0)
                return buffer.WrittenSpan.ToArray();
            buffer.Advance(read);
            if (buffer.WrittenCount > limit)
                throw new BadHttpRequestException("Too large.", StatusCodes.Status413PayloadTooLarge);
        }
    }

    /// <summary>
    /// Walks every token once: later reading of names and texts cannot fail any more on bad UTF-8 or half surrogates.
    /// </summary>
    /// <exception cref="JsonException">It is no JSON in UTF-8, or too deep.</exception>
    /// <exception cref="InvalidOperationException">A text holds half a surrogate pair.</exception>
    public static void Validate(ReadOnlySpan<byte> bytes)
    {
        if (!Utf8.IsValid(bytes))
            throw new JsonException("Not UTF-8.");
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = Depth });
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped)
                _ = reader.GetString();
        }
    }
}

[System.Text.Json.Serialization.JsonSourceGenerationOptions(MaxDepth = 32)]
[System.Text.Json.Serialization.JsonSerializable(typeof(JsonElement))]
internal sealed partial class BodyJson : System.Text.Json.Serialization.JsonSerializerContext;
