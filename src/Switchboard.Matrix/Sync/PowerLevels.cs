using System.Text.Json;
using Switchboard.Matrix.Timeline;

namespace Switchboard.Matrix.Sync;

/// <summary>Who may do what in a room: <c>m.room.power_levels</c> with its defaults (matrix.md §1.6).</summary>
internal sealed class PowerLevels
{
    private const int MostUsers = 10_000;
    private const int MostEvents = 1_000;

    private readonly Dictionary<string, long> users = [];
    private readonly Dictionary<string, long> events = [];
    private readonly HashSet<string> creators;
    private readonly long usersDefault;
    private readonly long eventsDefault;
    private readonly long stateDefault;

    /// <summary>Reads the content; undefined when the room has no such event.</summary>
    /// <param name="content">Of <c>m.room.power_levels</c>.</param>
    /// <param name="creators">The room's creators.</param>
    /// <param name="creatorsAreAboveAll">Room version 12 and later: their power has no end.</param>
    public PowerLevels(JsonElement content, IEnumerable<string> creators, bool creatorsAreAboveAll)
    {
        this.creators = creatorsAreAboveAll ? [.. creators] : [];
        foreach (var (user, level) in content.Child("users").Entries(MostUsers))
        {
            if (level.AsWhole() is { } number)
                users[user] = number;
        }

        foreach (var (type, level) in content.Child("events").Entries(MostEvents))
        {
            if (level.AsWhole() is { } number)
                events[type] = number;
        }

        if (content.ValueKind == JsonValueKind.Undefined)
        {
            foreach (var creator in creators)
            {
                users[creator] = 100;
            }
        }

        usersDefault = content.Whole("users_default") ?? 0;
        eventsDefault = content.Whole("events_default") ?? 0;
        stateDefault = content.Whole("state_default") ?? 50;
        Invite = content.Whole("invite") ?? 0;
        Kick = content.Whole("kick") ?? 50;
        Ban = content.Whole("ban") ?? 50;
        Redact = content.Whole("redact") ?? 50;
        NotifyRoom = content.Child("notifications").Whole("room") ?? 50;
    }

    /// <summary>Level needed to invite.</summary>
    public long Invite { get; }

    /// <summary>Level needed to put somebody out.</summary>
    public long Kick { get; }

    /// <summary>Level needed to bar somebody.</summary>
    public long Ban { get; }

    /// <summary>Level needed to delete what others wrote.</summary>
    public long Redact { get; }

    /// <summary>Level needed to notify everybody.</summary>
    public long NotifyRoom { get; }

    /// <summary>Somebody's level; <see cref="long.MaxValue"/> for a creator above all.</summary>
    public long Of(string user) => creators.Contains(user) ? long.MaxValue : users.GetValueOrDefault(user, usersDefault);

    /// <summary>Level needed to send events of that type that are no state.</summary>
    public long ToSend(string type) => events.GetValueOrDefault(type, eventsDefault);

    /// <summary>Level needed to set state of that type.</summary>
    public long ToSetState(string type) => events.GetValueOrDefault(type, stateDefault);

    /// <summary>Whether somebody may send events of that type that are no state.</summary>
    public bool MaySend(string user, string type) => Of(user) >= ToSend(type);

    /// <summary>Whether somebody may set state of that type.</summary>
    public bool MaySetState(string user, string type) => Of(user) >= ToSetState(type);

    /// <summary>At least 50 and more than everybody has, or a creator above all (§1.2, isAdmin).</summary>
    public bool IsAdmin(string user) => Of(user) is var level && level >= 50 && level > usersDefault;
}
