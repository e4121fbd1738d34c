using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Switchboard.Sqlite;

/// <summary>
/// One open connection with its prepared statements. Used by one thread at a time; handed out by
/// <see cref="Database"/> only. Statements are kept by their text, so text must be constant or drawn from a small set.
/// </summary>
/// <remarks>
/// Stands on SQLitePCLRaw, not on the ADO.NET provider above it: that costs 90 of the 220 µs of a page of messages
/// (docs/decisions/0015). Errors are the provider's <see cref="SqliteException"/> all the same.
/// </remarks>
public sealed class Db : IDisposable
{
    private const int StatementsKept = 256;

    /// <summary>Waits for others that write to the same file.</summary>
    internal const string BusyTimeout = "PRAGMA busy_timeout = 10000;";

    private readonly sqlite3 handle;
    private readonly Dictionary<string, Statement> statements = new(StringComparer.Ordinal);
    private readonly Queue<string> oldestFirst = new();
    private readonly Dictionary<(Type Kind, long Key), object> remembered = [];

    static Db()
    {
        Batteries_V2.Init();
        // Counting every allocation takes a lock that all connections share, and nobody reads the count. Too late when
        // somebody else in this process has opened a database already; then it stays as it was.
        _ = raw.sqlite3_config(raw.SQLITE_CONFIG_MEMSTATUS, 0);
    }

    private Db(sqlite3 handle) => this.handle = handle;

    /// <summary>The connection itself; for tests that look at what it does.</summary>
    internal sqlite3 Handle => handle;

    /// <summary>Opens a file.</summary>
    /// <exception cref="SqliteException">It cannot be opened.</exception>
    internal static Db Open(string path, bool create)
    {
        // One thread at a time is ours to see to, so SQLite need not lock within a connection.
        var flags = raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_NOMUTEX | (create ? raw.SQLITE_OPEN_CREATE : 0);
        var result = raw.sqlite3_open_v2(path, out var handle, flags, null);
        try
        {
            SqliteException.ThrowExceptionForRC(result, handle);
            return new Db(handle);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Shapes the row that a query stands at.</summary>
    public delegate T Shape<out T>(Row row);

    /// <summary>Runs a statement.</summary>
    /// <returns>How many rows it changed.</returns>
    public int Execute(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var statement = Prepare(sql);
        statement.Begin(parameters);
        try
        {
            while (statement.Step())
            {
                // What it returns is of no interest, but it is done only when all of it was.
            }

            return statement.Changes;
        }
        finally
        {
            statement.End();
        }
    }

    /// <summary>Runs a query and shapes every row.</summary>
    public List<T> Query<T>(string sql, Shape<T> shape, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var statement = Prepare(sql);
        statement.Begin(parameters);
        try
        {
            var rows = new List<T>();
            while (statement.Step())
            {
                rows.Add(shape(statement.Row));
            }

            return rows;
        }
        finally
        {
            statement.End();
        }
    }

    /// <summary>Runs a query and shapes its first row; the default of <typeparamref name="T"/> when there is none.</summary>
    public T? QueryFirst<T>(string sql, Shape<T> shape, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var statement = Prepare(sql);
        statement.Begin(parameters);
        try
        {
            if (!statement.Step())
                return default;
            var first = shape(statement.Row);
            // INSERT … RETURNING and the like check foreign keys when they end.
            while (!statement.IsReadOnly && statement.Step())
            {
            }

            return first;
        }
        finally
        {
            statement.End();
        }
    }

    /// <summary>The first column of the first row as a whole number; <c>null</c> when there is no row or it is NULL.</summary>
    public long? QueryInt64(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters) =>
        QueryFirst(sql, row => row.Int64OrNull(0), parameters);

    /// <summary>The first column of the first row as text; <c>null</c> when there is no row or it is NULL.</summary>
    public string? QueryText(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters) =>
        QueryFirst(sql, row => row.TextOrNull(0), parameters);

    /// <summary>
    /// A row that never changes once it is there, made into something; made once for this connection. What a transaction
    /// remembered that is taken back is forgotten.
    /// </summary>
    public T Remember<T>(long key, Func<Db, long, T> make)
        where T : class
    {
        if (remembered.TryGetValue((typeof(T), key), out var known))
            return (T)known;
        var made = make(this, key);
        remembered.Add((typeof(T), key), made);
        return made;
    }

    /// <summary>Something was rolled back: a key may come to mean something else.</summary>
    internal void Forget() => remembered.Clear();

    /// <summary>Runs several statements without parameters; not kept.</summary>
    public void Script(string sql) => SqliteException.ThrowExceptionForRC(raw.sqlite3_exec(handle, sql), handle);

    /// <summary>How many pages this connection has written to the log since it was opened, counted round after 32 bits.</summary>
    internal int PagesWritten()
    {
        SqliteException.ThrowExceptionForRC(
            raw.sqlite3_db_status(handle, raw.SQLITE_DBSTATUS_CACHE_WRITE, out var pages, out _, 0), handle);
        return pages;
    }

    /// <summary>Copies what it can from the log into the file without waiting for anybody.</summary>
    /// <returns>The pages in the log; <c>null</c> when another connection is copying.</returns>
    internal int? Checkpoint() => Checkpoint(raw.SQLITE_CHECKPOINT_PASSIVE);

    /// <summary>
    /// Copies all of the log into the file and waits for those who read it: later readers do not
    /// need it, so the next write begins it anew.
    /// </summary>
    /// <returns>The pages that will be in it; <c>null</c> when somebody reads for longer.</returns>
    internal int? CheckpointWholly(int milliseconds)
    {
        Script($"PRAGMA busy_timeout = {milliseconds}");
        try
        {
            return Checkpoint(raw.SQLITE_CHECKPOINT_RESTART) is null ? null : 0;
        }
        finally
        {
            Script(BusyTimeout);
        }
    }

    private int? Checkpoint(int how)
    {
        var result = raw.sqlite3_wal_checkpoint_v2(handle, "main", how, out var pages, out _);
        if (result == raw.SQLITE_BUSY)
            return null;
        SqliteException.ThrowExceptionForRC(result, handle);
        return pages;
    }

    /// <summary>
    /// Copies the whole database, as this connection's transaction sees it, to a file: a piece, then
    /// <paramref name="flush"/>, and so on (<see cref="CopyPace"/>). What came of a copy that failed is worth nothing.
    /// </summary>
    internal void CopyTo(string path, Action flush)
    {
        using var target = Open(path, create: true);
        target.Script("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;");
        using var backup = raw.sqlite3_backup_init(target.handle, "main", handle, "main");
        if (backup.IsInvalid)
            SqliteException.ThrowExceptionForRC(raw.sqlite3_errcode(target.handle), target.handle);
        var pace = new CopyPace();
        int result;
        while ((result = raw.sqlite3_backup_step(backup, pace.Pages)) == raw.SQLITE_OK)
        {
            pace.Flush(flush);
        }

        if (result != raw.SQLITE_DONE)
            SqliteException.ThrowExceptionForRC(result, target.handle);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var statement in statements.Values)
        {
            statement.Dispose();
        }

        handle.Dispose();
    }

    private Statement Prepare(string sql)
    {
        if (statements.TryGetValue(sql, out var statement))
            return statement;
        if (statements.Count >= StatementsKept)
        {
            // One that is running is put off: its turn comes again.
            var oldest = oldestFirst.Dequeue();
            while (statements[oldest].IsRunning)
            {
                oldestFirst.Enqueue(oldest);
                oldest = oldestFirst.Dequeue();
            }

            statements.Remove(oldest, out var idle);
            idle!.Dispose();
        }

        statement = new Statement(handle, sql);
        statements.Add(sql, statement);
        oldestFirst.Enqueue(sql);
        return statement;
    }
}
