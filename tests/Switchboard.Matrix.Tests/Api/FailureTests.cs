using System.Text;
using Switchboard.Matrix.Api;
using Switchboard.Networks;
using Switchboard.Testing;

namespace Switchboard.Matrix.Tests.Api;

public sealed class FailureTests
{
    private static MatrixApi Open(FaultyHomeserver server, TimeProvider? clock = null) =>
        new(server.Address, MatrixHttp.Make(), clock ?? TimeProvider.System) { AccessToken = "secret" };

    [Theory]
    [InlineData(401, "M_UNKNOWN_TOKEN", NetworkFailure.LoginExpired)]
    [InlineData(401, "M_MISSING_TOKEN", NetworkFailure.LoginExpired)]
    [InlineData(401, "M_USER_LOCKED", NetworkFailure.Transient)]
    [InlineData(403, "M_FORBIDDEN", NetworkFailure.Rejected)]
    [InlineData(403, "M_USER_SUSPENDED", NetworkFailure.Rejected)]
    [InlineData(403, "M_USER_DEACTIVATED", NetworkFailure.Rejected)]
    [InlineData(403, "M_RESOURCE_LIMIT_EXCEEDED", NetworkFailure.Rejected)]
    [InlineData(404, "M_NOT_FOUND", NetworkFailure.NotFound)]
    [InlineData(404, "M_UNRECOGNIZED", NetworkFailure.Rejected)]
    [InlineData(405, "M_UNRECOGNIZED", NetworkFailure.Rejected)]
    [InlineData(400, "M_BAD_JSON", NetworkFailure.Rejected)]
    [InlineData(400, "M_BAD_STATE", NetworkFailure.Rejected)]
    [InlineData(413, "M_TOO_LARGE", NetworkFailure.Rejected)]
    [InlineData(429, "M_LIMIT_EXCEEDED", NetworkFailure.Transient)]
    [InlineData(500, "M_UNKNOWN", NetworkFailure.Transient)]
    [InlineData(502, "M_UNKNOWN", NetworkFailure.Transient)]
    [InlineData(504, "M_NOT_YET_UPLOADED", NetworkFailure.Transient)]
    public async Task A_refusal_is_told_as_what_it_means(int status, string code, NetworkFailure expected)
    {
        await using var server = await FaultyHomeserver.StartAsync();
        server.On("GET", "/_matrix/client/v3/x", FaultyHomeserver.Error(code, "in its words"), status);
        using var api = Open(server);

        var failure = await Assert.ThrowsAsync<NetworkException>(() => api.GetAsync("v3/x", CancellationToken.None));

        Assert.Equal(expected, failure.Kind);
        Assert.Equal(code.StartsWith("M_USER_", StringComparison.Ordinal), failure.IsAccountLimited);
        Assert.Equal(code, Assert.IsType<MatrixError>(failure.InnerException).Code);
        Assert.DoesNotContain("secret", failure.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(401, "<html>who are you</html>", NetworkFailure.Transient)]
    [InlineData(403, "", NetworkFailure.Transient)]
    [InlineData(404, "not here", NetworkFailure.Transient)]
    [InlineData(413, "too much", NetworkFailure.Rejected)]
    [InlineData(503, "{}", NetworkFailure.Transient)]
    [InlineData(302, "", NetworkFailure.Transient)]
    [InlineData(403, "{\"errcode\":7}", NetworkFailure.Transient)]
    [InlineData(403, "[[[[", NetworkFailure.Transient)]
    public async Task What_stands_before_a_homeserver_does_not_speak_for_it(int status, string body, NetworkFailure expected)
    {
        await using var server = await FaultyHomeserver.StartAsync();
        server.On("GET", "/_matrix/client/v3/x", body, status);
        using var api = Open(server);

        Assert.Equal(expected, (await Assert.ThrowsAsync<NetworkException>(() => api.GetAsync("v3/x", CancellationToken.None))).Kind);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"cut\":")]
    [InlineData("not json")]
    public async Task An_answer_that_is_no_json_is_tried_again(string body)
    {
        await using var server = await FaultyHomeserver.StartAsync();
        server.On("GET", "/_matrix/client/v3/x", body);
        using var api = Open(server);

        Assert.Equal(
            NetworkFailure.Transient, (await Assert.ThrowsAsync<NetworkException>(() => api.GetAsync("v3/x", CancellationToken.None))).Kind);
    }

    [Fact]
    public async Task An_answer_beyond_all_bounds_is_not_read()
    {
        await using var server = await FaultyHomeserver.StartAsync();
        server.On("GET", "/_matrix/client/v3/x", async context =>
        {
            context.Response.ContentLength = long.MaxValue;
            await context.Response.StartAsync();
            await context.Response.Body.WriteAsync("{"u8.ToArray());
        });
        using var api = Open(server);

        Assert.Equal(
            NetworkFailure.Rejected, (await Assert.ThrowsAsync<NetworkException>(() => api.GetAsync("v3/x", CancellationToken.None))).Kind);
    }

    [Fact]
    public async Task A_cut_connection_is_tried_again()
    {
        await using var server = await FaultyHomeserver.StartAsync();
        server.On("PUT", "/_matrix/client/v3/x", context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });
        using var api = Open(server);

        var failure = await Assert.ThrowsAsync<NetworkException>(
            () => api.SendAsync(HttpMethod.Put, "v3/x", ReadOnlyMemory<byte>.Empty, CancellationToken.None));

        Assert.Equal(NetworkFailure.Transient, failure.Kind);
    }

    [Fact]
    public async Task A_homeserver_that_is_not_there_is_tried_again()
    {
        var server = await FaultyHomeserver.StartAsync();
        using var api = Open(server);
        await server.DisposeAsync();

        Assert.Equal(
            NetworkFailure.Transient, (await Assert.ThrowsAsync<NetworkException>(() => api.GetAsync("v3/x", CancellationToken.None))).Kind);
    }

    [Fact]
    public async Task Who_gives_up_is_not_told_of_a_failure()
    {
        await using var server = await FaultyHomeserver.StartAsync();
        using var stop = new CancellationTokenSource();
        server.On("GET", "/_matrix/client/v3/x", async context =>
        {
            await stop.CancelAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        });
        using var api = Open(server);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => api.GetAsync("v3/x", stop.Token));
    }

    [Fact]
    public async Task A_stream_ends_with_a_failure_when_nothing_more_comes()
    {
        await using var server = await FaultyHomeserver.StartAsync();
        server.On("GET", "/_matrix/client/v3/sync", async context =>
        {
            await context.Response.StartAsync();
            await context.Response.Body.WriteAsync(Encoding.ASCII.GetBytes("{\"a\":"));
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        });
        using var api = Open(server);
        await using var stream = await api.GetStreamAsync("v3/sync", TimeSpan.FromMilliseconds(200), CancellationToken.None);
        var buffer = new byte[100];

        Assert.Equal(5, await stream.ReadAsync(buffer, CancellationToken.None));
        var failure = await Assert.ThrowsAsync<NetworkException>(() => stream.ReadAsync(buffer, CancellationToken.None).AsTask());

        Assert.Equal(NetworkFailure.Transient, failure.Kind);
    }

    [Fact]
    public async Task A_stream_that_is_cut_ends_with_a_failure()
    {
        await using var server = await FaultyHomeserver.StartAsync();
        var begun = new TaskCompletionSource();
        server.On("GET", "/_matrix/client/v3/sync", async context =>
        {
            context.Response.ContentLength = 100;
            await context.Response.Body.WriteAsync(new byte[50]);
            await context.Response.Body.FlushAsync();
            await begun.Task;
            context.Abort();
        });
        using var api = Open(server);
        await using var stream = await api.GetStreamAsync("v3/sync", TimeSpan.FromSeconds(30), CancellationToken.None);
        await stream.ReadExactlyAsync(new byte[50], CancellationToken.None);
        begun.SetResult();

        var failure = await Assert.ThrowsAsync<NetworkException>(() => stream.ReadAsync(new byte[50], CancellationToken.None).AsTask());

        Assert.Equal(NetworkFailure.Transient, failure.Kind);
    }

    [Theory]
    [InlineData("7", "{}", 7)]
    [InlineData(null, """{"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":8000}""", 8)]
    [InlineData(null, """{"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":"9000"}""", 9)]
    [InlineData("Thu, 01 Jan 2026 00:00:20 GMT", """{"errcode":"M_LIMIT_EXCEEDED"}""", 20)]
    [InlineData(null, """{"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":-1}""", 5)]
    [InlineData(null, """{"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":1e300}""", 5)]
    [InlineData("99999999", "{}", 3600)]
    public async Task A_homeserver_that_asks_to_wait_is_left_in_peace_that_long(string? header, string body, int seconds)
    {
        var clock = new ManualClock();
        await using var server = await FaultyHomeserver.StartAsync();
        server.On("PUT", "/_matrix/client/v3/x", body, 429, header);
        using var api = Open(server, clock);

        var first = await Assert.ThrowsAsync<NetworkException>(() => SendAsync(api));

        Assert.Equal((NetworkFailure.Transient, TimeSpan.FromSeconds(seconds)), (first.Kind, first.RetryAfter!.Value));
        if (seconds <= 5)
            return;
        var second = await Assert.ThrowsAsync<NetworkException>(() => SendAsync(api));
        Assert.Equal(TimeSpan.FromSeconds(seconds), second.RetryAfter);
        Assert.Single(server.To("PUT", "/_matrix/client/v3/x"));

        server.On("PUT", "/_matrix/client/v3/x", "{}");
        clock.Advance(TimeSpan.FromSeconds(seconds));
        await SendAsync(api);
        Assert.Equal(2, server.To("PUT", "/_matrix/client/v3/x").Count);
    }

    [Fact]
    public async Task A_token_does_not_follow_a_redirect_to_another_server()
    {
        await using var elsewhere = await FaultyHomeserver.StartAsync();
        elsewhere.On("GET", "/file", "content");
        await using var server = await FaultyHomeserver.StartAsync();
        server.On("GET", "/_matrix/client/v1/media/download/", context =>
        {
            context.Response.StatusCode = 307;
            context.Response.Headers.Location = elsewhere.Address + "file";
            return Task.CompletedTask;
        });
        using var api = Open(server);

        await using var stream = await api.DownloadAsync(MediaAddress.Parse("mxc://hs.test/abc")!.Value, CancellationToken.None);
        using var reader = new StreamReader(stream);

        Assert.Equal("content", await reader.ReadToEndAsync());
        Assert.Equal("Bearer secret", Assert.Single(server.To("GET", "/_matrix/client/v1/media/download/hs.test/abc")).Authorization);
        Assert.Null(Assert.Single(elsewhere.To("GET", "/file")).Authorization);
    }

    [Fact]
    public async Task Only_a_file_may_lie_on_another_server()
    {
        await using var elsewhere = await FaultyHomeserver.StartAsync();
        elsewhere.On("GET", "/x", "{}");
        await using var server = await FaultyHomeserver.StartAsync();
        server.On("GET", "/_matrix/client/v3/x", context =>
        {
            context.Response.StatusCode = 307;
            context.Response.Headers.Location = elsewhere.Address + "x";
            return Task.CompletedTask;
        });
        using var api = Open(server);

        await Assert.ThrowsAsync<NetworkException>(() => api.GetAsync("v3/x", CancellationToken.None));

        Assert.Empty(elsewhere.To("GET", "/x"));
    }

    [Theory]
    [InlineData("127.0.0.1", false)]
    [InlineData("localhost", false)]
    [InlineData("10.1.2.3", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("::1", false)]
    [InlineData("1.1.1.1", true)]
    public async Task It_is_known_what_lies_behind_our_own_walls(string host, bool isPublic) =>
        Assert.Equal(isPublic, await PublicAddresses.AreAllOfAsync(host, CancellationToken.None));

    [Fact]
    public async Task A_request_that_was_sent_elsewhere_reaches_no_place_behind_our_own_walls()
    {
        await using var elsewhere = await FaultyHomeserver.StartAsync();
        elsewhere.On("GET", "/x", "{}");
        using var http = MatrixHttp.Make();
        using var request = new HttpRequestMessage(HttpMethod.Get, elsewhere.Address + "x");
        request.Options.Set(MatrixHttp.OnlyPublic, true);

        await Assert.ThrowsAsync<HttpRequestException>(() => http.SendAsync(request));

        Assert.Empty(elsewhere.To("GET", "/x"));
    }

    [Fact]
    public async Task Redirects_that_never_end_do()
    {
        await using var server = await FaultyHomeserver.StartAsync();
        server.On("GET", "/_matrix/client/v3/x", context =>
        {
            context.Response.StatusCode = 302;
            context.Response.Headers.Location = "/_matrix/client/v3/x";
            return Task.CompletedTask;
        });
        using var api = Open(server);

        await Assert.ThrowsAsync<NetworkException>(() => api.GetAsync("v3/x", CancellationToken.None));

        Assert.Equal(6, server.To("GET", "/_matrix/client/v3/x").Count);
    }

    [Fact]
    public async Task Files_of_an_old_homeserver_are_fetched_the_old_way()
    {
        await using var server = await FaultyHomeserver.StartAsync("""["r0.6.1","v1.1","v1.10"]""");
        server.On("GET", "/_matrix/media/v3/download/hs.test/abc", "content");
        using var api = Open(server);

        await using var stream = await api.DownloadAsync(MediaAddress.Parse("mxc://hs.test/abc")!.Value, CancellationToken.None);

        Assert.Empty(server.To("GET", "/_matrix/client/v1/media"));
    }

    [Fact]
    public async Task A_file_that_is_too_large_for_the_homeserver_is_not_sent_there()
    {
        await using var server = await FaultyHomeserver.StartAsync();
        server.On("GET", "/_matrix/client/v1/media/config", """{"m.upload.size":10}""").On("POST", "/_matrix/media/v3/upload", """{"content_uri":"mxc://hs.test/abc"}""");
        using var api = Open(server);

        var failure = await Assert.ThrowsAsync<NetworkException>(
            () => api.UploadAsync(new MemoryStream(new byte[11]), 11, "text/plain", "a", CancellationToken.None));
        var stored = await api.UploadAsync(new MemoryStream(new byte[10]), 10, "no type", "a b/ü.txt", CancellationToken.None);

        Assert.Equal(NetworkFailure.Rejected, failure.Kind);
        Assert.Equal("mxc://hs.test/abc", stored.ToString());
        var upload = Assert.Single(server.To("POST", "/_matrix/media/v3/upload"));
        Assert.Equal(("?filename=a%20b%2F%C3%BC.txt", "application/octet-stream"), (upload.Query, upload.ContentType));
    }

    private static async Task SendAsync(MatrixApi api)
    {
        using var answer = await api.SendAsync(HttpMethod.Put, "v3/x", ReadOnlyMemory<byte>.Empty, CancellationToken.None);
    }
}
