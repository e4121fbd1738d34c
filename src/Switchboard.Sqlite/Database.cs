using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace Switchboard.Sqlite;

/// <summary>
/// A SQLite file with one writer and pooled readers. Writes queue up and are committed in groups: every write that is not alone
/// runs in a savepoint of its own, so one that throws takes only itself back, and all writes of a group share one commit and one
/// flush to the disk. A write's task completes after that commit, so what it wrote is durable and visible to every
/// reader. Reads never wait for the writer.
/// </summary>
public sealed class Database : IAsyncDisposable
{
    private const int GroupLimit = 256;
    private const int ReadersKept = 16;

    private readonly Channel<Job> jobs = Channel.CreateBounded<Job>(new BoundedChannelOptions(4096) { SingleReader = true });
    private readonly ConcurrentBag<Db> idleReaders = [];
    private readonly Db writer;
    private readonly Checkpoints checkpoints;
    private readonly Task writing;
    private readonly Meter meter;
    private readonly Histogram<double> commits;
    private volatile bool closed;

    private Database(string path, Db writer)
    {
        Path = path;
        this.writer = writer;
        checkpoints = new Checkpoints(path, writer);
        meter = new Meter(MeterName, version: null, tags: null, scope: this);
        commits = meter.CreateHistogram<double>("switchboard.database.commit.duration", "s", "A group of writes, from its begin to its end on the disk.");
        meter.CreateObservableGauge("switchboard.database.writes.queued", () => jobs.Reader.Count, "{write}", "Writes that wait for their turn.");
        writing = Task.Factory.StartNew(
            WriteLoop, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>The name of every database's meter; its scope is the database.</summary>
    public const string MeterName = "Switchboard.Sqlite";

    /// <summary>Called on the writer's thread after every commit, outside any transaction. Must be quick and not throw.</summary>
    public event Action? Committed;

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Opens the file, making it if needed, and brings its schema up to date.</summary>
    /// <exception cref="NewerSchemaException">The file is of a newer version.</exception>
    /// <exception cref="SqliteException">The file cannot be opened or is not a database.</exception>
    public static Database Open(string path, Migrations migrations) => Open(path, migrations, null);

    /// <summary>As <see cref="Open(string, Migrations)"/> but stops at an earlier schema; for tests of later migrations.</summary>
    internal static Database Open(string path, Migrations migrations, int? schema)
    {
        var writer = Connect(path, create: true);
        try
        {
            // FULL: a commit that was answered survives a power cut, not only a killed process.
            writer.Script("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864;");
            migrations.Apply(writer, path, schema);
            return new Database(path, writer);
        }
        catch
        {
            writer.Dispose();
            throw;
        }
    }

    /// <summary>The schema of a database file, without changing anything.</summary>
    /// <exception cref="SqliteException">The file cannot be opened or is not a database.</exception>
    public static int SchemaOf(string path)
    {
        using var db = Connect(path);
        return (int)db.QueryInt64("PRAGMA user_version")!.Value;
    }

    /// <summary>Reads from a consistent snapshot that does not change while <paramref name="read"/> runs.</summary>
    public T Read<T>(Func<Db, T> read)
    {
        ObjectDisposedException.ThrowIf(closed, this);
        if (!idleReaders.TryTake(out var db))
        {
            db = Connect(Path);
            db.Script("PRAGMA query_only = ON;");
        }

        var healthy = false;
        try
        {
            db.Execute("BEGIN");
            var result = read(db);
            db.Execute("COMMIT");
            healthy = true;
            return result;
        }
        finally
        {
            // A reader that threw may hold a cursor open: it is cheaper to drop it than to reason about it.
            if (healthy && !closed && idleReaders.Count < ReadersKept)
                idleReaders.Add(db);
            else
                db.Dispose();
        }
    }

    /// <summary>
    /// Writes in a transaction. Waits only for its turn and for the commit. When it throws, nothing of it is kept and the
    /// exception is the caller's. Once it has begun it is not cancelled any more.
    /// </summary>
    public async Task<T> WriteAsync<T>(Func<Db, T> write, CancellationToken cancellationToken)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        T result = default!;
        await jobs.Writer.WriteAsync(
            new Job(db => result = write(db), () => done.SetResult(result), error => done.SetException(error)),
            cancellationToken);
        return await done.Task;
    }

    /// <summary>As <see cref="WriteAsync{T}(Func{Db, T}, CancellationToken)"/> without a result.</summary>
    public Task WriteAsync(Action<Db> write, CancellationToken cancellationToken) =>
        WriteAsync(
            db =>
            {
                write(db);
                return true;
            },
            cancellationToken);

    /// <summary>Does not compile: nothing may be awaited inside a transaction.</summary>
    [Obsolete("A transaction is synchronous.", error: true)]
    public Task WriteAsync(Func<Db, Task> write, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Does not compile: nothing may be awaited inside a transaction.</summary>
    [Obsolete("A transaction is synchronous.", error: true)]
    public Task WriteAsync<T>(Func<Db, Task<T>> write, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Finishes the writes that were accepted, folds the log into the file and closes it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (closed)
            return;
        jobs.Writer.TryComplete();
        await writing;
        closed = true;
        while (idleReaders.TryTake(out var reader))
        {
            reader.Dispose();
        }

        checkpoints.Dispose();
        writer.Dispose();
        meter.Dispose();
    }

    /// <summary>Opens a connection of its own.</summary>
    /// <exception cref="SqliteException">The file cannot be opened.</exception>
    internal static Db Connect(string path, bool create = false)
    {
        var db = Db.Open(path, create);
        try
        {
            db.Script(Db.BusyTimeout + "PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -8192;");
            return db;
        }
        catch
        {
            db.Dispose();
            throw;
        }
    }

    private void WriteLoop()
    {
        var group = new List<Job>(GroupLimit);
        while (jobs.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            group.Clear();
            while (group.Count < GroupLimit && jobs.Reader.TryRead(out var job))
            {
                group.Add(job);
            }

            WriteGroup(group);
        }
    }

    private void WriteGroup(List<Job> group)
    {
        var failures = new Exception?[group.Count];
        var started = Stopwatch.GetTimestamp();
        try
        {
            writer.Execute("BEGIN IMMEDIATE");
            if (group is [var only])
                only.Run(writer);
            else
                RunEach(group, failures);
            writer.Execute("COMMIT");
        }
        catch (Exception error)
        {
            // Whatever it is belongs to those who wait for this group; the writer itself must go on.
            RollBack();
            Array.Fill(failures, error);
        }

        commits.Record(Stopwatch.GetElapsedTime(started).TotalSeconds);
        for (var i = 0; i < group.Count; i++)
        {
            if (failures[i] is { } failure)
                group[i].Fail(failure);
            else
                group[i].Succeed();
        }

        Committed?.Invoke();
        checkpoints.Committed();
    }

    private void RunEach(List<Job> group, Exception?[] failures)
    {
        for (var i = 0; i < group.Count; i++)
        {
            failures[i] = RunInSavepoint(group[i]);
        }
    }

    private Exception? RunInSavepoint(Job job)
    {
        writer.Execute("SAVEPOINT job");
        try
        {
            job.Run(writer);
        }
        catch (Exception error) when (error is not SqliteException { SqliteErrorCode: 10 or 11 or 13 })
        {
            // Whatever a caller's delegate throws is that caller's; I/O errors, damage and a full disk end the group.
            writer.Execute("ROLLBACK TO job");
            writer.Forget();
            writer.Execute("RELEASE job");
            return error;
        }

        writer.Execute("RELEASE job");
        return null;
    }

    private void RollBack()
    {
        writer.Forget();
        try
        {
            writer.Execute("ROLLBACK");
        }
        catch (SqliteException)
        {
            // SQLite has already rolled back by itself after some errors; then there is nothing to take back.
        }
    }

    private sealed record Job(Action<Db> Run, Action Succeed, Action<Exception> Fail);
}
