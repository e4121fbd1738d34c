namespace Switchboard.Wire;

/// <summary>The answer to a focus call.</summary>
public sealed record FocusOutput
{
    /// <summary>A user interface took the hint.</summary>
    public required bool Success { get; init; }
}
