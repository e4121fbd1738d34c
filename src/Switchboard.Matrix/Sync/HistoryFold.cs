using System.Text.Json;
using Switchboard.Matrix.Store;
using Switchboard.Matrix.Timeline;
using Switchboard.Networks;

namespace Switchboard.Matrix.Sync;

/// <summary>A page of a room's past becomes what the server is told (matrix.md §6.4).</summary>
internal static class HistoryFold
{
    private const int Most = 1_000;

    /// <summary>Oldest first; messages before what is said of them.</summary>
    public static IReadOnlyList<RemoteEvent> Take(JsonElement page, string roomId, SyncScope scope)
    {
        // Members as they were then: good for names of people of whom nothing else is known, never over what is.
        foreach (var state in page.Child("state").Items(Most).Select(json => MatrixEvent.Read(json)).OfType<MatrixEvent>())
        {
            if (state.Type == "m.room.member" && StateFold.MemberOf(state) is { } member)
                scope.Db.SaveMember(roomId, member with { Membership = "leave" }, onlyIfUnknown: true);
        }

        if (scope.Room(roomId) is not { } room)
            return [];
        var fold = new TimelineFold(room, scope);
        foreach (var json in page.Child("chunk").Items(Most).Reverse())
        {
            if (MatrixEvent.Read(json) is { } source)
                fold.Apply(source);
        }

        return [.. scope.Events.Where(told => told is RemoteEvent.MessageUpserted),
            .. scope.Events.Where(told => told is RemoteEvent.MessageEdited or RemoteEvent.MessageRemoved or RemoteEvent.ReactionAdded
                or RemoteEvent.ReactionRemoved)];
    }
}
