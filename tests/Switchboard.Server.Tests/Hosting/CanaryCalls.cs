using System.Text.Json.Nodes;
using Switchboard.Server.Mcp;
using Switchboard.Server.Tests.Mcp;

namespace Switchboard.Server.Tests.Hosting;

/// <summary>Calls of tools and commands of sockets that hold secrets where none belong.</summary>
internal static class CanaryCalls
{
    /// <summary>Searches that find nothing, and leave nothing.</summary>
    public static IEnumerable<string> InVain =>
        from tool in new[] { "search", "search_chats", "search_messages" }
        select McpClient.Call(tool, """{"query":"canary"}""");

    /// <summary>Every tool with a secret in each of its parameters, and one that it has not.</summary>
    public static IEnumerable<string> All(string token) => Tools.All.Select(tool =>
    {
        var arguments = Fill(tool.Parameters, token);
        arguments["unknown"] = "canary " + token;
        return McpClient.Call(tool.Name, arguments.ToJsonString());
    });

    /// <summary>Commands that are none.</summary>
    public static IEnumerable<string> Commands(string token) =>
    [
        token, "canary", $$"""{"type":"canary {{token}}"}""", $$"""{"type":"subscriptions.set","chatIDs":"{{token}}"}""",
        $$"""{"type":"subscriptions.set","chatIDs":["canary"],"token":"{{token}}"}""",
        $$"""{"type":"subscriptions.set","chatIDs":["*","canary {{token}}"]}""",
    ];

    private static JsonObject Fill(IEnumerable<ToolParameter> parameters, string token)
    {
        var filled = new JsonObject();
        foreach (var parameter in parameters)
        {
            filled[parameter.Name] = parameter.Kind switch
            {
                ParameterKind.Object => Fill(parameter.Fields, token),
                ParameterKind.Texts => new JsonArray("canary " + token),
                _ => "canary " + token,
            };
        }

        return filled;
    }
}
