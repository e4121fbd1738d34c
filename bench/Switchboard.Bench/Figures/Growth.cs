using Switchboard.Bench.World;

namespace Switchboard.Bench.Figures;

/// <summary>How much dearer reading is in a world ten times as large.</summary>
internal static class Growth
{
    private static readonly string[] Reads =
    [
        "chat list of 25", "message page of 25", "message page, not kept", "word search, rare words", "word search, commonest word", "search in one chat",
        "search by sender", "search by media kind", "chat search by title", "chat search by participant",
    ];

    /// <summary>Of the figures that were taken in both worlds.</summary>
    public static IEnumerable<Figure> Of(IReadOnlyList<Figure> figures)
    {
        foreach (var name in Reads)
        {
            var (small, large) = (Find(figures, name, Scale.Small), Find(figures, name, Scale.Large));
            if (small is null || large is null)
                continue;
            yield return new Figure
            {
                Name = $"growth of {name}",
                Value = small.MoreIsBetter ? small.Value / large.Value : large.Value / small.Value,
                Unit = "times dearer at 1M than at 100k",
                Bar = "< 1.5×",
                ValueBar = 1.5,
            };
        }
    }

    private static Figure? Find(IReadOnlyList<Figure> figures, string name, Scale scale) =>
        figures.FirstOrDefault(figure => figure.Name == name && figure.Scale == scale.Name);
}
