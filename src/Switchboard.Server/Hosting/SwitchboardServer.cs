using System.Net;
using System.Net.Sockets;
using Switchboard.Core;
using Switchboard.Core.Access;
using Switchboard.Core.Accounts;
using Switchboard.Core.Audit;
using Switchboard.Core.Changes;
using Switchboard.Core.Chats;
using Switchboard.Core.Contacts;
using Switchboard.Core.History;
using Switchboard.Core.Logins;
using Switchboard.Core.Media;
using Switchboard.Core.Messages;
using Switchboard.Core.Receiving;
using Switchboard.Core.Sending;
using Switchboard.Core.Timers;
using Switchboard.Matrix;
using Switchboard.Networks;
using Switchboard.Server.Api;
using Switchboard.Server.Health;
using Switchboard.Server.Http;
using Switchboard.Server.Mapping;
using Switchboard.Server.Mcp;
using Switchboard.Server.OAuth;
using Switchboard.Server.Pages;
using Switchboard.Server.Spec;
using Switchboard.Server.Streams;
using Switchboard.Server.Web;
using Switchboard.Sqlite;

namespace Switchboard.Server.Hosting;

/// <summary>The whole server, put together: services, then the pipeline, then the routes.</summary>
internal static class SwitchboardServer
{
    /// <summary>The name in ids of this installation.</summary>
    public const string ServerName = "switchboard.localhost";

    /// <summary>Builds the application. Nothing listens before it is started.</summary>
    public static WebApplication Build(ServerOptions options, DataFolder folder, Database database, TimeProvider clock)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        ServerLog.Configure(builder.Logging, options.Log);
        Listen(builder.WebHost, options);
        AddServices(builder.Services, options, folder, database, clock);
        var app = builder.Build();
        database.Committed += app.Services.GetRequiredService<ChangeFeed>().Wake;
        app.Services.GetRequiredService<Chats>().RemindersChanged += app.Services.GetRequiredService<Scheduler>().Wake;
        app.Services.GetRequiredService<LoginSupervisor>().Opened += app.Services.GetRequiredService<HistoryFill>().Wake;
        app.Services.GetRequiredService<LoginSupervisor>().CaughtUp += app.Services.GetRequiredService<HistoryFill>().Wake;
        app.Services.GetRequiredService<Ingest>().GapTold += app.Services.GetRequiredService<HistoryFill>().Wake;
        app.Services.GetRequiredService<Scheduler>().Reminded += app.Services.GetRequiredService<OutboxWorker>().Wake;
        UsePipeline(app);
        MapRoutes(app);
        app.Lifetime.ApplicationStarted.Register(() => folder.WriteAddress(app.Urls, options.PublicUrl));
        app.Lifetime.ApplicationStopping.Register(folder.RemoveAddress);
        return app;
    }

    /// <summary>Maps every operation.</summary>
    /// <returns>What was mapped.</returns>
    public static Routes MapRoutes(WebApplication app)
    {
        var routes = new Routes(app);
        app.Services.GetRequiredService<ServerApi>().Map(routes);
        app.Services.GetRequiredService<AccountsApi>().Map(routes);
        app.Services.GetRequiredService<ChatsApi>().Map(routes);
        app.Services.GetRequiredService<MessagesApi>().Map(routes);
        app.Services.GetRequiredService<AssetsApi>().Map(routes);
        app.Services.GetRequiredService<BridgesApi>().Map(routes);
        app.Services.GetRequiredService<EventSocket>().Map(routes);
        app.Services.GetRequiredService<OAuthApi>().Map(routes);
        app.Services.GetRequiredService<OwnerApi>().Map(routes);
        MatrixPassThrough.Map(app);
        HealthApi.Map(app);
        if (app.Services.GetRequiredService<ServerOptions>().Mcp != McpMode.Off)
            app.Services.GetRequiredService<McpEndpoint>().Map(routes);
        DeclaredRoutes.Demand(app);
        return routes;
    }

    private static void Listen(IWebHostBuilder host, ServerOptions options) => host.ConfigureKestrel(kestrel =>
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = JsonBody.Limit;
        // Filters may name hundreds of chats in the query.
        kestrel.Limits.MaxRequestLineSize = 64 * 1024;
        kestrel.Limits.MaxRequestHeadersTotalSize = 64 * 1024;
        kestrel.Limits.MaxConcurrentConnections = 10_000;
        kestrel.Limits.MaxConcurrentUpgradedConnections = 2_000;
        if (options is { Host: null or "localhost", Port: 0 })
        {
            // Two addresses cannot be given the same free port at once.
            kestrel.Listen(IPAddress.Loopback, 0);
            return;
        }

        foreach (var address in AddressesOf(options))
        {
            kestrel.Listen(address, options.Port);
        }
    });

    /// <summary>Where the server is to listen.</summary>
    public static IReadOnlyList<IPAddress> AddressesOf(ServerOptions options)
    {
        if (options.Host is not (null or "localhost"))
            return [IPAddress.Parse(options.Host)];
        // Clients use localhost and 127.0.0.1 alike (rest.md §1.1); a machine may have no IPv6.
        return HasIPv6Loopback() ? [IPAddress.Loopback, IPAddress.IPv6Loopback] : [IPAddress.Loopback];
    }

    private static bool HasIPv6Loopback()
    {
        try
        {
            using var probe = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
            probe.Bind(new IPEndPoint(IPAddress.IPv6Loopback, 0));
            return true;
        }
        catch (SocketException)
        {
            // A container may know IPv6 and yet have no such address.
            return false;
        }
    }

    private static void AddServices(
        IServiceCollection services, ServerOptions options, DataFolder folder, Database database, TimeProvider clock)
    {
        services.AddSingleton(options).AddSingleton(folder).AddSingleton(database).AddSingleton(clock);
        services.AddSingleton(new ServerIdentity(ServerName));
        services.AddSingleton(new SendLimitSetting(options.SendsPerMinute));
        services.AddSingleton(new HistoryDepth(options.HistoryDepth));
        services.AddSingleton(new FileStore(folder.MediaFolder, clock));
        services.AddSingleton<INetwork>(_ => LocalNetwork.LocalNetwork.Open(folder.LocalNetworkFolder, ServerName, clock));
        services.AddSingleton<INetwork>(provider => MatrixNetwork.Open(
            folder.MatrixFolder, clock, provider.GetRequiredService<ILogger<MatrixNetwork>>()));
        services.AddSingleton<Ingest>().AddSingleton<LoginSupervisor>().AddSingleton<LoginSessions>();
        services.AddSingleton<OutboxWorker>().AddSingleton<ChangeFeed>().AddSingleton<Scheduler>();
        services.AddSingleton<Tokens>().AddSingleton<Accounts>().AddSingleton<Contacts>().AddSingleton<Chats>();
        services.AddSingleton<Messages>().AddSingleton<MessageSearch>().AddSingleton<SendLimits>();
        services.AddSingleton<HistoryLoader>().AddSingleton<HistoryFill>();
        services.AddSingleton<Uploads>().AddSingleton<MediaLibrary>();
        services.AddSingleton<ApiErrors>().AddSingleton<RequestGuard>().AddSingleton<Authentication>().AddSingleton<WireMapper>();
        services.AddSingleton<ServerApi>().AddSingleton<AccountsApi>().AddSingleton<ChatsApi>().AddSingleton<MessagesApi>();
        services.AddSingleton<AssetsApi>().AddSingleton<BridgesApi>().AddSingleton<EventSocket>();
        services.AddSingleton<OwnerSessions>().AddSingleton<OAuthClients>().AddSingleton<Grants>().AddSingleton<AuditLog>();
        services.AddSingleton<Failures>().AddSingleton<AuditTrail>().AddSingleton<ConsentTickets>();
        services.AddSingleton(provider => new ClientDocuments(
            ClientDocuments.GuardedHandler(), provider.GetRequiredService<Failures>().Documents,
            provider.GetRequiredService<Failures>().AllDocuments, clock));
        services.AddSingleton<OAuthApi>().AddSingleton<OwnerApi>().AddSingleton<Registration>().AddSingleton<AuthorizationEndpoint>();
        services.AddSingleton<SessionApi>().AddSingleton<ConsentsApi>().AddSingleton<ConnectionsApi>().AddSingleton<AuditApi>();
        services.AddSingleton<RenderedJson>().AddSingleton<OwnerPages>();
        services.AddSingleton(new ToolPolicy(options.Mcp == McpMode.ReadOnly, options.McpTools));
        services.AddSingleton<AccountTools>().AddSingleton<ChatTools>().AddSingleton<MessageTools>().AddSingleton<ToolShapes>();
        services.AddSingleton<ToolCatalog>().AddSingleton<ToolRunner>().AddSingleton<McpEndpoint>();
        services.AddSingleton<ServerMetrics>().AddSingleton<Readiness>().AddSingleton<RequestLog>();
        services.AddSingleton(SpareMemory.OfThisProcess(clock));
        services.AddHostedService<Worker>();
        services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(10));
        services.AddRouting();
    }

    private static void UsePipeline(WebApplication app)
    {
        var errors = app.Services.GetRequiredService<ApiErrors>();
        var guard = app.Services.GetRequiredService<RequestGuard>();
        var authentication = app.Services.GetRequiredService<Authentication>();
        var log = app.Services.GetRequiredService<RequestLog>();
        if (app.Services.GetRequiredService<ServerOptions>().Log == LogFormat.Json)
            app.Use(next => context => log.RunAsync(context, next));
        app.Use(next => context => errors.RunAsync(context, inner => guard.RunAsync(inner, next)));
        var pages = app.Services.GetRequiredService<OwnerPages>();
        app.UseRouting();
        app.Use(next => context => pages.RunAsync(context, next));
        app.Use(next => context => authentication.RunAsync(context, next));
        app.UseWebSockets();
    }
}
