using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Switchboard.Core.Access;

namespace Switchboard.Server.OAuth;

/// <summary>A request on its way to the owner.</summary>
/// <param name="Request">What is asked.</param>
/// <param name="Issuer">The address by which the client reached us.</param>
internal sealed record ConsentTicket(AuthorizationRequest Request, string Issuer);

/// <summary>
/// Requests are not kept while the owner thinks: the whole request is the id of its page, sealed with a key that lives as long as the
/// program does. So asking changes nothing here, by however many pages it is done, and no request can be made up or altered.
/// </summary>
internal sealed class ConsentTickets : IDisposable
{
    private const int NonceLength = 12;
    private const int TagLength = 16;
    /// <summary>The most characters of an id that is opened; longer ones must not be given out.</summary>
    public const int LongestId = 16 * 1024;

    // Nobody reads it as a page: letters of other scripts stay what they are, and short.
    private static readonly TicketJson Json = new(new JsonSerializerOptions
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    });


    private readonly AesGcm cipher = new(RandomNumberGenerator.GetBytes(32), TagLength);

    /// <summary>The id of a request.</summary>
    public string Seal(ConsentTicket ticket)
    {
        var plain = JsonSerializer.SerializeToUtf8Bytes(ticket, Json.ConsentTicket);
        var sealedBytes = new byte[NonceLength + plain.Length + TagLength];
        var (nonce, text, tag) = Split(sealedBytes);
        RandomNumberGenerator.Fill(nonce);
        cipher.Encrypt(nonce, plain, text, tag);
        return Base64Url.EncodeToString(sealedBytes);
    }

    /// <summary>The request of an id; <c>null</c> when it is not one of ours.</summary>
    public ConsentTicket? Open(string id)
    {
        if (id.Length > LongestId || !Base64Url.IsValid(id, out var length) || length <= NonceLength + TagLength)
            return null;
        var sealedBytes = Base64Url.DecodeFromChars(id);
        var (nonce, text, tag) = Split(sealedBytes);
        var plain = new byte[text.Length];
        try
        {
            cipher.Decrypt(nonce, text, tag, plain);
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }

        return JsonSerializer.Deserialize(plain, Json.ConsentTicket);
    }

    /// <inheritdoc/>
    public void Dispose() => cipher.Dispose();

    private static Parts Split(Span<byte> bytes) => new(
        bytes[..NonceLength], bytes[NonceLength..^TagLength], bytes[^TagLength..]);

    private readonly ref struct Parts(Span<byte> nonce, Span<byte> text, Span<byte> tag)
    {
        private readonly Span<byte> nonce = nonce;
        private readonly Span<byte> text = text;
        private readonly Span<byte> tag = tag;

        public void Deconstruct(out Span<byte> first, out Span<byte> middle, out Span<byte> last)
        {
            first = nonce;
            middle = text;
            last = tag;
        }
    }
}

/// <summary>Tickets as they are sealed; nobody else reads them.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ConsentTicket))]
internal sealed partial class TicketJson : JsonSerializerContext;
