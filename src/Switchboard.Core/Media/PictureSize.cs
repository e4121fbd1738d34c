using System.Buffers.Binary;

namespace Switchboard.Core.Media;

/// <summary>Reads the pixel size of pictures from their headers, never the picture itself.</summary>
internal static class PictureSize
{
    private const int MostJpegSegments = 1024;

    /// <summary>The size, or <c>null</c> when the header is cut off or makes no sense.</summary>
    public static (int Width, int Height)? Read(string mimeType, SampledBytes bytes) => mimeType switch
    {
        "image/png" => ReadPng(bytes),
        "image/gif" => ReadGif(bytes),
        "image/bmp" => ReadBmp(bytes),
        "image/webp" => ReadWebP(bytes),
        "image/jpeg" => ReadJpeg(bytes),
        _ => null,
    };

    /// <summary>A size that a picture can have, or <c>null</c>.</summary>
    public static (int Width, int Height)? Sane(long width, long height) =>
        width is > 0 and <= int.MaxValue && height is > 0 and <= int.MaxValue ? ((int)width, (int)height) : null;

    private static (int, int)? ReadPng(SampledBytes bytes)
    {
        Span<byte> header = stackalloc byte[24];
        return bytes.TryRead(0, header) && header[12..16].SequenceEqual("IHDR"u8)
            ? Sane(SampledBytes.BigEndian(header[16..]), SampledBytes.BigEndian(header[20..]))
            : null;
    }

    private static (int, int)? ReadGif(SampledBytes bytes)
    {
        Span<byte> header = stackalloc byte[10];
        return bytes.TryRead(0, header)
            ? Sane(BinaryPrimitives.ReadUInt16LittleEndian(header[6..]), BinaryPrimitives.ReadUInt16LittleEndian(header[8..]))
            : null;
    }

    private static (int, int)? ReadBmp(SampledBytes bytes)
    {
        Span<byte> header = stackalloc byte[26];
        if (!bytes.TryRead(0, header))
            return null;
        if (header[14] == 12)
            return Sane(BinaryPrimitives.ReadUInt16LittleEndian(header[18..]), BinaryPrimitives.ReadUInt16LittleEndian(header[20..]));
        // A negative height means only that the first row is the top one.
        return Sane(
            BinaryPrimitives.ReadInt32LittleEndian(header[18..]),
            Math.Abs((long)BinaryPrimitives.ReadInt32LittleEndian(header[22..])));
    }

    private static (int, int)? ReadWebP(SampledBytes bytes)
    {
        Span<byte> header = stackalloc byte[30];
        if (!bytes.TryRead(0, header))
            return null;
        var kind = header[12..16];
        if (kind.SequenceEqual("VP8X"u8))
            return Sane(1 + (SampledBytes.LittleEndian(header[24..]) & 0xFFFFFF), 1 + (SampledBytes.LittleEndian(header[26..]) >> 8));
        if (kind.SequenceEqual("VP8L"u8) && header[20] == 0x2F)
        {
            var packed = SampledBytes.LittleEndian(header[21..]);
            return Sane(1 + (packed & 0x3FFF), 1 + ((packed >> 14) & 0x3FFF));
        }

        return kind.SequenceEqual("VP8 "u8) && header[23..26].SequenceEqual<byte>([0x9D, 0x01, 0x2A])
            ? Sane(
                BinaryPrimitives.ReadUInt16LittleEndian(header[26..]) & 0x3FFF,
                BinaryPrimitives.ReadUInt16LittleEndian(header[28..]) & 0x3FFF)
            : null;
    }

    private static (int, int)? ReadJpeg(SampledBytes bytes)
    {
        Span<byte> segment = stackalloc byte[9];
        var at = 2L;
        for (var seen = 0; seen < MostJpegSegments; seen++)
        {
            if (bytes.Read(at, segment) < 4 || segment[0] != 0xFF)
                return null;
            switch (segment[1])
            {
                case 0xFF:
                    at++;
                    break;
                case 0x01 or (>= 0xD0 and <= 0xD7):
                    at += 2;
                    break;
                case 0xD9 or 0xDA:
                    return null;
                case >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC):
                    return Sane(BinaryPrimitives.ReadUInt16BigEndian(segment[7..]), BinaryPrimitives.ReadUInt16BigEndian(segment[5..]));
                default:
                    at += 2 + BinaryPrimitives.ReadUInt16BigEndian(segment[2..]);
                    break;
            }
        }

        return null;
    }
}
