using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Switchboard.Wire;

namespace Switchboard.Server.Spec;

/// <summary>
/// Collects the schemas of wire types under the contract's names. Every record becomes a component and is pointed to from
/// wherever it is used; lists, maps and enums stand where they are used.
/// </summary>
internal sealed class SchemaCatalog
{
    private readonly SortedDictionary<string, JsonObject> schemas = new(StringComparer.Ordinal);
    private readonly Queue<Type> waiting = new();
    private readonly HashSet<Type> met = [];

    /// <summary>The schema of a type, to be put anywhere: a pointer to its component, or the schema itself.</summary>
    /// <param name="type">A wire type known to <see cref="WireJson"/>.</param>
    public JsonObject SchemaOf(Type type) => IsComponent(WireJson.Options.GetTypeInfo(type)) ? Meet(type) : Export(type);

    /// <summary>All components met so far, and all that these need, by name.</summary>
    public JsonObject ToComponents()
    {
        while (waiting.TryDequeue(out var type))
            schemas[NameOf(type)] = Export(type);
        var components = new JsonObject();
        foreach (var (name, schema) in schemas)
            components[name] = schema.DeepClone();
        return components;
    }

    private static string NameOf(Type type)
    {
        if (type == typeof(ApiError))
            return "Error";
        if (!type.IsGenericType)
            return type.Name;
        var item = NameOf(type.GetGenericArguments()[0]);
        return type.GetGenericTypeDefinition() == typeof(Page<>) ? $"{item}Page"
            : type.GetGenericTypeDefinition() == typeof(ItemList<>) ? $"{item}List"
            : throw new ArgumentException($"{type} has no name in the contract.", nameof(type));
    }

    private static bool IsComponent(JsonTypeInfo type) => type.Kind is JsonTypeInfoKind.Object || type.Type == typeof(Seen);

    private JsonObject Meet(Type type)
    {
        if (met.Add(type))
            waiting.Enqueue(type);
        return SchemaNodes.Reference(NameOf(type));
    }

    private JsonObject Export(Type type)
    {
        var info = WireJson.Options.GetTypeInfo(type);
        var options = new JsonSchemaExporterOptions { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = Transform };
        var schema = AsObject(info.GetJsonSchemaAsNode(options));
        return info.PolymorphismOptions is { } variants ? OneOf(variants) : schema;
    }

    private JsonObject Transform(JsonSchemaExporterContext context, JsonNode node)
    {
        var schema = AsObject(node);
        if (AttributeOf<AlwaysAttribute>(context.PropertyInfo) is { } always)
            return SchemaNodes.Constant(always.Value);
        var type = Nullable.GetUnderlyingType(context.TypeInfo.Type) ?? context.TypeInfo.Type;
        if (context.BaseTypeInfo is { PolymorphismOptions: { } variants })
            return Variant(context.TypeInfo, variants, schema);
        if (context.Path.Length > 0 && IsComponent(context.TypeInfo))
            schema = Meet(type);
        else if (schema.ContainsKey("$ref"))
            schema = Export(type); // The exporter points to where it met the type first; a component must stand alone.
        else if (Special(type) is { } special)
            schema = special;
        else if (type.IsEnum)
            schema["type"] = "string";
        else if (context.TypeInfo.Kind is JsonTypeInfoKind.Object)
            RequireConstants(context.TypeInfo, schema);
        else if (context.TypeInfo is { Kind: JsonTypeInfoKind.Enumerable, ElementType: { } element } && !schema.ContainsKey("items"))
            schema["items"] = Special(element) ?? []; // The exporter leaves out the items it cannot look into.
        schema = SchemaNodes.NotNull(schema);
        return IsNullable(context.PropertyInfo) || IsChange(type) ? SchemaNodes.OrNull(schema) : schema;
    }

    /// <summary>Schemas of types whose JSON is made by a converter, which the exporter cannot look into.</summary>
    private JsonObject? Special(Type type)
    {
        if (type == typeof(DateTimeOffset))
            return SchemaNodes.OfType("string", "date-time");
        if (type == typeof(PathPart))
            return new JsonObject { ["type"] = new JsonArray("string", "integer") };
        if (type == typeof(Level))
            return new JsonObject { ["type"] = "integer", ["enum"] = new JsonArray(-2, -1, 0, 1, 2) };
        if (IsChange(type))
            return SchemaNodes.NotNull(SchemaOf(type.GetGenericArguments()[0]));
        if (type != typeof(Seen))
            return null;
        return SchemaNodes.AnyOf(
            SchemaNodes.OfType("boolean"),
            SchemaNodes.OfType("string", "date-time"),
            new JsonObject
            {
                ["type"] = "object",
                ["additionalProperties"] = SchemaNodes.AnyOf(SchemaNodes.OfType("boolean"), SchemaNodes.OfType("string", "date-time")),
            });
    }

    private JsonObject Variant(JsonTypeInfo type, JsonPolymorphismOptions variants, JsonObject schema)
    {
        var discriminator = variants.TypeDiscriminatorPropertyName;
        var value = variants.DerivedTypes.Single(v => v.DerivedType == type.Type).TypeDiscriminator!;
        var properties = new JsonObject { [discriminator] = SchemaNodes.Constant(value) };
        foreach (var (name, property) in schema["properties"]!.AsObject())
        {
            if (name != discriminator)
                properties[name] = property!.DeepClone();
        }
        var required = schema["required"]?.AsArray().Select(r => r!.GetValue<string>()).Where(r => r != discriminator) ?? [];
        schemas[NameOf(type.Type)] = new JsonObject
        {
            ["type"] = "object",
            ["properties"] = properties,
            ["required"] = new JsonArray([discriminator, .. required.Select(r => (JsonNode)r)]),
        };
        return SchemaNodes.Reference(NameOf(type.Type));
    }

    private static JsonObject OneOf(JsonPolymorphismOptions variants)
    {
        var options = new JsonArray();
        var mapping = new JsonObject();
        foreach (var variant in variants.DerivedTypes)
        {
            var reference = SchemaNodes.Reference(NameOf(variant.DerivedType));
            mapping[(string)variant.TypeDiscriminator!] = reference["$ref"]!.GetValue<string>();
            options.Add((JsonNode)reference);
        }
        return new JsonObject
        {
            ["oneOf"] = options,
            ["discriminator"] = new JsonObject
            {
                ["propertyName"] = variants.TypeDiscriminatorPropertyName,
                ["mapping"] = mapping,
            },
        };
    }

    private static void RequireConstants(JsonTypeInfo type, JsonObject schema)
    {
        foreach (var property in type.Properties.Where(p => AttributeOf<AlwaysAttribute>(p) is not null))
        {
            if (schema["required"] is not JsonArray required)
                schema["required"] = required = [];
            required.Add((JsonNode)property.Name);
        }
    }

    private static bool IsChange(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Change<>);

    // The serializer writes null exactly for the properties that say so; all others leave it out.
    private static bool IsNullable(JsonPropertyInfo? property) =>
        AttributeOf<JsonIgnoreAttribute>(property) is { Condition: JsonIgnoreCondition.Never };

    private static T? AttributeOf<T>(JsonPropertyInfo? property)
        where T : Attribute =>
        property?.AttributeProvider is MemberInfo member ? member.GetCustomAttribute<T>() : null;

    private static JsonObject AsObject(JsonNode node) => node as JsonObject ?? [];
}
