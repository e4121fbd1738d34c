using System.Buffers.Binary;

namespace Switchboard.Core.Media;

/// <summary>
/// Walks the boxes of ISO base media files (MP4, M4A, QuickTime, 3GP, HEIC, AVIF) for size and duration. It goes from box
/// to box by their lengths and reads only headers, so where in a file of any length they are does not matter.
/// </summary>
internal sealed class IsoMedia(SampledBytes bytes)
{
    private (int Width, int Height)? trackSize;
    private (int Width, int Height)? size;
    private double? duration;

    /// <summary>The largest picture's size, or the first video track's.</summary>
    public (int Width, int Height)? Size => size;

    /// <summary>Seconds.</summary>
    public double? Duration => duration;

    /// <summary>Whether there is a track of pictures.</summary>
    public bool HasVideo { get; private set; }

    /// <summary>Whether there is a track of sound.</summary>
    public bool HasSound { get; private set; }

    /// <summary>Walks the whole file.</summary>
    public static IsoMedia Read(SampledBytes bytes)
    {
        var media = new IsoMedia(bytes);
        media.Walk(0, bytes.Length, 0);
        return media;
    }

    // The deepest path of interest is moov/trak/mdia/hdlr; the nesting of a hostile file is not followed further.
    private void Walk(long from, long to, int depth)
    {
        Span<byte> header = stackalloc byte[16];
        while (depth < 5 && to - from >= 8 && bytes.Read(from, header) is >= 8 and var read)
        {
            long length = SampledBytes.BigEndian(header);
            var body = from + 8;
            if (length == 1)
            {
                if (read < 16)
                    return;
                length = (long)Math.Min(BinaryPrimitives.ReadUInt64BigEndian(header[8..]), long.MaxValue);
                body += 8;
            }
            else if (length == 0)
            {
                length = to - from;
            }

            if (length < body - from)
                return;
            var end = length > to - from ? to : from + length;
            Visit(header[4..8], body, end, depth);
            from = end;
        }
    }

    private void Visit(ReadOnlySpan<byte> type, long body, long end, int depth)
    {
        if (type.SequenceEqual("moov"u8) || type.SequenceEqual("mdia"u8) || type.SequenceEqual("mvex"u8)
            || type.SequenceEqual("iprp"u8) || type.SequenceEqual("ipco"u8))
        {
            Walk(body, end, depth + 1);
        }
        else if (type.SequenceEqual("trak"u8))
        {
            trackSize = null;
            Walk(body, end, depth + 1);
        }
        else if (type.SequenceEqual("meta"u8) && depth == 0)
        {
            Walk(body + 4, end, depth + 1);
        }
        else if (type.SequenceEqual("mvhd"u8))
        {
            ReadMovieHeader(body);
        }
        else if (type.SequenceEqual("tkhd"u8))
        {
            ReadTrackHeader(body);
        }
        else if (type.SequenceEqual("hdlr"u8))
        {
            ReadHandler(body);
        }
        else if (type.SequenceEqual("ispe"u8))
        {
            ReadPictureExtent(body);
        }
    }

    private void ReadMovieHeader(long body)
    {
        Span<byte> header = stackalloc byte[32];
        if (bytes.Read(body, header) < 20)
            return;
        var isLong = header[0] == 1;
        var scale = SampledBytes.BigEndian(header[(isLong ? 20 : 12)..]);
        var units = isLong ? BinaryPrimitives.ReadUInt64BigEndian(header[24..]) : SampledBytes.BigEndian(header[16..]);
        var isUnknown = units == (isLong ? ulong.MaxValue : uint.MaxValue);
        if (scale > 0 && !isUnknown)
            duration ??= SoundLength.Sane(units / (double)scale);
    }

    private void ReadTrackHeader(long body)
    {
        Span<byte> header = stackalloc byte[96];
        var read = bytes.Read(body, header);
        var at = header[0] == 1 ? 88 : 76;
        if (read >= at + 8)
            trackSize = PictureSize.Sane(SampledBytes.BigEndian(header[at..]) >> 16, SampledBytes.BigEndian(header[(at + 4)..]) >> 16);
    }

    private void ReadHandler(long body)
    {
        Span<byte> header = stackalloc byte[12];
        if (!bytes.TryRead(body, header))
            return;
        HasSound |= header[8..].SequenceEqual("soun"u8);
        if (!header[8..].SequenceEqual("vide"u8))
            return;
        HasVideo = true;
        size ??= trackSize;
    }

    // A large picture is a grid of tiles and has thumbnails, each with an extent of its own: the whole is the largest.
    private void ReadPictureExtent(long body)
    {
        Span<byte> header = stackalloc byte[12];
        if (bytes.TryRead(body, header)
            && PictureSize.Sane(SampledBytes.BigEndian(header[4..]), SampledBytes.BigEndian(header[8..])) is { } found
            && (size is not { } known || (long)found.Width * found.Height > (long)known.Width * known.Height))
            size = found;
    }
}
