namespace Switchboard.Bench.Figures;

/// <summary>Something measured, beside its floor.</summary>
internal sealed record Figure
{
    /// <summary>What was measured; the same in every run.</summary>
    public required string Name { get; init; }

    /// <summary>On which world, as <see cref="World.Scale.Name"/>; empty when it is on none.</summary>
    public string Scale { get; init; } = "";

    /// <summary>The figure.</summary>
    public required double Value { get; init; }

    /// <summary>Its unit.</summary>
    public required string Unit { get; init; }

    /// <summary>The same of the floor, measured in the same run.</summary>
    public double? Floor { get; init; }

    /// <summary>What the floor is.</summary>
    public string FloorIs { get; init; } = "";

    /// <summary>Value by floor.</summary>
    public double? Ratio => Floor is > 0 ? Value / Floor : null;

    /// <summary>Whether more is better.</summary>
    public bool MoreIsBetter { get; init; }

    /// <summary>What is demanded, in words; empty when nothing is.</summary>
    public string Bar { get; init; } = "";

    /// <summary>The value may not be worse than this.</summary>
    public double? ValueBar { get; init; }

    /// <summary>The ratio may not be worse than this.</summary>
    public double? RatioBar { get; init; }

    /// <summary>Whether what is demanded is met; <c>null</c> when nothing is demanded.</summary>
    public bool? Met => ValueBar is null && RatioBar is null
        ? null
        : Keeps(Value, ValueBar) && (RatioBar is null || (Ratio is { } ratio && Keeps(ratio, RatioBar)));

    private bool Keeps(double value, double? bar) => bar is not { } limit || (MoreIsBetter ? value >= limit : value <= limit);
}
