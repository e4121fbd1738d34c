using Microsoft.Extensions.Logging;
using Switchboard.Matrix.Store;
using Switchboard.Matrix.Timeline;
using Switchboard.Networks;

namespace Switchboard.Matrix.Sync;

/// <summary>A page of a room's past becomes what the server is told (matrix.md §6.4).</summary>
internal static class HistoryFold
{
    private const int Most = 1_000;

    /// <summary>Oldest first; messages before what is said of them.</summary>
    public static IReadOnlyList<RemoteEvent> Take(EventPage page, string roomId, SyncScope scope, ILogger logger)
    {
        // Members as they were then: good for names of people of whom nothing else is known, never over what is.
        Each(page.State, roomId, logger, source =>
        {
            if (source.Type == "m.room.member" && StateFold.MemberOf(source) is { } member)
                scope.Db.SaveMember(roomId, member with { Membership = "leave" }, onlyIfUnknown: true);
        });
        if (scope.Room(roomId) is not { } room)
            return [];
        var fold = new TimelineFold(room, scope, isPast: true);
        Each(page.Chunk, roomId, logger, fold.Apply, isReversed: true);
        return [.. scope.Events.Where(told => told is RemoteEvent.MessageUpserted),
            .. scope.Events.Where(told => told is RemoteEvent.MessageEdited or RemoteEvent.MessageRemoved or RemoteEvent.ReactionAdded
                or RemoteEvent.ReactionRemoved)];
    }

    private static void Each(EventArray? events, string room, ILogger logger, Action<MatrixEvent> take, bool isReversed = false)
    {
        var documents = EventPage.Take(events, Most);
        try
        {
            foreach (var document in isReversed ? documents.AsEnumerable().Reverse() : documents)
            {
                EventGuard.Take(room, logger, () =>
                {
                    if (MatrixEvent.Read(document.RootElement) is { } source)
                        take(source);
                });
            }
        }
        finally
        {
            documents.ForEach(document => document.Dispose());
        }
    }
}
