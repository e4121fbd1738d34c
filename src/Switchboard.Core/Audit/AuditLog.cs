using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Switchboard.Sqlite;

namespace Switchboard.Core.Audit;

/// <summary>
/// What each connection changed, line by line, and how much it read or was refused, counted by the hour. A change is handed to the writer at
/// once, and nobody waits for it: it is on the disk with the next commit. Counts gather for some seconds.
/// </summary>
public sealed partial class AuditLog(Database database, TimeProvider clock, ILogger<AuditLog> logger)
{
    /// <summary>The most lines on a page.</summary>
    public const int PageAtMost = 200;

    private static readonly TimeSpan GatherFor = TimeSpan.FromSeconds(5);

    private readonly Signal counted = new();
    private ConcurrentDictionary<(long Token, AuditSurface Surface, string Action, string Outcome, long Hour), long> counts = new();

    /// <summary>Notes a change or an attempt at one.</summary>
    public void Note(AuditChange change)
    {
        var now = clock.GetUtcNow();
        _ = database.WriteAsync(db => db.InsertAudit(change, now), CancellationToken.None).ContinueWith(
            done => LogLost(logger, done.Exception!), CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
    }

    /// <summary>Counts something that was read, done and left nothing, or refused.</summary>
    public void Count(Access.Access access, AuditSurface surface, string action, int count = 1, string outcome = AuditChange.Done) =>
        Count(access.Token, surface, action, outcome, count);

    /// <summary>Counts what somebody tried who is not known.</summary>
    public void CountNobody(AuditSurface surface, string action, string outcome) => Count(AuditSql.Nobody, surface, action, outcome, 1);

    private void Count(long token, AuditSurface surface, string action, string outcome, int count)
    {
        var hour = clock.GetUtcNow().ToUnixTimeMilliseconds() / TimeSpan.MillisecondsPerHour;
        counts.AddOrUpdate(
            (token, surface, action, outcome, hour), static (_, more) => more, static (_, known, more) => known + more, (long)count);
        counted.Set();
    }

    /// <summary>Writes down what was counted. When it is done, everything noted before is there too.</summary>
    public Task FlushAsync(CancellationToken cancellationToken)
    {
        var taken = Interlocked.Exchange(ref counts, new());
        return database.WriteAsync(
            db =>
            {
                foreach (var ((token, surface, action, outcome, hour), count) in taken)
                {
                    var at = DateTimeOffset.FromUnixTimeMilliseconds(hour * TimeSpan.MillisecondsPerHour);
                    db.CountAudit(token, surface, action, outcome, at, count);
                }
            },
            cancellationToken);
    }

    /// <summary>A page of lines, the latest first.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="before">The place to go on from; <c>null</c> for the latest.</param>
    /// <param name="limit">Lines at most.</param>
    /// <param name="cancellationToken">Gives up waiting for what was just counted.</param>
    /// <returns>The lines, and whether there are more.</returns>
    public async Task<(IReadOnlyList<AuditEntry> Items, bool HasMore)> ListAsync(
        AuditFilter filter, long? before, int limit, CancellationToken cancellationToken)
    {
        await FlushAsync(cancellationToken);
        var items = database.Read(db => db.Audit(filter, before ?? long.MaxValue, limit + 1));
        return items.Count > limit ? (items[..limit], true) : (items, false);
    }

    /// <summary>Writes counts down until stopped, and what is left then.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            await counted.WaitAsync(Timeout.InfiniteTimeSpan, clock, stopping);
            await Task.Delay(GatherFor, clock, stopping).ContinueWith(
                _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            try
            {
                await FlushAsync(CancellationToken.None);
            }
            catch (Microsoft.Data.Sqlite.SqliteException e)
            {
                // A full disk: these counts are lost, what comes after is not.
                LogLost(logger, e);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "What a connection did could not be written down")]
    private static partial void LogLost(ILogger logger, Exception e);
}
