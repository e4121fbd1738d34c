using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Switchboard.Core.Access;
using Switchboard.Server.Hosting;

namespace Switchboard.Server.Commands;

/// <summary><c>switchboard serve</c>.</summary>
internal static class ServeCommand
{
    /// <summary>Gives a command its options and its action.</summary>
    public static void Fill(Command command)
    {
        var dataDir = CommonOptions.DataDir();
        var host = new Option<string?>("--host")
        {
            Description = "Address to listen on (SWITCHBOARD_HOST; default: this machine alone, 127.0.0.1 and ::1).",
            DefaultValueFactory = _ => CommonOptions.Setting("HOST"),
        };
        var port = new Option<string>("--port")
        {
            Description = $"Port (SWITCHBOARD_PORT; default: {ServerOptions.DefaultPort}; 0 picks a free one).",
            DefaultValueFactory = _ => CommonOptions.Setting("PORT") ?? ServerOptions.DefaultPort.ToString(CultureInfo.InvariantCulture),
        };
        var publicHost = new Option<string[]>("--public-host")
        {
            Description = "A host name, besides this machine's own, under which clients reach the server; may be repeated (SWITCHBOARD_PUBLIC_HOSTS, with commas).",
            DefaultValueFactory = _ => CommonOptions.Settings("PUBLIC_HOSTS"),
        };
        var publicUrl = new Option<string?>("--public-url")
        {
            Description = "The address by which clients outside reach the server through a proxy, such as https://chat.example.org "
                + "(SWITCHBOARD_PUBLIC_URL).",
            DefaultValueFactory = _ => CommonOptions.Setting("PUBLIC_URL"),
        };
        var proxies = new Option<string[]>("--trusted-proxy")
        {
            Description = "An address or network whose X-Forwarded-For and X-Forwarded-Proto are believed; may be repeated "
                + "(SWITCHBOARD_TRUSTED_PROXIES, with commas).",
            DefaultValueFactory = _ => CommonOptions.Settings("TRUSTED_PROXIES"),
        };
        var allowRemote = new Option<bool>("--allow-remote")
        {
            Description = "Let other machines reach this server without encryption (SWITCHBOARD_ALLOW_REMOTE=true).",
        };
        var metrics = new Option<bool>("--metrics") { Description = "Offer numbers for Prometheus at /metrics (SWITCHBOARD_METRICS=true)." };
        command.Add(dataDir);
        command.Add(host);
        command.Add(port);
        command.Add(publicHost);
        command.Add(publicUrl);
        command.Add(proxies);
        command.Add(allowRemote);
        command.Add(metrics);
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new ServerOptions
            {
                DataFolder = parsed.GetValue(dataDir)!,
                Host = Address(parsed.GetValue(host)),
                Port = Port(parsed.GetValue(port)!),
                PublicHosts = parsed.GetValue(publicHost) ?? [],
                PublicUrl = RemoteSettings.PublicUrl(parsed.GetValue(publicUrl)),
                TrustedProxies = RemoteSettings.Proxies(parsed.GetValue(proxies) ?? []),
                AllowRemote = parsed.GetValue(allowRemote) || CommonOptions.OneOf("ALLOW_REMOTE", ("false", false), ("true", true)),
                WrongTokensPerMinute = WholeNumber("WRONG_TOKENS_PER_MINUTE") ?? ServerOptions.DefaultWrongTokensPerMinute,
                RegistrationsPerHour = WholeNumber("REGISTRATIONS_PER_HOUR") ?? 60,
                MediaUrls = CommonOptions.OneOf("MEDIA_URLS", ("serve", MediaUrls.Serve), ("file", MediaUrls.File)),
                EventTimestamps = CommonOptions.OneOf("EVENT_TIMESTAMPS", ("iso", EventTimestamps.Iso), ("millis", EventTimestamps.Millis)),
                SendsPerMinute = WholeNumber("SENDS_PER_MINUTE"),
                HistoryDepth = WholeNumber("HISTORY_DEPTH") ?? Core.History.HistoryDepth.Default,
                SocketTokenInQuery = CommonOptions.OneOf("SOCKET_TOKEN_IN_QUERY", ("false", false), ("true", true)),
                Metrics = parsed.GetValue(metrics) || CommonOptions.OneOf("METRICS", ("false", false), ("true", true)),
                Mcp = CommonOptions.Mcp(),
                McpTools = CommonOptions.Names("MCP_TOOLS"),
                Log = CommonOptions.OneOf("LOG", ("text", LogFormat.Text), ("json", LogFormat.Json)),
                CompatibleVersion = CommonOptions.Setting("COMPATIBLE_VERSION") ?? ServerOptions.DefaultCompatibleVersion,
            },
            cancellationToken));
    }

    private static async Task<int> RunAsync(ServerOptions options, CancellationToken cancellationToken)
    {
        RemoteSettings.DemandSafe(options);
        var folder = DataFolder.Prepare(options.DataFolder);
        await using var taken = folder.Lock();
        DemandFreePort(options);
        await using var database = folder.OpenDatabase();
        var isNew = await EnsureOwnerTokenAsync(folder, new Tokens(database, TimeProvider.System), cancellationToken);
        await using var app = await StartAsync(options, folder, database, cancellationToken);
        var addresses = app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses;
        Welcome.Print(folder, addresses, isNew);
        RemoteSettings.Warn(options);
        await app.WaitForShutdownAsync(cancellationToken);
        return 0;
    }

    private static async Task<WebApplication> StartAsync(
        ServerOptions options, DataFolder folder, Sqlite.Database database, CancellationToken cancellationToken)
    {
        try
        {
            var app = SwitchboardServer.Build(options, folder, database, TimeProvider.System);
            await app.StartAsync(cancellationToken);
            return app;
        }
        catch (Exception e) when (e is Sqlite.NewerSchemaException or Microsoft.Data.Sqlite.SqliteException)
        {
            throw new StartRefusedException(e.Message, e);
        }
        catch (Exception e) when (e is IOException or SocketException or UnauthorizedAccessException)
        {
            throw new StartRefusedException($"The server cannot start: {e.GetBaseException().Message}", e);
        }
    }

    /// <summary>Makes the owner's token unless its file is there.</summary>
    private static async Task<bool> EnsureOwnerTokenAsync(DataFolder folder, Tokens tokens, CancellationToken cancellationToken)
    {
        if (File.Exists(folder.OwnerTokenFile))
        {
            await tokens.RaiseToOwnerAsync((await File.ReadAllTextAsync(folder.OwnerTokenFile, cancellationToken)).Trim(), cancellationToken);
            return false;
        }

        folder.WriteOwnerToken(await tokens.CreateOwnerAsync(cancellationToken));
        return true;
    }

    /// <summary>Looks before Kestrel does, because it goes on with half of its addresses when the other half is taken.</summary>
    private static void DemandFreePort(ServerOptions options)
    {
        if (options.Port == 0)
            return;
        foreach (var address in SwitchboardServer.AddressesOf(options))
        {
            try
            {
                using var probe = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
                probe.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
                probe.Bind(new IPEndPoint(address, options.Port));
                probe.Listen(1);
            }
            catch (SocketException e)
            {
                throw new StartRefusedException(
                    e.SocketErrorCode == SocketError.AddressAlreadyInUse
                        ? $"Port {options.Port} on {address} is taken by another program. Stop it, or choose another with --port."
                        : $"The server cannot listen on {address} port {options.Port}: {e.Message}",
                    e);
            }
        }
    }

    private static string? Address(string? host) => host is null or "localhost" || IPAddress.TryParse(host, out _)
        ? host
        : throw new StartRefusedException($"--host takes an address such as 127.0.0.1 or 0.0.0.0, not {host}. Names that clients use go into --public-host.");

    private static int Port(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= 65535
            ? port
            : throw new StartRefusedException($"A port is a number from 0 to 65535, not {text}.");

    private static int? WholeNumber(string name) => CommonOptions.Setting(name) is not { } text
        ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new StartRefusedException($"SWITCHBOARD_{name} is a whole number, not {text}.");
}
