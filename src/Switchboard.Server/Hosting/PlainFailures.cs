namespace Switchboard.Server.Hosting;

/// <summary>
/// Writes a log on in which every failure is one line (<see cref="FailureText"/>), whoever logs it: nowhere in the log is a stack trace,
/// a path or somebody's address.
/// </summary>
internal sealed class PlainFailures(ILoggerProvider inner) : ILoggerProvider, ISupportExternalScope
{
    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new Plain(inner.CreateLogger(categoryName));

    /// <inheritdoc/>
    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => (inner as ISupportExternalScope)?.SetScopeProvider(scopeProvider);

    /// <inheritdoc/>
    public void Dispose() => inner.Dispose();

    private sealed class Plain(ILogger inner) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => inner.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (exception is null)
                inner.Log(logLevel, eventId, state, null, formatter);
            else if (inner.IsEnabled(logLevel))
                inner.Log(logLevel, eventId, state, null, (told, _) => $"{formatter(told, null).TrimEnd('.')}: {FailureText.Of(exception)}");
        }
    }
}
