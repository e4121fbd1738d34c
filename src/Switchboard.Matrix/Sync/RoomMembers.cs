using Switchboard.Matrix.Store;
using Switchboard.Sqlite;

namespace Switchboard.Matrix.Sync;

/// <summary>The people of a room as far as they are known, and how many there are (matrix.md §1.2, §6.5).</summary>
internal sealed class RoomMembers
{
    /// <summary>So many people of a room are told with it; who wants all of them asks for them.</summary>
    public const int Told = 500;

    /// <summary>So many people are told of a room whose members are known in part only.</summary>
    private const int ToldInPart = 60;

    private readonly Dictionary<string, Member> known;

    /// <summary>These people.</summary>
    /// <param name="known">Members of any membership, by id.</param>
    /// <param name="isComplete">Whether everybody who is present is among them.</param>
    public RoomMembers(IReadOnlyDictionary<string, Member> known, bool isComplete)
    {
        this.known = known.ToDictionary();
        IsComplete = isComplete;
    }

    /// <summary>Whether everybody who is present is known here.</summary>
    public bool IsComplete { get; }

    /// <summary>A member of any membership.</summary>
    public Member? Find(string user) => known.GetValueOrDefault(user);

    /// <summary>Joined and invited members.</summary>
    public IEnumerable<Member> Present => known.Values.Where(member => member.IsPresent);

    /// <summary>Loads who is to be told of with a room.</summary>
    /// <param name="room">The room.</param>
    /// <param name="db">Where from.</param>
    /// <param name="most">So many at most.</param>
    public static RoomMembers Load(RoomState room, Db db, int most = Told)
    {
        var id = room.Row.Id;
        var all = room.Row.HasAllMembers || room.Row.Membership == "invite";
        var members = db.PresentMembers(id, all ? most + 1 : ToldInPart).ToDictionary(member => member.User);
        var isComplete = all && members.Count <= most;
        foreach (var user in (room.Row.Heroes ?? []).Append(room.OwnUserId).Concat(room.ServiceMembers).Concat(room.OwnGhosts))
        {
            if (!members.ContainsKey(user) && db.Member(id, user) is { } member)
                members.Add(user, member);
        }

        return new RoomMembers(members, isComplete);
    }

    /// <summary>How many are there who are neither service members nor a second identity of the owner's; the owner counts.</summary>
    public int CountPeople(RoomState room)
    {
        // One of whom nothing is known is taken to be there: members are told lazily.
        var service = room.ServiceMembers.Count(user => user != room.OwnUserId && Find(user) is null or { IsPresent: true });
        var ghosts = room.OwnGhosts.Count(user => Find(user) is { IsPresent: true } && !room.ServiceMembers.Contains(user));
        var listed = Present.Count(member => !IsBehind(room, member.User));
        if (room.Row.Joined is null && room.Row.Invited is null)
            return listed;
        var told = (room.Row.Joined ?? 0) + (room.Row.Invited ?? 0) - service - ghosts;
        return (int)Math.Clamp(IsComplete ? listed : Math.Max(told, listed), 0, int.MaxValue);
    }

    /// <summary>The others who talk in the room, as far as they are known: heroes first, then by name.</summary>
    public List<Member> Others(RoomState room)
    {
        var heroes = room.Row.Heroes ?? [];
        return [.. Present.Where(member => !room.IsMe(member.User) && !room.ServiceMembers.Contains(member.User))
            .OrderBy(member => heroes.Contains(member.User) ? 0 : 1)
            .ThenBy(member => NameOf(member), StringComparer.OrdinalIgnoreCase)
            .ThenBy(member => member.User, StringComparer.Ordinal)];
    }

    /// <summary>A member's name for people.</summary>
    public static string NameOf(Member member) => string.IsNullOrWhiteSpace(member.Name) ? member.User : member.Name;

    private static bool IsBehind(RoomState room, string user) =>
        user != room.OwnUserId && (room.ServiceMembers.Contains(user) || room.OwnGhosts.Contains(user));
}
