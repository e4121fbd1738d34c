using System.Text.Json;
using Switchboard.Matrix.Timeline;

namespace Switchboard.Matrix.Sync;

/// <summary>
/// Which messages the owner's push rules point out, such as those with a keyword: they count as mentions (matrix.md §1.2,
/// unreadMentionsCount; §6.8). The first rule that fits decides, in the order override, content, room, sender, underride.
/// </summary>
internal sealed class HighlightRules
{
    private const int Most = 20_000;
    private const int MostConditions = 20;

    // What looks for the owner in the text, as was done before events said whom they mention.
    private static readonly HashSet<string> ByText =
        [".m.rule.contains_display_name", ".m.rule.contains_user_name", ".m.rule.roomnotif"];

    private readonly List<Rule> rules;
    private readonly List<Rule> pointing;

    private HighlightRules(IEnumerable<Rule> rules)
    {
        this.rules = [.. rules];
        pointing = this.rules.FindAll(rule => rule.IsHighlight);
    }

    /// <summary>None at all.</summary>
    public static HighlightRules None { get; } = new([]);

    /// <summary>Reads <c>m.push_rules</c>.</summary>
    public static HighlightRules Read(JsonElement content)
    {
        var rules = content.Child("global");
        return new(((string[])["override", "content", "room", "sender", "underride"]).SelectMany(kind => rules.Child(kind).Items(Most)
            .Where(rule => rule.Flag("enabled") != false).Select(rule => RuleOf(kind, rule)).OfType<Rule>()));
    }

    /// <summary>Whether a message is pointed out.</summary>
    public bool PointOut(PushedEvent message) =>
        // Most rules do not point out anything, and hardly a message is.
        pointing.Exists(rule => rule.Fits(message)) && rules.Find(rule => rule.Fits(message)) is { IsHighlight: true };

    private static Rule? RuleOf(string kind, JsonElement rule)
    {
        if (rule.Id("rule_id") is not { } id)
            return null;
        var conditions = kind switch
        {
            "content" => rule.Text("pattern") is { } pattern ? [PushCondition.Keyword(pattern)] : null,
            "room" => [PushCondition.In(id)],
            "sender" => [PushCondition.From(id)],
            _ => rule.Child("conditions").Items(MostConditions).Select(PushCondition.Read).ToList(),
        };
        return conditions is null ? null : new(conditions, IsHighlight(rule.Child("actions")), ByText.Contains(id));
    }

    private static bool IsHighlight(JsonElement actions) => actions.Items(MostConditions)
        .Any(action => action.Text("set_tweak") == "highlight" && action.Flag("value") != false);

    private sealed record Rule(IReadOnlyList<PushCondition> Conditions, bool IsHighlight, bool IsByText)
    {
        public bool Fits(PushedEvent message) =>
            !(IsByText && message.TellsMentions) && Conditions.All(condition => condition.IsMetBy(message));
    }
}
