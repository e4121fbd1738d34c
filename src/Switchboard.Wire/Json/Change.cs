using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Switchboard.Wire;

/// <summary>
/// A field of a PATCH body: untouched (<c>default</c>, left out of the JSON), cleared (<c>null</c>), or given a value.
/// </summary>
/// <typeparam name="T">Type of the value.</typeparam>
[JsonConverter(typeof(ChangeConverterFactory))]
public readonly record struct Change<T>
    where T : notnull
{
    private readonly T? value;

    private Change(bool isCleared, T? value)
    {
        IsMentioned = true;
        IsCleared = isCleared;
        this.value = value;
    }

    /// <summary>The body mentions the field; otherwise it stays as it is.</summary>
    public bool IsMentioned { get; }

    /// <summary>The field is to be emptied.</summary>
    public bool IsCleared { get; }

    /// <summary>The new value, if the body has one.</summary>
    /// <param name="newValue">The value.</param>
    /// <returns><c>false</c> when the field is untouched or cleared.</returns>
    public bool TryGetValue([MaybeNullWhen(false)] out T newValue)
    {
        newValue = value;
        return IsMentioned && !IsCleared;
    }

    internal static Change<T> Clear() => new(true, default);

    internal static Change<T> Set(T value) => new(false, value);
}

/// <summary>Makes <see cref="Change{T}"/> values.</summary>
public static class Change
{
    /// <summary>The field is to be emptied.</summary>
    /// <typeparam name="T">Type of the field's value.</typeparam>
    public static Change<T> Clear<T>()
        where T : notnull => Change<T>.Clear();

    /// <summary>The field is to have this value.</summary>
    /// <typeparam name="T">Type of the field's value.</typeparam>
    /// <param name="value">The value.</param>
    public static Change<T> To<T>(T value)
        where T : notnull => Change<T>.Set(value);
}

/// <summary>Knows the converter of each kind of <see cref="Change{T}"/> the contract has.</summary>
public sealed class ChangeConverterFactory : JsonConverterFactory
{
    /// <inheritdoc/>
    public override bool CanConvert(Type typeToConvert) =>
        typeToConvert == typeof(Change<string>) || typeToConvert == typeof(Change<int>) || typeToConvert == typeof(Change<DraftInput>);

    /// <inheritdoc/>
    public override JsonConverter? CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        typeToConvert == typeof(Change<string>) ? new ChangeConverter<string>()
        : typeToConvert == typeof(Change<int>) ? new ChangeConverter<int>()
        : typeToConvert == typeof(Change<DraftInput>) ? new ChangeConverter<DraftInput>()
        : null;

    private sealed class ChangeConverter<T> : JsonConverter<Change<T>>
        where T : notnull
    {
        public override bool HandleNull => true;

        public override Change<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType is JsonTokenType.Null
                ? Change.Clear<T>()
                : Change.To(JsonSerializer.Deserialize(ref reader, (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T)))!);

        public override void Write(Utf8JsonWriter writer, Change<T> value, JsonSerializerOptions options)
        {
            if (value.TryGetValue(out var newValue))
                JsonSerializer.Serialize(writer, newValue, (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T)));
            else
                writer.WriteNullValue();
        }
    }
}
