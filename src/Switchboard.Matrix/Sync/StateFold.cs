using System.Text.Json;
using Switchboard.Matrix.Bridges;
using Switchboard.Matrix.Store;
using Switchboard.Matrix.Timeline;
using Switchboard.Sqlite;

namespace Switchboard.Matrix.Sync;

/// <summary>State events become what is kept of a room. Applying the same ones again changes nothing.</summary>
internal sealed class StateFold(Db db, string ownUserId, RoomRow row)
{
    private const int LargestContent = 128 * 1024;
    private const int MostKeys = 64;
    private const int MostChildren = 10_000;

    private static readonly HashSet<string> Single =
    [
        "m.room.create", "m.room.name", "m.room.topic", "m.room.avatar", "m.room.canonical_alias", "m.room.power_levels",
        "m.room.tombstone", "io.element.functional_members", "m.member_hints", DisappearingTimer.EventType,
    ];

    private static readonly HashSet<string> Keyed =
        [BridgeInfo.EventType, BridgeInfo.OldEventType, RoomFeatures.EventType, "m.space.child", "m.space.parent"];

    /// <summary>The room's row with what the events said.</summary>
    public RoomRow Row { get; private set; } = row;

    /// <summary>Whether anything that a chat is made of changed.</summary>
    public bool HasChanged { get; private set; }

    /// <summary>Whether somebody who was in the room is no longer.</summary>
    public bool HasLost { get; private set; }

    /// <summary>Who calls oneself the bot of a bridge in what came with an invitation, of which nothing is kept.</summary>
    public HashSet<string> InvitingBots { get; } = [];

    /// <summary>Takes one event.</summary>
    /// <param name="state">The event.</param>
    /// <param name="isStripped">Whether it came with an invitation: then a bridge's word has no weight yet.</param>
    public void Apply(MatrixEvent state, bool isStripped = false)
    {
        if (state.StateKey is not { } key)
            return;
        switch (state.Type)
        {
            case "m.room.member":
                Member(state, key);
                break;
            case "m.room.encryption" when key.Length == 0:
                HasChanged |= !Row.IsEncrypted;
                Row = Row with { IsEncrypted = true };
                break;
            case BridgeInfo.EventType or BridgeInfo.OldEventType when isStripped:
                if (BridgeInfo.Read(key, state.Sender, state.Content) is { Bot: var bot })
                    InvitingBots.Add(bot);
                break;
            case var type when (key.Length == 0 && Single.Contains(type)) || (!isStripped && Keyed.Contains(type)):
                Keep(state);
                break;
        }
    }

    /// <summary>A member as an event tells it; <c>null</c> when it tells none.</summary>
    public static Member? MemberOf(MatrixEvent state)
    {
        if (state.StateKey is not { Length: > 1 } user || user[0] != '@' || user.Contains('\n', StringComparison.Ordinal)
            || state.Content.Text("membership") is not ("join" or "invite" or "knock" or "leave" or "ban"))
        {
            return null;
        }

        return new(
            user, state.Content.Text("membership")!, state.Content.Text("displayname", 255) is { Length: > 0 } name ? name : null,
            state.Content.File("avatar_url"), state.Content.Is("is_direct"), state.Sender);
    }

    private void Member(MatrixEvent state, string user)
    {
        if (MemberOf(state) is not { } member)
            return;
        var before = db.Member(Row.Id, user);
        // A new name must not wipe out that the inviter called it direct.
        if (before is { IsDirect: true } && member.Membership == "join")
            member = member with { IsDirect = true, Sender = before.Sender };
        HasChanged |= db.SaveMember(Row.Id, member);
        HasLost |= before is { IsPresent: true } && !member.IsPresent;
        if (user == ownUserId && member.Membership == "join" && (Row.JoinedAt is null || before is not { Membership: "join" }))
            Row = Row with { JoinedAt = state.At };
    }

    private void Keep(MatrixEvent state)
    {
        if (state.Content.ValueKind == JsonValueKind.Object && state.Content.GetRawText().Length > LargestContent)
            return;
        if (state.Type is "m.space.child" or "m.space.parent" && !state.Content.Child("via").Items(1).Any())
        {
            db.DropState(Row.Id, state.Type, state.StateKey!);
            return;
        }

        var most = state.Type == "m.space.child" ? MostChildren : MostKeys;
        if (state.StateKey!.Length > 0 && !db.HasState(Row.Id, state.Type, state.StateKey) && db.CountState(Row.Id, state.Type) >= most)
            return;
        HasChanged |= db.SaveState(Row.Id, state);
    }
}
