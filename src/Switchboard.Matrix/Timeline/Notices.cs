using System.Text.Json;

namespace Switchboard.Matrix.Timeline;

/// <summary>State events as lines that are kept but not shown (matrix.md §3.1).</summary>
internal static class Notices
{
    /// <summary>What happened, in words; <c>null</c> for what nobody would want to read.</summary>
    /// <param name="state">The event.</param>
    /// <param name="name">A user's name for people.</param>
    public static string? Text(MatrixEvent state, Func<string, string> name)
    {
        if (state.Content.Is("com.beeper.exclude_from_timeline"))
            return null;
        var who = name(state.Sender);
        return state.Type switch
        {
            "m.room.member" => Member(state, name),
            "m.room.create" => $"{who} created the chat",
            "m.room.name" => state.Content.Text("name") is { Length: > 0 } title
                ? $"{who} changed the title to {title}" : $"{who} removed the title",
            "m.room.topic" => state.Content.Text("topic", 500) is { Length: > 0 } topic
                ? $"{who} changed the description to {topic}" : $"{who} removed the description",
            "m.room.avatar" => $"{who} changed the picture",
            "m.room.encryption" => $"{who} turned on end-to-end encryption",
            "m.room.tombstone" => $"{who} moved the chat to a new room",
            _ => null,
        };
    }

    private static string? Member(MatrixEvent state, Func<string, string> name)
    {
        if (state.StateKey is not { Length: > 0 } user)
            return null;
        var before = state.Unsigned.Child("prev_content");
        var was = before.Text("membership") ?? "leave";
        var own = state.Content.Text("displayname", 255) is { Length: > 0 } told ? told : name(user);
        var (actor, isSelf) = (name(state.Sender), state.Sender == user);
        return (was, state.Content.Text("membership")) switch
        {
            ("join", "join") => Profile(state.Content, before, user, own),
            (_, "join") => $"{own} joined",
            (_, "invite") => $"{actor} invited {own}",
            (_, "knock") => $"{own} asked to join",
            ("invite", "leave") => isSelf ? $"{own} declined the invitation" : $"{actor} took back the invitation of {own}",
            ("ban", "leave") => $"{actor} lifted the ban of {own}",
            (_, "leave") => isSelf ? $"{own} left" : $"{actor} removed {own}",
            (_, "ban") => $"{actor} banned {own}",
            _ => null,
        };
    }

    private static string? Profile(JsonElement now, JsonElement before, string user, string own)
    {
        var (old, current) = (before.Text("displayname", 255), now.Text("displayname", 255));
        if (old != current)
            return $"{(string.IsNullOrEmpty(old) ? user : old)} changed their name to {(string.IsNullOrEmpty(current) ? user : current)}";
        return before.Text("avatar_url") != now.Text("avatar_url") ? $"{own} changed their picture" : null;
    }
}
