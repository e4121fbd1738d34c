using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Switchboard.Core.Media;
using Switchboard.Server.Api.Uploads;
using Xunit;

namespace Switchboard.Server.Tests.Uploads;

[Collection(nameof(Alone))]
public sealed class Base64UploadTests
{
    [Fact]
    public void Any_bytes_arrive_however_they_are_written_and_cut() => Prop.ForAll(
        ArbMap.Default.ArbFor<NonEmptyArray<byte>>(),
        ArbMap.Default.ArbFor<int>(),
        (bytes, seed) => ArrivesAsync(bytes.Get, seed).GetAwaiter().GetResult()).QuickCheckThrowOnFailure();

    [Fact]
    public void What_is_taken_is_JSON_to_a_stock_parser_too() => Prop.ForAll(
        ArbMap.Default.ArbFor<int>(),
        seed =>
        {
            var random = new Random(seed);
            var good = """{"a":[1,-2.5e3,null,true,{"b":"\u00e4\n"}],"content":"aGVsbG8=","fileName":"x.txt"}""";
            var body = Http.Mangled.Spoil(random, good);
            var uploading = new Uploading();
            try
            {
                Base64Upload.ReadAsync(new PiecewiseStream(body, random, random.Next(1, 40)), uploading.StoreAsync, CancellationToken.None)
                    .GetAwaiter().GetResult();
            }
            catch (UploadRefusedException refusal)
            {
                return refusal.Message.Length > 0;
            }

            using var parsed = System.Text.Json.JsonDocument.Parse(body);
            return parsed.RootElement.TryGetProperty("content", out _) && uploading.Stored is not null;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5000));

    [Theory]
    [InlineData("""{"content":"aGVsbG8="}""", "hello")]
    [InlineData("""{"content":"aGVsbG8"}""", "hello")]
    [InlineData("""{"content":"aGVs\r\n bG8=\n"}""", "hello")]
    [InlineData("""{"cont\u0065nt":"\u0061GVsbG8\u003D"}""", "hello")]
    [InlineData("\uFEFF { \"content\" : \"aGVsbG8=\" } \n", "hello")]
    [InlineData("""{"content":"-_-_"}""", "\u00fb\u00ff\u00bf")]
    [InlineData("""{"content":"+\/+\/"}""", "\u00fb\u00ff\u00bf")]
    [InlineData("""{"content":"YQ"}""", "a")]
    [InlineData("""{"content":"data"}""", "u\u00abZ")]
    [InlineData("""{"a":{"content":"x","b":[1,{"content":2}]},"content":"YQ==","fileName":null}""", "a")]
    public async Task Content_is_read_in_all_its_spellings(string body, string content)
    {
        var (uploading, upload) = await ReadAsync(body);

        Assert.Equal(Encoding.Latin1.GetBytes(content), uploading.Stored);
        Assert.Equal(content.Length, upload.File.Size);
        Assert.Null(upload.FileName);
        Assert.Null(upload.MimeType);
    }

    [Theory]
    [InlineData("""{"content":"data:image/png;base64,YQ=="}""", "image/png")]
    [InlineData("""{"content":" DATA:audio\/ogg;codecs=opus;BASE64,YQ=="}""", "audio/ogg")]
    [InlineData("""{"content":"data:;base64,YQ=="}""", null)]
    [InlineData("""{"content":"data:image/png;base64,YQ==","mimeType":"image/webp"}""", "image/webp")]
    [InlineData("""{"mimeType":"image/webp","content":"data:image/png;base64,YQ=="}""", "image/webp")]
    [InlineData("""{"mimeType":"","content":"data:image/png;base64,YQ=="}""", "image/png")]
    public async Task A_data_prefix_is_taken_off_and_names_the_type(string body, string? type)
    {
        var (uploading, upload) = await ReadAsync(body);

        Assert.Equal("a"u8.ToArray(), uploading.Stored);
        Assert.Equal(type, upload.MimeType);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("{")]
    [InlineData("nonsense")]
    [InlineData("""{"content":"YQ==" """)]
    [InlineData("""{"content":"YQ==""")]
    [InlineData("""{"content":"dat""")]
    [InlineData("""{"content":"data:""")]
    [InlineData("""{"content":"YQ==\""")]
    [InlineData("""{"content":"YQ==\u00""")]
    [InlineData("""{"content":"YQ=="}}""")]
    [InlineData("""{"content":"YQ=="} x""")]
    [InlineData("""{"content":"YQ=="}{"content":1}""")]
    [InlineData("""{"content":"YQ==",}""")]
    [InlineData("""{"content" "YQ=="}""")]
    [InlineData("""{"content"::"YQ=="}""")]
    [InlineData("""{"content":"YQ==" "a":1}""")]
    [InlineData("""{"a":"content":"YQ=="}""")]
    [InlineData("""["content":"YQ=="]""")]
    [InlineData("""["a","content":"YQ=="]""")]
    [InlineData("""{'content':'YQ=='}""")]
    [InlineData("""{"content":"Y\xQ=="}""")]
    [InlineData("""{"content":"Y\u00gg"}""")]
    [InlineData("{\"content\":\"YQ\n==\"}")]
    [InlineData("""{/* no */"content":"YQ=="}""")]
    [InlineData("""{"a\q":1,"content":"YQ=="}""")]
    [InlineData("""{"fileName":"\uD800","content":"YQ=="}""")]
    [InlineData("""{"\udc00x":"","mimeType":""}""")]
    [InlineData("""{"content":"YQ==","\udc00x":"","mimeType":"a"}""")]
    [InlineData("""{"\ud800ontent":"YQ=="}""")]
    [InlineData("""{"a":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]],"content":"YQ=="}""")]
    public async Task What_is_not_JSON_is_malformed(string body) =>
        Assert.Equal(UploadRefusal.Malformed, (await RefusedAsync(Encoding.UTF8.GetBytes(body))).Kind);

    [Theory]
    [InlineData(new byte[] { 0xEF, (byte)'{', (byte)'}' })]
    [InlineData(new byte[] { (byte)'{', (byte)'"', 0xC3, (byte)'"', (byte)':', (byte)'1', (byte)'}' })]
    [InlineData(new byte[] { 0xFF, 0xFE, (byte)'{', 0, (byte)'}', 0 })]
    public async Task What_is_not_UTF8_is_malformed(byte[] body) =>
        Assert.Equal(UploadRefusal.Malformed, (await RefusedAsync(body)).Kind);

    [Theory]
    [InlineData("{}", "content")]
    [InlineData("[]", null)]
    [InlineData("\"content\"", null)]
    [InlineData("""["content","YQ=="]""", null)]
    [InlineData("""{"content":null}""", "content")]
    [InlineData("""{"content":["YQ=="]}""", "content")]
    [InlineData("""{"content":""}""", "content")]
    [InlineData("""{"content":" \n"}""", "content")]
    [InlineData("""{"content":"data:a/b;base64,"}""", "content")]
    [InlineData("""{"content":"data:a/b,YQ=="}""", "content")]
    [InlineData("""{"content":"data:"}""", "content")]
    [InlineData("""{"content":"Y"}""", "content")]
    [InlineData("""{"content":"YWFhY"}""", "content")]
    [InlineData("""{"content":"Y==="}""", "content")]
    [InlineData("""{"content":"YQ==="}""", "content")]
    [InlineData("""{"content":"YWE=="}""", "content")]
    [InlineData("""{"content":"YQ==YQ=="}""", "content")]
    [InlineData("""{"content":"===="}""", "content")]
    [InlineData("""{"content":"Y?=="}""", "content")]
    [InlineData("""{"content":"Yä=="}""", "content")]
    [InlineData("""{"content":"YQ==","content":"YQ=="}""", "content")]
    [InlineData("""{"content":"YQ==","content":1}""", "content")]
    [InlineData("""{"content":1,"cont\u0065nt":"YQ=="}""", "content")]
    [InlineData("""{"content":"YQ==","fileName":1}""", "fileName")]
    [InlineData("""{"mimeType":{},"content":"YQ=="}""", "mimeType")]
    public async Task What_is_JSON_but_will_not_do_is_invalid_and_says_where(string body, string? field)
    {
        var refusal = await RefusedAsync(Encoding.UTF8.GetBytes(body));

        Assert.Equal(UploadRefusal.Invalid, refusal.Kind);
        Assert.Equal(field is null ? ["body"] : ["body", field], Assert.Single(refusal.Issues).Path);
    }

    [Fact]
    public async Task A_name_may_have_255_characters_and_the_rest_of_the_body_1_MiB()
    {
        var name = new string('ä', 255);
        Assert.Equal(name, (await ReadAsync($$"""{"content":"YQ==","fileName":"{{name}}"}""")).Upload.FileName);

        var tooLong = await RefusedAsync(Encoding.UTF8.GetBytes($$"""{"content":"YQ==","fileName":"{{name}}a"}"""));
        var tooMuch = await RefusedAsync(Encoding.UTF8.GetBytes("{\"content\":\"YQ==\",\"a\":\"" + new string('x', 1024 * 1024) + "\"}"));

        Assert.Equal(["body", "fileName"], Assert.Single(tooLong.Issues).Path);
        Assert.Equal(UploadRefusal.TooLarge, tooMuch.Kind);
    }

    [Fact]
    public async Task A_file_over_the_stores_limit_is_too_large()
    {
        var refusal = await Assert.ThrowsAsync<UploadRefusedException>(() => Base64Upload.ReadAsync(
            new MemoryStream("""{"content":"YQ=="}"""u8.ToArray()),
            (_, _) => Task.FromException<StoredFile>(new FileTooLargeException(5)),
            CancellationToken.None));

        Assert.Equal(UploadRefusal.TooLarge, refusal.Kind);
    }

    [Fact]
    public async Task Much_content_takes_little_memory()
    {
        const int Size = 64 * 1024 * 1024;
        var body = new LongBody(Size);
        var read = 0L;
        async Task<StoredFile> CountAsync(Stream content, CancellationToken cancellationToken)
        {
            var buffer = new byte[81_920];
            while (await content.ReadAsync(buffer, cancellationToken) is > 0 and var count)
                read += count;
            return new StoredFile("", read);
        }

        var before = GC.GetTotalAllocatedBytes(precise: true);
        await Base64Upload.ReadAsync(body, CountAsync, CancellationToken.None);

        Assert.Equal(Size / 4 * 3, read);
        // Holding the content even once would cost 48 MiB.
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 40 * 1024 * 1024);
    }

    private static async Task<bool> ArrivesAsync(byte[] bytes, int seed)
    {
        var random = new Random(seed);
        var text = new StringBuilder();
        foreach (var character in Convert.ToBase64String(bytes))
        {
            if (random.Next(10) == 0)
                text.Append(random.Next(3) switch { 0 => " ", 1 => "\\n", _ => "\\u000d" });
            text.Append((character, random.Next(6)) switch
            {
                (_, 0) => $"\\u{(int)character:x4}",
                ('/', < 3) => "\\/",
                ('/', 3) => "_",
                ('+', < 4) => "-",
                ('=', < 3) => "",
                _ => character.ToString(),
            });
        }

        string[] properties =
        [
            $"\"content\": \"{(random.Next(3) == 0 ? "data:a/b;base64," : "")}{text}\"",
            "\"fileName\" :\"a\\\"b\\\\.txt\"", "\"mimeType\":\"x/y\"", "\"other\":{\"content\":[\"}\\\"\",null,-1.5e3,{}]}",
        ];
        random.Shuffle(properties);
        var body = Encoding.UTF8.GetBytes("{" + string.Join(", ", properties) + "}");
        var uploading = new Uploading();
        var upload = await Base64Upload.ReadAsync(
            new PiecewiseStream(body, random, random.Next(1, 40)), uploading.StoreAsync, CancellationToken.None);
        return bytes.AsSpan().SequenceEqual(uploading.Stored) && upload is { FileName: "a\"b\\.txt", MimeType: "x/y" };
    }

    private static async Task<(Uploading Uploading, ReceivedUpload Upload)> ReadAsync(string body)
    {
        var uploading = new Uploading();
        var bytes = new PiecewiseStream(Encoding.UTF8.GetBytes(body), new Random(body.Length), 3);
        return (uploading, await Base64Upload.ReadAsync(bytes, uploading.StoreAsync, CancellationToken.None));
    }

    private static Task<UploadRefusedException> RefusedAsync(byte[] body) => Uploading.RefusedAsync(uploading =>
        Base64Upload.ReadAsync(new PiecewiseStream(body, new Random(body.Length), 100), uploading.StoreAsync, CancellationToken.None));

    private sealed class LongBody(int characters) : MemoryStream
    {
        private readonly byte[] start = "{\"content\":\""u8.ToArray();
        private readonly byte[] end = "\",\"fileName\":\"a\"}"u8.ToArray();
        private long given;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var count = 0;
            for (; count < buffer.Length && given < start.Length + characters + end.Length; count++, given++)
            {
                buffer.Span[count] = given < start.Length ? start[given]
                    : given < start.Length + characters ? (byte)'A'
                    : end[given - start.Length - characters];
            }

            return ValueTask.FromResult(count);
        }
    }
}
