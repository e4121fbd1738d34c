using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Switchboard.Server.Mcp;
using Switchboard.Server.Tests.Hosting;
using Xunit;

namespace Switchboard.Server.Tests.Mcp;

/// <summary>Whatever is posted, the answer is one JSON-RPC message or nothing, never a fault of the server's.</summary>
public sealed class McpFuzzTests(TownFixture town) : IClassFixture<TownFixture>
{
    private static readonly Gen<JsonNode?> Scalar = Gen.Elements<Func<JsonNode?>>(
        () => null, () => JsonValue.Create(""), () => JsonValue.Create("x"), () => JsonValue.Create("1"), () => JsonValue.Create(0),
        () => JsonValue.Create(-1), () => JsonValue.Create(1e300), () => JsonValue.Create(true), () => new JsonArray(), () => new JsonObject(),
        () => JsonValue.Create(new string('a', 3000)), () => JsonValue.Create("!\u0000\u202e"), () => JsonValue.Create("[1,{"),
        () => new JsonArray(JsonValue.Create(1), new JsonObject()), () => new JsonObject { ["id"] = 1, ["remindAt"] = "x" },
        () => JsonValue.Create("2026-03-04T05:06:07Z")).Select(make => make());

    /// <summary>Calls of real tools whose arguments have the right names more often than not.</summary>
    private static readonly Gen<string> Calls =
        from tool in Gen.Elements(Tools.All.ToArray())
        from name in Gen.Frequency((9, Gen.Constant(tool.Name)), (1, Gen.Elements("", "x", "search ")))
        from values in Scalar.ListOf(tool.Parameters.Count + 1)
        from kept in ArbMap.Default.GeneratorFor<bool>().ListOf(tool.Parameters.Count + 1)
        select new JsonObject
        {
            ["jsonrpc"] = "2.0",
            ["id"] = 1,
            ["method"] = "tools/call",
            ["params"] = new JsonObject { ["name"] = name, ["arguments"] = Arguments(tool, values.ToList(), kept.ToList()) },
        }.ToJsonString();

    private static readonly Gen<string> Messages =
        from method in Gen.Elements("initialize", "tools/list", "tools/call", "server/discover", "ping", "resources/list", "prompts/get", "logging/setLevel", "")
        from id in Scalar
        from parameters in Scalar
        select new JsonObject { ["jsonrpc"] = "2.0", ["id"] = id, ["method"] = method, ["params"] = parameters }.ToJsonString();

    private static readonly Gen<byte[]> Bodies = Gen.Frequency(
        (6, Calls.Select(Encoding.UTF8.GetBytes)),
        (3, Messages.Select(Encoding.UTF8.GetBytes)),
        (2, from call in Calls
            from at in Gen.Choose(0, Math.Max(0, call.Length - 1))
            from with in Gen.Choose(0, 255)
            select Damaged(call, at, (byte)with)));

    [Fact]
    public void Whatever_is_posted_the_answer_is_whole() => Prop.ForAll(
        Bodies.ToArbitrary(),
        Gen.Elements<string?>(null, "2025-11-25", "2026-07-28", "2024-11-05", "nonsense").ToArbitrary(),
        (body, version) =>
        {
            var (status, answer, _) = McpClient.PostAsync(town.Server, body, town.Server.Owner, ("MCP-Protocol-Version", version), ("Mcp-Method", "tools/call"))
                .GetAwaiter().GetResult();
            Assert.True((int)status < 500, $"{(int)status}: {answer}");
            if (answer.Length == 0)
                return;
            using var json = JsonDocument.Parse(answer);
            Assert.Equal("2.0", json.RootElement.GetProperty("jsonrpc").GetString());
            Assert.True(json.RootElement.TryGetProperty("result", out _) != json.RootElement.TryGetProperty("error", out var error), answer);
            Assert.False(error.ValueKind == JsonValueKind.Object && error.GetProperty("code").GetInt32() == -32603, answer);
            Assert.DoesNotContain("internal_error", answer, StringComparison.Ordinal);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(Environment.GetEnvironmentVariable("SWITCHBOARD_FULL") == "1" ? 5000 : 300));

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"search","name":"get_chat"}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"search","_meta":{"a":1,"a":2}}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"search","arguments":{"query":"1","que\u0072y":"2"}}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}""")]
    public async Task A_name_that_stands_twice_is_refused(string body)
    {
        foreach (var version in new[] { null, "2025-11-25", "2026-07-28" })
        {
            var (status, answer, _) = await McpClient.PostAsync(town.Server, body, ("MCP-Protocol-Version", version));
            Assert.Equal((System.Net.HttpStatusCode.BadRequest, -32600), (status, McpClient.ErrorOf(answer)));
        }
    }

    private static JsonObject Arguments(ToolDefinition tool, List<JsonNode?> values, List<bool> kept)
    {
        var arguments = new JsonObject();
        foreach (var (index, name) in tool.Parameters.Select(parameter => parameter.Name).Append("odd").Index())
        {
            if (kept[index])
                arguments[name] = values[index]?.DeepClone();
        }

        return arguments;
    }

    private static byte[] Damaged(string call, int at, byte with)
    {
        var bytes = Encoding.UTF8.GetBytes(call);
        bytes[Math.Min(at, bytes.Length - 1)] = with;
        return bytes;
    }
}
