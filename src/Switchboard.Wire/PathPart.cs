using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Switchboard.Wire;

/// <summary>One part of the path to a value in a request: a property's name, or an index into an array.</summary>
[JsonConverter(typeof(PathPartConverter))]
public readonly record struct PathPart
{
    /// <summary>The property's name; <c>null</c> when the part is an index.</summary>
    public string? Name { get; }

    /// <summary>The index, from 0; meaningless when the part is a name.</summary>
    public int Index { get; }

    /// <summary>A property.</summary>
    /// <param name="name">Its name.</param>
    public PathPart(string name) => Name = name;

    /// <summary>An element of an array.</summary>
    /// <param name="index">Its index, from 0.</param>
    public PathPart(int index) => Index = index;

    /// <summary>A property, from its name.</summary>
    /// <param name="name">Its name.</param>
    public static implicit operator PathPart(string name) => FromString(name);

    /// <summary>An element, from its index.</summary>
    /// <param name="index">Its index, from 0.</param>
    public static implicit operator PathPart(int index) => FromInt32(index);

    /// <summary>A property, from its name.</summary>
    /// <param name="name">Its name.</param>
    public static PathPart FromString(string name) => new(name);

    /// <summary>An element, from its index.</summary>
    /// <param name="index">Its index, from 0.</param>
    public static PathPart FromInt32(int index) => new(index);

    /// <summary>The name, or the index in digits.</summary>
    public override string ToString() => Name ?? Index.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Reads and writes a <see cref="PathPart"/> as a string or a number.</summary>
public sealed class PathPartConverter : JsonConverter<PathPart>
{
    /// <inheritdoc/>
    public override PathPart Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType is JsonTokenType.Number ? new(reader.GetInt32()) : new(reader.GetString()!);

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, PathPart value, JsonSerializerOptions options)
    {
        if (value.Name is { } name)
            writer.WriteStringValue(name);
        else
            writer.WriteNumberValue(value.Index);
    }
}
