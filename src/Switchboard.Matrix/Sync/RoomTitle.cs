using Switchboard.Matrix.Store;

namespace Switchboard.Matrix.Sync;

/// <summary>A room's title by the specification's algorithm, without those who only serve the room (matrix.md §1.3).</summary>
internal static class RoomTitle
{
    /// <summary>What an empty room is called.</summary>
    public const string Empty = "Empty room";

    private const int MostNames = 5;

    /// <summary>The title; never empty.</summary>
    public static string Of(RoomState room, RoomMembers members)
    {
        if (room.Name is { } name)
            return name;
        if (room.Alias is { } alias)
            return alias;
        if (room.Row.Membership == "invite")
            return Invitation(room, members);
        var others = members.Others(room);
        var count = members.CountPeople(room) - 1;
        var heroes = Heroes(room, members, others);
        if (count <= 0)
            return WhoLeft(room, members) is { Length: > 0 } left ? $"{Empty} (was {left})" : Empty;
        var names = heroes.Take(MostNames).Select(hero => NameOf(hero, members)).ToList();
        // Heroes of whom no member event is known yet are named by their id.
        names.AddRange((room.Row.Heroes ?? [])
            .Where(user => members.Find(user) is null && !room.IsMe(user) && !room.ServiceMembers.Contains(user))
            .Take(Math.Max(0, Math.Min(MostNames, count) - names.Count)));
        if (names.Count == 0)
            return Empty;
        return names.Count >= count ? Join(names) : $"{string.Join(", ", names)} and {Others(count - names.Count)}";
    }

    /// <summary>Names joined for reading.</summary>
    internal static string Join(IReadOnlyList<string> names) => names.Count < 2
        ? names[0]
        : $"{string.Join(", ", names.SkipLast(1))} and {names[^1]}";

    private static string Others(int count) => count == 1 ? "1 other" : $"{count} others";

    // Heroes first; when the homeserver never sent any, whoever is known.
    private static IEnumerable<Member> Heroes(RoomState room, RoomMembers members, List<Member> others) =>
        room.Row.Heroes is { Count: > 0 } heroes
            ? heroes.Select(members.Find).OfType<Member>()
                .Where(hero => hero.IsPresent && !room.IsMe(hero.User) && !room.ServiceMembers.Contains(hero.User))
                .Concat(others).DistinctBy(member => member.User)
            : others;

    private static string WhoLeft(RoomState room, RoomMembers members)
    {
        var names = (room.Row.Heroes ?? []).Select(members.Find).OfType<Member>()
            .Where(hero => !hero.IsPresent && !room.IsMe(hero.User) && !room.ServiceMembers.Contains(hero.User))
            .Select(RoomMembers.NameOf).Take(MostNames).ToList();
        return names.Count == 0 ? "" : Join(names);
    }

    // Of an invitation little is known; who invites says most.
    private static string Invitation(RoomState room, RoomMembers members) =>
        members.Find(room.OwnUserId) is { } own && own.Sender != room.OwnUserId
            ? members.Find(own.Sender) is { } inviter ? RoomMembers.NameOf(inviter) : own.Sender
            : Empty;

    private static string NameOf(Member member, RoomMembers members)
    {
        var name = RoomMembers.NameOf(member);
        return members.Present.Any(other => other.User != member.User && other.Name == member.Name && member.Name is not null)
            ? $"{name} ({member.User})"
            : name;
    }
}
