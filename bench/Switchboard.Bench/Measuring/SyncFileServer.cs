using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Switchboard.Bench.Measuring;

/// <summary>
/// As much of a homeserver as a login and a sync need: the first sync answer is a file, and nothing comes after it. It answers
/// from the file's bytes, so that what is measured is what is done with them.
/// </summary>
internal sealed class SyncFileServer : IAsyncDisposable
{
    private readonly WebApplication app;

    private SyncFileServer(WebApplication app) => this.app = app;

    /// <summary>Where it listens.</summary>
    public Uri Address => new(app.Urls.First());

    /// <summary>Whose account it has; any access token will do.</summary>
    public const string UserId = "@reader:bench.test";

    /// <summary>Starts one.</summary>
    public static async Task<SyncFileServer> StartAsync(string file, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0));
        var app = builder.Build();
        app.Run(context => AnswerAsync(context, file));
        await app.StartAsync(cancellationToken);
        return new SyncFileServer(app);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // Whoever waits in a long poll is not waited for.
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await app.StopAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await app.DisposeAsync();
    }

    private static async Task AnswerAsync(HttpContext context, string file)
    {
        switch (context.Request.Path.Value)
        {
            case "/_matrix/client/versions":
                await JsonAsync(context, 200, """{"versions":["v1.1","v1.11"],"unstable_features":{}}""");
                break;
            case "/_matrix/client/v3/login":
                await JsonAsync(context, 200, """{"flows":[{"type":"m.login.password"}]}""");
                break;
            case "/_matrix/client/v3/account/whoami":
                await JsonAsync(context, 200, $$"""{"user_id":"{{UserId}}","device_id":"BENCH"}""");
                break;
            case "/_matrix/client/v3/sync" when !context.Request.Query.ContainsKey("since"):
                context.Response.ContentType = "application/json";
                context.Response.ContentLength = new FileInfo(file).Length;
                await context.Response.SendFileAsync(file, context.RequestAborted);
                break;
            case "/_matrix/client/v3/sync":
                var wait = int.Parse(context.Request.Query["timeout"].ToString(), CultureInfo.InvariantCulture);
                await Task.Delay(wait, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                await JsonAsync(context, 200, """{"next_batch":"s1"}""");
                break;
            default:
                await JsonAsync(context, 404, """{"errcode":"M_UNRECOGNIZED","error":"Unrecognized request"}""");
                break;
        }
    }

    private static async Task JsonAsync(HttpContext context, int status, string json)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.BodyWriter.WriteAsync(Encoding.UTF8.GetBytes(json), context.RequestAborted).ConfigureAwait(false);
    }
}
