using System.CommandLine;
using ModelContextProtocol.Server;
using Switchboard.Server.Hosting;
using Switchboard.Server.Mcp;

namespace Switchboard.Server.Commands;

/// <summary>
/// <c>switchboard mcp</c>: MCP over standard input and output, for clients that start a program. It holds nothing itself: each
/// call goes to the running server with an access token, so what the token may do decides here as it does there.
/// </summary>
internal static class McpCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Make()
    {
        var dataDir = CommonOptions.DataDir();
        var url = new Option<string?>("--url")
        {
            Description = "The running server (SWITCHBOARD_URL; default: the one that runs on the data folder, wherever it listens).",
            DefaultValueFactory = _ => CommonOptions.Setting("URL"),
        };
        var tokenFile = new Option<string?>("--token-file")
        {
            Description = "A file that holds the access token (default: the token in SWITCHBOARD_TOKEN, else the owner's in the data folder).",
        };
        var readOnly = new Option<bool>("--read-only") { Description = "Offer only tools that change nothing (SWITCHBOARD_MCP=read-only)." };
        var tools = new Option<string?>("--tools") { Description = "The only tools to offer, with commas (SWITCHBOARD_MCP_TOOLS)." };
        var command = new Command("mcp", "Serve MCP over standard input and output, through the running server.")
        {
            dataDir, url, tokenFile, readOnly, tools,
        };
        command.SetAction((parsed, cancellationToken) =>
        {
            var policy = new ToolPolicy(
                IsReadOnly(parsed.GetValue(readOnly)), CommonOptions.Split(parsed.GetValue(tools)) ?? CommonOptions.Names("MCP_TOOLS"));
            var target = McpTarget.Of(parsed.GetValue(url), parsed.GetValue(tokenFile), parsed.GetValue(dataDir)!);
            return RunAsync(target, policy, cancellationToken);
        });
        return command;
    }

    private static bool IsReadOnly(bool asked) => CommonOptions.Mcp() switch
    {
        McpMode.On => asked,
        McpMode.ReadOnly => true,
        McpMode.Off => throw new StartRefusedException("MCP is off (SWITCHBOARD_MCP=off). Unset it, or set it to on or read-only."),
        var mode => throw new InvalidOperationException($"Unknown mode {mode}."),
    };

    private static async Task<int> RunAsync(McpTarget target, ToolPolicy policy, CancellationToken cancellationToken)
    {
        using var remote = new RemoteTools(target.Address, target.Token, policy);
        var options = McpServerIdentity.Options(
            (_, stop) => remote.ListAsync(stop), (call, stop) => remote.CallAsync(call.Params, stop));
        await using var transport = new StdioServerTransport(options, null);
        await using var server = McpServer.Create(transport, options, null, null);
        await server.RunAsync(cancellationToken);
        return 0;
    }
}
