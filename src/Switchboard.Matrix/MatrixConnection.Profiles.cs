using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Switchboard.Matrix.Api;
using Switchboard.Matrix.Bridges;
using Switchboard.Matrix.Store;
using Switchboard.Matrix.Sync;

namespace Switchboard.Matrix;

/// <content>How else the people of bridged direct chats are known, such as by a phone number (matrix.md §1.2).</content>
internal sealed partial class MatrixConnection
{
    /// <summary>A profile is asked for again after this.</summary>
    public static readonly TimeSpan ProfileAge = TimeSpan.FromDays(1);
    private static readonly TimeSpan ProfilePause = TimeSpan.FromMinutes(10);

    // Chats of whose people more is known than was told.
    private readonly ConcurrentQueue<string> profiled = [];

    /// <summary>
    /// Asks for the profiles whose time has come, some at once, until there are none. Runs beside the sync, which tells what came of
    /// it; what is not done yet is in the store and is gone on with later.
    /// </summary>
    private async Task AskProfilesDueAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (store.Read(db => db.ProfilesDue(clock.GetUtcNow(), MostProfiles)) is { Count: > 0 } due)
            {
                await Parallel.ForEachAsync(
                    due, new ParallelOptions { MaxDegreeOfParallelism = ProfilesAtOnce, CancellationToken = cancellationToken },
                    async (wanted, token) => await AskProfileAsync(wanted.User, wanted.Room, token));
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Gone on with after the next start.
        }
        catch (Exception e)
        {
            // A session that ended, which the sync tells, or a failing disk: tried again with the next answer.
            LogAskingEnded(logger, e);
        }
    }

    private async Task AskProfileAsync(string user, string room, CancellationToken cancellationToken)
    {
        var profile = await TryGetAsync("v3/profile/" + MatrixApi.Escape(user), cancellationToken);
        await store.WriteAsync(
            db =>
            {
                db.PutOffProfile(user, clock.GetUtcNow() + (profile is null ? ProfilePause : ProfileAge));
                if (profile is not { } told)
                    return false;
                var nothing = new KnownPerson(user, null, null);
                var person = Profiles.Read(user, told) ?? nothing;
                var before = db.PersonDetails(user);
                db.SavePerson(person);
                if (person == (before ?? nothing))
                    return false;
                // Should it not be told now it is after the next start.
                if (db.RoomRow(room) is { IsTold: true } row)
                    db.SaveRoom(row with { IsUntold = true });
                profiled.Enqueue(room);
                return true;
            },
            cancellationToken);
    }

    private void TellProfiled(SyncScope scope)
    {
        while (profiled.TryDequeue(out var room))
        {
            if (scope.Db.RoomRow(room) is { IsTold: true, ReplacedBy: null, Membership: "join" })
                ChatTelling.TellAgain(room, scope);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Asking for profiles was broken off; it goes on later")]
    private static partial void LogAskingEnded(ILogger logger, Exception e);
}
