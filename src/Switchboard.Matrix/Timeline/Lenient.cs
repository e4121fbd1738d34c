using System.Globalization;
using System.Text.Json;

namespace Switchboard.Matrix.Timeline;

/// <summary>
/// Reading JSON that strangers wrote: whatever does not have the expected shape is as if it were not there. Nothing here throws.
/// </summary>
internal static class Lenient
{
    /// <summary>The longest identifier that is taken (a Matrix id has at most 255 bytes; bridges' own are shorter still).</summary>
    public const int MaxId = 512;

    /// <summary>The longest short text, such as a name or a title, in characters; more is cut off.</summary>
    public const int MaxName = 1024;

    extension(JsonElement json)
    {
        /// <summary>A property's value; an undefined element when there is none.</summary>
        public JsonElement Child(string name)
        {
            if (json.ValueKind != JsonValueKind.Object)
                return default;
            try
            {
                return json.TryGetProperty(name, out var value) ? value : default;
            }
            catch (InvalidOperationException)
            {
                // Half a surrogate in another property's name.
                return default;
            }
        }

        /// <summary>The first of these properties that is there and not null.</summary>
        public JsonElement Child(string name, string otherwise) =>
            json.Child(name) is { ValueKind: not (JsonValueKind.Undefined or JsonValueKind.Null) } found ? found : json.Child(otherwise);

        /// <summary>Text of a property, cut to so many characters.</summary>
        public string? Text(string name, int longest = MaxName) => json.Child(name).AsText(longest);

        /// <summary>Text of a property; <c>null</c> when it is longer than an identifier may be, or empty.</summary>
        public string? Id(string name) => json.Child(name).AsId();

        /// <summary>This element as text, cut to so many characters.</summary>
        public string? AsText(int longest = MaxName)
        {
            if (json.ValueKind != JsonValueKind.String)
                return null;
            try
            {
                var text = json.GetString()!;
                if (text.Length <= longest)
                    return text;
                // Never half a character.
                return text[..(char.IsHighSurrogate(text[longest - 1]) ? longest - 1 : longest)];
            }
            catch (InvalidOperationException)
            {
                return null;
            }
        }

        /// <summary>This element as an identifier.</summary>
        public string? AsId() => json.AsText(MaxId + 1) is { Length: > 0 and <= MaxId } id && !id.Contains('\0') ? id : null;

        /// <summary>The address of a file; <c>null</c> when it is none that is safe in a path (matrix.md §4.2).</summary>
        public string? File(string name) => Api.MediaAddress.Parse(json.Id(name))?.ToString();

        /// <summary>A whole number; fractions are dropped, digits in a string count.</summary>
        public long? Whole(string name) => json.Child(name).AsWhole();

        /// <summary>This element as a whole number.</summary>
        public long? AsWhole() => json.AsNumber() is { } number ? Clamp(json, number) : null;

        /// <summary>A number, also one in a string.</summary>
        public double? Number(string name) => json.Child(name).AsNumber();

        /// <summary>This element as a number.</summary>
        public double? AsNumber() => json.ValueKind switch
        {
            JsonValueKind.Number when json.TryGetDouble(out var number) && double.IsFinite(number) => number,
            JsonValueKind.String when double.TryParse(json.AsText(40), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                && double.IsFinite(number) => number,
            _ => null,
        };

        /// <summary>A flag; <c>null</c> when the property is no flag.</summary>
        public bool? Flag(string name) => json.Child(name).ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => null,
        };

        /// <summary>Whether a property is there and true.</summary>
        public bool Is(string name) => json.Child(name).ValueKind == JsonValueKind.True;

        /// <summary>Whether a property is there at all and not null.</summary>
        public bool Has(string name) => json.Child(name).ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null);

        /// <summary>The elements of an array, at most so many; nothing when it is no array.</summary>
        public IEnumerable<JsonElement> Items(int most) =>
            json.ValueKind == JsonValueKind.Array ? json.EnumerateArray().Take(most) : [];

        /// <summary>The properties of an object, at most so many; nothing when it is no object.</summary>
        public IEnumerable<KeyValuePair<string, JsonElement>> Entries(int most)
        {
            if (json.ValueKind != JsonValueKind.Object)
                yield break;
            foreach (var property in json.EnumerateObject().Take(most))
            {
                if (NameOf(property) is { } name)
                    yield return new(name, property.Value);
            }
        }
    }

    private static long Clamp(JsonElement json, double number)
    {
        if (json.ValueKind == JsonValueKind.Number && json.TryGetInt64(out var exact))
            return exact;
        return number switch
        {
            >= long.MaxValue => long.MaxValue,
            <= long.MinValue => long.MinValue,
            _ => (long)number,
        };
    }

    private static string? NameOf(JsonProperty property)
    {
        try
        {
            return property.Name is { Length: <= MaxId } name ? name : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
