namespace Switchboard.Server.Http;

/// <summary>Says with every log entry that is written during a request which request that is; its id, nothing else of it.</summary>
internal sealed class RequestLog(ILogger<RequestLog> logger)
{
    private static readonly Func<ILogger, string, IDisposable?> Scope = LoggerMessage.DefineScope<string>("{RequestId}");

    /// <summary>Runs the rest of the pipeline under the request's id.</summary>
    public async Task RunAsync(HttpContext context, RequestDelegate next)
    {
        using (Scope(logger, context.TraceIdentifier))
        {
            await next(context);
        }
    }
}
