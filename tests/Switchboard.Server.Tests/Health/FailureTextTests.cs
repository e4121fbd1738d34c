using System.Net;
using System.Net.Sockets;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Switchboard.Networks;
using Switchboard.Server.Hosting;
using Switchboard.Server.Tests.Hosting;
using Xunit;

namespace Switchboard.Server.Tests.Health;

/// <summary>A log says what kind of failure there was; not where sources are, whose address it was, nor what a message held.</summary>
public sealed class FailureTextTests
{
    [Fact]
    public void A_lost_connection_is_its_kinds_from_the_outside_in()
    {
        var lost = new NetworkException(
            NetworkFailure.Transient, "The homeserver cannot be reached at the moment.",
            new HttpRequestException(HttpRequestError.ConnectionError, "Connection refused (hs.canary.example:8008)", new SocketException((int)SocketError.ConnectionRefused)));

        Assert.Equal("network Transient < HTTP ConnectionError < socket ConnectionRefused", FailureText.Of(lost));
    }

    [Fact]
    public void Foreseen_failures_are_their_codes_without_their_words()
    {
        Assert.Equal("SQLite 13/13", FailureText.Of(new SqliteException("canary", 13)));
        Assert.Equal("HTTP 404", FailureText.Of(new HttpRequestException("canary", null, HttpStatusCode.NotFound)));
        Assert.Equal("UnauthorizedAccessException", FailureText.Of(Thrown(() => throw new UnauthorizedAccessException("/home/canary"))));
        Assert.Equal("TaskCanceledException", FailureText.Of(new AggregateException(new TaskCanceledException("canary"))));
    }

    [Fact]
    public void A_fault_of_ours_is_told_with_its_methods_and_without_paths()
    {
        var fault = Thrown(() => throw new InvalidOperationException("canary"));

        var text = FailureText.Of(fault);

        Assert.StartsWith($"InvalidOperationException in {typeof(FailureTextTests).FullName}", text, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", text, StringComparison.Ordinal);
        Assert.DoesNotContain(".cs", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', text);
    }

    [Fact]
    public void Whatever_logs_an_exception_writes_one_line()
    {
        using var kept = new LogCapture();
        using var plain = new PlainFailures(kept);
        using var factory = LoggerFactory.Create(logging => logging.AddProvider(plain));
        var fault = Thrown(() => throw new InvalidOperationException("canary"));

        Lost(factory.CreateLogger("Switchboard"), 7, fault);

        var line = Assert.Single(kept.Lines);
        Assert.StartsWith("Login 7 lost its connection: InvalidOperationException in ", line, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", line, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', line);
    }

    private static readonly Action<ILogger, int, Exception?> Lost =
        LoggerMessage.Define<int>(LogLevel.Warning, new EventId(1), "Login {Login} lost its connection");

    private static Exception Thrown(Action fail) => Assert.ThrowsAny<Exception>(fail);

    [Fact]
    public void The_servers_own_log_is_such_a_log()
    {
        foreach (var format in new[] { LogFormat.Text, LogFormat.Json })
        {
            var services = new ServiceCollection();
            services.AddLogging(logging => ServerLog.Configure(logging, format));
            using var built = services.BuildServiceProvider();

            Assert.IsType<PlainFailures>(Assert.Single(built.GetServices<ILoggerProvider>()));
        }
    }
}
