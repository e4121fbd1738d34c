namespace Switchboard.Wire;

/// <summary>One way to sign in at a bridge.</summary>
public sealed record LoginFlow
{
    /// <summary>Flow ID.</summary>
    public required string Id { get; init; }

    /// <summary>Name to show.</summary>
    public string? Name { get; init; }

    /// <summary>What it asks for.</summary>
    public string? Description { get; init; }
}
