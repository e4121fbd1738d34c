using Microsoft.Data.Sqlite;
using Switchboard.Core.Logins;
using Switchboard.Sqlite;

namespace Switchboard.Server.Health;

/// <summary>
/// Whether the server can do its work now: it is not stopping, its database takes writes, its networks are connected. A login
/// that has expired waits for a person, not for the server, and does not count.
/// </summary>
internal sealed class Readiness(Database database, LoginSupervisor logins, TimeProvider clock, IHostApplicationLifetime lifetime)
{
    /// <summary>How long what was found out about the database holds: whoever asks often does not load the disk.</summary>
    private static readonly TimeSpan Recent = TimeSpan.FromSeconds(5);

    /// <summary>A write that takes longer than this is no write that anybody would wait for.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly Lock gate = new();
    private Task<bool>? probe;
    private long probedAt;

    /// <summary>The parts that are not ready: <c>server</c>, <c>database</c>, <c>networks</c>; none when all is well.</summary>
    public async Task<IReadOnlyList<string>> FindUnreadyAsync(CancellationToken cancellationToken)
    {
        var unready = new List<string>();
        if (lifetime.ApplicationStopping.IsCancellationRequested)
            unready.Add("server");
        if (!await CanWriteAsync(cancellationToken))
            unready.Add("database");
        if (!logins.IsConnected)
            unready.Add("networks");
        return unready;
    }

    private async Task<bool> CanWriteAsync(CancellationToken cancellationToken)
    {
        Task<bool> current;
        lock (gate)
        {
            // One probe at a time: while one hangs, no more are queued behind it.
            if (probe is null || (probe.IsCompleted && clock.GetElapsedTime(probedAt) >= Recent))
            {
                probedAt = clock.GetTimestamp();
                probe = ProbeAsync();
            }

            current = probe;
        }

        try
        {
            return await current.WaitAsync(Patience, clock, cancellationToken);
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private async Task<bool> ProbeAsync()
    {
        try
        {
            // Changes nothing and yet goes to the disk as any write does.
            await database.WriteAsync(db => db.Execute("UPDATE counter SET value = value WHERE name = 'message'"), CancellationToken.None);
            return true;
        }
        catch (Exception e) when (e is SqliteException or System.Threading.Channels.ChannelClosedException)
        {
            return false;
        }
    }
}
