using Microsoft.Data.Sqlite;

namespace Switchboard.Sqlite;

/// <summary>
/// A database file as it was at one moment, whoever writes to it meanwhile. Changes nothing and stops no writer; while it is
/// open the file's log cannot be folded in, so it should not stay open for long.
/// </summary>
public sealed class Snapshot : IDisposable
{
    private Snapshot(string path, Db db)
    {
        Path = path;
        Db = db;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Reads the snapshot. Used by one thread at a time.</summary>
    public Db Db { get; }

    /// <summary>The file's schema.</summary>
    public int Schema => (int)Db.QueryInt64("PRAGMA user_version")!.Value;

    /// <summary>Takes a file as it is now.</summary>
    /// <exception cref="SqliteException">The file cannot be opened or is not a database.</exception>
    public static Snapshot Take(string path) => TakeTogether(path, [])[0];

    /// <summary>
    /// Takes several files at one and the same moment: nobody can write to any of <paramref name="followers"/> from before
    /// the first snapshot begins until the last one has begun, some milliseconds at most. Writers of
    /// <paramref name="leader"/> do not notice.
    /// </summary>
    /// <returns>The leader's, then the followers' in their order.</returns>
    /// <exception cref="SqliteException">A file cannot be opened, is not a database, or was not to be had for ten seconds.</exception>
    public static IReadOnlyList<Snapshot> TakeTogether(string leader, IReadOnlyList<string> followers)
    {
        var snapshots = new List<Snapshot>();
        var paused = new List<Db>();
        try
        {
            // Everything that takes time is done before anybody has to wait.
            foreach (var path in followers.Prepend(leader))
            {
                var db = Database.Connect(path);
                snapshots.Add(new Snapshot(path, db));
                db.Script("PRAGMA query_only = ON;");
            }

            paused.AddRange(followers.Select(path => Database.Connect(path)));
            foreach (var db in paused)
            {
                db.Execute("BEGIN IMMEDIATE");
            }

            foreach (var snapshot in snapshots)
            {
                // A transaction has its snapshot from its first read on.
                snapshot.Db.Execute("BEGIN");
                snapshot.Db.QueryInt64("SELECT count(*) FROM sqlite_schema");
            }

            return snapshots;
        }
        catch
        {
            snapshots.ForEach(snapshot => snapshot.Dispose());
            throw;
        }
        finally
        {
            // Closing takes the empty transactions back.
            paused.ForEach(db => db.Dispose());
        }
    }

    /// <summary>Writes the snapshot to a file that is empty or not there yet, and flushes it to the disk.</summary>
    /// <exception cref="SqliteException">The disk is full or one of the files is damaged.</exception>
    /// <exception cref="IOException">The file cannot be made or flushed.</exception>
    public void CopyTo(string path)
    {
        // Flushed bit by bit: one flush of it all would hold up everybody else who waits for the same disk.
        using (var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite))
        {
            Db.CopyTo(path, () => file.Flush(flushToDisk: true));
            file.Flush(flushToDisk: true);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Db.Dispose();
}
