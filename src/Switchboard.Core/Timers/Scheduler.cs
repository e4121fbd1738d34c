using Microsoft.Extensions.Logging;
using Switchboard.Core.Access;
using Switchboard.Core.Changes;
using Switchboard.Core.Chats;
using Switchboard.Core.Media;
using Switchboard.Core.Messages;
using Switchboard.Sqlite;

namespace Switchboard.Core.Timers;

/// <summary>
/// Does what is due: reminders, disappearing messages, sends that nobody reports on, and clearing away what is too old. Everything due is in the
/// database, so nothing is lost by a restart. The clock on the wall is looked at least every second while something
/// waits, so a clock that is set forward or back makes things happen when it then says so.
/// </summary>
public sealed partial class Scheduler(Database database, FileStore files, TimeProvider clock, ILogger<Scheduler> logger)
{
    private const int AtOnce = 200;
    private const int ChangesAtOnce = 5000;
    private const int WordsAtOnce = 1000;
    private const int IndexPagesAtOnce = 100;
    private const int IndexPagesEachTime = 2000;
    private const int WordsEachTime = 20_000;
    private static readonly TimeSpan LookAtClock = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan CleanEvery = TimeSpan.FromHours(1);
    private static readonly TimeSpan ChangesKept = TimeSpan.FromDays(30);
    private static readonly TimeSpan RequestsKept = TimeSpan.FromDays(7);
    private static readonly TimeSpan RepeatsKept = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan ReportsAwaited = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan FilesSpared = TimeSpan.FromHours(1);

    private readonly Signal wake = new();
    private string wordsLookedAt = "";

    /// <summary>Called after reminders fired, so that networks are told what they put on chats.</summary>
    public event Action? Reminded;

    /// <summary>Something may have become due earlier than thought.</summary>
    public void Wake() => wake.Set();

    /// <summary>Runs until stopped.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        var cleanAt = clock.GetTimestamp();
        var first = true;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await RemindAsync(stopping);
                await ExpireAsync(stopping);
                await EndAwaitingAsync(stopping);
                if (first || clock.GetElapsedTime(cleanAt) >= CleanEvery)
                {
                    first = false;
                    cleanAt = clock.GetTimestamp();
                    await CleanAsync(stopping);
                }
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // A full disk, or a fault of ours: what is due stays due, and a loop must not end unseen.
                LogFailed(logger, e);
            }

            await wake.WaitAsync(LookAtClock, clock, stopping);
        }
    }

    /// <summary>Clears away what is too old and files that nothing names any more.</summary>
    public async Task CleanAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await database.WriteAsync(
            db =>
            {
                db.ForgetRequestsBefore(now - RequestsKept, now - RepeatsKept);
                db.ForgetUploadsBefore(now);
                db.ForgetAccess(now);
            },
            cancellationToken);
        while (await database.WriteAsync(db => db.ForgetChanges(ChangesKept, now, ChangesAtOnce), cancellationToken) == ChangesAtOnce)
        {
            // The next slice: nobody's send waits for the whole of it.
        }

        await ForgetWordsAsync(cancellationToken);
        await JoinIndexPiecesAsync(cancellationToken);
        files.SweepTemporary(FilesSpared);
        // A file is stored a moment before its row: young ones are spared.
        foreach (var hash in files.HashesUntouchedFor(FilesSpared))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!database.Read(db => db.IsInUse(hash)))
                files.DeleteUntouchedFor(hash, FilesSpared);
        }
    }

    // Some each time, going round: words of messages that are gone do not stay for ever.
    private async Task ForgetWordsAsync(CancellationToken cancellationToken)
    {
        for (var looked = 0; looked < WordsEachTime; looked += WordsAtOnce)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (last, gone) = database.Read(db =>
            {
                var words = db.WordsAfter(wordsLookedAt, WordsAtOnce);
                return (words.LastOrDefault(), words.FindAll(word => !db.IsBorne(word)));
            });
            wordsLookedAt = last ?? "";
            if (gone.Count > 0)
                await database.WriteAsync(db => db.ForgetWords(gone), cancellationToken);
            if (last is null)
                return;
        }
    }

    // In short writes, and not all of a large index in one hour: nobody's send waits for it.
    private async Task JoinIndexPiecesAsync(CancellationToken cancellationToken)
    {
        for (var done = 0; done < IndexPagesEachTime; done += IndexPagesAtOnce)
        {
            if (!await database.WriteAsync(db => db.JoinIndexPieces(IndexPagesAtOnce), cancellationToken))
                return;
        }
    }

    private async Task RemindAsync(CancellationToken cancellationToken)
    {
        var due = database.Read(db => db.QueryInt64(
            "SELECT 1 FROM chat WHERE remind_at <= $now LIMIT 1", ("$now", clock.GetUtcNow().ToUnixTimeMilliseconds())));
        if (due is null)
            return;
        await database.WriteAsync(
            db =>
            {
                var now = clock.GetUtcNow();
                foreach (var chat in db.Chats("c.remind_at <= $now LIMIT $limit", 0, ("$now", now.ToUnixTimeMilliseconds()), ("$limit", AtOnce)))
                {
                    db.Execute(
                        """
                        UPDATE chat SET remind_at = NULL, remind_dismiss = 0, is_archived = 0, is_marked_unread = 1 WHERE key = $chat
                        """,
                        ("$chat", chat.Key));
                    db.OweMarks(chat.Key, MarkBits.MarkedUnread | (chat.IsArchived ? MarkBits.Archived : MarkBits.None), now);
                    db.AppendChatChange(chat, now);
                }
            },
            cancellationToken);
        Reminded?.Invoke();
        Wake();
    }

    private async Task ExpireAsync(CancellationToken cancellationToken)
    {
        var due = database.Read(db => db.QueryInt64(
            "SELECT 1 FROM message WHERE expires_at <= $now AND send_state IS NOT 'PENDING' LIMIT 1", ("$now", clock.GetUtcNow().ToUnixTimeMilliseconds())));
        if (due is null)
            return;
        await database.WriteAsync(
            db =>
            {
                var now = clock.GetUtcNow();
                var expired = db.Messages(
                    // What is still being sent has not been seen by anybody: its time begins when it is delivered.
                    "m.expires_at <= $now AND m.send_state IS NOT 'PENDING' ORDER BY m.expires_at LIMIT $limit", ("$now", now.ToUnixTimeMilliseconds()), ("$limit", AtOnce));
                foreach (var chat in expired.GroupBy(message => message.ChatKey))
                {
                    db.RemoveMessages(db.ChatByKey(chat.Key)!, [.. chat], now);
                }
            },
            cancellationToken);
        Wake();
    }

    /// <summary>A bridge that never reports must not leave what it took pending for ever.</summary>
    private async Task EndAwaitingAsync(CancellationToken cancellationToken)
    {
        var before = clock.GetUtcNow() - ReportsAwaited;
        var due = database.Read(db => db.QueryInt64(
            "SELECT 1 FROM message WHERE send_state = 'PENDING' AND remote_id IS NOT NULL AND send_at <= $before LIMIT 1",
            ("$before", before.ToUnixTimeMilliseconds())));
        if (due is not null && await database.WriteAsync(db => db.EndAwaiting(before, AtOnce, clock.GetUtcNow()), cancellationToken))
            Wake();
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "What is due could not be done; it will be tried again")]
    private static partial void LogFailed(ILogger logger, Exception e);
}
