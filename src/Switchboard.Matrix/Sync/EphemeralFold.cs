using System.Text.Json;
using Switchboard.Matrix.Timeline;
using Switchboard.Networks;

namespace Switchboard.Matrix.Sync;

/// <summary>Receipts and typing (matrix.md §3.10).</summary>
internal static class EphemeralFold
{
    private const int MostReceipts = 2_000;
    private const int MostTyping = 50;

    /// <summary>Takes the section of a room.</summary>
    /// <returns>Whether a receipt of the owner's was told.</returns>
    public static bool Apply(EventArray? events, RoomState room, SyncScope scope)
    {
        var hasOwn = false;
        while (events?.Next() is { } document)
        {
            using (document)
            {
                var content = document.RootElement.Child("content");
                switch (document.RootElement.Id("type"))
                {
                    case "m.receipt":
                        hasOwn |= Receipts(content, room, scope);
                        break;
                    case "m.typing":
                        scope.Tell(new RemoteEvent.TypingChanged(
                            new(room.Row.Id),
                            [.. content.Child("user_ids").Items(MostTyping).Select(item => item.AsId()).OfType<string>()
                                .Where(user => !room.IsMe(user)).Select(user => new UserId(user))]));
                        break;
                }
            }
        }

        return hasOwn;
    }

    // Those of threads are taken for "has seen at least that" (§3.10, threads).
    private static bool Receipts(JsonElement content, RoomState room, SyncScope scope)
    {
        var (hasOwn, left) = (false, MostReceipts);
        foreach (var (id, types) in content.Entries(MostReceipts))
        {
            foreach (var (type, users) in types.Entries(4).Where(entry => entry.Key is "m.read" or "m.read.private"))
            {
                foreach (var (user, receipt) in users.Entries(MostReceipts))
                {
                    if (left-- <= 0)
                        return hasOwn;
                    var at = MatrixTime.Of(receipt.Whole("ts") ?? 0, scope.Now);
                    hasOwn |= room.IsMe(user);
                    Receipt(id, user, at, room, scope);
                }
            }
        }

        return hasOwn;
    }

    private static void Receipt(string id, string user, DateTimeOffset at, RoomState room, SyncScope scope)
    {
        if (id.Length == 0 || user.Length == 0)
            return;
        if (!room.ServiceMembers.Contains(user) || user == room.OwnUserId)
        {
            scope.Tell(new RemoteEvent.ReadUpTo(new(room.Row.Id), new(room.IsMe(user) ? room.OwnUserId : user), new(id), at));
            return;
        }

        // That the bridge's bot has read what we sent means that the network has it.
        if (user == room.Bridge?.Bot
            && scope.Db.QueryInt64(
                "SELECT 1 FROM sent WHERE room = $room AND event = $event", ("$room", room.Row.Id), ("$event", id)) is not null)
        {
            scope.Tell(new RemoteEvent.SendStatusChanged(new(room.Row.Id), new(id), new SendReport(SendProgress.Success, at)));
        }
    }
}
