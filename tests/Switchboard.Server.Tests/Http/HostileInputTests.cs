using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Switchboard.Server.Http;
using Switchboard.Server.Spec;
using Switchboard.Server.Tests.Hosting;
using Xunit;

namespace Switchboard.Server.Tests.Http;

/// <summary>Whatever a client sends, it gets an answer that says what is wrong with it, and soon.</summary>
public sealed class HostileInputTests(TownFixture town) : IClassFixture<TownFixture>
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    public static TheoryData<string> OperationsWithBody =>
        [.. Operations.All.Where(operation => operation.Method is "POST" or "PUT" or "PATCH").Select(operation => operation.Id)];

    public static TheoryData<string> OperationsWithQuery =>
        [.. Operations.All.Where(operation => operation.Method is "GET" or "HEAD" or "DELETE").Select(operation => operation.Id)];

    private TestServer Server => town.Server;

    /// <summary>What exists, but for the login and the sign-in: those would be used up.</summary>
    private Target Target => new() { Account = town.Mine.Account, Chat = town.Mine.Chat.Id, Message = town.Mine.Message };

    [Theory]
    [MemberData(nameof(OperationsWithBody))]
    public void Any_json_gets_an_answer(string id) => EachSeed(60, async random =>
        await AskAsync(Find(id), null, Encoding.UTF8.GetBytes(Mangled.Json(random))));

    [Theory]
    [MemberData(nameof(OperationsWithBody))]
    public void Any_spoiled_body_gets_an_answer(string id)
    {
        var good = Samples.JsonOf(Find(id), Target) ?? "{}";
        EachSeed(100, async random => await AskAsync(Find(id), null, Mangled.Spoil(random, good)));
    }

    [Theory]
    [MemberData(nameof(OperationsWithQuery))]
    public void Any_query_gets_an_answer(string id)
    {
        var operation = Find(id);
        // An account that is removed is gone for the other tests.
        var target = operation.Method == "DELETE" ? new Target() : Target;
        EachSeed(60, async random => await AskAsync(
            operation, Mangled.Query(random, operation.Query.Select(parameter => parameter.Name).ToList()), null, target));
    }

    [Theory]
    [InlineData("/v1/chats?limit=1", "/v1/chats?limit=1&cursor=")]
    [InlineData("/v1/chats/search?limit=1", "/v1/chats/search?limit=1&cursor=")]
    [InlineData("/v1/chats/{0}/messages?limit=1", "/v1/chats/{0}/messages?limit=1&cursor=")]
    [InlineData("/v1/messages/search?query=hello&limit=1", "/v1/messages/search?query=hello&limit=1&cursor=")]
    [InlineData("/v1/accounts/local_owner/contacts/list?limit=1", "/v1/accounts/local_owner/contacts/list?limit=1&cursor=")]
    public void Any_cursor_gets_an_answer(string first, string next) => Prop.ForAll(
        ArbMap.Default.ArbFor<int>(),
        seed => CursorAsync(new Random(seed), string.Format(null, first, town.Mine.Chat.Key), string.Format(null, next, town.Mine.Chat.Key))
            .GetAwaiter().GetResult()).Check(Config.QuickThrowOnFailure.WithMaxTest(100));

    [Theory]
    [InlineData("""{"text":"a","text":"b"}""", 200)]
    [InlineData("""{"text":{"text":"x"}}""", 422)]
    [InlineData("""{"text":"a","mentions":[1]}""", 422)]
    [InlineData("""{"text":"\ud800"}""", 400)]
    [InlineData("""{"\udc00":1,"text":"a"}""", 400)]
    [InlineData("""{"text":"a","unknown":"\ud800"}""", 400)]
    [InlineData("{\"text\":\"a\0\"}", 400)]
    [InlineData("""{"text":"a","unknown":1e400}""", 200)]
    [InlineData("""{"text":"a",}""", 400)]
    [InlineData("""{"text":"a"} x""", 400)]
    [InlineData("""{"text":"a"}{"text":"b"}""", 400)]
    [InlineData("""{'text':'a'}""", 400)]
    [InlineData("""{"text":"a"/**/}""", 400)]
    [InlineData("""["text"]""", 422)]
    [InlineData("\"text\"", 422)]
    [InlineData("null", 422)]
    [InlineData("12", 422)]
    [InlineData("{", 400)]
    [InlineData("", 422)]
    [InlineData("  \r\n", 422)]
    public async Task A_body_is_read_strictly(string body, int status)
    {
        using var answer = await SendMessageAsync(TestServer.Json(Encoding.UTF8.GetBytes(body)));

        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Theory]
    [InlineData("2.0", 200)]
    [InlineData("0", 200)]
    [InlineData("-0", 200)]
    [InlineData("3.6e3", 200)]
    [InlineData("null", 200)]
    [InlineData("0.5", 422)]
    [InlineData("-1", 422)]
    [InlineData("1e400", 422)]
    [InlineData("2147483648", 422)]
    [InlineData("9223372036854775808", 422)]
    [InlineData("\"60\"", 422)]
    [InlineData("true", 422)]
    public async Task A_whole_number_may_be_written_in_any_way_within_its_bounds(string number, int status)
    {
        using var answer = await Server.SendAsync(
            HttpMethod.Patch, $"/v1/chats/{town.Theirs.Chat.Key}", Server.Owner, $$"""{"messageExpirySeconds":{{number}}}""");

        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Theory]
    [InlineData(31, 200)]
    [InlineData(32, 400)]
    [InlineData(5000, 400)]
    [InlineData(500_000, 400)]
    public async Task Nesting_has_an_end(int depth, int status)
    {
        var nested = $$"""{"text":"a","x":{{new string('[', depth)}}{{new string(']', depth)}}}""";

        using var answer = await SendMessageAsync(TestServer.Json(Encoding.UTF8.GetBytes(nested)));

        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Theory]
    [InlineData("application/json", 200)]
    [InlineData("application/json; charset=utf-8", 200)]
    [InlineData("APPLICATION/JSON", 200)]
    [InlineData("application/vnd.api+json", 200)]
    [InlineData(null, 200)]
    [InlineData("text/plain", 400)]
    [InlineData("application/x-www-form-urlencoded", 400)]
    [InlineData("multipart/form-data", 400)]
    [InlineData("nonsense", 400)]
    public async Task A_body_must_be_sent_as_json(string? contentType, int status)
    {
        var content = new ByteArrayContent("""{"text":"a"}"""u8.ToArray());
        if (contentType is not null)
            content.Headers.TryAddWithoutValidation("Content-Type", contentType);

        using var answer = await SendMessageAsync(content);

        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_over_the_limit_is_refused_whether_or_not_it_says_its_length(bool chunked)
    {
        var body = Encoding.UTF8.GetBytes($$"""{"text":"{{new string('x', JsonBody.Limit)}}"}""");
        foreach (var operation in Operations.All.Where(operation => operation.Body is RequestBody.Json && operation.Id != "uploadAssetBase64"))
        {
            using var request = new HttpRequestMessage(new HttpMethod(operation.Method), Samples.PathOf(operation, Target));
            request.Content = TestServer.Json(body);
            request.Headers.TransferEncodingChunked = chunked;
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Server.Owner);
            // The server answers before it has read everything; a client that waits for leave to send does not miss that.
            request.Headers.ExpectContinue = !chunked;

            using var answer = await Server.Http.SendAsync(request);

            Assert.True(answer.StatusCode == HttpStatusCode.RequestEntityTooLarge, $"{operation.Id} answered {answer.StatusCode}.");
        }
    }

    [Theory]
    [InlineData("limit=NaN")]
    [InlineData("limit=Infinity")]
    [InlineData("limit=-Infinity")]
    [InlineData("limit=1.5")]
    [InlineData("limit=1e2")]
    [InlineData("limit=ten")]
    [InlineData("limit=0x10")]
    [InlineData("direction=up")]
    public async Task A_limit_or_direction_that_is_none_is_refused(string query)
    {
        using var answer = await Server.SendAsync(HttpMethod.Get, "/v1/chats?" + query, Server.Owner);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
    }

    [Theory]
    [InlineData("limit=0", 1)]
    [InlineData("limit=-5", 1)]
    [InlineData("limit=99999999999999999999", 2)]
    [InlineData("limit=", 2)]
    public async Task A_limit_out_of_bounds_is_brought_within_them(string query, int least)
    {
        using var answer = await Server.SendAsync(HttpMethod.Get, "/v1/chats?" + query, Server.Owner);
        using var page = await TestServer.JsonAsync(answer);

        Assert.InRange(page.RootElement.GetProperty("items").GetArrayLength(), least, least == 1 ? 1 : 200);
    }

    private static Operation Find(string id) => Operations.All.Single(operation => operation.Id == id);

    private static void EachSeed(int times, Func<Random, Task> run) => Prop.ForAll(
        ArbMap.Default.ArbFor<int>(),
        seed => run(new Random(seed)).GetAwaiter().GetResult()).Check(Config.QuickThrowOnFailure.WithMaxTest(times));

    private Task<HttpResponseMessage> SendMessageAsync(HttpContent content) =>
        Server.SendAsync(HttpMethod.Post, $"/v1/chats/{town.Mine.Chat.Key}/messages", Server.Owner, content);

    private async Task CursorAsync(Random random, string first, string next)
    {
        using var page = await Server.SendAsync(HttpMethod.Get, first, Server.Owner);
        using var json = await TestServer.JsonAsync(page);
        var good = json.RootElement.GetProperty("oldestCursor").GetString()!;
        foreach (var direction in new[] { "before", "after" })
        {
            using var answer = await Server.SendAsync(HttpMethod.Get, $"{next}{Mangled.Cursor(random, good)}&direction={direction}", Server.Owner);
            Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.BadRequest, $"{next} answered {answer.StatusCode}.");
        }
    }

    /// <summary>Asks, and once more if it took long: a busy machine is slow once, a slow server always.</summary>
    private async Task AskAsync(Operation operation, string? query, byte[]? body, Target? target = null)
    {
        for (var attempt = 1; ; attempt++)
        {
            var path = Samples.PathOf(operation, target ?? Target).Split('?')[0] + query;
            var started = Stopwatch.GetTimestamp();
            using var answer = await Server.SendAsync(
                new HttpMethod(operation.Method), path, Server.Owner, body is null ? null : TestServer.Json(body));
            var took = Stopwatch.GetElapsedTime(started);
            var sent = body is null ? "" : Encoding.UTF8.GetString(body);
            Assert.True((int)answer.StatusCode < 500, $"{operation.Method} {path} {sent} answered {answer.StatusCode}.");
            if (took < Soon)
                return;
            Assert.True(attempt < 3, $"{operation.Method} {path} {sent} took {took}.");
        }
    }
}
