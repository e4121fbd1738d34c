using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Switchboard.Matrix.Store;
using Switchboard.Networks;

namespace Switchboard.Matrix.Sync;

/// <summary>
/// Takes in sync answers from their streams: gathers rooms until there is enough for a transaction, and gives what comes of it as
/// batches, of which only the last of an answer has its cursor (matrix.md §6.1, §6.3). One at a time.
/// </summary>
internal sealed partial class SyncIntake(MatrixStore store, TimeProvider clock, ILogger logger)
{
    private const int EventsAtOnce = 3000;
    private const int RoomsAtOnce = 150;
    private const long BytesAtOnce = 1536 * 1024;
    // The first pieces of a large answer are smaller by this, so that there is soon something to store.
    private const int SmallerAtFirst = 8;

    private readonly Identity own = new(store.OwnUserId, store.AccountId);
    // Rooms that were told in batches that are stored by now.
    private readonly ConcurrentQueue<string> stored = [];
    // Rooms of which it is not known whether what was told of them by the process before was stored. They come again with the first
    // answer, if it was not.
    private readonly HashSet<string> unstored = [.. store.Read(db => db.UntoldRooms())];

    /// <summary>What the homeserver must still be asked. Taken out by whoever does it.</summary>
    public List<FollowUp> FollowUps { get; } = [];

    /// <summary>Larger parts of one room are passed over, bytes.</summary>
    public long LargestRoom { get; init; } = SyncScanner.LargestRoom;

    /// <summary>Reads an answer. While a batch is stored the next one is made, but not yet counted as told.</summary>
    /// <param name="answer">The answer as it comes.</param>
    /// <param name="isFirst">Whether it is the first one of this store.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async IAsyncEnumerable<RemoteBatch> ReadAsync(
        Stream answer, bool isFirst, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Rooms that the answer tells of, in whatever words.
        var seen = new HashSet<string>();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var steps = StepsAsync(answer, isFirst, seen, ending.Token).GetAsyncEnumerator(ending.Token);
        var ahead = NextAsync(steps);
        try
        {
            while (await ahead)
            {
                var step = steps.Current;
                ahead = NextAsync(steps);
                // That a first answer was taken is true only when all of it is stored.
                var isEndOfFirst = isFirst && step.Cursor is not null;
                yield return isEndOfFirst ? step.Batch with { Cursor = null } : step.Batch;
                NoteStored(step.Told);
                if (isEndOfFirst)
                    yield return (await WriteAsync(scope => EndFirst(scope, seen), cancellationToken) with { Cursor = step.Cursor }).Batch;
            }

            unstored.Clear();
        }
        finally
        {
            await ending.CancelAsync();
            await ((Task)ahead).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // Off to another thread: a step begins with reading JSON, which nobody is to wait for who could have the one before.
    private static Task<bool> NextAsync(IAsyncEnumerator<Step> steps) => Task.Run(async () => await steps.MoveNextAsync());

    private async IAsyncEnumerable<Step> StepsAsync(
        Stream answer, bool isFirst, HashSet<string> seen, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? next = null;
        var waiting = new List<RoomRun>();
        var smaller = SmallerAtFirst;
        try
        {
            await foreach (var part in SyncAnswer.ReadAsync(answer, LargestRoom, cancellationToken))
            {
                switch (part.Kind)
                {
                    case SyncPartKind.NextBatch:
                        next = part.Name;
                        break;
                    case SyncPartKind.TooLarge:
                        // What is not read says nothing: a chat that is there stays.
                        seen.Add(part.Name);
                        var name = EventGuard.RoomName(part.Name);
                        LogTooLarge(logger, name);
                        part.Dispose();
                        break;
                    case SyncPartKind.AccountData:
                        yield return await GlobalAsync(part, cancellationToken);
                        break;
                    default:
                        seen.Add(part.Name);
                        waiting.Add(new RoomRun(part, isFirst, isFirst || unstored.Contains(part.Name), logger));
                        break;
                }

                while (waiting.Count >= RoomsAtOnce / smaller || waiting.Sum(run => run.Size) >= BytesAtOnce / smaller)
                {
                    smaller = Math.Max(1, smaller / 2);
                    yield return await StepAsync(waiting, cancellationToken);
                }
            }

            if (next is null)
                throw new NetworkException(NetworkFailure.Transient, "The homeserver's answer says nothing of how to go on.");
            var last = new Step([], []);
            while (waiting.Count > 0)
            {
                if (last.Events.Count > 0)
                    yield return last;
                last = await StepAsync(waiting, cancellationToken);
            }

            yield return last with { Cursor = next };
        }
        finally
        {
            waiting.ForEach(run => run.Dispose());
        }
    }

    /// <summary>
    /// Does something in a transaction and gives what is to be told of it. What was given before is stored by now, and this will be
    /// before more is asked for.
    /// </summary>
    public async Task<List<RemoteEvent>> TakeAsync(Action<SyncScope> take, CancellationToken cancellationToken)
    {
        var step = await WriteAsync(take, cancellationToken);
        NoteStored(step.Told);
        return step.Events;
    }

    private void NoteStored(List<string> told) => told.ForEach(stored.Enqueue);

    private async Task<Step> WriteAsync(Action<SyncScope> take, CancellationToken cancellationToken)
    {
        var scope = await store.WriteAsync(
            db =>
            {
                // Should this be taken back, they are told once more.
                while (stored.TryDequeue(out var room))
                {
                    db.Execute("UPDATE room SET is_untold = 0 WHERE id = $id AND is_untold = 1", ("$id", room));
                }

                var scope = new SyncScope(db, own, clock.GetUtcNow());
                take(scope);
                return scope;
            },
            cancellationToken);
        FollowUps.AddRange(scope.FollowUps.Except(FollowUps));
        return new(scope.Events, scope.Told);
    }

    // An answer from the beginning that comes after others were taken (the homeserver forgot the token) says by silence what is gone.
    private static void EndFirst(SyncScope scope, HashSet<string> seen)
    {
        foreach (var room in scope.Db.ToldRooms().Where(room => !seen.Contains(room)))
        {
            scope.Db.ForgetRoom(room);
            scope.Db.SaveRoom(scope.Db.RoomRow(room)! with { Membership = "leave", IsTold = false, IsUntold = false, Account = null });
            scope.Tell(new RemoteEvent.ChatRemoved(new(room)));
        }

        scope.Db.Execute("UPDATE login SET has_synced = 1");
    }

    private async Task<Step> GlobalAsync(SyncPart part, CancellationToken cancellationToken)
    {
        using (part)
        {
            var section = RoomSections.EventsOf(part.Json.ToSequence(), EventArray.LargestData);
            return await WriteAsync(scope => GlobalData.Apply(section, scope), cancellationToken);
        }
    }

    private async Task<Step> StepAsync(List<RoomRun> waiting, CancellationToken cancellationToken)
    {
        var step = await WriteAsync(
            scope =>
            {
                foreach (var run in waiting)
                {
                    if (scope.Events.Count >= EventsAtOnce)
                        break;
                    run.Step(scope, EventsAtOnce);
                }
            },
            cancellationToken);
        waiting.Where(run => run.IsDone).ToList().ForEach(run => run.Dispose());
        waiting.RemoveAll(run => run.IsDone);
        return step;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "What the homeserver tells of {Room} is too large and was passed over")]
    private static partial void LogTooLarge(ILogger logger, string room);

    /// <summary>What came of one transaction.</summary>
    private sealed record Step(List<RemoteEvent> Events, List<string> Told)
    {
        public string? Cursor { get; init; }

        public RemoteBatch Batch => new(Events, Cursor);
    }
}
