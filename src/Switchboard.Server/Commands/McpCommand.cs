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
    private static string DefaultPort => ServerOptions.DefaultPort.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Makes the command.</summary>
    public static Command Make()
    {
        var dataDir = CommonOptions.DataDir();
        var url = new Option<string>("--url")
        {
            Description = "The running server (SWITCHBOARD_URL; default: this machine, port SWITCHBOARD_PORT or 23373).",
            DefaultValueFactory = _ => CommonOptions.Setting("URL") ?? $"http://127.0.0.1:{CommonOptions.Setting("PORT") ?? DefaultPort}",
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
        command.SetAction((parsed, cancellationToken) => RunAsync(
            Address(parsed.GetValue(url)!),
            Token(parsed.GetValue(tokenFile), parsed.GetValue(dataDir)!),
            new ToolPolicy(
                parsed.GetValue(readOnly) || CommonOptions.Setting("MCP") == "read-only",
                CommonOptions.Split(parsed.GetValue(tools)) ?? CommonOptions.Names("MCP_TOOLS")),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(Uri address, string token, ToolPolicy policy, CancellationToken cancellationToken)
    {
        using var remote = new RemoteTools(address, token, policy);
        var options = McpServerIdentity.Options(
            (_, stop) => remote.ListAsync(stop), (call, stop) => remote.CallAsync(call.Params, stop));
        await using var transport = new StdioServerTransport(options, null);
        await using var server = McpServer.Create(transport, options, null, null);
        await server.RunAsync(cancellationToken);
        return 0;
    }

    private static Uri Address(string text) =>
        Uri.TryCreate(text.TrimEnd('/'), UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? address
            : throw new StartRefusedException($"--url takes an address such as http://127.0.0.1:23373, not {text}.");

    private static string Token(string? file, string dataDir)
    {
        if (file is null && CommonOptions.Setting("TOKEN") is { } given)
            return given.Trim();
        var path = file ?? DataFolder.Existing(dataDir).OwnerTokenFile;
        try
        {
            return File.ReadAllText(path).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartRefusedException(
                $"The access token in {path} cannot be read. Make one with switchboard token create, and put it into SWITCHBOARD_TOKEN.", e);
        }
    }
}
