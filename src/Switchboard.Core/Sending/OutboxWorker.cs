using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Switchboard.Core.Chats;
using Switchboard.Core.Logins;
using Switchboard.Core.Media;
using Switchboard.Core.Messages;
using Switchboard.Networks;
using Switchboard.Sqlite;

namespace Switchboard.Core.Sending;

/// <summary>
/// Takes stored sends, read positions and marks to their networks: one at a time and in order within a chat, chats side by
/// side, and marks beside all else.
/// </summary>
/// <remarks>
/// A send is stored before it is answered, with a transaction id that never changes. The process may die at any step: the
/// row is still there and goes out again under the same id, which the network carries out once. Only
/// <see cref="SendWrites.ConfirmSend"/> and <see cref="SendWrites.FailSend"/> take the row away, each in the
/// transaction that says how the send ended. Temporary failures are tried again with growing pauses for ten minutes, then
/// the send is given up as <c>FAIL_RETRIABLE</c> (open-questions.md §10). One that the network refuses for good fails as
/// <c>FAIL_PERMANENT</c>, and what waits behind it in its chat is not sent without it. A full disk of this server is no failure
/// of a send: it waits for room, however long.
/// </remarks>
public sealed partial class OutboxWorker(
    Database database, LoginSupervisor logins, FileStore files, TimeProvider clock, ILogger<OutboxWorker> logger)
{
    // Of each login: one whose network hangs holds up only itself.
    private const int ChatsAtOnce = 16;
    private const string NotAfterThat = "Not sent, because the message before it was refused. Send it again if it still makes sense.";
    private static readonly TimeSpan GiveUpAfter = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan NothingToDo = TimeSpan.FromHours(1);

    private readonly Signal wake = new();
    private readonly ConcurrentDictionary<long, TaskCompletionSource> waiting = new();
    private readonly ConcurrentDictionary<long, DateTimeOffset> firstTried = new();

    // Rows that somebody sends or fails just now: each is one's alone, also when two chats become one and with them their rows.
    private readonly ConcurrentDictionary<long, bool> claimed = new();

    // What is in the outbox up to here may have gone out already, by the process before this one.
    private long newestBefore;

    /// <summary>Something new is in the outbox.</summary>
    public void Wake() => wake.Set();

    /// <summary>Completes when the next attempt to send this message ends, however it ends.</summary>
    internal Task AttemptEnded(long message) =>
        waiting.GetOrAdd(message, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>Nobody needs to wait for this message any more; who still does looks again and comes back.</summary>
    internal void EndWait(long message)
    {
        if (waiting.TryRemove(message, out var ended))
            ended.TrySetResult();
    }

    /// <summary>How many messages somebody waits for.</summary>
    internal int Waiting => waiting.Count;

    /// <summary>Runs until stopped. What has begun is finished or left for the next start.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        newestBefore = database.Read(db => db.QueryInt64("SELECT max(key) FROM outbox")) ?? 0;
        var active = new Dictionary<(long Chat, bool IsMarks), (long Login, Task Work)>();
        while (!stopping.IsCancellationRequested)
        {
            foreach (var (lane, (_, work)) in active.Where(pair => pair.Value.Work.IsCompleted).ToList())
            {
                active.Remove(lane);
                await work;
            }

            var now = clock.GetUtcNow();
            var heads = database.Read(db => db.OutboxHeads(ChatsAtOnce * 4)).FindAll(row =>
                !active.ContainsKey(row.Lane) && !claimed.ContainsKey(row.Key));
            var busy = active.Values.CountBy(one => one.Login).ToDictionary();
            foreach (var row in heads.Where(row => row.IsDue(now)).GroupBy(row => row.Login)
                .SelectMany(ofLogin => ofLogin.Take(ChatsAtOnce - busy.GetValueOrDefault(ofLogin.Key))))
            {
                if (!claimed.TryAdd(row.Key, true))
                    continue;
                var work = Task.Run(() => WorkAsync(row, stopping), CancellationToken.None);
                active.Add(row.Lane, (row.Login, work));
                // Woken by what is complete, not by what is about to be: else its chat would still look busy.
                _ = work.ContinueWith(_ => wake.Set(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            }

            var next = heads.Where(row => row.DueAt > now).Select(row => row.DueAt - now).DefaultIfEmpty(NothingToDo).Min();
            await wake.WaitAsync(next, clock, stopping);
        }

        await Task.WhenAll(active.Values.Select(one => one.Work));
    }

    private async Task WorkAsync(OutboxRow row, CancellationToken stopping)
    {
        firstTried.TryAdd(row.Key, clock.GetUtcNow());
        try
        {
            await (row.Kind switch
            {
                OutboxKind.Send => SendAsync(row, stopping),
                OutboxKind.Read => MarkReadAsync(row, stopping),
                OutboxKind.Marks => SetMarksAsync(row, stopping),
                _ => throw new InvalidOperationException($"Unknown kind {row.Kind}."),
            });
            firstTried.TryRemove(row.Key, out _);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Left in the outbox for the next start.
        }
        catch (NetworkException e)
        {
            await FailSafelyAsync(row, e, stopping);
        }
        catch (Exception e)
        {
            // A failing disk, or a fault of ours: the network may have taken it, and takes it once under its transaction id.
            // Whatever it is, it must not hold up its chat for ever, nor end this worker.
            LogNotStored(logger, row.Transaction, e);
            var kind = DiskFull.Is(e) ? NetworkFailure.StorageFull : NetworkFailure.Transient;
            await FailSafelyAsync(row, new NetworkException(kind, "The server could not deliver this message.", e), stopping);
        }
        finally
        {
            claimed.TryRemove(row.Key, out _);
            EndWait(row.WaitKey);
        }
    }

    private async Task SendAsync(OutboxRow row, CancellationToken stopping)
    {
        var (chat, message, replyTo) = database.Read(db =>
        {
            // It may have failed with what was before it since the row was read.
            if (!db.IsInOutbox(row.Key))
                return (null, null, null);
            var found = db.Messages("m.sort_key = $key", ("$key", row.Message)).FirstOrDefault();
            var target = found?.ReplyTo is { } id
                ? db.Messages("m.id = $id AND m.chat = $chat", ("$id", id), ("$chat", found.ChatKey)).FirstOrDefault()
                : null;
            // Its chat may have become part of another since the row was read.
            return (db.ChatOfMessage(row.Message), found, target);
        });
        if (chat is null || message is null)
        {
            await database.WriteAsync(db => db.DropOutboxRow(row.Key), CancellationToken.None);
            return;
        }

        if (row.Key <= newestBefore && logins.IsCatchingUp(chat.LoginKey))
        {
            // Its echo may be on the way. That is no try, so it is not counted as one.
            firstTried.TryRemove(row.Key, out _);
            await database.WriteAsync(db => db.PutOff(row.Key, clock.GetUtcNow() + Backoff.WhileNotConnected), CancellationToken.None);
            return;
        }

        // A login that is down must not hold up the sends of the others: no waiting here, the row is tried again.
        var connection = logins.OpenConnectionOf(chat.LoginKey);
        var sent = await connection.SendAsync(chat.RemoteId, row.Transaction, ToOutgoing(row, message, replyTo), stopping);
        await database.WriteAsync(
            db =>
            {
                // Its chat may have become part of another meanwhile, or have gone with its messages: then nothing is left to confirm.
                if (db.ChatOfMessage(row.Message) is { } now)
                    db.ConfirmSend(now, row.Message, sent, isEcho: false, clock.GetUtcNow());
            },
            CancellationToken.None);
    }

    private OutgoingMessage ToOutgoing(OutboxRow row, Message message, Message? replyTo)
    {
        OutgoingAttachment? attachment = null;
        if (message.Attachments is [var first, ..])
        {
            var hash = first.Info.Sha256;
            if (hash is null || !files.Exists(hash))
            {
                throw new NetworkException(
                    NetworkFailure.NotFound, "The file of this message is no longer on the server. Upload it and send again.")
                {
                    IsUnasked = true,
                };
            }

            attachment = new OutgoingAttachment(first.Info, () => files.OpenRead(hash));
        }

        return new OutgoingMessage
        {
            Text = message.Text is null ? null : new MessageText(message.Text, message.IsFormatted),
            Attachment = attachment,
            ReplyTo = replyTo?.RemoteId,
            ReplyToSender = replyTo is null ? null : new UserId(replyTo.SenderId),
            Mentions = message.Mentions ?? [],
            ExpiresAfter = message.ExpiresAt - row.CreatedAt,
        };
    }

    private async Task MarkReadAsync(OutboxRow row, CancellationToken stopping)
    {
        var (chat, upTo) = database.Read(db => (
            db.ChatOfMessage(row.Message),
            db.Messages("m.sort_key = $key", ("$key", row.Message)).FirstOrDefault()?.RemoteId));
        if (chat is not null && upTo is { } id
            && logins.OpenConnectionOf(chat.LoginKey) is ISupportsReadReceipts receipts)
        {
            await receipts.MarkReadAsync(chat.RemoteId, id, stopping);
        }

        await database.WriteAsync(db => db.DropOutboxRow(row.Key), CancellationToken.None);
    }

    private async Task SetMarksAsync(OutboxRow row, CancellationToken stopping)
    {
        var (chat, (marks, seq)) = database.Read(db => (db.ChatByKey(row.Chat), db.UntoldMarks(row.Chat)));
        try
        {
            if (chat is not null && logins.OpenConnectionOf(chat.LoginKey) is ISupportsMarks network)
                await network.SetMarksAsync(chat.RemoteId, marks, stopping);
        }
        catch (NetworkException e) when (IsFinal(e))
        {
            // As good as told: what is refused once is not asked for again.
            LogGivenUp(logger, row.Transaction, e.Kind);
        }

        await database.WriteAsync(
            db =>
            {
                // Changed while they were on their way, or part of another chat now: the row stays and takes them as they are by then.
                if (db.MarksTold(row.Chat, seq))
                    db.DropOutboxRow(row.Key);
            },
            CancellationToken.None);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Transaction} could not be delivered yet (attempt {Attempt}, {Kind})")]
    private static partial void LogWillRetry(ILogger logger, TransactionId transaction, int attempt, NetworkFailure kind);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Transaction} is given up ({Kind})")]
    private static partial void LogGivenUp(ILogger logger, TransactionId transaction, NetworkFailure kind);

    [LoggerMessage(Level = LogLevel.Error, Message = "The outcome of {Transaction} could not be stored; it goes out again")]
    private static partial void LogNotStored(ILogger logger, TransactionId transaction, Exception e);
}
