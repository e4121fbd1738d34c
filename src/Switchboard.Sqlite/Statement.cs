using System.Buffers;
using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Switchboard.Sqlite;

/// <summary>A prepared statement of one connection. It is at one row at a time: it cannot be run within itself.</summary>
internal sealed class Statement : IDisposable
{
    private readonly sqlite3 connection;
    private readonly sqlite3_stmt handle;
    private readonly int parameterCount;
    // None until the first run, and again after one that lacked a value.
    private string[]? names;
    private int[] places = [];

    /// <summary>Prepares one statement.</summary>
    /// <exception cref="SqliteException">It is not valid.</exception>
    public Statement(sqlite3 connection, string sql)
    {
        this.connection = connection;
        var result = raw.sqlite3_prepare_v3(connection, sql, raw.SQLITE_PREPARE_PERSISTENT, out handle);
        SqliteException.ThrowExceptionForRC(result, connection);
        parameterCount = raw.sqlite3_bind_parameter_count(handle);
        IsReadOnly = raw.sqlite3_stmt_readonly(handle) != 0;
    }

    /// <summary>Binds and begins; <see cref="End"/> must follow.</summary>
    /// <exception cref="InvalidOperationException">It is running already, or a parameter has no value.</exception>
    public void Begin(ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        if (IsRunning)
            throw new InvalidOperationException("A statement cannot run within itself.");
        if (!HasNames(parameters))
            Learn(parameters);
        for (var i = 0; i < parameters.Length; i++)
        {
            if (places[i] > 0)
                SqliteException.ThrowExceptionForRC(Bind(places[i], parameters[i].Value), connection);
        }

        IsRunning = true;
    }

    /// <summary>Goes to the next row.</summary>
    /// <returns>Whether there is one.</returns>
    /// <exception cref="SqliteException">It failed.</exception>
    public bool Step()
    {
        var result = raw.sqlite3_step(handle);
        if (result == raw.SQLITE_ROW)
            return true;
        if (result != raw.SQLITE_DONE)
            SqliteException.ThrowExceptionForRC(result, connection);
        return false;
    }

    /// <summary>The row it stands at.</summary>
    public Row Row => new(handle);

    /// <summary>How many rows it changed, once it is done.</summary>
    public int Changes => IsReadOnly ? 0 : raw.sqlite3_changes(connection);

    /// <summary>Whether it stands between <see cref="Begin"/> and <see cref="End"/>.</summary>
    public bool IsRunning { get; private set; }

    /// <summary>Whether it changes nothing.</summary>
    public bool IsReadOnly { get; }

    /// <summary>Makes it ready for the next run. What it failed with was already thrown.</summary>
    public void End()
    {
        raw.sqlite3_reset(handle);
        IsRunning = false;
    }

    /// <inheritdoc/>
    public void Dispose() => handle.Dispose();

    private bool HasNames(ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        if (names is null || parameters.Length != names.Length)
            return false;
        for (var i = 0; i < parameters.Length; i++)
        {
            if (names[i] != parameters[i].Name)
                return false;
        }

        return true;
    }

    // A value that the statement does not name is passed over: texts are put together from parts.
    private void Learn(ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var learnt = new string[parameters.Length];
        places = new int[parameters.Length];
        var bound = new HashSet<int>();
        for (var i = 0; i < parameters.Length; i++)
        {
            learnt[i] = parameters[i].Name;
            places[i] = raw.sqlite3_bind_parameter_index(handle, learnt[i]);
            if (places[i] > 0)
                bound.Add(places[i]);
        }

        names = bound.Count == parameterCount ? learnt : null;
        if (names is not null)
            return;
        var missing = Enumerable.Range(1, parameterCount).First(place => !bound.Contains(place));
        throw new InvalidOperationException($"There is no value for {raw.sqlite3_bind_parameter_name(handle, missing).utf8_to_string()}.");
    }

    private int Bind(int place, object? value) => value switch
    {
        null => raw.sqlite3_bind_null(handle, place),
        long number => raw.sqlite3_bind_int64(handle, place, number),
        int number => raw.sqlite3_bind_int64(handle, place, number),
        bool flag => raw.sqlite3_bind_int64(handle, place, flag ? 1 : 0),
        string text => BindText(place, text),
        byte[] bytes => bytes.Length == 0 ? raw.sqlite3_bind_zeroblob(handle, place, 0) : raw.sqlite3_bind_blob(handle, place, bytes),
        double number => raw.sqlite3_bind_double(handle, place, number),
        _ => throw new InvalidOperationException($"A {value.GetType().Name} cannot be kept in a database."),
    };

    private int BindText(int place, string text)
    {
        const int OnStack = 512;
        var most = Encoding.UTF8.GetMaxByteCount(text.Length);
        if (most <= OnStack)
        {
            Span<byte> small = stackalloc byte[OnStack];
            return raw.sqlite3_bind_text(handle, place, small[..Encoding.UTF8.GetBytes(text, small)]);
        }

        var large = ArrayPool<byte>.Shared.Rent(most);
        try
        {
            return raw.sqlite3_bind_text(handle, place, large.AsSpan(0, Encoding.UTF8.GetBytes(text, large)));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(large);
        }
    }
}
