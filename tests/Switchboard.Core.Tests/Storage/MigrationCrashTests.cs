using System.Formats.Tar;
using System.IO.Compression;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using Switchboard.Core.Verification;
using Switchboard.Sqlite;
using Switchboard.Testing;
using Xunit;

namespace Switchboard.Core.Tests.Storage;

/// <summary>
/// A process that dies while it brings a database up to date. Before every statement of every migration the files are copied
/// as they lie on the disk at that moment, which is what a crash leaves; each copy is then opened again.
/// </summary>
public sealed class MigrationCrashTests : IDisposable
{
    // What later releases do to tables with data in them: a column, a table built anew from an old one, an index, a word index.
    private static readonly string[] Later =
    [
        """
        ALTER TABLE chat ADD COLUMN color TEXT;
        UPDATE chat SET color = 'c' || key;
        CREATE INDEX chat_by_color ON chat (color);
        """,
        """
        CREATE TABLE message_copy (id INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;
        INSERT INTO message_copy SELECT id, text FROM message;
        CREATE VIRTUAL TABLE copy_search USING fts5(body, content = '');
        INSERT INTO copy_search (rowid, body) SELECT id, body FROM message_copy;
        UPDATE message SET text = upper(text);
        """,
        """
        CREATE TABLE kept AS SELECT id, body, (SELECT color FROM chat WHERE key = 10001) AS color FROM message_copy;
        DROP TABLE message_copy;
        """,
    ];

    private readonly string folder = Directory.CreateTempSubdirectory("switchboard-migration-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_crash_between_any_two_statements_is_made_good_by_the_next_start()
    {
        var original = await FilledAsync();
        var all = new Migrations([.. FirstSteps(), .. Later]);
        var whole = Folder("whole");
        Copy(original, whole);
        var wanted = await ContentAsync(whole, all);
        var crashes = Crash(original, all);
        Assert.True(crashes.Count > Later.Sum(script => script.Count(character => character == ';')), "Statements were not looked at.");
        foreach (var crash in crashes)
        {
            Assert.Equal(wanted, await ContentAsync(crash, all));
            // And the start after that finds nothing left to do.
            Assert.Equal(wanted, await ContentAsync(crash, all));
        }
    }

    [Fact]
    public async Task A_crash_while_the_first_database_is_made_is_made_good_by_the_next_start()
    {
        var empty = Folder("empty");
        var whole = Folder("whole");
        var wanted = await ContentAsync(whole, Store.Schema);
        foreach (var crash in Crash(empty, Store.Schema))
        {
            Assert.Equal(wanted, await ContentAsync(crash, Store.Schema));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task A_crash_while_a_database_of_an_earlier_schema_is_brought_up_to_date_is_made_good_by_the_next_start(int schema)
    {
        var original = Folder("released");
        var kept = Path.Combine(AppContext.BaseDirectory, $"schema-{schema}.tar.gz");
        await using (var archive = new GZipStream(File.OpenRead(kept), CompressionMode.Decompress))
        {
            await TarFile.ExtractToDirectoryAsync(archive, original, overwriteFiles: false);
        }

        foreach (var end in new[] { "", "-wal" }.Where(end => File.Exists(Path.Combine(original, $"switchboard.db{end}"))))
        {
            File.Move(Path.Combine(original, $"switchboard.db{end}"), Path.Combine(original, $"test.db{end}"));
        }

        Assert.Equal(schema, Database.SchemaOf(Path.Combine(original, "test.db")));
        var whole = Folder("whole");
        Copy(original, whole);
        var wanted = await ContentAsync(whole, Store.Schema);
        await using (var database = Database.Open(Path.Combine(whole, "test.db"), Store.Schema))
        {
            Assert.Empty(database.Read(StoreChecks.Run));
            Assert.NotEqual(0, database.Read(db => db.QueryInt64("SELECT count(*) FROM search_word")));
        }

        foreach (var crash in Crash(original, Store.Schema))
        {
            Assert.Equal(wanted, await ContentAsync(crash, Store.Schema));
        }
    }

    [Fact]
    public async Task A_step_that_fails_leaves_its_database_as_the_step_before_it_made_it()
    {
        var original = await FilledAsync();
        var before = await ContentAsync(original, new Migrations([.. FirstSteps(), Later[0]]));
        var broken = new Migrations([.. FirstSteps(), Later[0], Later[1] + "INSERT INTO nowhere VALUES (1);", Later[2]]);
        Assert.Throws<SqliteException>(() => Database.Open(Path.Combine(original, "test.db"), broken));
        Assert.Equal(before, await ContentAsync(original, new Migrations([.. FirstSteps(), Later[0]])));
    }

    /// <summary>A database of the first schema with chats, messages, reactions and their log in it.</summary>
    private async Task<string> FilledAsync()
    {
        await using var home = await TestInstallation.StartAsync();
        await home.TellAsync([.. Enumerable.Range(0, 20).Select(i => Make.ChatIs($"c{i}"))]);
        await home.TellAsync([.. Enumerable.Range(0, 200).Select(i =>
            Make.Says("ada", $"c{i % 20}", $"${i}", $"message {i} {new string('x', 100)}"))]);
        await home.TellAsync([.. Enumerable.Range(0, 50).Select(i => Make.Reacts("ada", $"c{i % 20}", $"${i}", "👍"))]);
        var filled = Folder("filled");
        await home.RestartAsync(() => File.Copy(home.DatabasePath, Path.Combine(filled, "test.db")));
        return filled;
    }

    /// <summary>Migrates, and gives a copy of the files from before each statement.</summary>
    private List<string> Crash(string original, Migrations migrations)
    {
        var crashing = Folder("crashing");
        Copy(original, crashing);
        var path = Path.Combine(crashing, "test.db");
        var copies = new List<string>();
        using var db = Db.Open(path, create: true);
        // A small cache makes SQLite write pages of a transaction before it is committed, as a large migration does.
        db.Script("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = 5;");
        var inner = 0;
        strdelegate_trace before = (_, sql) =>
        {
            // What word indexes do inside one statement is told as comments: some of it is enough.
            if (sql.StartsWith("--", StringComparison.Ordinal) && inner++ % 100 != 0)
                return;
            copies.Add(Folder($"crash {copies.Count}"));
            Copy(crashing, copies[^1]);
        };
        raw.sqlite3_trace(db.Handle, before, null);
        migrations.Apply(db, path);
        raw.sqlite3_trace(db.Handle, (strdelegate_trace?)null, null);
        return copies;
    }

    /// <summary>Opens it with these migrations, and gives everything that is in it.</summary>
    private static async Task<string> ContentAsync(string folder, Migrations migrations)
    {
        await using var database = Database.Open(Path.Combine(folder, "test.db"), migrations);
        return database.Read(db =>
        {
            Assert.Empty(StoreChecks.Soundness(db));
            var tables = db.Query(
                "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%' ORDER BY name", row => row.GetString(0));
            var schema = db.Query(
                "SELECT type || name || coalesce(sql, '') FROM sqlite_schema ORDER BY type, name", row => row.GetString(0));
            var rows = tables.SelectMany(table =>
                db.Query($"SELECT {Columns(db, table)} FROM \"{table}\"", row => row.GetString(0)).Order(StringComparer.Ordinal).Prepend(table));
            return string.Join('\n', rows.Concat(schema).Append($"{db.QueryInt64("PRAGMA user_version")}"));
        });
    }

    private static string Columns(Db db, string table) => string.Join(
        " || '|' || ", db.Query($"PRAGMA table_info(\"{table}\")", row => $"quote(\"{row.GetString(1)}\")"));

    /// <summary>The migrations that are released, as the program carries them.</summary>
    private static IEnumerable<string> FirstSteps() => Store.Schema.Scripts;

    private string Folder(string name) => Directory.CreateDirectory(Path.Combine(folder, $"{name} {Guid.NewGuid():N}")).FullName;

    private static void Copy(string from, string to)
    {
        // Without the shared memory: the system that has crashed has lost it.
        foreach (var name in new[] { "test.db", "test.db-wal" }.Where(name => File.Exists(Path.Combine(from, name))))
        {
            File.Copy(Path.Combine(from, name), Path.Combine(to, name), overwrite: true);
        }
    }
}
