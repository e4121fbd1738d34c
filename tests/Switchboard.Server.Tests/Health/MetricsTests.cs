using System.Globalization;
using System.Text.RegularExpressions;
using Switchboard.Server.Tests.Hosting;
using Switchboard.Server.Tests.Streams;
using Xunit;

namespace Switchboard.Server.Tests.Health;

/// <summary>The numbers count what happened to this server, and tell nothing about whom.</summary>
public sealed partial class MetricsTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Numbers_count_what_happened_to_this_server_alone()
    {
        await using var noise = await TestServer.StartAsync(options => options with { Metrics = true });
        await using var server = await TestServer.StartAsync(options => options with { Metrics = true });
        (await noise.SendAsync(HttpMethod.Get, "/v1/accounts", null)).Dispose();
        var chat = await server.OwnChatAsync();
        var before = await ReadAsync(server);
        using var listener = await Listener.ToAllAsync(server, server.Owner);
        for (var i = 0; i < 3; i++)
        {
            await server.SayAsync(chat.Id, "hello");
        }

        (await server.SendAsync(HttpMethod.Get, "/v1/accounts", null)).Dispose();
        var after = await UntilAsync(server, values => values["switchboard_requests_total{status=\"4xx\"}"] > 0);

        Assert.Equal(0, before["switchboard_requests_total{status=\"4xx\"}"]);
        Assert.Equal(1, after["switchboard_requests_total{status=\"4xx\"}"]);
        Assert.True(after["switchboard_requests_total{status=\"2xx\"}"] >= 6);
        Assert.Equal(0, after["switchboard_requests_total{status=\"5xx\"}"]);
        Assert.Equal(1, after["switchboard_sockets_open"]);
        Assert.True(after["switchboard_events_sent_total"] >= 3);
        Assert.True(after["switchboard_request_duration_seconds_count"] >= 7);
        Assert.True(after["switchboard_database_commit_duration_seconds_count"] > before["switchboard_database_commit_duration_seconds_count"]);
        Assert.True(after["switchboard_database_bytes"] > 0);
        Assert.True(after["switchboard_memory_resident_bytes"] > 1_000_000);
    }

    [Fact]
    public async Task What_waits_in_the_outbox_is_counted_with_its_age()
    {
        await using var server = await TestServer.StartAsync(options => options with { Metrics = true });
        await server.SayAsync((await server.OwnChatAsync()).Id, "hello");
        await server.Database.WriteAsync(
            db => db.Execute(
                """
                INSERT INTO outbox (chat, message, kind, transaction_id, due_at, created_at)
                SELECT chat, sort_key, 'read', 'test', $due, $created FROM message LIMIT 1
                """,
                ("$due", long.MaxValue / 2), ("$created", TimeProvider.System.GetUtcNow().AddMinutes(-2).ToUnixTimeMilliseconds())),
            Stop);

        var values = await ReadAsync(server);

        Assert.Equal(1, values["switchboard_outbox_length"]);
        Assert.InRange(values["switchboard_outbox_oldest_age_seconds"], 120, 180);
    }

    [Fact]
    public async Task Series_are_few_and_every_line_is_well_formed()
    {
        await using var server = await TestServer.StartAsync(options => options with { Metrics = true });
        await server.SayAsync((await server.OwnChatAsync()).Id, "hello");
        using var answer = await server.SendAsync(HttpMethod.Get, "/metrics", null);
        var lines = (await answer.Content.ReadAsStringAsync(Stop)).TrimEnd('\n').Split('\n');

        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", answer.Content.Headers.ContentType?.ToString());
        Assert.All(lines, line => Assert.Matches(WellFormed(), line));
        Assert.InRange(lines.Count(line => line[0] != '#'), 20, 40);
        Assert.Equal(["le", "status"], lines.SelectMany(line => Label().Matches(line)).Select(match => match.Groups[1].Value).Distinct().Order(StringComparer.Ordinal));
    }

    private static async Task<Dictionary<string, double>> ReadAsync(TestServer server)
    {
        var text = await server.Http.GetStringAsync("/metrics", Stop);
        return text.Split('\n').Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split(' '))
            .ToDictionary(parts => parts[0], parts => double.Parse(parts[1], CultureInfo.InvariantCulture));
    }

    /// <summary>A request is counted a moment after its answer was read.</summary>
    private static async Task<Dictionary<string, double>> UntilAsync(TestServer server, Func<Dictionary<string, double>, bool> condition)
    {
        using var patience = new CancellationTokenSource(TestServer.Patience);
        while (true)
        {
            patience.Token.ThrowIfCancellationRequested();
            var values = await ReadAsync(server);
            if (condition(values) && values["switchboard_events_sent_total"] >= 3)
                return values;
        }
    }

    [GeneratedRegex("^(# (HELP|TYPE) switchboard_[a-z_]+ .+|switchboard_[a-z_]+(\\{[a-z]+=\"[^\"]+\"\\})? [0-9.E+-]+)$")]
    private static partial Regex WellFormed();

    [GeneratedRegex("\\{([a-z]+)=")]
    private static partial Regex Label();
}
