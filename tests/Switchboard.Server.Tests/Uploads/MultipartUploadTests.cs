using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.AspNetCore.Http;
using Switchboard.Core.Media;
using Switchboard.Server.Api.Uploads;
using Xunit;

namespace Switchboard.Server.Tests.Uploads;

public sealed class MultipartUploadTests
{
    private const string FileHead = "Content-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\nContent-Type: image/png";

    [Fact]
    public async Task Parts_come_in_any_order_and_named_fields_go_before_the_files_own_headers()
    {
        var name = (Field("fileName"), "grüße.txt");
        var type = (Field("mimeType"), "text/plain");
        var file = (FileHead, "hello");
        var other = (Field("x"), "?");

        foreach (var parts in new (string, string)[][] { [name, type, file], [file, other, name, type], [type, other, file, name] })
        {
            var (uploading, upload) = await ReadAsync(Body(parts));
            Assert.Equal("hello"u8.ToArray(), uploading.Stored);
            Assert.Equal("grüße.txt", upload.FileName);
            Assert.Equal("text/plain", upload.MimeType);
        }
    }

    [Theory]
    [InlineData("name=\"file\"; filename=\"a b.png\"\r\nContent-Type: image/png", "a b.png", "image/png")]
    [InlineData("name=file; filename=a.png\r\nContent-Type: Application/Octet-Stream", "a.png", null)]
    [InlineData(
        "name=\"file\"; filename=\"x\"; filename*=UTF-8''%E6%97%A5.txt\r\nContent-Type: text/plain;charset=UTF-8", "日.txt", "text/plain")]
    [InlineData("name=\"file\"; filename=\"日本.txt\"", "日本.txt", null)]
    [InlineData("name=\"file\"\r\nContent-Type: nonsense", null, null)]
    public async Task The_files_own_headers_stand_in_for_missing_fields(string head, string? name, string? type)
    {
        var (_, upload) = await ReadAsync(Body(("Content-Disposition: form-data; " + head, "x"), (Field("fileName"), "")));

        Assert.Equal(name, upload.FileName);
        Assert.Equal(type, upload.MimeType);
    }

    [Fact]
    public void Any_bytes_arrive_however_they_are_cut() => Prop.ForAll(
        ArbMap.Default.ArbFor<byte[]>(),
        ArbMap.Default.ArbFor<int>(),
        (bytes, seed) =>
        {
            var body = Body((FileHead, Encoding.Latin1.GetString(bytes) + "\r\n--b\r"), Encoding.Latin1);
            var (uploading, _) = ReadAsync(body, new Random(seed)).GetAwaiter().GetResult();
            return uploading.Stored!.AsSpan().SequenceEqual([.. bytes, .. "\r\n--b\r"u8]);
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(null)]
    [InlineData("application/json")]
    [InlineData("multipart/form-data")]
    [InlineData("multipart/form-data; boundary=\"\"")]
    [InlineData("multipart/mixed; boundary=boundary")]
    public async Task Another_type_of_body_is_malformed(string? contentType) =>
        Assert.Equal(UploadRefusal.Malformed, (await RefusedAsync(Body((FileHead, "x")), contentType)).Kind);

    [Fact]
    public async Task A_body_that_ends_early_is_malformed_wherever_it_ends()
    {
        var body = Body((Field("fileName"), "a"), (FileHead, "hello"), (Field("mimeType"), "a/b"));
        for (var length = 0; length < body.Length - 4; length++)
            Assert.Equal(UploadRefusal.Malformed, (await RefusedAsync(body[..length])).Kind);
    }

    [Fact]
    public void A_damaged_form_is_read_or_refused() => Prop.ForAll(
        ArbMap.Default.ArbFor<int>(),
        seed =>
        {
            var random = new Random(seed);
            var body = Damage(
                random, Body((Field("fileName"), "grüße.txt"), (FileHead, "hello\r\n--b"), (Field("mimeType"), "text/plain")));
            var type = random.Next(4) == 0
                ? Encoding.Latin1.GetString(Damage(random, "multipart/form-data; boundary=\"boundary\""u8.ToArray()))
                : "multipart/form-data; boundary=boundary";
            var uploading = new Uploading();
            try
            {
                var request = Request(new PiecewiseStream(body, random, 50), type);
                MultipartUpload.ReadAsync(request, uploading.StoreAsync, CancellationToken.None)
                    .GetAwaiter().GetResult();
                return uploading.Stored is not null;
            }
            catch (UploadRefusedException refusal)
            {
                return refusal.Kind == UploadRefusal.Invalid ? refusal.Issues.Count > 0 : refusal.Message.Length > 0;
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5000));

    [Fact]
    public async Task A_missing_or_second_file_or_a_long_field_is_invalid_and_nothing_is_stored()
    {
        (byte[] Body, string Field)[] cases =
        [
            (Body((Field("fileName"), "a")), "file"),
            (Body((FileHead, "x"), (FileHead, "y")), "file"),
            (Body((FileHead, "x"), (Field("fileName"), new string('a', 256))), "fileName"),
            (Body((Field("mimeType"), new string('a', 2000)), (FileHead, "x")), "mimeType"),
        ];

        foreach (var (body, field) in cases)
        {
            var refusal = await RefusedAsync(body);
            Assert.Equal(UploadRefusal.Invalid, refusal.Kind);
            Assert.Equal(["body", field], Assert.Single(refusal.Issues).Path);
        }
    }

    [Fact]
    public async Task Bad_text_too_many_parts_and_large_other_parts_are_refused()
    {
        var many = Enumerable.Repeat((Field("x"), "y"), 20).Append((FileHead, "x")).ToArray();

        Assert.Equal(UploadRefusal.Malformed, (await RefusedAsync(Body(many))).Kind);
        var longHead = Field("fileName") + "\r\nX: " + new string('x', 40_000);
        Assert.Equal(UploadRefusal.Malformed, (await RefusedAsync(Body((longHead, "a")))).Kind);
        Assert.Equal(UploadRefusal.Malformed, (await RefusedAsync(Body((Field("fileName"), "\u00ff"), Encoding.Latin1))).Kind);
        Assert.Equal(UploadRefusal.TooLarge, (await RefusedAsync(Body((FileHead, "x"), (Field("x"), new string('x', 65_537))))).Kind);
    }

    [Fact]
    public async Task A_file_over_the_stores_limit_is_too_large()
    {
        var refusal = await Assert.ThrowsAsync<UploadRefusedException>(() => MultipartUpload.ReadAsync(
            Request(new MemoryStream(Body((FileHead, "x"))), "multipart/form-data; boundary=boundary"),
            (_, _) => Task.FromException<StoredFile>(new FileTooLargeException(5)),
            CancellationToken.None));

        Assert.Equal(UploadRefusal.TooLarge, refusal.Kind);
    }

    [Fact]
    public Task A_failure_of_the_store_is_not_the_clients_fault() => Assert.ThrowsAsync<IOException>(() => MultipartUpload.ReadAsync(
        Request(new MemoryStream(Body((FileHead, "x"))), "multipart/form-data; boundary=boundary"),
        (_, _) => Task.FromException<StoredFile>(new IOException("The disk is full.")),
        CancellationToken.None));

    /// <summary>The same with some bytes changed, left out, put in or repeated, or cut off.</summary>
    private static byte[] Damage(Random random, byte[] bytes)
    {
        for (var changes = random.Next(1, 4); changes > 0; changes--)
        {
            var at = random.Next(bytes.Length + 1);
            var (head, tail) = (bytes[..at], bytes[at..]);
            bytes = random.Next(6) switch
            {
                0 => [.. head, .. tail.Skip(1)],
                1 => [.. head, (byte)random.Next(256), .. tail],
                2 => [.. head, .. "\r\n--boundary"u8, .. tail],
                3 => [.. head, .. tail, .. tail],
                4 => [.. head, (byte)random.Next(256), .. tail.Skip(1)],
                _ => random.Next(4) == 0 ? head : [.. head, .. "\r\n"u8, .. tail],
            };
        }

        return bytes;
    }

    private static string Field(string name) => $"Content-Disposition: form-data; name=\"{name}\"";

    private static byte[] Body(params (string Head, string Content)[] parts) => Body(Encoding.UTF8, parts);

    private static byte[] Body((string Head, string Content) part, Encoding encoding) => Body(encoding, part);

    private static byte[] Body(Encoding encoding, params (string Head, string Content)[] parts) => encoding.GetBytes(
        string.Concat(parts.Select(part => $"--boundary\r\n{part.Head}\r\n\r\n{part.Content}\r\n")) + "--boundary--\r\n");

    private static HttpRequest Request(Stream body, string? contentType)
    {
        var request = new DefaultHttpContext().Request;
        request.Body = body;
        request.ContentType = contentType;
        return request;
    }

    private static async Task<(Uploading Uploading, ReceivedUpload Upload)> ReadAsync(byte[] body, Random? sizes = null)
    {
        var uploading = new Uploading();
        var request = Request(new PiecewiseStream(body, sizes ?? new Random(1), 50), "multipart/form-data; boundary=\"boundary\"");
        return (uploading, await MultipartUpload.ReadAsync(request, uploading.StoreAsync, CancellationToken.None));
    }

    private static Task<UploadRefusedException> RefusedAsync(byte[] body, string? contentType = "multipart/form-data; boundary=boundary") =>
        Uploading.RefusedAsync(uploading => MultipartUpload.ReadAsync(
            Request(new PiecewiseStream(body, new Random(1), 1000), contentType), uploading.StoreAsync, CancellationToken.None));
}
