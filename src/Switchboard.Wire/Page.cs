using System.Text.Json.Serialization;

namespace Switchboard.Wire;

/// <summary>One page of a list (rest.md §1.6). All four fields are always there.</summary>
/// <typeparam name="T">What the list holds.</typeparam>
public record Page<T>
{
    /// <summary>The items, newest first in both directions.</summary>
    public required IReadOnlyList<T> Items { get; init; }

    /// <summary>There is more in the direction asked for.</summary>
    public required bool HasMore { get; init; }

    /// <summary>Cursor to go on with <c>direction=before</c>; <c>null</c> on an empty first page.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required string? OldestCursor { get; init; }

    /// <summary>Cursor to go on with <c>direction=after</c>; <c>null</c> on an empty first page.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required string? NewestCursor { get; init; }
}
