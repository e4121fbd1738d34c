using System.Buffers.Binary;

namespace Switchboard.Core.Media;

/// <summary>
/// Small reads at any place of a file, with a budget: whatever lengths and offsets a hostile file claims, only so many
/// reads of at most <see cref="LongestRead"/> bytes are done, then everything looks like the end of the file.
/// </summary>
internal sealed class SampledBytes(Stream content)
{
    /// <summary>The most bytes one read gives.</summary>
    public const int LongestRead = 64 * 1024;

    private const int MostReads = 4096;

    private int reads;

    /// <summary>The file's length in bytes.</summary>
    public long Length { get; } = content.Length;

    /// <summary>Fills <paramref name="into"/> from <paramref name="offset"/>; <c>false</c> when the file has too few bytes there.</summary>
    public bool TryRead(long offset, Span<byte> into) => Read(offset, into) == into.Length;

    /// <summary>Reads what there is, up to the length of <paramref name="into"/>.</summary>
    public int Read(long offset, Span<byte> into)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(into.Length, LongestRead);
        if (offset < 0 || offset >= Length || ++reads > MostReads)
            return 0;
        content.Position = offset;
        return content.ReadAtLeast(into, into.Length, throwOnEndOfStream: false);
    }

    /// <summary>Big-endian, four bytes.</summary>
    public static uint BigEndian(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt32BigEndian(bytes);

    /// <summary>Little-endian, four bytes.</summary>
    public static uint LittleEndian(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt32LittleEndian(bytes);
}
