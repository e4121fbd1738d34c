namespace Switchboard.Core.Media;

/// <summary>The four-byte header of one frame of MPEG layer III sound.</summary>
/// <param name="BitRate">Bits in a second.</param>
/// <param name="SampleRate">Samples in a second.</param>
/// <param name="Samples">Samples in this frame.</param>
/// <param name="IsMono">Whether there is one channel.</param>
internal readonly record struct Mp3Frame(int BitRate, int SampleRate, int Samples, bool IsMono)
{
    private static readonly int[] KilobitsOfVersion1 = [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
    private static readonly int[] KilobitsOfVersion2 = [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
    private static readonly int[] Rates = [44100, 48000, 32000];

    /// <summary>Bytes from the frame's start to the tag that some encoders put into the first frame.</summary>
    public int TagOffset => 4 + (Samples == 1152, IsMono) switch
    {
        (true, false) => 32,
        (false, true) => 9,
        _ => 17,
    };

    /// <summary>Reads a header; <c>false</c> for what is none, or leaves the bit rate open.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out Mp3Frame frame)
    {
        frame = default;
        if (bytes.Length < 4 || bytes[0] != 0xFF || (bytes[1] & 0xE0) != 0xE0)
            return false;
        var version = (bytes[1] >> 3) & 3;
        var isLayer3 = ((bytes[1] >> 1) & 3) == 1;
        var bitRate = bytes[2] >> 4;
        var rate = (bytes[2] >> 2) & 3;
        if (version == 1 || !isLayer3 || bitRate is 0 or 15 || rate == 3)
            return false;
        var isVersion1 = version == 3;
        var halvings = version switch { 3 => 0, 2 => 1, _ => 2 };
        var kilobits = (isVersion1 ? KilobitsOfVersion1 : KilobitsOfVersion2)[bitRate - 1];
        frame = new Mp3Frame(kilobits * 1000, Rates[rate] >> halvings, isVersion1 ? 1152 : 576, bytes[3] >> 6 == 3);
        return true;
    }
}
