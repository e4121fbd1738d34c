using System.Net;
using Microsoft.AspNetCore.Http;
using Switchboard.Server.Hosting;
using Switchboard.Server.Http;
using Switchboard.Server.Tests.Hosting;
using Xunit;

namespace Switchboard.Server.Tests.Http;

/// <summary>Who may address the server, and pages of whom (rest.md §1.1).</summary>
public sealed class RequestGuardTests
{
    private static readonly ServerOptions Plain = new() { DataFolder = "unused" };

    [Theory]
    [InlineData("localhost", true)]
    [InlineData("localhost:23373", true)]
    [InlineData("localhost:1", true)]
    [InlineData("LOCALHOST:23373", true)]
    [InlineData("127.0.0.1", true)]
    [InlineData("127.0.0.1:5", true)]
    [InlineData("127.1.2.3", true)]
    [InlineData("[::1]", true)]
    [InlineData("[::1]:23373", true)]
    [InlineData("[::ffff:127.0.0.1]:23373", true)]
    [InlineData("", false)]
    [InlineData("evil.example", false)]
    [InlineData("evil.example:23373", false)]
    [InlineData("localhost.evil.example", false)]
    [InlineData("evil-localhost", false)]
    [InlineData("127.0.0.1.evil.example", false)]
    [InlineData("localhost@evil.example", false)]
    [InlineData("chat.example", false)]
    [InlineData("192.168.1.5:23373", false)]
    [InlineData("0.0.0.0:23373", false)]
    [InlineData("[fe80::1]:23373", false)]
    [InlineData("[2001:db8::1]", false)]
    public async Task A_server_of_this_machine_is_addressed_as_this_machine(string host, bool passes) =>
        Assert.Equal(passes, (await AskAsync(Plain, host)).Passed);

    [Theory]
    [InlineData("chat.example", true)]
    [InlineData("Chat.Example:443", true)]
    [InlineData("localhost", true)]
    [InlineData("127.0.0.1:80", true)]
    [InlineData("other.example", false)]
    [InlineData("chat.example.evil.example", false)]
    [InlineData("sub.chat.example", false)]
    [InlineData("192.168.1.5", false)]
    public async Task A_public_host_is_good_beside_this_machine(string host, bool passes) =>
        Assert.Equal(passes, (await AskAsync(Plain with { PublicHosts = ["chat.example"] }, host)).Passed);

    [Theory]
    [InlineData("192.168.1.5:23373", true)]
    [InlineData("10.0.0.1", true)]
    [InlineData("[2001:db8::1]:80", true)]
    [InlineData("0.0.0.0", true)]
    [InlineData("localhost", true)]
    [InlineData("evil.example", false)]
    [InlineData("192.168.1.5.evil.example", false)]
    public async Task A_server_that_listens_beyond_is_addressed_by_any_address_but_no_name(string host, bool passes) =>
        Assert.Equal(passes, (await AskAsync(Plain with { Host = "0.0.0.0" }, host)).Passed);

    [Theory]
    [InlineData("http://localhost", true)]
    [InlineData("http://localhost:3000", true)]
    [InlineData("https://localhost:8443", true)]
    [InlineData("http://LOCALHOST:3000", true)]
    [InlineData("http://127.0.0.1", true)]
    [InlineData("https://127.0.0.1:65535", true)]
    [InlineData("http://[::1]:3000", true)]
    [InlineData("https://chat.example", true)]
    [InlineData("https://CHAT.example:8443", true)]
    [InlineData("null", false)]
    [InlineData("", false)]
    [InlineData("localhost", false)]
    [InlineData("https://evil.example", false)]
    [InlineData("http://evil.example:23373", false)]
    [InlineData("http://localhost.evil.example", false)]
    [InlineData("http://127.0.0.1.evil.example", false)]
    [InlineData("http://localhost@evil.example", false)]
    [InlineData("http://evil.example#localhost", false)]
    [InlineData("http://192.168.1.5", false)]
    [InlineData("http://0.0.0.0:3000", false)]
    [InlineData("file:///home/me/page.html", false)]
    [InlineData("file://localhost/page.html", false)]
    [InlineData("chrome-extension://abcdefghijklmnop", false)]
    [InlineData("ws://localhost", false)]
    public async Task Only_pages_of_this_machine_and_of_public_hosts_may_ask(string origin, bool passes)
    {
        var (passed, response) = await AskAsync(Plain with { PublicHosts = ["chat.example"] }, "localhost", origin);

        Assert.Equal(passes, passed);
        Assert.Equal(passes ? origin : "", response.Headers.AccessControlAllowOrigin.ToString());
        Assert.Equal(passes ? 200 : 403, response.StatusCode);
    }

    [Fact]
    public async Task A_server_that_listens_beyond_still_takes_no_foreign_pages() =>
        Assert.False((await AskAsync(Plain with { Host = "0.0.0.0" }, "192.168.1.5", "http://192.168.1.6")).Passed);

    [Fact]
    public async Task Every_answer_says_who_answers_and_forbids_guessing_at_types()
    {
        foreach (var host in new[] { "localhost", "evil.example" })
        {
            var headers = (await AskAsync(Plain with { CompatibleVersion = "9.8.7" }, host)).Response.Headers;

            Assert.Equal("9.8.7", headers[RequestGuard.VersionHeader]);
            Assert.Equal("nosniff", headers.XContentTypeOptions);
            Assert.StartsWith("Switchboard/", headers.Server.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_browser_that_asks_before_it_sends_is_told_yes_without_a_token()
    {
        await using var server = await TestServer.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Options, "/v1/chats/some/messages");
        request.Headers.Add("Origin", "http://localhost:3000");
        request.Headers.Add("Access-Control-Request-Method", "POST");
        request.Headers.Add("Access-Control-Request-Headers", "authorization,idempotency-key");

        using var answer = await server.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal("http://localhost:3000", Header(answer, "Access-Control-Allow-Origin"));
        Assert.Equal("authorization,idempotency-key", Header(answer, "Access-Control-Allow-Headers"));
        Assert.Equal("GET, HEAD, POST, PUT, PATCH, DELETE", Header(answer, "Access-Control-Allow-Methods"));
        Assert.Contains("Origin", answer.Headers.Vary);
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Credentials"));
    }

    [Fact]
    public async Task Errors_too_can_be_read_by_pages_that_may_ask_and_not_by_others()
    {
        await using var server = await TestServer.StartAsync();
        foreach (var (origin, status) in new[] { ("http://localhost:3000", HttpStatusCode.Unauthorized), ("https://evil.example", HttpStatusCode.Forbidden) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/chats");
            request.Headers.Add("Origin", origin);

            using var answer = await server.Http.SendAsync(request);

            Assert.Equal(status, answer.StatusCode);
            Assert.Equal(status == HttpStatusCode.Unauthorized, answer.Headers.Contains("Access-Control-Allow-Origin"));
        }
    }

    [Fact]
    public async Task A_name_that_was_pointed_here_gets_nothing_even_with_a_token()
    {
        await using var server = await TestServer.StartAsync();
        foreach (var path in new[] { "/v1/info", "/v1/spec", "/v1/accounts", "/nowhere", "/_matrix/client/versions" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Host = "rebound.example:" + server.Address.Port } };
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + server.Owner);

            using var answer = await server.Http.SendAsync(request);

            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        }
    }

    private static async Task<(bool Passed, HttpResponse Response)> AskAsync(ServerOptions options, string host, string? origin = null)
    {
        var context = new DefaultHttpContext { Request = { Method = "GET", Scheme = "http", Host = new HostString(host), Path = "/v1/chats" } };
        if (origin is not null)
            context.Request.Headers.Origin = origin;
        var passed = false;
        await new RequestGuard(options).RunAsync(context, _ =>
        {
            passed = true;
            return Task.CompletedTask;
        });
        if (!passed)
            Assert.Equal(403, context.Response.StatusCode);
        return (passed, context.Response);
    }

    private static string Header(HttpResponseMessage answer, string name) => Assert.Single(answer.Headers.GetValues(name));
}
