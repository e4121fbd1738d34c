using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Switchboard.Server.Hosting;
using Switchboard.Server.Spec;
using Switchboard.Server.Tests.Hosting;
using Xunit;

namespace Switchboard.Server.Tests.Health;

/// <summary>What a structured log says of the request an entry belongs to.</summary>
public sealed class LogTests
{
    [Fact]
    public async Task An_entry_names_its_request_and_nothing_else_of_it()
    {
        using var log = new ScopeCapture();
        await using var server = await TestServer.StartAsync(options => options with { Log = LogFormat.Json }, prepare: app =>
        {
            app.Services.GetRequiredService<ILoggerFactory>().AddProvider(log);
            app.MapGet("/secret/{word}", _ => throw new InvalidOperationException("broken"))
                .WithMetadata(new DeclaredRoute { Id = "secret", Method = "GET", Pattern = "/secret/{word}", Access = Scope.Public });
        });

        (await server.SendAsync(HttpMethod.Get, "/secret/canary?query=canary", server.Owner)).Dispose();

        var scopes = Assert.Single(log.Entries, entry => entry.Level == LogLevel.Error).Scopes;
        Assert.Contains("RequestId", scopes.SelectMany(scope => scope).Select(pair => pair.Key));
        Assert.Empty(scopes.SelectMany(scope => scope).Select(pair => pair.Key).Except(["RequestId", "ConnectionId", "{OriginalFormat}"]));
        Assert.DoesNotContain("canary", string.Join(' ', scopes.SelectMany(scope => scope).Select(pair => pair.Value)), StringComparison.Ordinal);
    }

    private sealed class ScopeCapture : ILoggerProvider, ISupportExternalScope, ILogger
    {
        private IExternalScopeProvider scopes = new LoggerExternalScopeProvider();

        public ConcurrentQueue<(LogLevel Level, List<List<KeyValuePair<string, object?>>> Scopes)> Entries { get; } = new();

        public void SetScopeProvider(IExternalScopeProvider scopeProvider) => scopes = scopeProvider;

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var found = new List<List<KeyValuePair<string, object?>>>();
            scopes.ForEachScope(
                (scope, into) => into.Add(scope is IEnumerable<KeyValuePair<string, object?>> pairs
                    ? [.. pairs]
                    : [new KeyValuePair<string, object?>("?", scope?.ToString())]),
                found);
            Entries.Enqueue((logLevel, found));
        }

        public void Dispose()
        {
        }
    }
}
