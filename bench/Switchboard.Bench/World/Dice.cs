namespace Switchboard.Bench.World;

/// <summary>
/// Random numbers that are the same on every machine and every version of .NET, from one seed: SplitMix64 by Steele, Lea and
/// Flood (2014).
/// </summary>
internal sealed class Dice(ulong seed)
{
    private ulong state = seed;

    /// <summary>64 random bits.</summary>
    public ulong Next()
    {
        state += 0x9E3779B97F4A7C15;
        var mixed = state;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }

    /// <summary>A number from 0 to below 1.</summary>
    public double Fraction() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A whole number from 0 to below <paramref name="limit"/>.</summary>
    public int Below(int limit) => (int)(Fraction() * limit);

    /// <summary>True that often.</summary>
    public bool Chance(double probability) => Fraction() < probability;

    /// <summary>
    /// A rank from 0 to below <paramref name="count"/>, after Zipf: the rank r comes up about 1/(r+1) as often as the first.
    /// </summary>
    public int Rank(int count) => Math.Min(count - 1, (int)(Math.Exp(Fraction() * Math.Log(count + 1)) - 1));

    /// <summary>One of them.</summary>
    public T Of<T>(IReadOnlyList<T> items) => items[Below(items.Count)];
}
