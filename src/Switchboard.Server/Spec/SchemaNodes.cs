using System.Text.Json.Nodes;

namespace Switchboard.Server.Spec;

/// <summary>Small pieces of JSON Schema.</summary>
internal static class SchemaNodes
{
    /// <summary>A literal as a JSON node.</summary>
    /// <param name="value">A string, a bool or an int.</param>
    public static JsonNode Literal(object value) => value switch
    {
        string text => text,
        bool flag => flag,
        int number => number,
        _ => throw new ArgumentException($"No literal for {value.GetType().Name}.", nameof(value)),
    };

    /// <summary>A schema of one JSON type.</summary>
    /// <param name="type">The type.</param>
    /// <param name="format">Its format, if any.</param>
    public static JsonObject OfType(string type, string? format = null)
    {
        var schema = new JsonObject { ["type"] = type };
        if (format is not null)
            schema["format"] = format;
        return schema;
    }

    /// <summary>A schema that allows one value.</summary>
    /// <param name="value">A string, a bool or an int.</param>
    public static JsonObject Constant(object value) => new()
    {
        ["type"] = value switch { string => "string", bool => "boolean", _ => "integer" },
        ["const"] = Literal(value),
    };

    /// <summary>A schema that points to a component.</summary>
    /// <param name="name">The component's name.</param>
    public static JsonObject Reference(string name) => new() { ["$ref"] = $"#/components/schemas/{name}" };

    /// <summary>A schema that is any of some others.</summary>
    /// <param name="schemas">The others.</param>
    public static JsonObject AnyOf(params ReadOnlySpan<JsonNode> schemas)
    {
        var list = new JsonArray();
        foreach (var schema in schemas)
            list.Add(schema);
        return new JsonObject { ["anyOf"] = list };
    }

    /// <summary>The same schema, allowing <c>null</c> beside its values.</summary>
    /// <param name="schema">A schema that stands nowhere else.</param>
    public static JsonObject OrNull(JsonObject schema)
    {
        if (schema["type"] is not JsonValue type || schema.ContainsKey("enum"))
            return AnyOf(schema, OfType("null"));
        schema["type"] = new JsonArray(type.GetValue<string>(), "null");
        return schema;
    }

    /// <summary>The same schema without <c>null</c> among its types and values.</summary>
    /// <param name="schema">A schema as the exporter makes it.</param>
    public static JsonObject NotNull(JsonObject schema)
    {
        if (schema["type"] is JsonArray types)
        {
            var others = types.Select(t => t!.GetValue<string>()).Where(t => t is not "null").ToArray();
            schema["type"] = others is [var only] ? only : new JsonArray([.. others.Select(t => (JsonNode)t)]);
        }
        if (schema["enum"] is JsonArray values)
            schema["enum"] = new JsonArray([.. values.Where(v => v is not null).Select(v => v!.DeepClone())]);
        return schema;
    }
}
