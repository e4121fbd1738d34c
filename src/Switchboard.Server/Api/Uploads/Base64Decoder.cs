namespace Switchboard.Server.Api.Uploads;

/// <summary>
/// Decodes base64 character by character: both alphabets, blanks anywhere, padding present or not.
/// </summary>
internal struct Base64Decoder
{
    private const byte Blank = 64;
    private const byte Padding = 65;
    private const byte Foreign = 255;

    private static readonly byte[] Meanings = MakeMeanings();

    private uint collected;
    private int sextets;
    private int paddings;

    /// <summary>Takes one character.</summary>
    /// <returns>The byte it completed, or -1.</returns>
    /// <exception cref="UploadRefusedException">It does not belong here.</exception>
    public int Take(char character)
    {
        var meaning = character < Meanings.Length ? Meanings[character] : Foreign;
        if (meaning < Blank && paddings == 0)
        {
            collected = (collected << 6) | meaning;
            sextets = (sextets + 1) & 3;
            return sextets switch
            {
                2 => (byte)(collected >> 4),
                3 => (byte)(collected >> 2),
                0 => (byte)collected,
                _ => -1,
            };
        }

        if (meaning == Blank)
            return -1;
        // Two characters may be followed by two signs of padding, three by one.
        if (meaning == Padding && sextets >= 2 && ++paddings <= 4 - sextets)
            return -1;
        throw NotBase64();
    }

    /// <summary>Says that no more comes.</summary>
    /// <exception cref="UploadRefusedException">The last character stands alone, which no byte has.</exception>
    public readonly void Finish()
    {
        if (sextets == 1)
            throw NotBase64();
    }

    /// <summary>Whether the character is a blank, which base64 may have anywhere.</summary>
    public static bool IsBlank(char character) => character is ' ' or '\t' or '\r' or '\n';

    private static UploadRefusedException NotBase64() =>
        UploadRefusedException.Invalid("invalid_string", "content", "content is not valid base64.");

    private static byte[] MakeMeanings()
    {
        var meanings = new byte[128];
        Array.Fill(meanings, Foreign);
        for (byte i = 0; i < 26; i++)
        {
            meanings['A' + i] = i;
            meanings['a' + i] = (byte)(26 + i);
        }

        for (byte i = 0; i < 10; i++)
            meanings['0' + i] = (byte)(52 + i);
        meanings['+'] = meanings['-'] = 62;
        meanings['/'] = meanings['_'] = 63;
        meanings['='] = Padding;
        meanings[' '] = meanings['\t'] = meanings['\r'] = meanings['\n'] = Blank;
        return meanings;
    }
}
