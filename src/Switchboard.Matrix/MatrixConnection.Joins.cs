using Microsoft.Extensions.Logging;
using Switchboard.Matrix.Api;
using Switchboard.Matrix.Store;
using Switchboard.Matrix.Sync;
using Switchboard.Networks;

namespace Switchboard.Matrix;

/// <content>Going into rooms that a bridge invites to, and into the successors of closed ones.</content>
internal sealed partial class MatrixConnection
{
    private const int MostRefusals = 5;
    // Of a room on another homeserver it takes its time.
    private static readonly TimeSpan PatienceForJoin = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan LeastPeace = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan JoinPause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RefusedPause = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);
    private static readonly TimeSpan PatienceForInvitation = TimeSpan.FromSeconds(3);

    /// <summary>
    /// Goes into the rooms whose time has come, one after the other and as fast as the homeserver lets it, until there are none.
    /// Runs beside the sync, which tells what came of it; what is not done yet is in the store and is gone on with later.
    /// </summary>
    private async Task JoinDueAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (store.Read(db => db.JoinDue(clock.GetUtcNow())) is { } wanted)
            {
                if (await TryJoinAsync(wanted, cancellationToken) is { } peace)
                    await Task.Delay(peace, clock, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Gone on with after the next start.
        }
        catch (Exception e)
        {
            // A session that ended, which the sync tells, or a failing disk: tried again with the next answer.
            LogJoiningEnded(logger, e);
        }
    }

    /// <returns>How long the homeserver wants peace.</returns>
    private async Task<TimeSpan?> TryJoinAsync(WantedJoin wanted, CancellationToken cancellationToken)
    {
        try
        {
            await JoinAsync(wanted.Room, wanted.Via, cancellationToken);
            await store.WriteAsync(db => db.EndJoin(wanted.Room), cancellationToken);
            return null;
        }
        catch (NetworkException e) when (e.InnerException is MatrixError { IsLimit: true })
        {
            return e.RetryAfter is { } peace && peace > LeastPeace ? peace : LeastPeace;
        }
        catch (NetworkException e) when (e.Kind is not NetworkFailure.LoginExpired)
        {
            LogNotDone(logger, "Joining a room", e.Kind);
            var isRefused = e.Kind is NetworkFailure.Rejected or NetworkFailure.NotFound;
            var pause = e.RetryAfter ?? (isRefused ? RefusedPause : JoinPause) * Math.Pow(2, Math.Min(wanted.Tries, 10));
            await store.WriteAsync(
                db => isRefused && wanted.Tries + 1 >= MostRefusals
                    ? db.GiveUpJoin(wanted)
                    : db.PutOffJoin(wanted, clock.GetUtcNow() + (pause < LongestPause ? pause : LongestPause)),
                cancellationToken);
            return null;
        }
    }

    private async Task JoinAsync(string room, string? via, CancellationToken cancellationToken)
    {
        var path = "v3/join/" + MatrixApi.Escape(room)
            + (via is null ? "" : $"?via={MatrixApi.Escape(via)}&server_name={MatrixApi.Escape(via)}");
        using var answer = await api.SendApartAsync(HttpMethod.Post, path, default, PatienceForJoin, cancellationToken);
    }

    /// <summary>Invitations that could not be accepted at once are told meanwhile, so that their chats are to be seen.</summary>
    private static void TellLateInvitations(SyncScope scope)
    {
        foreach (var room in scope.Db.UntoldInvitations(DateTimeOffset.UnixEpoch, scope.Now - PatienceForInvitation))
        {
            ChatTelling.TellAgain(room, scope);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Going into rooms was broken off; it goes on later")]
    private static partial void LogJoiningEnded(ILogger logger, Exception e);
}
