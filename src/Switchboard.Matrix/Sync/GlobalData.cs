using System.Text.Json;
using Switchboard.Matrix.Bridges;
using Switchboard.Matrix.Store;
using Switchboard.Matrix.Timeline;
using Switchboard.Networks;

namespace Switchboard.Matrix.Sync;

/// <summary>Account data of no room: direct chats, push rules, ignored users.</summary>
internal static class GlobalData
{
    private const int MostPeople = 20_000;
    private const int MostRooms = 1_000;

    /// <summary>Takes the section of a sync answer.</summary>
    public static void Apply(EventArray? events, SyncScope scope)
    {
        while (events?.Next() is { } document)
        {
            using (document)
            {
                var content = document.RootElement.Child("content");
                switch (document.RootElement.Id("type"))
                {
                    case "m.direct":
                        Direct(content, scope);
                        break;
                    case "m.push_rules":
                        Mutes(PushRules.Muted(content), scope);
                        scope.Db.SavePushRules(content);
                        break;
                    case "m.ignored_user_list":
                        Ignored(content, scope);
                        break;
                }
            }
        }
    }

    private static void Direct(JsonElement content, SyncScope scope)
    {
        var told = content.Entries(MostPeople)
            .SelectMany(entry => entry.Value.Items(MostRooms).Select(room => (User: entry.Key, Room: room.AsId())))
            .Where(pair => pair.Room is not null).Select(pair => (pair.User, Room: pair.Room!)).ToHashSet();
        var known = scope.Db.Query("SELECT user, room FROM direct", row => (User: row.GetString(0), Room: row.GetString(1))).ToHashSet();
        foreach (var (user, room) in known.Except(told))
        {
            scope.Db.Execute("DELETE FROM direct WHERE user = $user AND room = $room", ("$user", user), ("$room", room));
        }

        foreach (var (user, room) in told.Except(known))
        {
            scope.Db.Execute("INSERT INTO direct (user, room) VALUES ($user, $room)", ("$user", user), ("$room", room));
        }

        known.SymmetricExceptWith(told);
        foreach (var room in known.Select(pair => pair.Room).Distinct())
        {
            if (scope.Room(room) is { } state)
                BridgeTrust.Note(state, scope);
            if (scope.Db.RoomRow(room) is { IsTold: true, ReplacedBy: null, Membership: "join" or "invite" })
                ChatTelling.TellAgain(room, scope);
        }
    }

    private static void Mutes(HashSet<string> told, SyncScope scope)
    {
        var known = scope.Db.Query("SELECT room FROM muted_by_rule", row => row.GetString(0)).ToHashSet();
        foreach (var room in known.Except(told))
        {
            scope.Db.Execute("DELETE FROM muted_by_rule WHERE room = $room", ("$room", room));
        }

        foreach (var room in told.Except(known))
        {
            scope.Db.Execute("INSERT INTO muted_by_rule (room) VALUES ($room)", ("$room", room));
        }

        known.SymmetricExceptWith(told);
        foreach (var room in known)
        {
            if (scope.Db.RoomRow(room) is not { IsTold: true } row)
                continue;
            scope.Db.SaveRoom(row with { IsUntold = true });
            scope.Told.Add(room);
            scope.Tell(new RemoteEvent.ChatMarksChanged(
                new(room), new() { IsMuted = told.Contains(room) || RoomAccountData.IsMuted(row, scope.Now) }));
        }
    }

    private static void Ignored(JsonElement content, SyncScope scope)
    {
        var db = scope.Db;
        var told = content.Child("ignored_users").Entries(MostPeople).Select(entry => entry.Key).ToHashSet();
        var known = db.Query("SELECT user FROM ignored", row => row.GetString(0)).ToHashSet();
        foreach (var user in known.Except(told))
        {
            db.Execute("DELETE FROM ignored WHERE user = $user", ("$user", user));
        }

        foreach (var user in told.Except(known))
        {
            db.Execute("INSERT INTO ignored (user) VALUES ($user)", ("$user", user));
        }

        // In whole and each time it is told: what came of it before may not have been stored.
        scope.Tell(new RemoteEvent.PeopleIgnored([.. told.Order(StringComparer.Ordinal).Select(user => new UserId(user))]));
        foreach (var (room, inviter) in db.Invitations(scope.Own.UserId))
        {
            if (told.Contains(inviter))
                Withdraw(room, scope);
            else if (known.Contains(inviter))
                ChatTelling.TellAgain(room, scope);
        }
    }

    // An invitation by somebody of whom the owner wants to see nothing.
    private static void Withdraw(string room, SyncScope scope)
    {
        scope.Db.EndJoin(room);
        scope.Db.SaveRoom(scope.Db.RoomRow(room)! with { IsTold = false, IsUntold = false, Account = null, WasInvitation = false });
        scope.Tell(new RemoteEvent.ChatRemoved(new(room)));
    }
}
