namespace Switchboard.Wire;

/// <summary>A label of the user's own making (rest.md §7.5).</summary>
public sealed record Label
{
    /// <summary>Label ID.</summary>
    public required string Id { get; init; }

    /// <summary>Name to show.</summary>
    public required string Name { get; init; }
}
