using Microsoft.Data.Sqlite;

namespace Switchboard.Sqlite;

/// <summary>Reading columns that may be NULL, and the two ways times and flags are kept.</summary>
public static class Columns
{
    extension(SqliteDataReader row)
    {
        /// <summary>Text or <c>null</c>.</summary>
        public string? TextOrNull(int column) => row.IsDBNull(column) ? null : row.GetString(column);

        /// <summary>A whole number or <c>null</c>.</summary>
        public long? Int64OrNull(int column) => row.IsDBNull(column) ? null : row.GetInt64(column);

        /// <summary>A flag, kept as 0 or 1.</summary>
        public bool Flag(int column) => row.GetInt64(column) != 0;

        /// <summary>A time, kept as milliseconds since 1970 UTC.</summary>
        public DateTimeOffset Time(int column) => DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));

        /// <summary>A time or <c>null</c>.</summary>
        public DateTimeOffset? TimeOrNull(int column) => row.IsDBNull(column) ? null : row.Time(column);
    }
}
