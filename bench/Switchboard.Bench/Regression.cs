using System.Globalization;
using Switchboard.Bench.Figures;
using Switchboard.Bench.Measuring;

namespace Switchboard.Bench;

/// <summary>
/// Whether a run is much worse than the committed one. Ratios are compared, not times: machines differ, and what a busy
/// machine does to us it does to the floor. Only a large drop counts, because two cores that others share are never quiet: beside
/// other work the 99th of a search of two milliseconds was seen to be three times as far from its floor as by itself.
/// </summary>
internal static class Regression
{
    private const double Large = 4;

    /// <summary>Says what is much worse.</summary>
    /// <returns>Whether nothing is.</returns>
    public static bool Check(IReadOnlyList<Figure> taken, IReadOnlyList<string> scales, Run? committed)
    {
        if (committed is null)
        {
            Progress.Say("There is no committed run to compare with.");
            return false;
        }

        var (compared, worse) = (0, 0);
        foreach (var figure in taken)
        {
            var before = committed.Figures.FirstOrDefault(old => Report.IsSame(old, figure));
            if (figure.Ratio is not { } now || before?.Ratio is not { } then)
                continue;
            compared++;
            var drop = figure.MoreIsBetter ? then / now : now / then;
            if (drop <= Large)
                continue;
            worse++;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{figure.Name} ({figure.Scale}): ratio {now:F2}, committed {then:F2}: {drop:F1} times worse"));
        }

        foreach (var gone in committed.Figures.Where(old => old.Ratio is not null && scales.Contains(old.Scale) && !taken.Any(now => Report.IsSame(old, now))))
        {
            worse++;
            Console.WriteLine($"{gone.Name} ({gone.Scale}): was not measured any more");
        }

        Console.WriteLine($"{compared} ratios compared, {worse} much worse.");
        return compared > 0 && worse == 0;
    }
}
