using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Switchboard.Sqlite;

/// <summary>
/// One open connection with its prepared statements. Used by one thread at a time; handed out by
/// <see cref="Database"/> only. Statements are kept by their text, so text must be constant or drawn from a small set.
/// </summary>
public sealed class Db : IDisposable
{
    private const int StatementsKept = 256;
    private const int PagesAtOnce = 256;

    private readonly SqliteConnection connection;
    private readonly Dictionary<string, SqliteCommand> statements = new(StringComparer.Ordinal);

    internal Db(SqliteConnection connection) => this.connection = connection;

    /// <summary>Runs a statement.</summary>
    /// <returns>How many rows it changed.</returns>
    public int Execute(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters) =>
        Prepare(sql, parameters).ExecuteNonQuery();

    /// <summary>Runs a query and shapes every row.</summary>
    public List<T> Query<T>(string sql, Func<SqliteDataReader, T> shape, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var reader = Prepare(sql, parameters).ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(shape(reader));
        }

        return rows;
    }

    /// <summary>Runs a query and shapes its first row; the default of <typeparamref name="T"/> when there is none.</summary>
    public T? QueryFirst<T>(string sql, Func<SqliteDataReader, T> shape, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var reader = Prepare(sql, parameters).ExecuteReader();
        return reader.Read() ? shape(reader) : default;
    }

    /// <summary>The first column of the first row as a whole number; <c>null</c> when there is no row or it is NULL.</summary>
    public long? QueryInt64(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters) =>
        QueryFirst(sql, row => row.IsDBNull(0) ? (long?)null : row.GetInt64(0), parameters);

    /// <summary>The first column of the first row as text; <c>null</c> when there is no row or it is NULL.</summary>
    public string? QueryText(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters) =>
        QueryFirst(sql, row => row.IsDBNull(0) ? null : row.GetString(0), parameters);

    /// <summary>Runs several statements without parameters; not kept.</summary>
    public void Script(string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>
    /// Copies the whole database, as this connection's transaction sees it, to a file: a megabyte, then
    /// <paramref name="flush"/>, and so on. What came of a copy that failed is worth nothing.
    /// </summary>
    internal void CopyTo(string path, Action flush)
    {
        using var target = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = SqliteOpenMode.ReadWriteCreate,
            Pooling = false,
        }.ToString());
        target.Open();
        using (var command = target.CreateCommand())
        {
            command.CommandText = "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;";
            command.ExecuteNonQuery();
        }

        using var backup = raw.sqlite3_backup_init(target.Handle!, "main", connection.Handle!, "main");
        if (backup.IsInvalid)
            SqliteException.ThrowExceptionForRC(raw.sqlite3_errcode(target.Handle!), target.Handle!);
        int result;
        while ((result = raw.sqlite3_backup_step(backup, PagesAtOnce)) == raw.SQLITE_OK)
        {
            flush();
        }

        SqliteException.ThrowExceptionForRC(result, target.Handle!);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var statement in statements.Values)
        {
            statement.Dispose();
        }

        connection.Dispose();
    }

    private SqliteCommand Prepare(string sql, ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        if (!statements.TryGetValue(sql, out var command))
        {
            if (statements.Count >= StatementsKept)
            {
                var oldest = statements.First();
                statements.Remove(oldest.Key);
                oldest.Value.Dispose();
            }

            command = connection.CreateCommand();
            command.CommandText = sql;
            statements.Add(sql, command);
        }

        // Same names in the same order nearly always: then only the values change.
        if (command.Parameters.Count != parameters.Length)
        {
            command.Parameters.Clear();
            foreach (var (name, value) in parameters)
            {
                command.Parameters.AddWithValue(name, value ?? DBNull.Value);
            }

            return command;
        }

        for (var i = 0; i < parameters.Length; i++)
        {
            var parameter = command.Parameters[i];
            parameter.ResetSqliteType();
            parameter.ParameterName = parameters[i].Name;
            parameter.Value = parameters[i].Value ?? DBNull.Value;
        }

        return command;
    }
}
