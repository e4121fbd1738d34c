namespace Switchboard.Server.Api.Uploads;

/// <summary>
/// Undoes a JSON string's escapes byte by byte. Characters outside ASCII come out as some character that is not ASCII:
/// the content has no use for them.
/// </summary>
internal struct JsonStringDecoder
{
    /// <summary>The byte was part of an escape that is not complete.</summary>
    public const int Nothing = -1;

    /// <summary>The byte was the closing quote.</summary>
    public const int End = -2;

    // 0: plain; 1: after a backslash; 2 to 5: before the first to fourth digit of \u.
    private int state;
    private int code;

    /// <summary>Whether the last byte left no escape open.</summary>
    public readonly bool IsPlain => state == 0;

    /// <summary>Takes one byte.</summary>
    /// <returns>The character it completed, <see cref="Nothing"/> or <see cref="End"/>.</returns>
    /// <exception cref="UploadRefusedException">It may not stand in a JSON string.</exception>
    public int Take(byte value)
    {
        if (state == 0)
        {
            if (value is not ((byte)'"' or (byte)'\\') && value >= 0x20)
                return value;
            if (value == '"')
                return End;
            state = value == '\\' ? 1 : throw Malformed();
            return Nothing;
        }

        return state == 1 ? TakeAfterBackslash(value) : TakeDigit(value);
    }

    private int TakeAfterBackslash(byte value)
    {
        state = value == 'u' ? 2 : 0;
        code = 0;
        return (char)value switch
        {
            '"' or '\\' or '/' => value,
            'b' => '\b',
            'f' => '\f',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => Nothing,
            _ => throw Malformed(),
        };
    }

    private int TakeDigit(byte value)
    {
        if (!char.IsAsciiHexDigit((char)value))
            throw Malformed();
        code = (code << 4) | Convert.ToInt32(((char)value).ToString(), 16);
        state = (state + 1) % 6;
        return state == 0 ? code : Nothing;
    }

    private static UploadRefusedException Malformed() => UploadRefusedException.Malformed("The body is not well-formed JSON.");
}
