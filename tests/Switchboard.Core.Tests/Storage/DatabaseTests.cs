using Switchboard.Sqlite;
using Switchboard.Testing;
using Xunit;

namespace Switchboard.Core.Tests.Storage;

public sealed class DatabaseTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly string folder = Directory.CreateTempSubdirectory("switchboard-database-").FullName;

    private string Location => Path.Combine(folder, "test.db");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_write_that_throws_takes_back_only_itself()
    {
        await using var database = Store.Open(Location);
        using var gate = new ManualResetEventSlim();
        // While the first write holds the writer the others gather into one group.
        var first = database.WriteAsync(_ => gate.Wait(Patience.Longest), None);
        var writes = Enumerable.Range(0, 9).Select(i => database.WriteAsync(
            db =>
            {
                db.Execute("INSERT INTO counter VALUES ($name, 1)", ("$name", $"n{i}"));
                if (i % 3 == 1)
                    throw new InvalidTimeZoneException("mine alone");
                if (i % 3 == 2)
                    db.Execute("INSERT INTO counter VALUES ('message', 1)");
            },
            None)).ToList();
        gate.Set();
        await first;
        for (var i = 0; i < writes.Count; i++)
        {
            if (i % 3 == 0)
                await writes[i];
            else if (i % 3 == 1)
                await Assert.ThrowsAsync<InvalidTimeZoneException>(() => writes[i]);
            else
                await Assert.ThrowsAsync<Microsoft.Data.Sqlite.SqliteException>(() => writes[i]);
        }

        Assert.Equal(["message", "n0", "n3", "n6"], Names(database));
    }

    [Fact]
    public async Task What_was_written_is_read_by_everybody_at_once()
    {
        await using var database = Store.Open(Location);
        await Parallel.ForEachAsync(Enumerable.Range(0, 200), async (i, _) =>
        {
            await database.WriteAsync(db => db.Execute("INSERT INTO counter VALUES ($name, 1)", ("$name", $"n{i}")), None);
            Assert.Contains($"n{i}", Names(database));
        });
    }

    [Fact]
    public async Task A_read_sees_one_moment_to_its_end()
    {
        await using var database = Store.Open(Location);
        var (before, after) = database.Read(db =>
        {
            var count = db.QueryInt64("SELECT count(*) FROM counter");
            database.WriteAsync(other => other.Execute("INSERT INTO counter VALUES ('x', 1)"), None).GetAwaiter().GetResult();
            return (count, db.QueryInt64("SELECT count(*) FROM counter"));
        });
        Assert.Equal(before, after);
        Assert.Equal(["message", "x"], Names(database));
    }

    [Fact]
    public async Task A_reader_cannot_write_and_one_that_failed_does_not_spoil_the_next()
    {
        await using var database = Store.Open(Location);
        Assert.ThrowsAny<Microsoft.Data.Sqlite.SqliteException>(() => database.Read(db => db.Execute("DELETE FROM counter")));
        Assert.Equal(["message"], Names(database));
    }

    [Fact]
    public async Task Everything_accepted_is_kept_when_it_is_closed()
    {
        var database = Store.Open(Location);
        var writes = Enumerable.Range(0, 50)
            .Select(i => database.WriteAsync(db => db.Execute("INSERT INTO counter VALUES ($name, 1)", ("$name", $"n{i}")), None)).ToList();
        await database.DisposeAsync();
        await Task.WhenAll(writes);
        Assert.Throws<ObjectDisposedException>(() => Names(database));
        await using var again = Store.Open(Location);
        Assert.Equal(51, Names(again).Count);
    }

    [Fact]
    public async Task Every_schema_from_the_first_on_is_brought_up_to_date()
    {
        for (var version = 1; version <= Store.Schema.Latest; version++)
        {
            var path = Path.Combine(folder, $"{version}.db");
            await using (var old = Database.Open(path, Store.Schema, version))
            {
                Assert.Equal(version, old.Read(db => db.QueryInt64("PRAGMA user_version")));
            }

            await using var database = Store.Open(path);
            Assert.Equal(Store.Schema.Latest, database.Read(db => db.QueryInt64("PRAGMA user_version")));
            Assert.Null(Integrity.Check(database));
        }
    }

    [Fact]
    public async Task A_database_of_a_newer_version_is_refused_and_left_alone()
    {
        await using (var database = Database.Open(Location, Store.Schema))
        {
            await database.WriteAsync(db => db.Script("PRAGMA user_version = 99"), None);
        }

        var refused = Assert.Throws<NewerSchemaException>(() => Store.Open(Location));
        Assert.Contains("99", refused.Message, StringComparison.Ordinal);
        Assert.Contains(Location, refused.Message, StringComparison.Ordinal);
        Assert.Throws<NewerSchemaException>(() => Store.Open(Location));
    }

    private static List<string> Names(Database database) =>
        database.Read(db => db.Query("SELECT name FROM counter ORDER BY name", row => row.GetString(0)));
}
