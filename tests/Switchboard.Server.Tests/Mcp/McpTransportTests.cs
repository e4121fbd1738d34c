using System.Net;
using System.Text;
using System.Text.Json;
using Switchboard.Server.Hosting;
using Switchboard.Server.Tests.Hosting;
using Xunit;

namespace Switchboard.Server.Tests.Mcp;

/// <summary>What comes over HTTP before a tool is looked at.</summary>
public sealed class McpTransportTests(TownFixture town) : IClassFixture<TownFixture>
{
    private const string List = """{"jsonrpc":"2.0","id":1,"method":"tools/list"}""";

    private TestServer Server => town.Server;

    [Theory]
    [InlineData("", -32700)]
    [InlineData("nonsense", -32700)]
    [InlineData("{\"jsonrpc\":\"2.0\",", -32700)]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"\\ud800\"}", -32700)]
    [InlineData("null", -32600)]
    [InlineData("7", -32600)]
    [InlineData("\"text\"", -32600)]
    [InlineData("{}", -32600)]
    [InlineData("[]", -32600)]
    [InlineData("[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}]", -32600)]
    [InlineData("{\"id\":1,\"method\":\"ping\"}", -32600)]
    [InlineData("{\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"ping\"}", -32600)]
    [InlineData("{\"jsonrpc\":2,\"id\":1,\"method\":\"ping\"}", -32600)]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"ping\"}", -32600)]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":{},\"method\":\"ping\"}", -32600)]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":1.5,\"method\":\"ping\"}", -32600)]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":7}", -32600)]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":1}", -32600)]
    public async Task What_is_no_message_is_refused_with_400_and_the_protocols_code(string body, int code)
    {
        var (status, answer, _) = await McpClient.PostAsync(Server, body);

        Assert.Equal((HttpStatusCode.BadRequest, code), (status, McpClient.ErrorOf(answer)));
    }

    [Theory]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"no/such\"}", -32601)]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\"}", -32602)]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"no_such\"}}", -32602)]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":[]}", -32602)]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":7}", -32602)]
    public async Task A_request_that_cannot_be_met_is_an_error_of_the_protocol_under_its_id(string body, int code)
    {
        var (status, answer, _) = await McpClient.PostAsync(Server, body);

        Assert.Equal((HttpStatusCode.OK, code), (status, McpClient.ErrorOf(answer)));
        Assert.Equal(1, JsonDocument.Parse(answer).RootElement.GetProperty("id").GetInt32());
    }

    [Fact]
    public async Task Requests_stand_alone_and_are_answered_with_one_JSON_body()
    {
        var (status, answer, headers) = await McpClient.PostAsync(Server, List);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(16, JsonDocument.Parse(answer).RootElement.GetProperty("result").GetProperty("tools").GetArrayLength());
        Assert.False(headers.Contains("Mcp-Session-Id"));
        Assert.True(headers.CacheControl?.NoStore);
    }

    [Theory]
    [InlineData("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}")]
    [InlineData("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":1}}")]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}")]
    public async Task What_wants_no_answer_gets_none(string body)
    {
        var (status, answer, _) = await McpClient.PostAsync(Server, body);

        Assert.Equal((HttpStatusCode.Accepted, ""), (status, answer));
    }

    [Fact]
    public async Task A_session_that_nobody_was_given_is_over()
    {
        var (status, answer, _) = await McpClient.PostAsync(Server, List, ("Mcp-Session-Id", "made-up"));
        using var deleted = await Server.SendAsync(HttpMethod.Delete, "/v0/mcp", Server.Owner);
        using var streamed = await Server.SendAsync(HttpMethod.Get, "/mcp", Server.Owner);

        Assert.Equal((HttpStatusCode.NotFound, -32001), (status, McpClient.ErrorOf(answer)));
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, streamed.StatusCode);
        Assert.Contains("POST", streamed.Content.Headers.Allow);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData(null)]
    public async Task Only_JSON_is_read(string? type)
    {
        var (status, _, _) = await McpClient.PostAsync(Server, List, ("Content-Type", type));

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, status);
    }

    [Theory]
    [InlineData("Host", "rebound.example")]
    [InlineData("Host", "127.0.0.1.rebound.example")]
    [InlineData("Origin", "https://elsewhere.example")]
    [InlineData("Origin", "null")]
    [InlineData("Origin", "http://localhost.elsewhere.example")]
    public async Task Other_sites_and_other_names_are_refused_whatever_the_token(string header, string value)
    {
        var (status, _, _) = await McpClient.PostAsync(Server, List, (header, value));

        Assert.Equal(HttpStatusCode.Forbidden, status);
    }

    [Fact]
    public async Task A_token_is_looked_at_before_the_body_and_its_refusal_says_where_to_get_one()
    {
        var huge = new byte[40_000_000];
        var none = await McpClient.PostAsync(Server, huge[..100], null);
        var wrong = await McpClient.PostAsync(Server, huge[..100], "sbt_wrong");
        using var sse = await Server.SendAsync(HttpMethod.Get, "/v0/sse", Server.Owner);

        Assert.Equal([HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized], [none.Status, wrong.Status]);
        Assert.Equal(-32000, McpClient.ErrorOf(none.Body));
        var metadata = $"resource_metadata=\"http://127.0.0.1:{Server.Address.Port}/.well-known/oauth-protected-resource/v0/mcp\"";
        Assert.Equal($"Bearer {metadata}", none.Headers.WwwAuthenticate.ToString());
        Assert.Equal($"Bearer error=\"invalid_token\", {metadata}", wrong.Headers.WwwAuthenticate.ToString());
        Assert.Equal(HttpStatusCode.NotFound, sse.StatusCode);
    }

    [Fact]
    public async Task A_body_that_is_too_large_or_too_deep_is_refused()
    {
        var large = new byte[20_000_000];
        Array.Fill(large, (byte)' ');
        var (tooLarge, _, _) = await McpClient.PostAsync(Server, large, Server.Owner);
        var deep = $$"""{"jsonrpc":"2.0","id":1,"method":"ping","params":{{string.Concat(Enumerable.Repeat("{\"a\":", 1000))}}1{{new string('}', 1000)}}}""";
        var (tooDeep, _, _) = await McpClient.PostAsync(Server, deep);

        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, HttpStatusCode.BadRequest), (tooLarge, tooDeep));
    }

    [Fact]
    public async Task The_version_without_a_handshake_discovers_lists_and_calls()
    {
        var discovered = await McpClient.StatelessAsync(Server, "server/discover");
        var listed = await McpClient.StatelessAsync(Server, "tools/list");
        var called = await McpClient.StatelessAsync(Server, "tools/call", ",\"name\":\"get_accounts\",\"arguments\":{}", "get_accounts");

        Assert.Contains(McpClient.Stateless, discovered.Body, StringComparison.Ordinal);
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.OK], [discovered.Status, listed.Status, called.Status]);
        Assert.Contains("local_owner", called.Body, StringComparison.Ordinal);
        Assert.Contains("\"resultType\":\"complete\"", called.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("initialize")]
    [InlineData("ping")]
    [InlineData("resources/subscribe")]
    [InlineData("no/such")]
    public async Task What_that_version_has_not_is_404(string method)
    {
        var (status, body, _) = await McpClient.StatelessAsync(Server, method);

        Assert.Equal((HttpStatusCode.NotFound, -32601), (status, McpClient.ErrorOf(body)));
    }

    [Fact]
    public async Task A_version_that_is_not_served_is_refused_with_those_that_are()
    {
        var (status, body, _) = await McpClient.StatelessAsync(Server, "tools/list", version: "2031-01-01");

        Assert.Equal((HttpStatusCode.BadRequest, -32022), (status, McpClient.ErrorOf(body)));
        Assert.Contains("\"supported\":[\"2026-07-28\"", body, StringComparison.Ordinal);
    }

    public static TheoryData<string, int, string?, string?, string?> Disagreements { get; } = new()
    {
        { Meta(McpClient.Stateless), -32020, null, "tools/call", "get_accounts" },
        { Meta("2025-11-25"), -32020, McpClient.Stateless, "tools/call", "get_accounts" },
        { Meta(McpClient.Stateless), -32020, McpClient.Stateless, null, "get_accounts" },
        { Meta(McpClient.Stateless), -32020, McpClient.Stateless, "tools/list", "get_accounts" },
        { Meta(McpClient.Stateless), -32020, McpClient.Stateless, "tools/call", null },
        { Meta(McpClient.Stateless), -32020, McpClient.Stateless, "tools/call", "send_message" },
        { Meta(McpClient.Stateless), -32020, McpClient.Stateless, "tools/call", "=?base64?%%%?=" },
        { "", -32602, McpClient.Stateless, "tools/call", "get_accounts" },
        { "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\"},", -32602, McpClient.Stateless, "tools/call", "get_accounts" },
    };

    [Theory]
    [MemberData(nameof(Disagreements))]
    public async Task Headers_that_do_not_say_what_the_body_says_are_refused(string meta, int code, string? version, string? method, string? name)
    {
        var body = $$$"""{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{ {{{meta}}}"name":"get_accounts"}}""";
        var (status, answer, _) = await McpClient.PostAsync(
            Server, body, ("MCP-Protocol-Version", version), ("Mcp-Method", method), ("Mcp-Name", name));

        Assert.Equal((HttpStatusCode.BadRequest, code), (status, McpClient.ErrorOf(answer)));
        Assert.Equal(7, JsonDocument.Parse(answer).RootElement.GetProperty("id").GetInt32());
    }

    [Fact]
    public async Task A_name_in_Base64_is_read()
    {
        var name = $"=?base64?{Convert.ToBase64String(Encoding.UTF8.GetBytes("get_accounts"))}?=";
        var (status, body, _) = await McpClient.StatelessAsync(Server, "tools/call", ",\"name\":\"get_accounts\"", name);

        Assert.Equal((HttpStatusCode.OK, null), (status, McpClient.ErrorOf(body)));
    }

    [Fact]
    public async Task A_server_without_it_says_so_and_answers_404()
    {
        await using var off = await TestServer.StartAsync(options => options with { Mcp = McpMode.Off });
        var (status, _, _) = await McpClient.PostAsync(off, List);

        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.Contains("\"mcp_enabled\":false", await off.Http.GetStringAsync("/v1/info"), StringComparison.Ordinal);
        Assert.Contains("\"mcp_enabled\":true", await Server.Http.GetStringAsync("/v1/info"), StringComparison.Ordinal);
    }

    private static string Meta(string version) =>
        $"\"_meta\":{{\"io.modelcontextprotocol/protocolVersion\":\"{version}\",\"io.modelcontextprotocol/clientCapabilities\":{{}}}},";
}
