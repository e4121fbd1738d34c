using System.Text;

namespace Switchboard.Server.Api.Uploads;

/// <summary>The decoded bytes of <c>content</c>, read straight from the request. See <see cref="UploadStream"/> for its end.</summary>
internal sealed class Base64ContentStream(BodyBytes source, JsonBodyScanner scanner) : UploadStream
{
    private const string PrefixStart = "data:";
    private const int LongestPrefix = 1024;

    private JsonStringDecoder characters;
    private Base64Decoder decoder;
    private string held = "";
    private int heldUsed;
    private long count;
    private bool isClosed;
    private bool isEmpty = true;

    /// <summary>The texts beside the content; known when the stream has ended.</summary>
    public UploadTexts? Texts { get; private set; }

    /// <summary>The type that a <c>data:</c> prefix named.</summary>
    public string? PrefixMimeType { get; private set; }

    /// <summary>Takes a <c>data:…;base64,</c> prefix off. To be called once, before reading.</summary>
    /// <exception cref="UploadRefusedException">The prefix is not one of base64.</exception>
    public async ValueTask ReadPrefixAsync(CancellationToken cancellationToken)
    {
        var start = new StringBuilder();
        while (await NextAsync(cancellationToken) is { } character)
        {
            if (start.Length == 0 && Base64Decoder.IsBlank(character))
                continue;
            start.Append(character);
            if (start.Length <= PrefixStart.Length)
            {
                if (char.ToLowerInvariant(character) != PrefixStart[start.Length - 1])
                    break;
            }
            else if (character == ',')
            {
                TakePrefix(start.ToString(PrefixStart.Length, start.Length - PrefixStart.Length - 1));
                return;
            }
            else if (start.Length > LongestPrefix)
            {
                throw BadPrefix();
            }
        }

        if (start.Length > PrefixStart.Length)
            throw BadPrefix();
        held = start.ToString();
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty || Texts is not null)
            return 0;
        var written = DecodeHeld(buffer.Span);
        while (written == 0 && !isClosed)
        {
            if (!await source.FillAsync(cancellationToken))
                throw UploadRefusedException.Malformed("The body broke off.");
            written = Decode(buffer.Span);
        }

        if (written == 0)
            await EndAsync(cancellationToken);
        else
            isEmpty = false;
        return written;
    }

    private int DecodeHeld(Span<byte> into)
    {
        var written = 0;
        while (heldUsed < held.Length && written < into.Length)
        {
            if (decoder.Take(held[heldUsed++]) is >= 0 and var value)
                into[written++] = (byte)value;
        }

        return written;
    }

    private int Decode(Span<byte> into)
    {
        var bytes = source.Unused;
        var (used, written) = (0, 0);
        while (used < bytes.Length && written < into.Length && !isClosed)
        {
            var character = characters.Take(bytes[used++]);
            if (character == JsonStringDecoder.End)
                MarkClosed();
            else if (character != JsonStringDecoder.Nothing && decoder.Take(Counted(character)) is >= 0 and var value)
                into[written++] = (byte)value;
        }

        source.Use(used);
        return written;
    }

    private async ValueTask<char?> NextAsync(CancellationToken cancellationToken)
    {
        while (!isClosed)
        {
            if (!await source.FillAsync(cancellationToken))
                throw UploadRefusedException.Malformed("The body broke off.");
            var character = characters.Take(source.Unused[0]);
            source.Use(1);
            if (character == JsonStringDecoder.End)
                MarkClosed();
            else if (character != JsonStringDecoder.Nothing)
                return Counted(character);
        }

        return null;
    }

    private char Counted(int character) => ++count <= Base64Upload.LongestContent
        ? (char)character
        : throw UploadRefusedException.TooLarge($"content must have at most {Base64Upload.LongestContent} characters.");

    private void MarkClosed()
    {
        isClosed = true;
        scanner.EndContent();
    }

    private async ValueTask EndAsync(CancellationToken cancellationToken)
    {
        decoder.Finish();
        // The scanner refuses a second content, so this runs to the end of the body.
        await scanner.ReadToContentAsync(cancellationToken);
        var texts = scanner.Finish();
        if (isEmpty)
            throw UploadRefusedException.Invalid("too_small", "content", "content must not be empty.");
        Texts = texts;
    }

    private void TakePrefix(string prefix)
    {
        const string Encoding = ";base64";
        if (!prefix.EndsWith(Encoding, StringComparison.OrdinalIgnoreCase))
            throw BadPrefix();
        var type = prefix[..^Encoding.Length].Split(';')[0].Trim();
        if (type.Length is > 0 and <= UploadText.Longest)
            PrefixMimeType = type;
    }

    private static UploadRefusedException BadPrefix() =>
        UploadRefusedException.Invalid("invalid_string", "content", "A data: prefix of content must end with ;base64 and a comma.");
}
