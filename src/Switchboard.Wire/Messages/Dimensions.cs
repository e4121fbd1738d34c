namespace Switchboard.Wire;

/// <summary>Width and height in pixels, as far as they are known.</summary>
public sealed record Dimensions
{
    /// <summary>Width.</summary>
    public double? Width { get; init; }

    /// <summary>Height.</summary>
    public double? Height { get; init; }
}
