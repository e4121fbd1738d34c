using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Switchboard.Core.Media;
using Xunit;

namespace Switchboard.Core.Tests.Media;

public sealed class MediaInspectorTests
{
    private static readonly (byte[] Bytes, MediaFacts Facts)[] Known =
    [
        (Samples.Png(640, 70_000), new("image/png", 640, 70_000, null)),
        (Samples.Gif(300, 200), new("image/gif", 300, 200, null)),
        (Samples.Bmp(31, -17), new("image/bmp", 31, 17, null)),
        (Samples.Jpeg(4000, 3000), new("image/jpeg", 4000, 3000, null)),
        (Samples.Jpeg(4000, 3000, 65_000), new("image/jpeg", 4000, 3000, null)),
        (Samples.WebP("VP8X", 0, 0, 0, 0, 0x7F, 0x02, 0, 0xDF, 0x01, 0), new("image/webp", 640, 480, null)),
        (Samples.WebP("VP8 ", 0, 0, 0, 0x9D, 1, 0x2A, 0x80, 0x02, 0xE0, 0x41), new("image/webp", 640, 480, null)),
        (Samples.WebP("VP8L", 0x2F, 0x7F, 0xC2, 0x77, 0, 0, 0, 0, 0, 0), new("image/webp", 640, 480, null)),
        (Samples.Heif("heic", (512, 512), (4032, 3024), (320, 240)), new("image/heic", 4032, 3024, null)),
        (Samples.Heif("avif", (64, 32)), new("image/avif", 64, 32, null)),
        (Samples.Mp4("isom", 2500, ("soun", 0, 0), ("vide", 1920, 1080)), new("video/mp4", 1920, 1080, 2.5)),
        (Samples.Mp4("qt  ", 2500, ("vide", 1920, 1080)), new("video/quicktime", 1920, 1080, 2.5)),
        (Samples.Mp4("isom", 61_000, ("soun", 0, 0)), new("audio/mp4", null, null, 61)),
        (Samples.Mp4("M4A ", 61_000, ("soun", 0, 0)), new("audio/mp4", null, null, 61)),
        (Samples.Mp4OfLongHeaders(900_000, 90_000), new("video/mp4", 320, 240, 10)),
        (Samples.Wav(8000, 12_000), new("audio/wav", null, null, 1.5)),
        (Samples.Flac(44_100, 88_200), new("audio/flac", null, null, 2)),
        (Samples.Opus(312, (48_000 * 3) + 312), new("audio/ogg", null, null, 3)),
        (Samples.Mp3(32_000), new("audio/mpeg", null, null, 2)),
        (Samples.Mp3(32_000, 383), new("audio/mpeg", null, null, 10.005)),
    ];

    [Fact]
    public void Pictures_sound_and_videos_tell_their_type_size_and_length() =>
        Assert.All(Known, known => Assert.Equal(known.Facts, Inspect(known.Bytes)));

    [Theory]
    [InlineData("%PDF-1.7", "application/pdf")]
    [InlineData("PK\u0003\u0004rest", "application/zip")]
    [InlineData("hello", "text/plain")]
    [InlineData("\uFEFFgrüße 日本 😀\r\n", "text/plain")]
    [InlineData("BMW is a car maker with a long name", "text/plain")]
    [InlineData("  <!DOCTYPE html><p>x", "text/html")]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml")]
    [InlineData("<?xml version='1.0'?><!-- a --><svg/>", "image/svg+xml")]
    [InlineData("<?xml version='1.0'?><a/>", "application/xml")]
    [InlineData("bell \a", "application/octet-stream")]
    [InlineData("", "application/octet-stream")]
    public void Other_files_tell_their_type(string content, string type) =>
        Assert.Equal(new MediaFacts(type, null, null, null), Inspect(Encoding.UTF8.GetBytes(content)));

    [Fact]
    public void Text_may_be_cut_in_the_middle_of_a_character_where_we_stop_looking()
    {
        Assert.Equal("text/plain", Inspect(Encoding.UTF8.GetBytes("x" + new string('ü', 5000))).MimeType);
        Assert.Equal("application/octet-stream", Inspect([(byte)'x', 0xC3]).MimeType);
    }

    [Theory]
    [InlineData("image/webp", "image/webp")]
    [InlineData("Text/Plain; charset=utf-8", "text/plain")]
    [InlineData("application/vnd.x+json", "application/vnd.x+json")]
    [InlineData("nonsense", "image/png")]
    [InlineData("a/b/c", "image/png")]
    [InlineData("image/", "image/png")]
    [InlineData("a/b\r\nX-Evil: 1", "image/png")]
    [InlineData("", "image/png")]
    [InlineData(null, "image/png")]
    public void A_declared_type_wins_if_it_is_one(string? declared, string type) =>
        Assert.Equal(new MediaFacts(type, 5, 6, null), Inspect(Samples.Png(5, 6), "a.gif", declared));

    [Fact]
    public void A_declared_type_has_at_most_127_characters()
    {
        Assert.Equal("a/" + new string('b', 125), Inspect([0], null, "a/" + new string('b', 125)).MimeType);
        Assert.Equal("application/octet-stream", Inspect([0], null, "a/" + new string('b', 126)).MimeType);
    }

    [Fact]
    public void A_name_makes_a_type_exact_but_never_another_one()
    {
        Assert.Equal("text/csv", Inspect("a,b"u8.ToArray(), "A.CSV").MimeType);
        Assert.Equal("text/plain", Inspect("a,b"u8.ToArray(), "a.png").MimeType);
        Assert.EndsWith("wordprocessingml.document", Inspect("PK\x03\x04"u8.ToArray(), "a.docx").MimeType);
        Assert.Equal("image/png", Inspect(Samples.Png(1, 1), "a.html").MimeType);
        Assert.Equal("application/x-tar", Inspect([0, 1, 2], "a.tar").MimeType);
        Assert.Equal("application/octet-stream", Inspect([0, 1, 2], "a.unknown").MimeType);
    }

    [Fact]
    public void Random_bytes_are_some_file() => Prop.ForAll(
        ArbMap.Default.ArbFor<byte[]>(),
        bytes => IsSane(Inspect(bytes))).QuickCheckThrowOnFailure();

    [Fact]
    public void Broken_headers_never_throw_and_never_lead_to_nonsense()
    {
        var random = new Random(20_26);
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = Known[round % Known.Length].Bytes.ToArray();
            var start = Math.Max(0, bytes.Length - 400);
            for (var change = random.Next(1, 6); change > 0; change--)
            {
                var at = random.Next(2) == 0 ? random.Next(Math.Min(bytes.Length, 200)) : random.Next(start, bytes.Length);
                bytes[at] = random.Next(3) switch { 0 => 0xFF, 1 => 0, _ => (byte)random.Next(256) };
            }

            if (random.Next(4) == 0)
                bytes = bytes[..random.Next(bytes.Length + 1)];
            Assert.True(IsSane(Inspect(bytes)), Convert.ToHexString(bytes.AsSpan(0, Math.Min(bytes.Length, 200))));
        }
    }

    [Fact]
    public void A_huge_file_of_tiny_boxes_is_given_up_soon()
    {
        var content = new CountingStream(
        [
            .. Samples.Box("ftyp", "isom\0\0\0\0"u8.ToArray()),
            .. Enumerable.Repeat(Samples.Box("free", []), 500_000).SelectMany(box => box),
        ]);

        Assert.Equal("video/mp4", MediaInspector.Inspect(content, null, null).MimeType);
        Assert.InRange(content.BytesRead, 1, 1_000_000);
    }

    [Fact]
    public void Boxes_in_boxes_without_end_are_given_up_soon()
    {
        byte[] nested = [];
        for (var depth = 0; depth < 1000; depth++)
            nested = Samples.Box("moov", nested);

        Assert.Equal("video/quicktime", Inspect(nested).MimeType);
    }

    [Theory]
    [InlineData("image/png", true)]
    [InlineData("IMAGE/JPEG", true)]
    [InlineData("image/heic", true)]
    [InlineData("video/x-matroska", true)]
    [InlineData("audio/ogg; codecs=opus", true)]
    [InlineData("text/plain; charset=utf-8", true)]
    [InlineData("image/svg+xml", false)]
    [InlineData("text/html", false)]
    [InlineData("text/xml", false)]
    [InlineData("application/pdf", false)]
    [InlineData("application/octet-stream", false)]
    [InlineData("video/", false)]
    [InlineData("audio/\r\nx", false)]
    [InlineData("", false)]
    public void Only_what_cannot_run_code_is_shown_inline(string type, bool isSafe) =>
        Assert.Equal(isSafe, MediaInspector.IsSafeInline(type));

    [Theory]
    [InlineData("photo.jpg", "photo.jpg")]
    [InlineData("/etc/passwd", "passwd")]
    [InlineData(@"C:\Users\me\a b.txt", "a b.txt")]
    [InlineData("../..", "file.png")]
    [InlineData(" .hidden. ", "hidden")]
    [InlineData("a:b\0c\r\nd", "abcd")]
    [InlineData("invoice\u202Efdp.exe", "invoicefdp.exe")]
    [InlineData("日本 😀.txt", "日本 😀.txt")]
    [InlineData("half \uD83D.txt", "half .txt")]
    [InlineData("", "file.png")]
    [InlineData(null, "file.png")]
    public void A_name_becomes_safe(string? name, string safe) => Assert.Equal(safe, MediaInspector.SafeFileName(name, "image/png"));

    [Fact]
    public void A_long_name_keeps_its_extension()
    {
        Assert.Equal(new string('x', 145) + ".jpeg", MediaInspector.SafeFileName(new string('x', 400) + ".jpeg", "image/jpeg"));
        Assert.Equal(150, MediaInspector.SafeFileName("a." + new string('x', 400), "image/jpeg").Length);
        Assert.Equal(new string('x', 144) + ".jpeg", MediaInspector.SafeFileName(new string('x', 144) + "😀.jpeg", "image/jpeg"));
    }

    [Fact]
    public void A_safe_name_is_safe_whatever_it_was() => Prop.ForAll(
        ArbMap.Default.ArbFor<string?>(),
        name =>
        {
            var safe = MediaInspector.SafeFileName(name, "no/type");
            return safe.Length is > 0 and <= 150 && safe.IndexOfAny(['/', '\\', ':', '\0', '\n']) < 0
                && safe.Trim(' ', '.') == safe && MediaInspector.SafeFileName(safe, "no/type") == safe;
        }).QuickCheckThrowOnFailure();

    private static MediaFacts Inspect(byte[] bytes, string? name = null, string? declared = null) =>
        MediaInspector.Inspect(new MemoryStream(bytes), name, declared);

    private static bool IsSane(MediaFacts facts) =>
        facts.MimeType.Contains('/') && facts.Width.HasValue == facts.Height.HasValue && facts.Width is null or > 0
        && facts.Height is null or > 0 && facts.Duration is null or (> 0 and < 1e9);

    private sealed class CountingStream(byte[] bytes) : MemoryStream(bytes)
    {
        public long BytesRead { get; private set; }

        public override int Read(Span<byte> buffer)
        {
            var read = base.Read(buffer);
            BytesRead += read;
            return read;
        }
    }
}
