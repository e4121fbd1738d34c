using System.Text.Json;
using Switchboard.Core;
using Switchboard.Core.Chats;

namespace Switchboard.Server.Http;

/// <summary>
/// The fields of one JSON object. Unknown fields are passed over, <c>null</c> counts as absent unless a field may be cleared
/// by it, and every problem is noted with its path, so that a client hears of all of them at once (rest.md §1.4).
/// </summary>
internal sealed class BodyReader
{
    private readonly JsonElement element;
    private readonly bool exists;
    private readonly List<object> path;
    private readonly List<Issue> issues;

    private BodyReader(JsonElement element, bool exists, List<object> path, List<Issue> issues)
    {
        this.element = element;
        this.exists = exists;
        this.path = path;
        this.issues = issues;
    }

    /// <summary>The reader of a whole body.</summary>
    /// <param name="element">The object.</param>
    /// <param name="exists">Whether there is one; without it nothing is given.</param>
    /// <param name="root">What paths of problems begin with.</param>
    public static BodyReader Of(JsonElement element, bool exists, string root = "body") => new(element, exists, [root], []);

    /// <summary>Whether the field is there and not <c>null</c>.</summary>
    public bool Has(string name) => Find(name, out _);

    /// <summary>Text of bounded length.</summary>
    public string? Text(string name, int least = 0, int most = int.MaxValue)
    {
        if (!Find(name, out var value))
            return null;
        if (value.ValueKind != JsonValueKind.String)
            Add("invalid_type", "Expected a string.", name);
        else if (value.GetString() is { } text && (text.Length < least || text.Length > most))
            Add(text.Length < least ? "too_small" : "too_big", $"Expected {Range(least, most)} characters.", name);
        else
            return value.GetString();
        return null;
    }

    /// <summary>Text that must be there.</summary>
    public string RequiredText(string name, int least = 1, int most = int.MaxValue)
    {
        if (!Find(name, out _))
            Add("required", "This field is required.", name);
        return Text(name, least, most) ?? "";
    }

    /// <summary>Text that <c>null</c> clears.</summary>
    public Given<string?>? Clearable(string name, int most) =>
        IsNull(name) ? new Given<string?>(null) : Text(name, most: most) is { } text ? new Given<string?>(text) : null;

    /// <summary>Whether the field is there and <c>null</c>.</summary>
    public bool IsNull(string name) => exists && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Null;

    /// <summary><c>true</c> or <c>false</c>.</summary>
    public bool? Flag(string name)
    {
        if (!Find(name, out var value))
            return null;
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
            return value.GetBoolean();
        Add("invalid_type", "Expected true or false.", name);
        return null;
    }

    /// <summary><c>true</c> or <c>false</c> but not <c>null</c>.</summary>
    public bool? StrictFlag(string name)
    {
        if (IsNull(name))
            Add("invalid_type", "Expected true or false.", name);
        return Flag(name);
    }

    /// <summary>A whole number within bounds.</summary>
    public int? Whole(string name, int least, int most)
    {
        if (Number(name, least, most) is not { } number)
            return null;
        if (number == Math.Floor(number))
            return (int)number;
        Add("invalid_type", "Expected a whole number.", name);
        return null;
    }

    /// <summary>A number within bounds.</summary>
    public double? Number(string name, double least, double most)
    {
        if (!Find(name, out var value))
            return null;
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out var number))
            Add("invalid_type", "Expected a number.", name);
        else if (!(number >= least && number <= most))
            Add(number < least ? "too_small" : "too_big", string.Create(System.Globalization.CultureInfo.InvariantCulture, $"Expected {least} to {most}."), name);
        else
            return number;
        return null;
    }

    /// <summary>A time in ISO 8601.</summary>
    public DateTimeOffset? Time(string name)
    {
        if (!Find(name, out var value))
            return null;
        if (value.ValueKind == JsonValueKind.String && WireTime.TryRead(value.GetString()!, out var time))
            return time;
        Add(value.ValueKind == JsonValueKind.String ? "invalid_date" : "invalid_type", "Expected a time in ISO 8601, such as 2026-03-04T05:06:07Z.", name);
        return null;
    }

    /// <summary>One of a closed set.</summary>
    public T? OneOf<T>(string name, params ReadOnlySpan<(string Text, T Value)> values)
        where T : struct
    {
        if (Text(name) is not { } text)
            return null;
        if (Validation.TryPick(text, values, out var picked, out var problem))
            return picked;
        Add("invalid_value", problem, name);
        return null;
    }

    /// <summary>A list of texts.</summary>
    public IReadOnlyList<string>? Texts(string name, int least = 0, int most = 2000)
    {
        if (!Find(name, out var value))
            return null;
        if (value.ValueKind != JsonValueKind.Array)
        {
            Add("invalid_type", "Expected a list of strings.", name);
            return null;
        }

        if (value.GetArrayLength() < least || value.GetArrayLength() > most)
        {
            Add(value.GetArrayLength() < least ? "too_small" : "too_big", $"Expected {Range(least, most)} items.", name);
            return null;
        }

        var texts = new List<string>();
        foreach (var (index, item) in value.EnumerateArray().Index())
        {
            if (item.ValueKind == JsonValueKind.String)
                texts.Add(item.GetString()!);
            else
                Add("invalid_type", "Expected a string.", name, index);
        }

        return texts;
    }

    /// <summary>An object inside.</summary>
    public BodyReader? Object(string name)
    {
        if (!Find(name, out var value))
            return null;
        if (value.ValueKind == JsonValueKind.Object)
            return new BodyReader(value, true, [.. path, name], issues);
        Add("invalid_type", "Expected an object.", name);
        return null;
    }

    /// <summary>An object inside that must be there.</summary>
    public BodyReader RequiredObject(string name)
    {
        if (!Find(name, out _))
            Add("required", "This field is required.", name);
        return Object(name) ?? new BodyReader(default, false, [.. path, name], issues);
    }

    /// <summary>A map of objects.</summary>
    public IEnumerable<KeyValuePair<string, BodyReader>> Objects(string name, int most)
    {
        if (Object(name) is not { } map)
            return [];
        var names = map.element.EnumerateObject().Select(property => property.Name).Distinct().ToList();
        if (names.Count > most)
        {
            Add("too_big", $"Expected at most {most} items.", name);
            return [];
        }

        return names.Select(key => KeyValuePair.Create(key, map.RequiredObject(key))).ToList();
    }

    /// <summary>A map of texts.</summary>
    public IReadOnlyDictionary<string, string> TextMap(string name)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        if (Object(name) is not { } map)
            return texts;
        foreach (var key in map.element.EnumerateObject().Select(property => property.Name).Distinct())
        {
            if (map.Text(key, most: 10_000) is { } text)
                texts.Add(key, text);
        }

        return texts;
    }

    /// <summary>Notes a problem.</summary>
    public void Add(string code, string message, params object[] names) => issues.Add(new Issue(code, message, [.. path, .. names]));

    /// <summary>Refuses the request if any field was wrong.</summary>
    /// <exception cref="RefusedException">With every problem found.</exception>
    public void Check() => Validation.Check(issues);

    private bool Find(string name, out JsonElement value)
    {
        value = default;
        return exists && element.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null;
    }

    private static string Range(int least, int most) => most == int.MaxValue ? $"at least {least}" : $"{least} to {most}";
}
