using Microsoft.Data.Sqlite;
using Switchboard.Sqlite;
using Xunit;

namespace Switchboard.Core.Tests.Storage;

/// <summary>What callers of the thin layer over SQLite rely on (docs/decisions/0015).</summary>
public sealed class StatementTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("switchboard-statement-").FullName;
    private readonly Db db;

    public StatementTests()
    {
        db = Db.Open(Path.Combine(folder, "test.db"), create: true);
        db.Script("CREATE TABLE thing (key INTEGER PRIMARY KEY, text TEXT, bytes BLOB, real REAL, parent INTEGER REFERENCES thing) STRICT; PRAGMA foreign_keys = ON;");
    }

    public void Dispose()
    {
        db.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("")]
    [InlineData("plain")]
    [InlineData("a\0b")]
    [InlineData("日本語 👩‍💻 é")]
    public void Text_comes_back_as_it_was(string text)
    {
        db.Execute("INSERT INTO thing (text) VALUES ($text)", ("$text", text));
        Assert.Equal(text, db.QueryText("SELECT text FROM thing"));
        Assert.Equal(text, db.QueryText("SELECT text FROM thing WHERE text = $text", ("$text", text)));
    }

    [Fact]
    public void Text_of_any_length_comes_back_as_it_was()
    {
        foreach (var length in new[] { 1, 169, 170, 171, 172, 511, 512, 513, 100_000 })
        {
            var text = new string('é', length);
            Assert.Equal(text, db.QueryText("SELECT $text", ("$text", text)));
        }
    }

    [Fact]
    public void Half_a_character_becomes_the_sign_for_what_cannot_be_read() =>
        Assert.Equal("a\uFFFDb", db.QueryText("SELECT $text", ("$text", "a\uD83Db")));

    [Fact]
    public void Bytes_numbers_flags_and_nothing_come_back_as_they_were()
    {
        byte[] bytes = [0, 1, 255];
        db.Execute("INSERT INTO thing (key, bytes, real) VALUES ($key, $bytes, $real)", ("$key", long.MinValue), ("$bytes", bytes), ("$real", 1.5));
        Assert.Equal(bytes, db.QueryFirst("SELECT bytes FROM thing", row => row.GetBytes(0))!);
        Assert.Equal([], db.QueryFirst("SELECT $bytes", row => row.GetBytes(0), ("$bytes", Array.Empty<byte>()))!);
        Assert.Equal(long.MinValue, db.QueryInt64("SELECT key FROM thing"));
        Assert.Equal(1, db.QueryInt64("SELECT $flag", ("$flag", true)));
        Assert.Equal(1, db.QueryInt64("SELECT real = 1.5 FROM thing"));
        Assert.Null(db.QueryText("SELECT text FROM thing"));
        Assert.Null(db.QueryInt64("SELECT parent FROM thing"));
        Assert.Null(db.QueryText("SELECT $nothing", ("$nothing", null)));
    }

    [Fact]
    public void Reading_nothing_as_something_is_an_error()
    {
        Assert.Throws<InvalidOperationException>(() => db.QueryFirst("SELECT NULL", row => row.GetString(0)));
        Assert.Throws<InvalidOperationException>(() => db.QueryFirst("SELECT NULL", row => row.GetInt64(0)));
        Assert.Throws<InvalidOperationException>(() => db.QueryFirst("SELECT NULL", row => row.GetBytes(0)));
    }

    [Fact]
    public void A_parameter_without_a_value_is_an_error_and_a_value_without_a_parameter_is_passed_over()
    {
        var error = Assert.Throws<InvalidOperationException>(() => db.QueryInt64("SELECT $one + $two", ("$one", 1)));
        Assert.Contains("$two", error.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => db.QueryInt64("SELECT $one + $two"));
        Assert.Throws<InvalidOperationException>(() => db.QueryInt64("SELECT $three"));
        Assert.Equal(3, db.QueryInt64("SELECT $one + $two", ("$one", 1), ("$two", 2)));
        Assert.Equal(3, db.QueryInt64("SELECT $one + $two", ("$unused", "x"), ("$two", 2), ("$one", 1)));
    }

    [Fact]
    public void A_value_of_an_unknown_type_is_an_error_and_the_statement_works_afterwards()
    {
        Assert.Throws<InvalidOperationException>(() => db.QueryText("SELECT $value", ("$value", Guid.Empty)));
        Assert.Equal("x", db.QueryText("SELECT $value", ("$value", "x")));
    }

    [Fact]
    public void A_statement_does_not_run_within_itself_and_goes_on_afterwards()
    {
        const string Sql = "SELECT value FROM json_each('[1,2,3]')";
        Assert.Throws<InvalidOperationException>(() => db.Query(Sql, _ => db.Query(Sql, row => row.GetInt64(0))));
        Assert.Equal([1, 2, 3], db.Query(Sql, row => row.GetInt64(0)));
    }

    [Fact]
    public void What_fails_is_told_with_its_code_and_leaves_the_statement_usable()
    {
        db.Execute("INSERT INTO thing (key) VALUES ($key)", ("$key", 1));
        var error = Assert.Throws<SqliteException>(() => db.Execute("INSERT INTO thing (key) VALUES ($key)", ("$key", 1)));
        Assert.Equal(19, error.SqliteErrorCode);
        Assert.Equal(1, db.Execute("INSERT INTO thing (key) VALUES ($key)", ("$key", 2)));
        Assert.Throws<SqliteException>(() => db.Execute("INSERT INTO nowhere VALUES (1)"));
        Assert.Throws<SqliteException>(() => db.Script("SELECT 1; SELECT nonsense;"));
    }

    [Fact]
    public void A_foreign_key_is_checked_when_an_insert_returns_something() =>
        Assert.Throws<SqliteException>(() => db.QueryInt64("INSERT INTO thing (parent) VALUES (99) RETURNING key"));

    [Fact]
    public void Changes_are_those_of_the_statement_alone()
    {
        Assert.Equal(0, db.Execute("BEGIN"));
        Assert.Equal(2, db.Execute("INSERT INTO thing (key) VALUES (1), (2)"));
        Assert.Equal(0, db.Execute("SELECT 1"));
        Assert.Equal(0, db.Execute("DELETE FROM thing WHERE key = 7"));
        Assert.Equal(0, db.Execute("COMMIT"));
    }

    [Fact]
    public void More_statements_than_are_kept_work()
    {
        for (var i = 0; i < 1_000; i++)
        {
            Assert.Equal(i, db.QueryInt64($"SELECT {i}"));
        }

        Assert.Equal(0, db.QueryInt64("SELECT 0"));
    }

    [Fact]
    public async Task What_a_rolled_back_write_remembered_is_forgotten()
    {
        await using var database = Store.Open(Path.Combine(folder, "store.db"));
        static string Name(Db db, long key) => db.QueryText("SELECT json FROM capability WHERE key = $key", ("$key", key))!;
        void Fail(Db db)
        {
            db.Execute("INSERT INTO capability (key, json) VALUES (1, 'first')");
            throw new InvalidOperationException(db.Remember(1, Name));
        }

        await Assert.ThrowsAsync<InvalidOperationException>(() => database.WriteAsync(Fail, CancellationToken.None));
        await database.WriteAsync(
            db =>
            {
                db.Execute("INSERT INTO capability (key, json) VALUES (1, 'second')");
                Assert.Equal("second", db.Remember(1, Name));
            },
            CancellationToken.None);
    }

    [Fact]
    public async Task The_log_of_a_busy_writer_does_not_grow_without_end()
    {
        var path = Path.Combine(folder, "busy.db");
        await using var database = Store.Open(path);
        var text = new string('x', 3_000);
        using var over = new CancellationTokenSource();
        // There is hardly a moment in which nobody reads.
        var reading = Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            while (!over.IsCancellationRequested)
            {
                database.Read(db => db.QueryInt64("SELECT sum(value) FROM (SELECT value FROM counter LIMIT 2000)"));
            }
        })).ToList();
        for (var i = 0; i < 300; i++)
        {
            await database.WriteAsync(
                db =>
                {
                    for (var row = 0; row < 100; row++)
                    {
                        db.Execute("INSERT INTO counter (name, value) VALUES ($name, 1)", ("$name", $"{i} {row} {text}"));
                    }
                },
                CancellationToken.None);
            // 117 MiB go through it, of which it never keeps half.
            Assert.InRange(new FileInfo(path + "-wal").Length, 0, 64 * 1024 * 1024);
        }

        await over.CancelAsync();
        await Task.WhenAll(reading);
    }
}
