using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Switchboard.Matrix.Api;
using Switchboard.Matrix.Store;
using Switchboard.Matrix.Sync;
using Switchboard.Matrix.Timeline;
using Switchboard.Networks;

namespace Switchboard.Matrix;

internal sealed partial class MatrixConnection
{
    private const int MostRereads = 5;
    private const int RereadsAtOnce = 20;
    private static readonly TimeSpan PatienceForReread = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RereadPause = TimeSpan.FromMinutes(1);

    /// <summary>Does what an answer asked for. What fails for good is passed over: the chat itself is there without it.</summary>
    private async Task<IReadOnlyList<RemoteEvent>> DoAsync(FollowUp followUp, SyncIntake intake, CancellationToken cancellationToken)
    {
        try
        {
            switch (followUp)
            {
                case FollowUp.LoadMembers(var room):
                    await LoadMembersAsync(room, cancellationToken);
                    return await intake.TakeAsync(scope => ChatTelling.TellAgain(room, scope), cancellationToken);
                default:
                    throw new InvalidOperationException($"Unknown follow-up {followUp.GetType().Name}.");
            }
        }
        catch (NetworkException e) when (e.Kind is not NetworkFailure.LoginExpired)
        {
            LogNotDone(logger, followUp.GetType().Name, e.Kind);
            return [];
        }
    }

    /// <summary>
    /// What messages say now that an edit of them was taken back: the edit before, or their first words (§3.4). One that cannot be
    /// read is tried again a few times, apart from the sync, which it never holds up for long.
    /// </summary>
    private async IAsyncEnumerable<RemoteEvent> RereadDueAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var wanted in store.Read(db => db.RereadsDue(clock.GetUtcNow(), RereadsAtOnce)))
        {
            var (said, putOff) = await RereadAsync(wanted, cancellationToken);
            if (said is not null)
                yield return said;
            await store.WriteAsync(
                db =>
                {
                    // What was told is stored by now.
                    if (putOff is { } wait)
                        db.PutOffReread(wanted, clock.GetUtcNow() + wait);
                    else
                        db.EndReread(wanted);
                    return true;
                },
                cancellationToken);
            if (putOff is not null)
                yield break;
        }
    }

    private async Task<(RemoteEvent? Said, TimeSpan? PutOff)> RereadAsync(WantedReread wanted, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await api.GetAsync(
                $"v3/rooms/{MatrixApi.Escape(wanted.Room)}/event/{MatrixApi.Escape(wanted.Target)}", PatienceForReread, cancellationToken);
            RemoteEvent? said = null;
            EventGuard.Take(
                wanted.Room, logger,
                () => said = MatrixEvent.Read(answer.RootElement) is { StateKey: null } source ? SaidNow(source, wanted) : null);
            return (said, null);
        }
        catch (NetworkException e) when (e.Kind is not NetworkFailure.LoginExpired)
        {
            var isFinal = e.Kind is NetworkFailure.Rejected or NetworkFailure.NotFound || wanted.Tries + 1 >= MostRereads;
            LogNotDone(logger, "Reading a message again", e.Kind);
            return (null, isFinal ? null : e.RetryAfter ?? RereadPause * Math.Pow(4, wanted.Tries));
        }
    }

    private RemoteEvent.MessageEdited? SaidNow(MatrixEvent source, WantedReread wanted) => store.Read(db =>
    {
        var scope = new SyncScope(db, new(store.OwnUserId, store.AccountId), clock.GetUtcNow());
        return scope.Room(wanted.Room) is { } room
            && TimelineMapper.Map(source, TimelineFold.ContextOf(room, scope)) is Mapped.Message(var message)
            ? new RemoteEvent.MessageEdited(
                message.Chat, message.Id, message.Text ?? BodyText.Plain(""), message.Mentions ?? [], wanted.At)
            {
                IsPointedOut = message.IsPointedOut,
            }
            : null;
    });

    [LoggerMessage(Level = LogLevel.Warning, Message = "{What} was not done ({Kind})")]
    private static partial void LogNotDone(ILogger logger, string what, NetworkFailure kind);
}
