using Microsoft.Data.Sqlite;

namespace Switchboard.Sqlite;

/// <summary>
/// Copies what was committed from the log into the file, beside the writer and not in its way: left to SQLite, the commit
/// that makes the log long would do it, and whoever waits for that commit would wait for the disk several times over.
/// </summary>
/// <remarks>
/// The log begins anew only when all of it is copied and nobody reads it, and a busy writer is always a little ahead. So now
/// and then the writer copies the last pages itself, which is little by then, before it goes on.
/// </remarks>
internal sealed class Checkpoints : IDisposable
{
    // Little at a time, because the next commits wait for the disk together with it: a copy of 4 MiB, as SQLite would make it,
    // was felt by one send in a hundred. And 24 MiB that the writer may be ahead before it lends a hand.
    private const int PagesAside = 300;
    private const int PagesAhead = 6_000;

    // 32 MiB: from here on a short wait for readers is the lesser evil. Who reads for long, as a backup does, is not waited for
    // again and again; the log grows until it has ended.
    private const int PagesTooMany = 8_000;

    // Milliseconds. Every commit waits as long: one that is waiting for the end of a backup, which does not come, must not be felt.
    private const int ShortWait = 30;
    private const int LongWait = 60;

    private readonly Db writer;
    private readonly Db copier;
    private readonly AutoResetEvent due = new(false);
    private readonly Thread copying;
    private volatile bool closed;
    private volatile int pagesInLog;
    private int copiedAt;
    private int helpedAt;
    private int failures;

    /// <summary>Takes the copying over from a writer's connection.</summary>
    public Checkpoints(string path, Db writer)
    {
        this.writer = writer;
        writer.Script("PRAGMA wal_autocheckpoint = 0");
        copier = Database.Connect(path);
        copying = new Thread(CopyAside) { IsBackground = true, Name = "checkpoints" };
        copying.Start();
    }

    /// <summary>Called by the writer after every commit, on its thread.</summary>
    public void Committed()
    {
        var written = writer.PagesWritten();
        if (pagesInLog >= PagesAhead && written - helpedAt >= PagesAside)
        {
            // Again and again, until a moment without readers lets the log begin anew: with little to copy it costs little.
            helpedAt = written;
            if (pagesInLog < PagesTooMany)
                Copy(writer.Checkpoint);
            else
                CopyWholly(written);
        }

        if (written - copiedAt >= PagesAside)
        {
            copiedAt = written;
            due.Set();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        closed = true;
        due.Set();
        copying.Join();
        copier.Dispose();
        due.Dispose();
    }

    private void CopyAside()
    {
        while (due.WaitOne() && !closed)
        {
            Copy(copier.Checkpoint);
        }
    }

    private void CopyWholly(int written)
    {
        if (Copy(() => writer.CheckpointWholly(failures == 0 ? ShortWait : LongWait)))
        {
            failures = 0;
            return;
        }

        // Then it is somebody who reads for long, or a machine so busy that even short reads take long.
        failures++;
        helpedAt = written + (failures == 1 ? 0 : PagesAside << Math.Min(failures, 14));
    }

    private bool Copy(Func<int?> checkpoint)
    {
        try
        {
            if (checkpoint() is not { } pages)
                return false;
            pagesInLog = pages;
            return true;
        }
        catch (SqliteException)
        {
            // A full or failing disk: the log is as good as the file, and whoever writes learns of it by writing.
            return false;
        }
    }
}
