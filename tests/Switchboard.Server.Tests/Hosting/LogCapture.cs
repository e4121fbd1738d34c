using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Switchboard.Server.Tests.Hosting;

/// <summary>Keeps all that is logged: ours from the lowest level on.</summary>
internal sealed class LogCapture : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<string> lines = new();

    public string Text => string.Join('\n', lines);

    public IReadOnlyList<string> Lines => [.. lines];

    public void Attach(WebApplication app)
    {
        app.Services.GetRequiredService<IOptionsMonitor<LoggerFilterOptions>>().CurrentValue.Rules
            .Add(new LoggerFilterRule(typeof(LogCapture).FullName, "Switchboard", LogLevel.Trace, null));
        var factory = app.Services.GetRequiredService<ILoggerFactory>();
        factory.AddProvider(this);
        Written(factory.CreateLogger("Switchboard.Tests"), null);
    }

    public ILogger CreateLogger(string categoryName) => this;

    // The framework puts the request's path into scopes; our console writes none.
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        lines.Enqueue($"{formatter(state, exception)} {state} {exception}");

    public void Dispose()
    {
    }

    private static readonly Action<ILogger, Exception?> Written =
        LoggerMessage.Define(LogLevel.Trace, new EventId(1), "the log is listened to");
}
