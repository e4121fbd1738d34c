namespace Switchboard.Bench.Measuring;

/// <summary>Where most of many times lie.</summary>
internal static class Quantile
{
    /// <summary>99 of 100 are not above it. Sorts what it is given.</summary>
    public static double P99(double[] values) => At(values, 0.99);

    /// <summary>That part of them is not above it. Sorts what it is given.</summary>
    public static double At(double[] values, double part)
    {
        Array.Sort(values);
        return values.Length == 0 ? double.NaN : values[Math.Min(values.Length - 1, (int)Math.Ceiling(values.Length * part) - 1)];
    }
}
