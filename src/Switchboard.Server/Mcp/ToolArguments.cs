using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Switchboard.Server.Http;

namespace Switchboard.Server.Mcp;

/// <summary>
/// Reads arguments the way models write them (mcp.md §2): <c>null</c> and empty text count as absent, and a list, an object,
/// a number or a flag may come as text. A name that no parameter has is a problem: passing over it would do something other
/// than what was meant.
/// </summary>
internal static class ToolArguments
{
    private const string Root = "arguments";

    /// <summary>Reads the arguments of a call.</summary>
    public static BodyReader Read(ToolDefinition tool, IDictionary<string, JsonElement>? given)
    {
        var known = new JsonObject();
        foreach (var (name, value) in given ?? new Dictionary<string, JsonElement>())
        {
            var parameter = tool.Parameters.FirstOrDefault(parameter => parameter.Name == name);
            if (parameter is not null && Normal(parameter, value) is { } normal)
                known[name] = normal;
        }

        var reader = BodyReader.Of(JsonElement.Parse(known.ToJsonString()), exists: true, Root);
        foreach (var (name, value) in given ?? new Dictionary<string, JsonElement>())
        {
            if (!tool.Parameters.Any(parameter => parameter.Name == name) && !IsAbsent(value))
                reader.Add("unrecognized_key", $"There is no such parameter. There are: {Names(tool.Parameters)}.", name);
        }

        foreach (var parameter in tool.Parameters.Where(parameter => parameter.Required && !reader.Has(parameter.Name)))
        {
            reader.Add("required", "This parameter is required.", parameter.Name);
        }

        return reader;
    }

    private static JsonNode? Normal(ToolParameter parameter, JsonElement value)
    {
        if (IsAbsent(value))
            return null;
        if (value.ValueKind == JsonValueKind.String && FromText(parameter.Kind, value.GetString()!) is { } meant)
            value = meant;
        if (parameter.Kind != ParameterKind.Object || value.ValueKind != JsonValueKind.Object)
            return Copy(value);
        var fields = new JsonObject();
        foreach (var property in value.EnumerateObject())
        {
            var field = parameter.Fields.FirstOrDefault(field => field.Name == property.Name);
            if (field is not null && Normal(field, property.Value) is { } normal)
                fields[property.Name] = normal;
        }

        return fields;
    }

    private static bool IsAbsent(JsonElement value) =>
        value.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined || (value.ValueKind == JsonValueKind.String && value.ValueEquals(""));

    /// <summary>What a text stands for where something else is wanted; <c>null</c> when it stands for itself.</summary>
    private static JsonElement? FromText(ParameterKind kind, string text) => kind switch
    {
        ParameterKind.Text or ParameterKind.Time => null,
        ParameterKind.Texts => Parse(text, JsonValueKind.Array) ?? Parse(new JsonArray(JsonValue.Create(text)).ToJsonString(), JsonValueKind.Array),
        ParameterKind.Object => Parse(text, JsonValueKind.Object),
        ParameterKind.Whole => double.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)
            ? Parse(text, JsonValueKind.Number)
            : null,
        ParameterKind.Flag => Parse(text, JsonValueKind.True) ?? Parse(text, JsonValueKind.False),
        _ => throw new InvalidOperationException($"Unknown kind {kind}."),
    };

    private static JsonElement? Parse(string text, JsonValueKind wanted)
    {
        try
        {
            // As everywhere, names and texts that are no Unicode are found here and not later.
            JsonBody.Validate(System.Text.Encoding.UTF8.GetBytes(text));
            var parsed = JsonElement.Parse(text);
            return parsed.ValueKind == wanted ? parsed : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static JsonNode? Copy(JsonElement value) => JsonNode.Parse(value.GetRawText());

    private static string Names(IReadOnlyList<ToolParameter> parameters) =>
        parameters.Count == 0 ? "none" : string.Join(", ", parameters.Select(parameter => parameter.Name));
}
