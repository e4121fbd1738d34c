using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Switchboard.Core.Logins;
using Switchboard.Core.Receiving;
using Switchboard.Networks;
using Switchboard.Sqlite;

namespace Switchboard.Core.History;

/// <summary>
/// Fetches what is missing in chats, a page at a time and one request at a time for each login. Whoever waits for a page may give
/// up: it is stored all the same, and who comes next finds it.
/// </summary>
public sealed partial class HistoryLoader(Database database, LoginSupervisor logins, Ingest ingest, ILogger<HistoryLoader> logger)
{
    private const int MessagesAtOnce = 100;

    private readonly ConcurrentDictionary<long, SemaphoreSlim> turns = new();
    private readonly ConcurrentDictionary<(long Gap, string Token), Lazy<Task>> loading = new();

    /// <summary>Fetches the newest page of what is missing in a gap, and stores it.</summary>
    /// <exception cref="NetworkException">Not now; the gap is as it was.</exception>
    internal async Task LoadAsync(long login, Gap gap, CancellationToken cancellationToken)
    {
        var key = (gap.Key, gap.Token);
        var page = loading.GetOrAdd(key, _ => new Lazy<Task>(() => LoadInTurnAsync(login, gap)));
        try
        {
            await page.Value.WaitAsync(cancellationToken);
        }
        finally
        {
            if (page.Value.IsCompleted)
                loading.TryRemove(KeyValuePair.Create(key, page));
            else
                _ = page.Value.ContinueWith(
                    _ => loading.TryRemove(KeyValuePair.Create(key, page)), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    private async Task LoadInTurnAsync(long login, Gap gap)
    {
        var turn = turns.GetOrAdd(login, _ => new SemaphoreSlim(1));
        await turn.WaitAsync();
        try
        {
            // It may have been filled while others had their turn.
            if (database.Read(db => db.GapByKey(gap.Key))?.Token != gap.Token)
                return;
            var (connection, ended) = await logins.LifeOfAsync(login, CancellationToken.None);
            if (connection is not ISupportsHistory network)
            {
                await CloseAsync(gap);
                return;
            }

            var page = await network.LoadOlderAsync(gap.RemoteChat, gap.Token, MessagesAtOnce, ended);
            await ingest.ApplyHistoryAsync(gap, page, CancellationToken.None);
        }
        catch (NetworkException e) when (e.Kind is NetworkFailure.Rejected or NetworkFailure.NotFound)
        {
            // It will never be told: asking again would only keep everybody waiting.
            LogRefused(logger, gap.Chat, e);
            await CloseAsync(gap);
        }
        catch (OperationCanceledException e)
        {
            throw new NetworkException(NetworkFailure.Transient, "The connection to the network ended. Try again soon.", e);
        }
        finally
        {
            turn.Release();
        }
    }

    private Task CloseAsync(Gap gap) => database.WriteAsync(
        db =>
        {
            if (db.GapByKey(gap.Key)?.Token == gap.Token)
                db.CloseGap(gap);
        },
        CancellationToken.None);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The network does not tell what was before in chat {Chat}")]
    private static partial void LogRefused(ILogger logger, long chat, Exception e);
}
