using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Switchboard.Matrix.Tests;

/// <summary>A call that arrived.</summary>
internal sealed record Call(string Method, string Path, string Query, string? Authorization, string Body, string? ContentType)
{
    /// <summary>The body as JSON.</summary>
    public JsonElement Json
    {
        get
        {
            using var document = JsonDocument.Parse(Body);
            return document.RootElement.Clone();
        }
    }
}

/// <summary>
/// Answers as a test tells it to, over real HTTP: for what no real homeserver can be brought to do. What a homeserver does when all
/// is well is proved with a real one.
/// </summary>
internal sealed class FaultyHomeserver : IAsyncDisposable
{
    private readonly ConcurrentQueue<Call> calls = new();
    private readonly List<(string Method, string Path, Func<HttpContext, Task> Answer)> answers = [];
    private readonly Lock gate = new();
    private readonly WebApplication app;

    private FaultyHomeserver(WebApplication app) => this.app = app;

    public Uri Address => new(app.Urls.First() + "/");

    public IReadOnlyList<Call> Calls => [.. calls];

    public static async Task<FaultyHomeserver> StartAsync(string versions = """["v1.1","v1.11"]""")
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var server = new FaultyHomeserver(app);
        app.Run(server.AnswerAsync);
        await app.StartAsync();
        server.On("GET", "/_matrix/client/versions", $$"""{"versions":{{versions}}}""");
        return server;
    }

    /// <summary>Calls of a method whose path begins so.</summary>
    public List<Call> To(string method, string path) =>
        calls.Where(call => call.Method == method && call.Path.StartsWith(path, StringComparison.Ordinal)).ToList();

    /// <summary>Answers calls whose path begins so; what was said last wins.</summary>
    public FaultyHomeserver On(string method, string path, string json, int status = 200, string? retryAfter = null) => On(method, path, async context =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        if (retryAfter is not null)
            context.Response.Headers.RetryAfter = retryAfter;
        await context.Response.WriteAsync(json);
    });

    /// <summary>The same in a test's own way.</summary>
    public FaultyHomeserver On(string method, string path, Func<HttpContext, Task> answer)
    {
        lock (gate)
        {
            answers.Insert(0, (method, path, answer));
        }

        return this;
    }

    /// <summary>An answer that is a homeserver's error.</summary>
    public static string Error(string code, string text = "no") => $$"""{"errcode":"{{code}}","error":"{{text}}"}""";

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var request = context.Request;
        using var reader = new StreamReader(request.Body, Encoding.UTF8);
        // As it came: what was escaped on the way must be seen.
        var path = context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget.Split('?')[0];
        calls.Enqueue(new Call(request.Method, path, request.QueryString.Value ?? "", request.Headers.Authorization, await reader.ReadToEndAsync(), request.ContentType));
        Func<HttpContext, Task>? answer;
        lock (gate)
        {
            answer = answers.Find(known => known.Method == request.Method && path.StartsWith(known.Path, StringComparison.Ordinal)).Answer;
        }

        if (answer is not null)
        {
            await answer(context);
            return;
        }

        context.Response.StatusCode = 404;
        await context.Response.WriteAsync(Error("M_UNRECOGNIZED"));
    }
}
