using System.Text.Json;
using Switchboard.Matrix.Timeline;

namespace Switchboard.Matrix.Api;

/// <summary>Reading members of answers that may have any shape.</summary>
internal static class Read
{
    extension(JsonElement json)
    {
        /// <summary>A member that is a string.</summary>
        public string? Text(string name) =>
            json.Child(name) is { ValueKind: JsonValueKind.String } value ? TextOf(value) : null;

        /// <summary>Whether a member is <c>true</c>.</summary>
        public bool IsTrue(string name) => json.Child(name).ValueKind == JsonValueKind.True;

        /// <summary>The strings of a member that is an array; empty when it is none.</summary>
        public IEnumerable<string> Texts(string name) => json.Items(name)
            .Where(item => item.ValueKind == JsonValueKind.String).Select(TextOf).OfType<string>();

        /// <summary>The items of a member that is an array; empty when it is none.</summary>
        public IEnumerable<JsonElement> Items(string name) =>
            json.Child(name) is { ValueKind: JsonValueKind.Array } array ? array.EnumerateArray() : [];
    }

    private static string? TextOf(JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair: a string of JSON that is none of Unicode.
            return null;
        }
    }
}
