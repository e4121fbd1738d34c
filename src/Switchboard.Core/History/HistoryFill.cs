using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Switchboard.Core.Logins;
using Switchboard.Networks;
using Switchboard.Sqlite;

namespace Switchboard.Core.History;

/// <summary>How much of the past is fetched unasked.</summary>
/// <param name="Messages">Messages a chat, counted from its newest; 0: none.</param>
public sealed record HistoryDepth(int Messages)
{
    /// <summary>Unless the owner says otherwise.</summary>
    public const int Default = 200;
}

/// <summary>
/// Fetches the past of chats before anybody asks for it, so that it is found by search and there when somebody reads back: the
/// chats with the latest activity first, each down to a depth. Logins side by side, one request at a time each, with growing
/// pauses while a network does not answer; none before all that a login brings at first is stored.
/// </summary>
public sealed partial class HistoryFill(
    Database database, LoginSupervisor logins, HistoryLoader loader, HistoryDepth depth, TimeProvider clock, ILogger<HistoryFill> logger)
{
    private const int MostFailures = 8;
    private const int MostEmptyPages = 20;
    private static readonly TimeSpan LookAnyway = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    private readonly Signal wake = new();
    private readonly ConcurrentDictionary<long, bool> filling = new();
    // Gaps that could not be filled, so that one chat does not keep the others waiting, nor its network busy.
    private readonly ConcurrentDictionary<long, Trouble> putOff = new();

    /// <summary>Something may be missing.</summary>
    public void Wake() => wake.Set();

    /// <summary>Whether the past of a login's chats is being fetched.</summary>
    public bool IsFilling(long login) => filling.ContainsKey(login);

    /// <summary>Runs until stopped.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        var active = new Dictionary<long, Task>();
        while (depth.Messages > 0 && !stopping.IsCancellationRequested)
        {
            foreach (var (login, _) in active.Where(pair => pair.Value.IsCompleted).ToList())
            {
                active.Remove(login);
            }

            try
            {
                foreach (var login in database.Read(db => db.LoginsToFill(depth.Messages))
                    .Where(login => !active.ContainsKey(login) && MayFill(login)))
                {
                    active.Add(login, Task.Run(() => FillAsync(login, stopping), CancellationToken.None));
                }
            }
            catch (Exception e)
            {
                // What is missing stays missing until the next look; a loop must not end unseen.
                LogFailed(logger, e);
            }

            await wake.WaitAsync(LookAnyway, clock, stopping);
        }

        await Task.WhenAll(active.Values);
    }

    // What is new comes first: neither the network nor the disk has time for the past before all of that is stored.
    private bool MayFill(long login) => logins.HealthOf(login) == LoginHealth.Connected && !logins.IsCatchingUp(login);

    private async Task FillAsync(long login, CancellationToken stopping)
    {
        var failures = 0;
        try
        {
            while (failures < MostFailures && !stopping.IsCancellationRequested && logins.HealthOf(login) == LoginHealth.Connected
                && database.Read(db => db.GapToFill(login, depth.Messages, PutOffNow())) is { } gap)
            {
                if (await IsDeepEnoughAsync(gap))
                    continue;
                filling[login] = true;
                failures = await LoadAsync(login, gap, failures, stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // What is missing is asked for after the next start.
        }
        catch (Exception e)
        {
            LogFailed(logger, e);
            await Task.Delay(LookAnyway, clock, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            filling.TryRemove(login, out _);
        }
    }

    /// <returns>Failures in a row.</returns>
    private async Task<int> LoadAsync(long login, Gap gap, int failures, CancellationToken stopping)
    {
        try
        {
            await loader.LoadAsync(login, gap, stopping);
            NoteProgress(gap);
            return 0;
        }
        catch (NetworkException e)
        {
            putOff[gap.Key] = new(0, 0, clock.GetUtcNow() + LookAnyway);
            await Task.Delay(e.RetryAfter ?? Backoff.For(failures + 1), clock, stopping);
            return failures + 1;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // A fault of ours, or a failing disk: whatever it is, the other chats are not to wait for this one.
            LogFailed(logger, e);
            PutOff(gap.Key);
            await Task.Delay(Backoff.For(failures + 1), clock, stopping);
            return failures + 1;
        }
    }

    /// <summary>Pages may be empty, but a network that gives only such for long is asked less and less often.</summary>
    private void NoteProgress(Gap before)
    {
        if (database.Read(db => db.GapByKey(before.Key)) is not { } after || after.Upper != before.Upper)
        {
            putOff.TryRemove(before.Key, out _);
            return;
        }

        var known = putOff.GetValueOrDefault(before.Key) ?? new(0, 0, DateTimeOffset.MinValue);
        putOff[before.Key] = known with { EmptyPages = known.EmptyPages + 1 };
        if (known.EmptyPages + 1 >= MostEmptyPages)
            PutOff(before.Key);
    }

    private void PutOff(long gap)
    {
        var times = (putOff.GetValueOrDefault(gap)?.Times ?? 0) + 1;
        var pause = LookAnyway * Math.Pow(2, Math.Min(times - 1, 10));
        putOff[gap] = new(times, 0, clock.GetUtcNow() + (pause < LongestPause ? pause : LongestPause));
    }

    private List<long> PutOffNow()
    {
        var now = clock.GetUtcNow();
        // However far the clock on the wall was set back meanwhile.
        return [.. putOff.Where(pair => pair.Value.Until > now && pair.Value.Until <= now + LongestPause).Select(pair => pair.Key)];
    }

    private sealed record Trouble(int Times, int EmptyPages, DateTimeOffset Until);

    /// <summary>What was told since the gap opened counts too.</summary>
    private Task<bool> IsDeepEnoughAsync(Gap gap) => database.WriteAsync(
        db =>
        {
            db.CountAbove(gap.Key, depth.Messages);
            return db.QueryInt64("SELECT above >= $depth FROM gap WHERE key = $key", ("$depth", depth.Messages), ("$key", gap.Key)) is not 0;
        },
        CancellationToken.None);

    [LoggerMessage(Level = LogLevel.Error, Message = "The past of chats could not be fetched; it will be tried again")]
    private static partial void LogFailed(ILogger logger, Exception e);
}
