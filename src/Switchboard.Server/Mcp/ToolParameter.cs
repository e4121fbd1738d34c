using System.Text.Json.Nodes;

namespace Switchboard.Server.Mcp;

/// <summary>What a tool's parameter holds.</summary>
internal enum ParameterKind
{
    /// <summary>Text.</summary>
    Text,

    /// <summary>A whole number.</summary>
    Whole,

    /// <summary><c>true</c> or <c>false</c>.</summary>
    Flag,

    /// <summary>A time in ISO 8601.</summary>
    Time,

    /// <summary>A list of texts.</summary>
    Texts,

    /// <summary>An object of <see cref="ToolParameter.Fields"/>.</summary>
    Object,
}

/// <summary>One parameter of a tool: what the model is told of it, and how what it gives is read.</summary>
/// <param name="Name">Its name in the contract's spelling.</param>
/// <param name="Kind">What it holds.</param>
/// <param name="Description">A sentence for the model.</param>
internal sealed record ToolParameter(string Name, ParameterKind Kind, string Description)
{
    /// <summary>A call without it is refused.</summary>
    public bool Required { get; init; }

    /// <summary>The only values, if they are a closed set.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];

    /// <summary>Least value of a number.</summary>
    public int? Least { get; init; }

    /// <summary>Greatest value of a number.</summary>
    public int? Most { get; init; }

    /// <summary>What an object holds.</summary>
    public IReadOnlyList<ToolParameter> Fields { get; init; } = [];

    /// <summary>Its JSON schema.</summary>
    public JsonObject ToSchema()
    {
        var schema = Kind switch
        {
            ParameterKind.Text => new JsonObject { ["type"] = "string" },
            ParameterKind.Whole => new JsonObject { ["type"] = "integer" },
            ParameterKind.Flag => new JsonObject { ["type"] = "boolean" },
            ParameterKind.Time => new JsonObject { ["type"] = "string", ["format"] = "date-time" },
            ParameterKind.Texts => new JsonObject { ["type"] = "array", ["items"] = ItemSchema() },
            ParameterKind.Object => ToSchema(Fields),
            _ => throw new InvalidOperationException($"Unknown kind {Kind}."),
        };
        schema["description"] = Description;
        if (Least is { } least)
            schema["minimum"] = least;
        if (Most is { } most)
            schema["maximum"] = most;
        if (Values.Count > 0 && Kind == ParameterKind.Text)
            schema["enum"] = new JsonArray([.. Values.Select(value => JsonValue.Create(value))]);
        return schema;
    }

    /// <summary>The JSON schema of an object with these and no other fields.</summary>
    public static JsonObject ToSchema(IReadOnlyList<ToolParameter> fields)
    {
        var properties = new JsonObject();
        foreach (var field in fields)
        {
            properties[field.Name] = field.ToSchema();
        }

        var schema = new JsonObject { ["type"] = "object", ["properties"] = properties, ["additionalProperties"] = false };
        if (fields.Any(field => field.Required))
            schema["required"] = new JsonArray([.. fields.Where(field => field.Required).Select(field => JsonValue.Create(field.Name))]);
        return schema;
    }

    private JsonObject ItemSchema()
    {
        var item = new JsonObject { ["type"] = "string" };
        if (Values.Count > 0)
            item["enum"] = new JsonArray([.. Values.Select(value => JsonValue.Create(value))]);
        return item;
    }
}
