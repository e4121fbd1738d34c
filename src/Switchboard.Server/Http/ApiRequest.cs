using System.Globalization;
using Microsoft.AspNetCore.Http.Features;
using Switchboard.Core;
using Switchboard.Core.Paging;
using Switchboard.Server.Spec;

namespace Switchboard.Server.Http;

/// <summary>
/// A request to a route: its caller, the parts of its path, its query. Path segments are split before they are decoded,
/// so an encoded slash stays inside its segment (rest.md §1.2).
/// </summary>
internal sealed class ApiRequest(HttpContext context, DeclaredRoute route)
{
    private readonly List<Issue> issues = [];

    /// <summary>The HTTP request.</summary>
    public HttpContext Http => context;

    /// <summary>What the caller may do; only on operations that are not public.</summary>
    public Core.Access.Access Access => (Core.Access.Access)context.Items[typeof(Core.Access.Access)]!;

    /// <summary>The address by which the client reached us.</summary>
    public string BaseUrl => context.Request.BaseUrl();

    /// <summary>Says for the audit log what the request concerns, where its path does not or what it names is gone afterwards.</summary>
    public void Concerns(
        string? account = null, string? chat = null, string? message = null, string? subject = null, string? outcome = null) =>
        context.Items[typeof(AuditSubject)] = new AuditSubject(account, chat, message, subject, outcome);

    /// <summary>A parameter of the path.</summary>
    public string Path(string name)
    {
        var pattern = route.Pattern.Split('/');
        var index = Array.IndexOf(pattern, $"{{{name}}}");
        var raw = RawSegments();
        // An alias may be longer or shorter behind the parameter, never before it.
        return index >= 0 && index < raw.Length && context.Request.RouteValues.ContainsKey(name)
            ? Uri.UnescapeDataString(raw[index])
            : context.Request.RouteValues[name] as string ?? throw RefusedException.NotFound("Route");
    }

    /// <summary>Whether the path has that parameter; an alias may lack it.</summary>
    public bool HasPath(string name) => context.Request.RouteValues.ContainsKey(name);

    /// <summary>Text of the query; an empty value counts as not given.</summary>
    public string? Text(string name) => context.Request.Query[name] is [{ Length: > 0 } value, ..] ? value : null;

    /// <summary>Text of the query that must be there.</summary>
    public string RequiredText(string name, params ReadOnlySpan<string> aliases)
    {
        var value = Text(name);
        foreach (var alias in aliases)
        {
            value ??= Text(alias);
        }

        if (value is null)
            Add("required", $"The query parameter {name} is required.", name);
        return value ?? "";
    }

    /// <summary>A list: repeated keys, <c>key[]</c>, or a single value with commas (rest.md §1.2).</summary>
    public IReadOnlyList<string>? Texts(string name)
    {
        var values = context.Request.Query[name].Concat(context.Request.Query[name + "[]"]).OfType<string>().Where(value => value.Length > 0).ToList();
        if (values is [var single] && single.Contains(','))
            values = [.. single.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
        return values.Count == 0 ? null : values;
    }

    /// <summary><c>true</c> or <c>false</c>.</summary>
    public bool? Flag(string name)
    {
        switch (Text(name))
        {
            case null:
                return null;
            case "true" or "1":
                return true;
            case "false" or "0":
                return false;
            default:
                Add("invalid_type", "Expected true or false.", name);
                return null;
        }
    }

    /// <summary>A whole number within bounds.</summary>
    public int? Whole(string name, int least, int most)
    {
        if (Text(name) is not { } text)
            return null;
        if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value))
            Add("invalid_type", "Expected a whole number.", name);
        else if (value < least || value > most)
            Add(value < least ? "too_small" : "too_big", $"Expected {least} to {most}.", name);
        else
            return value;
        return null;
    }

    /// <summary>A time in ISO 8601.</summary>
    public DateTimeOffset? Time(string name)
    {
        if (Text(name) is not { } text)
            return null;
        // A bare + of an offset arrives as a space.
        if (WireTime.TryRead(text, out var time) || WireTime.TryRead(text.Replace(' ', '+'), out time))
            return time;
        Add("invalid_date", "Expected a time in ISO 8601, such as 2026-03-04T05:06:07Z.", name);
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

    /// <summary>Cursor, direction and limit. A limit out of bounds is brought within them (rest.md §1.6).</summary>
    public PageRequest Page(int standard, int most)
    {
        var limit = Math.Clamp(Number("limit") ?? standard, 1, most);
        var direction = OneOf("direction", ("before", PageDirection.Before), ("after", PageDirection.After)) ?? PageDirection.Before;
        return new PageRequest(Text("cursor"), direction, (int)limit);
    }

    /// <summary>A whole number of any size.</summary>
    private double? Number(string name)
    {
        if (Text(name) is not { } text)
            return null;
        if (double.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value))
            return value;
        Add("invalid_type", "Expected a whole number.", name);
        return null;
    }

    /// <summary>Adds a problem with a query parameter.</summary>
    public void Add(string code, string message, string name) => issues.Add(new Issue(code, message, ["query", name]));

    /// <summary>Refuses the request if any parameter was wrong.</summary>
    /// <exception cref="RefusedException">With every problem found.</exception>
    public void Check() => Validation.Check(issues);

    private string[] RawSegments()
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var query = target.IndexOf('?');
        var path = query < 0 ? target : target[..query];
        if (!path.StartsWith('/') && Uri.TryCreate(path, UriKind.Absolute, out var absolute))
            path = absolute.AbsolutePath;
        return path.Split('/');
    }
}

/// <summary>Turning problems into a refusal.</summary>
internal static class Validation
{
    /// <summary>Picks the value of a text out of a closed set, or says which texts there are.</summary>
    public static bool TryPick<T>(string text, ReadOnlySpan<(string Text, T Value)> values, out T picked, out string problem)
        where T : struct
    {
        var texts = new List<string>();
        foreach (var (known, value) in values)
        {
            if (known == text)
            {
                (picked, problem) = (value, "");
                return true;
            }

            texts.Add(known);
        }

        (picked, problem) = (default, $"Expected one of: {string.Join(", ", texts)}.");
        return false;
    }

    /// <summary>Refuses if there is any problem.</summary>
    public static void Check(IReadOnlyList<Issue> issues)
    {
        if (issues.Count == 0)
            return;
        var where = string.Join('.', issues[0].Path);
        throw new RefusedException(Refusal.Invalid, $"Invalid request: {where}: {issues[0].Message}") { Issues = issues };
    }
}

/// <summary>Times as clients write them.</summary>
internal static class WireTime
{
    /// <summary>Reads ISO 8601 with a date at least; without an offset it is UTC.</summary>
    public static bool TryRead(string text, out DateTimeOffset time)
    {
        time = default;
        return text.Length is >= 10 and <= 40
            && char.IsAsciiDigit(text[0]) && text[4] == '-'
            && DateTimeOffset.TryParse(
                text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time);
    }
}
