using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging.Console;

namespace Switchboard.Server.Hosting;

/// <summary>How the server writes its log: what happened and to which row, never what people wrote, paths or traces.</summary>
internal static class ServerLog
{
    private const string Timestamps = "yyyy-MM-ddTHH:mm:ss.fffZ";

    /// <summary>Sets the log up.</summary>
    public static void Configure(ILoggingBuilder logging, LogFormat format)
    {
        logging.ClearProviders();
        if (format == LogFormat.None)
            return;
        if (format == LogFormat.Json)
        {
            logging.AddJsonConsole(console =>
            {
                console.TimestampFormat = Timestamps;
                console.UseUtcTimestamp = true;
                console.IncludeScopes = true;
            });
        }
        else
        {
            logging.AddSimpleConsole(console =>
            {
                console.SingleLine = true;
                console.TimestampFormat = Timestamps + " ";
                console.UseUtcTimestamp = true;
            });
        }

        logging.Services.RemoveAll<ILoggerProvider>();
        logging.Services.AddSingleton<ConsoleLoggerProvider>();
        logging.Services.AddSingleton<ILoggerProvider>(provider => new PlainFailures(provider.GetRequiredService<ConsoleLoggerProvider>()));
        logging.SetMinimumLevel(LogLevel.Warning);
        logging.AddFilter("Switchboard", LogLevel.Information);
        // A start that fails is told by our own sentence; the framework's stack trace would only stand in its way.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        // Its scope holds the path of each request, and paths hold ids of chats. What it says of failures Kestrel says too.
        logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        logging.Configure(factory => factory.ActivityTrackingOptions = ActivityTrackingOptions.None);
    }
}
