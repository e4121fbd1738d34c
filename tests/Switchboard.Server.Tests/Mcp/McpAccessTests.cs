using System.Net;
using System.Text;
using System.Text.Json;
using ModelContextProtocol.Protocol;
using Switchboard.Core.Access;
using Switchboard.Core.Audit;
using Switchboard.Server.Mcp;
using Switchboard.Server.Tests.Hosting;
using Xunit;

namespace Switchboard.Server.Tests.Mcp;

/// <summary>What a token's own list hides, and what the audit log says of calls.</summary>
public sealed class McpAccessTests(TownFixture town) : IClassFixture<TownFixture>
{
    private const string List = """{"jsonrpc":"2.0","id":1,"method":"tools/list"}""";

    private TestServer Server => town.Server;

    [Fact]
    public async Task A_tokens_own_list_hides_all_other_tools_and_refuses_them()
    {
        var (_, token) = await Server.Get<Tokens>().CreateAsync(
            new TokenRequest("narrow", ["read", "write"], [], [], null) { McpTools = ["get_chat", "archive_chat"] }, CancellationToken.None);
        var listed = JsonDocument.Parse((await AskAsync(token, List)).Body).RootElement.GetProperty("result").GetProperty("tools");
        var hidden = await AskAsync(token, McpClient.Call("send_message", $$"""{"chatID":"{{town.Mine.Chat.Key}}","text":"no"}"""));
        var offered = await AskAsync(token, McpClient.Call("get_chat", $$"""{"chatID":"{{town.Mine.Chat.Key}}"}"""));

        Assert.Equal(["get_chat", "archive_chat"], listed.EnumerateArray().Select(tool => tool.GetProperty("name").GetString()));
        Assert.Equal(-32602, McpClient.ErrorOf(hidden.Body));
        Assert.Null(McpClient.ErrorOf(offered.Body));
    }

    [Fact]
    public async Task Changes_are_noted_one_by_one_with_what_became_of_them_and_reads_are_counted()
    {
        var (token, secret) = await Server.MakeTokenAsync();
        var chat = town.Mine.Chat;
        await AskAsync(secret, McpClient.Call("list_messages", $$"""{"chatID":"{{chat.Key}}"}"""));
        await AskAsync(secret, McpClient.Call("list_messages", $$"""{"chatID":"{{chat.Key}}"}"""));
        await AskAsync(secret, McpClient.Call("send_message", $$"""{"chatID":"{{chat.Key}}","text":"noted"}"""));
        await AskAsync(secret, McpClient.Call("archive_chat", """{"chatID":"999999"}"""));
        var (items, _) = await Server.Get<AuditLog>().ListAsync(new AuditFilter { Token = token.Id }, null, 10, CancellationToken.None);

        Assert.Equal(3, items.Count);
        Assert.All(items, entry => Assert.Equal(AuditSurface.Mcp, entry.Surface));
        Assert.Equal(2, items.Single(entry => entry.Action == "list_messages").Count);
        var sent = items.Single(entry => entry.Action == "send_message");
        Assert.Equal((chat.Id, "ok"), (sent.Chat, sent.Outcome));
        Assert.NotNull(sent.Message);
        Assert.Equal(("not_found", 1), items.Where(entry => entry.Action == "archive_chat").Select(entry => (entry.Outcome, entry.Count)).Single());
    }

    [Fact]
    public async Task Reads_that_are_refused_are_counted_apart_from_those_that_are_not()
    {
        var (token, secret) = await Server.MakeTokenAsync("read", chat: town.Mine.Chat.Id);
        await AskAsync(secret, McpClient.Call("get_chat", $$"""{"chatID":"{{town.Mine.Chat.Key}}"}"""));
        await AskAsync(secret, McpClient.Call("get_chat", """{"chatID":"999999"}"""));
        await AskAsync(secret, McpClient.Call("get_chat", """{"chatID":"999998"}"""));

        var (items, _) = await LinesAsync(token);

        Assert.Equal([("not_found", 2L), ("ok", 1L)], items.Select(line => (line.Outcome, line.Count!.Value)).Order());
        Assert.All(items, line => Assert.Null(line.Chat));
    }

    [Fact]
    public async Task What_a_caller_did_not_wait_for_is_noted_all_the_same()
    {
        var (token, secret) = await Server.MakeTokenAsync();
        var access = Server.Get<Tokens>().Find(secret)!;
        var call = new CallToolRequestParams
        {
            Name = "send_message",
            Arguments = new Dictionary<string, JsonElement>
            {
                ["chatID"] = JsonElement.Parse($"\"{town.Mine.Chat.Key}\""),
                ["text"] = JsonElement.Parse("\"gone\""),
            },
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await Server.Get<ToolRunner>().CallAsync(access, "http://127.0.0.1", call, new CancellationToken(canceled: true)));

        var line = Assert.Single((await LinesAsync(token)).Items);

        Assert.Equal(("send_message", "cancelled", town.Mine.Chat.Id, null), (line.Action, line.Outcome, line.Chat, line.Count));
    }

    private Task<(IReadOnlyList<AuditEntry> Items, bool HasMore)> LinesAsync(TokenInfo token) =>
        Server.Get<AuditLog>().ListAsync(new AuditFilter { Token = token.Id }, null, 200, CancellationToken.None);

    private Task<(HttpStatusCode Status, string Body, System.Net.Http.Headers.HttpResponseHeaders Headers)> AskAsync(string token, string body) =>
        McpClient.PostAsync(Server, Encoding.UTF8.GetBytes(body), token);
}
