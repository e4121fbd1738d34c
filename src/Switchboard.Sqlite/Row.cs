using System.Text;
using SQLitePCL;

namespace Switchboard.Sqlite;

/// <summary>
/// The row a query stands at; good only while it is being shaped. Columns count from 0. Reading NULL as something that is
/// not nullable is a mistake in the program and throws.
/// </summary>
public readonly ref struct Row
{
    private readonly sqlite3_stmt statement;

    internal Row(sqlite3_stmt statement) => this.statement = statement;

    /// <summary>Whether the column is NULL.</summary>
    public bool IsDBNull(int column) => raw.sqlite3_column_type(statement, column) == raw.SQLITE_NULL;

    /// <summary>A whole number.</summary>
    public long GetInt64(int column)
    {
        var value = raw.sqlite3_column_int64(statement, column);
        if (value == 0)
            DemandValue(column);
        return value;
    }

    /// <summary>A whole number that fits 32 bits.</summary>
    public int GetInt32(int column) => checked((int)GetInt64(column));

    /// <summary>Text.</summary>
    public string GetString(int column)
    {
        var bytes = raw.sqlite3_column_blob(statement, column);
        if (bytes.IsEmpty)
            DemandValue(column);
        return Encoding.UTF8.GetString(bytes);
    }

    /// <summary>Bytes.</summary>
    public byte[] GetBytes(int column)
    {
        var bytes = raw.sqlite3_column_blob(statement, column);
        if (bytes.IsEmpty)
            DemandValue(column);
        return bytes.ToArray();
    }

    /// <summary>Text or <c>null</c>.</summary>
    public string? TextOrNull(int column)
    {
        var bytes = raw.sqlite3_column_blob(statement, column);
        return bytes.IsEmpty && IsDBNull(column) ? null : Encoding.UTF8.GetString(bytes);
    }

    /// <summary>A whole number or <c>null</c>.</summary>
    public long? Int64OrNull(int column)
    {
        var value = raw.sqlite3_column_int64(statement, column);
        return value == 0 && IsDBNull(column) ? null : value;
    }

    /// <summary>A flag, kept as 0 or 1.</summary>
    public bool Flag(int column) => GetInt64(column) != 0;

    /// <summary>A time, kept as milliseconds since 1970 UTC.</summary>
    public DateTimeOffset Time(int column) => DateTimeOffset.FromUnixTimeMilliseconds(GetInt64(column));

    /// <summary>A time or <c>null</c>.</summary>
    public DateTimeOffset? TimeOrNull(int column) =>
        Int64OrNull(column) is { } milliseconds ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : null;

    private void DemandValue(int column)
    {
        if (IsDBNull(column))
            throw new InvalidOperationException($"Column {column} ({raw.sqlite3_column_name(statement, column).utf8_to_string()}) is NULL.");
    }
}
