using System.Text;
using Switchboard.Server.Hosting;
using Switchboard.Server.Http;
using Switchboard.Server.Spec;

namespace Switchboard.Server.Health;

/// <summary>
/// Addresses for whoever runs the server. They are no part of the client API: they need no token, are not in its document, and
/// tell nothing about what is kept. Host names and origins are checked as everywhere.
/// </summary>
internal static class HealthApi
{
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];
    private static readonly byte[] Well = """{"status":"ok"}"""u8.ToArray();

    /// <summary>Maps <c>/health/live</c>, <c>/health/ready</c> and, if they are wanted, <c>/metrics</c>.</summary>
    public static void Map(IEndpointRouteBuilder endpoints)
    {
        var services = endpoints.ServiceProvider;
        var readiness = services.GetRequiredService<Readiness>();
        var metrics = services.GetRequiredService<ServerMetrics>();
        Routes.MapPlain(
            endpoints, DeclaredRoutes.Live, Methods, context => WriteAsync(context, 200, "application/json; charset=utf-8", Well));
        Routes.MapPlain(endpoints, DeclaredRoutes.Ready, Methods, context => AnswerReadyAsync(context, readiness));
        if (services.GetRequiredService<ServerOptions>().Metrics)
        {
            Routes.MapPlain(endpoints, DeclaredRoutes.Metrics, Methods, context => WriteAsync(
                context, 200, "text/plain; version=0.0.4; charset=utf-8", Encoding.UTF8.GetBytes(metrics.Render())));
        }
    }

    private static async Task AnswerReadyAsync(HttpContext context, Readiness readiness)
    {
        var unready = await readiness.FindUnreadyAsync(context.RequestAborted);
        var body = unready.Count == 0
            ? Well
            // Names of parts are our own constants: there is nothing to escape.
            : Encoding.UTF8.GetBytes($$"""{"status":"not ready","parts":["{{string.Join("\",\"", unready)}}"]}""");
        await WriteAsync(context, unready.Count == 0 ? 200 : 503, "application/json; charset=utf-8", body);
    }

    private static async Task WriteAsync(HttpContext context, int status, string type, byte[] body)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = type;
        response.ContentLength = body.Length;
        response.Headers.CacheControl = "no-store";
        if (!HttpMethods.IsHead(context.Request.Method))
            await response.Body.WriteAsync(body, context.RequestAborted);
    }
}
