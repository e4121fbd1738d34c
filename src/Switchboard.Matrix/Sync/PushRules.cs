using System.Text.Json;
using Switchboard.Matrix.Timeline;

namespace Switchboard.Matrix.Sync;

/// <summary>Which rooms push rules keep silent (matrix.md §1.2, isMuted b and c).</summary>
internal static class PushRules
{
    private const int Most = 20_000;

    /// <summary>Reads <c>m.push_rules</c>.</summary>
    public static HashSet<string> Muted(JsonElement content)
    {
        var muted = new HashSet<string>();
        var rules = content.Child("global");
        foreach (var rule in rules.Child("override").Items(Most).Where(IsSilent))
        {
            if (rule.Child("conditions") is { ValueKind: JsonValueKind.Array } conditions && conditions.GetArrayLength() == 1
                && conditions[0].Text("kind") == "event_match" && conditions[0].Text("key") == "room_id"
                && conditions[0].Id("pattern") is { } room)
            {
                muted.Add(room);
            }
        }

        foreach (var rule in rules.Child("room").Items(Most).Where(IsSilent))
        {
            if (rule.Id("rule_id") is { } room)
                muted.Add(room);
        }

        return muted;
    }

    // Also with the historic action that said so in words.
    private static bool IsSilent(JsonElement rule) =>
        rule.Flag("enabled") != false && rule.Child("actions") is { ValueKind: JsonValueKind.Array } actions
        && actions.EnumerateArray().All(action => action.AsText() is "dont_notify");
}
