using System.Globalization;
using System.Text;
using System.Text.Json;
using Switchboard.Matrix.Timeline;

namespace Switchboard.Matrix.Sync;

/// <summary>A condition of a push rule. One of an unknown kind is never met (matrix.md §6.8).</summary>
internal sealed class PushCondition
{
    private const int MostParts = 20;

    private readonly Func<PushedEvent, bool> isMet;

    private PushCondition(Func<PushedEvent, bool> isMet) => this.isMet = isMet;

    /// <summary>Whether a message meets it.</summary>
    public bool IsMetBy(PushedEvent message) => isMet(message);

    /// <summary>The keyword of a rule of kind <c>content</c>.</summary>
    public static PushCondition Keyword(string pattern) => EventMatch(["content", "body"], pattern);

    /// <summary>What a rule of kind <c>room</c> is about.</summary>
    public static PushCondition In(string room) => new(message => message.Room == room);

    /// <summary>What a rule of kind <c>sender</c> is about.</summary>
    public static PushCondition From(string sender) => new(message => message.Source.Sender == sender);

    /// <summary>Reads one.</summary>
    public static PushCondition Read(JsonElement json)
    {
        var path = json.Text("key") is { } key ? Path(key) : [];
        return json.Text("kind") switch
        {
            "event_match" when json.Text("pattern") is { } pattern => EventMatch(path, pattern),
            "event_property_is" when Scalar(json.Child("value")) is { } value => new(message => ScalarAt(message, path) == value),
            "event_property_contains" when Scalar(json.Child("value")) is { } value =>
                new(message => message.At(path).Items(int.MaxValue).Any(item => Scalar(item) == value)),
            "contains_display_name" => new(message =>
                message is { OwnName: { } name } && message.TextAt(["content", "body"]) is { } body && PushPattern.IsLiteralIn(body, name)),
            "room_member_count" when json.Text("is") is { } range => new(message => message.Members is { } count && IsWithin(count, range)),
            "sender_notification_permission" when path is ["room"] => new(message => message.MayNotifyRoom),
            _ => new(_ => false),
        };
    }

    private static PushCondition EventMatch(string[] path, string pattern) => path is ["content", "body"]
        ? new(message => message.TextAt(path) is { } body && PushPattern.IsWordIn(body, pattern))
        : new(message => message.TextAt(path) is { } value && PushPattern.IsLike(value, pattern));

    /// <summary>The parts between dots; a backslash takes a dot's meaning away.</summary>
    private static string[] Path(string key)
    {
        var parts = new List<string>();
        var part = new StringBuilder();
        for (var i = 0; i < key.Length; i++)
        {
            if (key[i] == '\\' && i + 1 < key.Length && key[i + 1] is '.' or '\\')
            {
                part.Append(key[++i]);
            }
            else if (key[i] == '.' && parts.Count < MostParts)
            {
                parts.Add(part.ToString());
                part.Clear();
            }
            else
            {
                part.Append(key[i]);
            }
        }

        return [.. parts, part.ToString()];
    }

    private static string? ScalarAt(PushedEvent message, string[] path) =>
        path is ["content", ..] ? Scalar(message.At(path)) : message.TextAt(path) is { } text ? "\"" + text : null;

    // Values that are told apart by their kind, too: the text "1" is not the number.
    private static string? Scalar(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.String => json.AsText(BodyText.Longest) is { } text ? "\"" + text : null,
        JsonValueKind.Number => json.AsNumber()?.ToString(CultureInfo.InvariantCulture),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        JsonValueKind.Null => "null",
        _ => null,
    };

    private static bool IsWithin(long count, string range)
    {
        var digits = range.TrimStart('=', '<', '>');
        if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return false;
        return range[..^digits.Length] switch
        {
            "" or "==" => count == number,
            "<" => count < number,
            ">" => count > number,
            "<=" => count <= number,
            ">=" => count >= number,
            _ => false,
        };
    }
}
