using System.Buffers.Binary;
using System.Text;

namespace Switchboard.Core.Tests.Media;

/// <summary>The smallest files of each kind, built by the formats' own rules, with known sizes and lengths.</summary>
internal static class Samples
{
    public static byte[] Png(int width, int height) =>
    [
        0x89, .. "PNG\r\n\x1A\n"u8, .. Big(13), .. "IHDR"u8, .. Big(width), .. Big(height), 8, 6, 0, 0, 0, .. Big(0),
        .. Big(0), .. "IEND"u8, .. Big(0),
    ];

    public static byte[] Gif(ushort width, ushort height) => [.. "GIF89a"u8, .. Little16(width), .. Little16(height), 0, 0, 0, (byte)';'];

    public static byte[] Bmp(int width, int height) =>
    [
        .. "BM"u8, .. Little(54), .. Little(0), .. Little(54), .. Little(40), .. Little(width), .. Little(height),
        1, 0, 24, 0, .. new byte[24],
    ];

    public static byte[] Jpeg(ushort width, ushort height, int appBytes = 20) =>
    [
        0xFF, 0xD8, 0xFF, 0xE0, .. Big16((ushort)(appBytes + 2)), .. new byte[appBytes], 0xFF, 0xFF, 0xC4, 0, 3, 0,
        0xFF, 0xC2, 0, 11, 8, .. Big16(height), .. Big16(width), 1, 1, 0x11, 0, 0xFF, 0xDA, 0, 2, 0xFF, 0xD9,
    ];

    public static byte[] WebP(string kind, params byte[] body) =>
        [.. "RIFF"u8, .. Little(12 + body.Length), .. "WEBP"u8, .. Encoding.ASCII.GetBytes(kind), .. Little(body.Length), .. body];

    public static byte[] Mp4(string brand, uint milliseconds, params (string Handler, int Width, int Height)[] tracks) =>
    [
        .. Box("ftyp", [.. Encoding.ASCII.GetBytes(brand), 0, 0, 0, 0, .. "isom"u8]),
        .. Box("free", new byte[5]),
        .. Big(1), .. "mdat"u8, .. Big(0), .. Big(16 + 100_000), .. new byte[100_000],
        .. Box("moov", [
            .. Box("mvhd", [0, 0, 0, 0, .. new byte[8], .. Big(1000), .. Big((int)milliseconds), .. new byte[80]]),
            .. tracks.SelectMany(track => Box("trak", [
                .. Box("tkhd", [.. new byte[76], .. Big(track.Width << 16), .. Big(track.Height << 16)]),
                .. Box("mdia", Box("hdlr", [.. new byte[8], .. Encoding.ASCII.GetBytes(track.Handler), .. new byte[13]])),
            ])),
        ]),
    ];

    public static byte[] Mp4OfLongHeaders(ulong units, uint scale)
    {
        var length = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(length, units);
        return
        [
            .. Box("ftyp", [.. "isom"u8, .. Big(0)]),
            .. Box("moov", [
                .. Box("mvhd", [1, 0, 0, 0, .. new byte[16], .. Big((int)scale), .. length, .. new byte[80]]),
                .. Box("trak", [
                    .. Box("tkhd", [1, .. new byte[87], .. Big(320 << 16), .. Big(240 << 16)]),
                    .. Box("mdia", Box("hdlr", [.. new byte[8], .. "vide"u8, .. new byte[13]])),
                ]),
            ]),
        ];
    }

    public static byte[] Heif(string brand, params (int Width, int Height)[] extents) =>
    [
        .. Box("ftyp", [.. "mif1"u8, .. Big(0), .. "mif1"u8, .. Encoding.ASCII.GetBytes(brand)]),
        .. Box("meta", [.. Big(0), .. Box("iprp", Box("ipco",
            [.. extents.SelectMany(extent => Box("ispe", [.. Big(0), .. Big(extent.Width), .. Big(extent.Height)]))]))]),
    ];

    public static byte[] Wav(int bytesPerSecond, int dataBytes) =>
    [
        .. "RIFF"u8, .. Little(36 + dataBytes), .. "WAVE"u8, .. "LIST"u8, .. Little(3), .. new byte[4],
        .. "fmt "u8, .. Little(16), 1, 0, 1, 0, .. Little(bytesPerSecond), .. Little(bytesPerSecond), 1, 0, 8, 0,
        .. "data"u8, .. Little(dataBytes), .. new byte[dataBytes],
    ];

    public static byte[] Flac(int rate, int samples) =>
    [
        .. "fLaC"u8, 0x80, 0, 0, 34, .. new byte[10], (byte)(rate >> 12), (byte)(rate >> 4), (byte)(rate << 4), 0,
        .. Big(samples), .. new byte[16],
    ];

    public static byte[] Opus(ushort skipped, long granule)
    {
        var position = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(position, granule);
        return
        [
            .. "OggS"u8, 0, 2, .. new byte[20], 1, 19, .. "OpusHead"u8, 1, 1, .. Little16(skipped), .. new byte[7],
            .. new byte[100_000], .. "OggS"u8, 0, 4, .. position, .. new byte[14],
        ];
    }

    // 128 kbit/s, 44.1 kHz, stereo, version 1; after a tag of 500 bytes.
    public static byte[] Mp3(int bytes, int? countedFrames = null)
    {
        byte[] counted = countedFrames is { } frames ? [.. "Xing"u8, .. Big(1), .. Big(frames)] : new byte[12];
        byte[] start = [.. "ID3"u8, 3, 0, 0, 0, 0, 3, 0x74, .. new byte[500], 0xFF, 0xFB, 0x90, 0x00, .. new byte[32], .. counted];
        return [.. start, .. new byte[bytes - 48]];
    }

    public static byte[] Box(string type, byte[] body) => [.. Big(8 + body.Length), .. Encoding.ASCII.GetBytes(type), .. body];

    private static byte[] Big(int value) => [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];

    private static byte[] Big16(ushort value) => [(byte)(value >> 8), (byte)value];

    private static byte[] Little(int value) => [(byte)value, (byte)(value >> 8), (byte)(value >> 16), (byte)(value >> 24)];

    private static byte[] Little16(ushort value) => [(byte)value, (byte)(value >> 8)];
}
