using System.Diagnostics;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Switchboard.Core.Text;

namespace Switchboard.Bench.Figures;

/// <summary>A stored message, as its columns hold it, with the words of the index.</summary>
/// <param name="Columns">Values of the message row.</param>
/// <param name="Words">What the word index gets.</param>
internal sealed record RawRow(object[] Columns, string Words);

/// <summary>The floor of ingest: rows that are known already, put where they belong by prepared statements.</summary>
internal static class RawIngest
{
    /// <summary>The messages that were stored after a place, in order.</summary>
    public static IReadOnlyList<RawRow> RowsAfter(string path, long sortKey)
    {
        using var file = Open(path);
        using var command = file.CreateCommand();
        command.CommandText = "SELECT * FROM message WHERE sort_key > $key ORDER BY id";
        command.Parameters.AddWithValue("$key", sortKey);
        using var reader = command.ExecuteReader();
        var text = reader.GetOrdinal("text");
        var (chat, sender, mine) = (reader.GetOrdinal("chat"), reader.GetOrdinal("sender"), reader.GetOrdinal("is_mine"));
        var rows = new List<RawRow>();
        while (reader.Read())
        {
            var columns = new object[reader.FieldCount];
            reader.GetValues(columns);
            var words = SearchText.Index(reader.IsDBNull(text) ? "" : reader.GetString(text));
            rows.Add(new RawRow(columns, string.Create(
                CultureInfo.InvariantCulture,
                $"{words} :c{columns[chat]} :a1 :s{columns[sender]} {((long)columns[mine] == 1 ? ":me" : ":others")} :group")));
        }

        return rows;
    }

    /// <summary>Inserts them, a transaction for as many as a batch has.</summary>
    /// <returns>Seconds.</returns>
    public static double Run(string path, IReadOnlyList<RawRow> rows, int batch)
    {
        using var file = Open(path);
        Run(file, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -8192; PRAGMA temp_store = MEMORY;");
        using var begin = Command(file, "BEGIN IMMEDIATE");
        using var commit = Command(file, "COMMIT");
        using var message = Command(
            file, $"INSERT INTO message VALUES ({string.Join(", ", Enumerable.Range(0, rows[0].Columns.Length).Select(i => $"$p{i}"))})");
        for (var i = 0; i < rows[0].Columns.Length; i++)
        {
            message.Parameters.AddWithValue($"$p{i}", DBNull.Value);
        }

        using var index = Command(file, "INSERT INTO message_search (rowid, body) VALUES ($key, $body)", "$key", "$body");
        using var word = Command(file, "INSERT OR IGNORE INTO search_word (word) VALUES ($word)", "$word");
        using var chat = Command(
            file, "UPDATE chat SET last_activity = max(last_activity, $at), unread = unread + $one WHERE key = $key", "$at", "$one", "$key");
        using var change = Command(
            file, "INSERT INTO change (at, kind, account, chat, chat_id, ids) VALUES ($at, $kind, 1, $chat, '!aaaaaaaaaaaaaaaaaa:switchboard.localhost', $ids)",
            "$at", "$kind", "$chat", "$ids");
        using var cursor = Command(file, "UPDATE login SET cursor = $cursor WHERE key = 1", "$cursor");
        var stopwatch = Stopwatch.StartNew();
        for (var first = 0; first < rows.Count; first += batch)
        {
            begin.ExecuteNonQuery();
            for (var i = first; i < Math.Min(first + batch, rows.Count); i++)
            {
                var (columns, words) = rows[i];
                for (var column = 0; column < columns.Length; column++)
                {
                    message.Parameters[column].Value = columns[column];
                }

                message.ExecuteNonQuery();
                Run(index, columns[0], words);
                foreach (var range in words.AsSpan().Split(' '))
                {
                    if (words[range] is [not ':', ..] text)
                        Run(word, text);
                }

                Run(chat, columns[7], 1L, columns[2]);
                Run(change, columns[7], "message.upserted", columns[2], $"[\"{columns[1]}\"]");
                Run(change, columns[7], "chat.upserted", columns[2], "[\"!aaaaaaaaaaaaaaaaaa:switchboard.localhost\"]");
            }

            Run(cursor, "0");
            commit.ExecuteNonQuery();
        }

        return stopwatch.Elapsed.TotalSeconds;
    }

    private static SqliteConnection Open(string path)
    {
        var file = new SqliteConnection($"Data Source={path};Pooling=false");
        file.Open();
        return file;
    }

    private static SqliteCommand Command(SqliteConnection file, string sql, params string[] parameters)
    {
        var command = file.CreateCommand();
        command.CommandText = sql;
        foreach (var parameter in parameters)
        {
            command.Parameters.AddWithValue(parameter, DBNull.Value);
        }

        return command;
    }

    private static void Run(SqliteConnection file, string sql)
    {
        using var command = Command(file, sql);
        command.ExecuteNonQuery();
    }

    private static void Run(SqliteCommand command, params ReadOnlySpan<object> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i];
        }

        command.ExecuteNonQuery();
    }
}
