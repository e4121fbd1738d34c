using System.Buffers.Binary;

namespace Switchboard.Core.Media;

/// <summary>Reads how long a sound is from its headers. (MP4 and its kin: <see cref="IsoMedia"/>.)</summary>
internal static class SoundLength
{
    private const double Longest = 100_000_000;
    private const int MostChunks = 256;

    /// <summary>Seconds, or <c>null</c> when the headers do not say or make no sense.</summary>
    public static double? Read(string mimeType, SampledBytes bytes) => mimeType switch
    {
        "audio/wav" => ReadWav(bytes),
        "audio/flac" => ReadFlac(bytes),
        "audio/ogg" => ReadOgg(bytes),
        "audio/mpeg" => ReadMp3(bytes),
        _ => null,
    };

    /// <summary>A length that a recording can have, to the millisecond, or <c>null</c>.</summary>
    public static double? Sane(double seconds) =>
        seconds is >= 0.0005 and <= Longest ? Math.Round(seconds, 3) : null;

    private static double? ReadWav(SampledBytes bytes)
    {
        Span<byte> chunk = stackalloc byte[20];
        var bytesPerSecond = 0u;
        var at = 12L;
        for (var seen = 0; seen < MostChunks && bytes.Read(at, chunk) is >= 8 and var read; seen++)
        {
            var length = SampledBytes.LittleEndian(chunk[4..]);
            if (chunk[..4].SequenceEqual("fmt "u8) && read == 20)
                bytesPerSecond = SampledBytes.LittleEndian(chunk[16..]);
            // What was written while recording may not know its length: then the rest of the file is the sound.
            if (chunk[..4].SequenceEqual("data"u8))
                return bytesPerSecond == 0 ? null : Sane(Math.Min(length, bytes.Length - at - 8) / (double)bytesPerSecond);
            at += 8 + length + (length & 1);
        }

        return null;
    }

    private static double? ReadFlac(SampledBytes bytes)
    {
        Span<byte> header = stackalloc byte[26];
        if (!bytes.TryRead(0, header) || (header[4] & 0x7F) != 0)
            return null;
        var packed = BinaryPrimitives.ReadUInt64BigEndian(header[18..]);
        var rate = packed >> 44;
        var samples = packed & 0xF_FFFF_FFFF;
        return rate == 0 ? null : Sane(samples / (double)rate);
    }

    // The last page says how many samples came before its end.
    private static double? ReadOgg(SampledBytes bytes)
    {
        Span<byte> first = stackalloc byte[64];
        var read = bytes.Read(0, first);
        var (rate, skipped) = read switch
        {
            >= 40 when first[28..].StartsWith("OpusHead"u8) => (48000u, BinaryPrimitives.ReadUInt16LittleEndian(first[38..])),
            >= 44 when first[28..].StartsWith("\x01vorbis"u8) => (SampledBytes.LittleEndian(first[40..]), (ushort)0),
            _ => (0u, (ushort)0),
        };
        if (rate == 0)
            return null;
        var tail = new byte[SampledBytes.LongestRead];
        var end = tail.AsSpan(0, bytes.Read(Math.Max(0, bytes.Length - tail.Length), tail));
        var page = end.LastIndexOf("OggS"u8);
        return page >= 0 && end.Length - page >= 14
            ? Sane((BinaryPrimitives.ReadInt64LittleEndian(end[(page + 6)..]) - (double)skipped) / rate)
            : null;
    }

    private static double? ReadMp3(SampledBytes bytes)
    {
        Span<byte> tag = stackalloc byte[10];
        if (!bytes.TryRead(0, tag))
            return null;
        var start = 0L;
        if (tag.StartsWith("ID3"u8))
            start = 10L + ((tag[6] & 0x7F) << 21) + ((tag[7] & 0x7F) << 14) + ((tag[8] & 0x7F) << 7) + (tag[9] & 0x7F);
        Span<byte> head = stackalloc byte[64];
        var read = bytes.Read(start, head);
        if (!Mp3Frame.TryParse(head[..read], out var frame))
            return null;
        var counted = head[frame.TagOffset..];
        if ((counted.StartsWith("Xing"u8) || counted.StartsWith("Info"u8)) && (counted[7] & 1) != 0)
            return Sane(SampledBytes.BigEndian(counted[8..]) * (double)frame.Samples / frame.SampleRate);
        return Sane((bytes.Length - start) * 8.0 / frame.BitRate);
    }
}
