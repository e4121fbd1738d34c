using System.Text.Json.Nodes;

namespace Switchboard.Server.Spec;

/// <summary>JSON type of one value in the query.</summary>
internal enum QueryType
{
    /// <summary>Text.</summary>
    Text,

    /// <summary><c>true</c> or <c>false</c>.</summary>
    Flag,

    /// <summary>A whole number.</summary>
    Number,

    /// <summary>A time in ISO 8601 form.</summary>
    Time,
}

/// <summary>One query parameter of an operation (rest.md §1.2). An empty value counts as not given.</summary>
/// <param name="Name">The contract's name.</param>
/// <param name="Type">JSON type of the value, or of each value of an array.</param>
/// <param name="Description">What it means.</param>
internal sealed record QueryParameter(string Name, QueryType Type, string Description)
{
    /// <summary>The parameter may be repeated.</summary>
    public bool IsArray { get; init; }

    /// <summary>It must be given.</summary>
    public bool Required { get; init; }

    /// <summary>The only values possible; empty means any.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];

    /// <summary>Least number.</summary>
    public int? Minimum { get; init; }

    /// <summary>Greatest number.</summary>
    public int? Maximum { get; init; }

    /// <summary>Least length of text.</summary>
    public int? MinLength { get; init; }

    /// <summary>What is assumed when it is not given: a string, a bool or an int.</summary>
    public object? Default { get; init; }

    /// <summary>The parameter's JSON schema.</summary>
    public JsonObject ToSchema()
    {
        var value = Type switch
        {
            QueryType.Text => new JsonObject { ["type"] = "string" },
            QueryType.Flag => new JsonObject { ["type"] = "boolean" },
            QueryType.Number => new JsonObject { ["type"] = "integer" },
            QueryType.Time => new JsonObject { ["type"] = "string", ["format"] = "date-time" },
            _ => throw new InvalidOperationException($"No schema for {Type}."),
        };
        if (Values.Count > 0)
            value["enum"] = new JsonArray([.. Values.Select(v => (JsonNode)v)]);
        if (Minimum is { } minimum)
            value["minimum"] = minimum;
        if (Maximum is { } maximum)
            value["maximum"] = maximum;
        if (MinLength is { } minLength)
            value["minLength"] = minLength;
        if (Default is not null)
            value["default"] = SchemaNodes.Literal(Default);
        return IsArray ? new JsonObject { ["type"] = "array", ["items"] = value } : value;
    }
}
