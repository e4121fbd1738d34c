using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using Switchboard.Networks;
using Switchboard.Sqlite;

namespace Switchboard.LocalNetwork;

// Transactions, live connections, and what is cleaned up in the background.
public sealed partial class LocalNetwork
{
    private const int SweepLimit = 500;

    private static readonly TimeSpan SweepEvery = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan AnswersKept = TimeSpan.FromDays(30);

    private readonly ConcurrentDictionary<long, LocalConnection> connections = new();
    private readonly Lock entering = new();

    /// <summary>The files.</summary>
    internal MediaFolder Media => media;

    /// <summary>Who is typing.</summary>
    internal TypingBoard Typing => typing;

    /// <summary>Now, in the whole milliseconds that are stored.</summary>
    internal DateTimeOffset Now => DateTimeOffset.FromUnixTimeMilliseconds(clock.GetUtcNow().ToUnixTimeMilliseconds());

    /// <summary>Makes one change: all of it in one transaction, and only then recipients are woken and files deleted.</summary>
    internal async Task<T> ChangeAsync<T>(Func<Change, T> work, CancellationToken cancellationToken)
    {
        Change? change = null;
        T result;
        try
        {
            result = await database.WriteAsync(
                db =>
                {
                    change = new Change(db, Now);
                    return work(change);
                },
                cancellationToken);
        }
        catch (SqliteException error)
        {
            throw Refusals.Storage(error);
        }
        catch (ChannelClosedException error)
        {
            throw Refusals.Stopping(error);
        }

        foreach (var recipient in change!.Recipients)
        {
            connections.GetValueOrDefault(recipient)?.Wake();
        }

        if (change.LooseFiles.Count > 0)
            await CollectAsync(change.LooseFiles);
        return result;
    }

    /// <summary>Reads from one snapshot.</summary>
    internal T Read<T>(Func<Db, T> read)
    {
        try
        {
            return database.Read(read);
        }
        catch (SqliteException error)
        {
            throw Refusals.Storage(error);
        }
        catch (ObjectDisposedException error)
        {
            throw Refusals.Stopping(error);
        }
    }

    /// <summary>Deletes those of the files that nothing refers to any more.</summary>
    internal async Task CollectAsync(IReadOnlyCollection<string> hashes)
    {
        try
        {
            // On the writer's turn, so that no reference can appear between the question and the deletion. Not cancelled by
            // a caller who gave up: what was asked for is done, this is tidying.
            await database.WriteAsync(
                db =>
                {
                    foreach (var hash in hashes.Where(hash => !db.IsReferenced(hash)))
                    {
                        media.DeleteUnlessPinned(hash);
                    }
                },
                CancellationToken.None);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or SqliteException or ChannelClosedException)
        {
            // The first sweep after the next start finds what stayed behind.
        }
    }

    /// <summary>Takes the content of vanished messages away and forgets old answers.</summary>
    internal async Task SweepAsync(CancellationToken cancellationToken)
    {
        while (Read(db => db.ExpiredMessages(Now, 1)).Count > 0)
        {
            await ChangeAsync(Expire, cancellationToken);
        }

        if (Read(db => db.HasAnswersBefore(Now - AnswersKept)))
        {
            await ChangeAsync(
                change =>
                {
                    change.Db.ForgetAnswers(change.Now - AnswersKept);
                    return true;
                },
                cancellationToken);
        }
    }

    /// <summary>Makes a connection the one of its identity.</summary>
    private void Enter(LocalConnection connection)
    {
        lock (entering)
        {
            if (connections.TryGetValue(connection.Identity.Id, out var older))
                older.End(Refusals.Superseded());
            connections[connection.Identity.Id] = connection;
        }

        if (stopping.IsCancellationRequested)
            connection.End(Refusals.Stopping());
    }

    /// <summary>A connection was closed.</summary>
    internal void Leave(LocalConnection connection) =>
        connections.TryRemove(new KeyValuePair<long, LocalConnection>(connection.Identity.Id, connection));

    private static bool Expire(Change change)
    {
        foreach (var message in change.Db.ExpiredMessages(change.Now, SweepLimit))
        {
            foreach (var (seq, _) in change.Db.EventsAbout(message))
            {
                change.Db.DeleteEvent(seq);
            }

            change.Empty(message);
        }

        return true;
    }

    private async Task SweepLoopAsync()
    {
        // Opening must not wait for this, and nothing depends on when it happens: what has vanished is refused and not
        // delivered whether or not it was swept.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            await QuietlyAsync(() => ChangeAsync(OverwriteDeleted, stopping.Token));
            await CollectAsync([.. media.Hashes]);
            while (true)
            {
                await QuietlyAsync(() => SweepAsync(stopping.Token));
                await Task.Delay(SweepEvery, clock, stopping.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The network is closing.
        }
    }

    /// <summary>Deleted content is to be gone from the file too, not only from the tables in it.</summary>
    private static bool OverwriteDeleted(Change change) => change.Db.QueryInt64("PRAGMA secure_delete = ON") == 1;

    private static async Task QuietlyAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (NetworkException)
        {
            // A full disk or the like: it shows in every write of the network's users; the next round tries again.
        }
    }
}
