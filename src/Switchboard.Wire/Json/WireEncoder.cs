using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;

namespace Switchboard.Wire;

/// <summary>
/// Escapes only what JSON itself demands: quotes, backslashes, control characters, and halves of surrogate pairs.
/// </summary>
/// <remarks>
/// The framework's relaxed encoder still escapes everything above U+FFFF, which would make each emoji twelve bytes long and
/// frames unreadable. Bodies are served as <c>application/json</c>, never inside HTML, so nothing else needs an escape.
/// </remarks>
internal sealed unsafe class WireEncoder : JavaScriptEncoder
{
    public static readonly WireEncoder Instance = new();

    private static readonly SearchValues<char> Suspects = SearchValues.Create(
        [.. Enumerable.Range(0, ' ').Select(c => (char)c), '"', '\\', .. Enumerable.Range(0xD800, 0x800).Select(c => (char)c)]);

    private WireEncoder()
    {
    }

    public override int MaxOutputCharactersPerInputCharacter => UnsafeRelaxedJsonEscaping.MaxOutputCharactersPerInputCharacter;

    public override bool WillEncode(int unicodeScalar) => unicodeScalar is < ' ' or '"' or '\\';

    public override int FindFirstCharacterToEncode(char* text, int textLength)
    {
        var whole = new ReadOnlySpan<char>(text, textLength);
        for (var start = 0; start < textLength;)
        {
            var found = whole[start..].IndexOfAny(Suspects);
            if (found < 0)
                return -1;
            start += found;
            if (Rune.DecodeFromUtf16(whole[start..], out var rune, out var length) is not OperationStatus.Done || WillEncode(rune.Value))
                return start;
            start += length;
        }
        return -1;
    }

    public override bool TryEncodeUnicodeScalar(int unicodeScalar, char* buffer, int bufferLength, out int numberOfCharactersWritten) =>
        UnsafeRelaxedJsonEscaping.TryEncodeUnicodeScalar(unicodeScalar, buffer, bufferLength, out numberOfCharactersWritten);
}
