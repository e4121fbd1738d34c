using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Switchboard.Matrix.Api;
using Switchboard.Matrix.Bridges;
using Switchboard.Matrix.Store;
using Switchboard.Matrix.Sync;
using Switchboard.Matrix.Timeline;
using Switchboard.Networks;

namespace Switchboard.Matrix;

internal sealed partial class MatrixConnection
{
    // Account-data and state types are not listed: one that is added later would not be told until it changes again.
    private const string Filter =
        """{"presence":{"not_types":["*"]},"room":{"include_leave":false,"state":{"lazy_load_members":true}"""
        + ""","timeline":{"limit":LIMIT,"lazy_load_members":true,"unread_thread_notifications":false}}}""";

    private const int FirstTimeline = 20;
    private const int LaterTimeline = 50;
    private static readonly TimeSpan LongPoll = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ShortPoll = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan PatienceForNiceToKnow = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FirstSilence = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LaterSilence = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan UsualWait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LeastWait = TimeSpan.FromSeconds(1);
    // Whoever waits for longer is not connected, and the account says so.
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(2);

    /// <inheritdoc/>
    public async IAsyncEnumerable<RemoteBatch> ReceiveAsync(string? cursor, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var joining = Task.CompletedTask;
        var asking = Task.CompletedTask;
        try
        {
            var intake = new SyncIntake(store, clock, logger);
            // Without what a first answer told, later ones make no sense.
            var since = store.Read(db => db.QueryInt64("SELECT has_synced FROM login")) == 1 ? cursor : null;
            yield return new(await BeginAsync(intake, since is not null, cancellationToken), null);
            var pacing = new SyncPacing(clock);
            for (var isFirst = true; ;)
            {
                pacing.Asking();
                await using var answer = await AskAsync(since, isFirst, cancellationToken);
                if (answer is null)
                {
                    since = null;
                    continue;
                }

                await foreach (var batch in intake.ReadAsync(answer, since is null, cancellationToken))
                {
                    pacing.Told(batch.Events.Count);
                    yield return batch;
                    since = batch.Cursor ?? since;
                }

                if (joining.IsCompleted)
                    joining = Task.Run(() => JoinDueAsync(ending.Token), CancellationToken.None);
                if (asking.IsCompleted)
                    asking = Task.Run(() => AskProfilesDueAsync(ending.Token), CancellationToken.None);
                await foreach (var events in FollowAsync(intake, isFirst, cancellationToken))
                {
                    yield return new(events, since);
                }

                isFirst = false;
                await pacing.PauseAsync(cancellationToken);
            }
        }
        finally
        {
            await ending.CancelAsync();
            await joining;
            await asking;
        }
    }

    /// <summary>What is to be done after an answer was taken, and what is told of it.</summary>
    private async IAsyncEnumerable<IReadOnlyList<RemoteEvent>> FollowAsync(
        SyncIntake intake, bool isFirst, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var followUp in intake.FollowUps.ToList())
        {
            if (await DoAsync(followUp, intake, cancellationToken) is { Count: > 0 } events)
                yield return events;
            intake.FollowUps.Remove(followUp);
        }

        await foreach (var said in RereadDueAsync(cancellationToken))
        {
            yield return [said];
        }

        if (isFirst && await AskNiceToKnowAsync(intake, cancellationToken) is { Count: > 0 } profile)
            yield return profile;
        var timed = await intake.TakeAsync(
            scope =>
            {
                EndTimedMutes(scope);
                TellLateInvitations(scope);
                TellProfiled(scope);
            },
            cancellationToken);
        if (timed.Count > 0)
            yield return timed;
    }

    /// <summary>The answer to one sync; <c>null</c> when the homeserver does not know the token and all must begin anew.</summary>
    private async Task<Stream?> AskAsync(string? since, bool isFirst, CancellationToken cancellationToken)
    {
        var limit = since is null ? FirstTimeline : LaterTimeline;
        var filter = Filter.Replace("LIMIT", limit.ToString(null, null), StringComparison.Ordinal);
        // The first answer comes at once, so that it is soon known that nothing was missed.
        var path = $"v3/sync?timeout={(isFirst ? 0 : (int)Poll().TotalMilliseconds)}&set_presence=offline&use_state_after=true"
            + $"&org.matrix.msc4222.use_state_after=true&filter={MatrixApi.Escape(filter)}"
            + (since is null ? "" : "&since=" + MatrixApi.Escape(since));
        for (var silence = isFirst || since is null ? FirstSilence : LaterSilence; ; silence = FirstSilence)
        {
            try
            {
                return await api.GetStreamAsync(path, silence, cancellationToken);
            }
            catch (NetworkException e) when (e is { InnerException: MatrixError { IsLimit: true } } && !(e.RetryAfter > LongestWait))
            {
                // It is there and wants peace: as long as it says, and as often as it says so.
                var wait = e.RetryAfter is not { } asked ? UsualWait : asked > LeastWait ? asked : LeastWait;
                LogAskedToWait(logger, wait);
                await Task.Delay(wait, clock, cancellationToken);
            }
            catch (NetworkException e) when (since is not null && e.Kind is NetworkFailure.Rejected or NetworkFailure.NotFound)
            {
                LogBeginAnew(logger, e.Kind);
                return null;
            }
        }
    }

    // Shorter while something is to be told or asked soon.
    private TimeSpan Poll()
    {
        var now = clock.GetUtcNow();
        return !profiled.IsEmpty || store.Read(db => db.ProfilesDue(now, 1).Count > 0
            || db.UntoldInvitations(now - (2 * PatienceForInvitation), now).Count > 0 || db.RereadsDue(now, 1).Count > 0) ? ShortPoll : LongPoll;
    }

    /// <summary>What is told before the first answer: accounts, and what may not have been stored before the last stop.</summary>
    private static Task<List<RemoteEvent>> BeginAsync(SyncIntake intake, bool goesOn, CancellationToken cancellationToken) => intake.TakeAsync(
        scope =>
        {
            foreach (var account in scope.Db.Accounts())
            {
                scope.Tell(new RemoteEvent.AccountUpserted(AccountBook.Describe(account, scope.Own.UserId)));
            }

            if (goesOn)
                ChatTelling.TellUntold(scope);
            WantedJoins.Derive(scope);
        },
        cancellationToken);

    /// <summary>Asks for what is nice to know, once everything else is there.</summary>
    private async Task<List<RemoteEvent>> AskNiceToKnowAsync(SyncIntake intake, CancellationToken cancellationToken)
    {
        var asking = TryGetAsync("v1/media/config", cancellationToken);
        var profile = await TryGetAsync("v3/profile/" + MatrixApi.Escape(session.UserId), cancellationToken);
        var limit = await asking is { } config && config.Whole("m.upload.size") is > 0 and var size ? size : (long?)null;
        return await intake.TakeAsync(
            scope =>
            {
                if (limit is not null)
                    scope.Db.Execute("UPDATE login SET max_upload = $limit WHERE max_upload IS NOT $limit", ("$limit", limit));
                if (profile is { } own)
                {
                    scope.Tell(new RemoteEvent.AccountUpserted(
                        OwnAccount.Of(session, own.Text("displayname", 255), Pictures.Of(own.Id("avatar_url")))));
                }
            },
            cancellationToken);
    }

    /// <summary>Asks for something that is nice to know; <c>null</c> when there is no answer to be had soon.</summary>
    private async Task<JsonElement?> TryGetAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await api.GetAsync(path, PatienceForNiceToKnow, cancellationToken);
            return answer.RootElement.Clone();
        }
        catch (NetworkException e) when (e.Kind is not NetworkFailure.LoginExpired)
        {
            return null;
        }
    }

    private static void EndTimedMutes(SyncScope scope)
    {
        foreach (var room in scope.Db.Query(
            "SELECT id FROM room WHERE muted_until > 0 AND muted_until <= $now", row => row.GetString(0),
            ("$now", scope.Now.ToUnixTimeMilliseconds())))
        {
            var row = scope.Db.RoomRow(room)! with { MutedUntil = 0, IsUntold = true };
            scope.Db.SaveRoom(row);
            scope.Told.Add(room);
            scope.Tell(new RemoteEvent.ChatMarksChanged(new(room), new() { IsMuted = ChatTelling.IsMuted(row, scope) }));
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The homeserver asks to wait for {Wait} before the next sync")]
    private static partial void LogAskedToWait(ILogger logger, TimeSpan wait);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The homeserver does not take its last token; all begins anew ({Kind})")]
    private static partial void LogBeginAnew(ILogger logger, NetworkFailure kind);
}
