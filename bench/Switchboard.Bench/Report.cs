using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Switchboard.Bench.Figures;

namespace Switchboard.Bench;

/// <summary>A run's figures.</summary>
/// <param name="Date">When.</param>
/// <param name="Machine">On what.</param>
/// <param name="Figures">What was measured.</param>
internal sealed record Run(string Date, string Machine, IReadOnlyList<Figure> Figures);

/// <summary>How a run is written.</summary>
[JsonSerializable(typeof(Run))]
[JsonSourceGenerationOptions(
    WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class RunJson : JsonSerializerContext;

/// <summary>Writes and compares runs.</summary>
internal static class Report
{
    private const string Begin = "<!-- figures -->";
    private const string End = "<!-- end of figures -->";

    /// <summary>The last committed run.</summary>
    public static Run? Read(string path) =>
        File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllBytes(path), RunJson.Default.Run) : null;

    /// <summary>Writes the run; figures that were not taken this time stay as they were.</summary>
    public static Run Write(string path, string page, IReadOnlyList<Figure> figures, DateOnly date, string machine)
    {
        var kept = Read(path)?.Figures.Where(old => !figures.Any(taken => IsSame(old, taken))) ?? [];
        var run = new Run(
            date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), machine,
            [.. figures.Concat(kept).OrderBy(figure => figure.Scale, StringComparer.Ordinal).ThenBy(figure => figure.Name, StringComparer.Ordinal)]);
        File.WriteAllText(path, JsonSerializer.Serialize(run, RunJson.Default.Run).Replace("\r", "", StringComparison.Ordinal) + "\n");
        if (File.Exists(page) && File.ReadAllText(page) is var text && text.IndexOf(Begin, StringComparison.Ordinal) is >= 0 and var begin)
        {
            var end = text.IndexOf(End, begin, StringComparison.Ordinal);
            File.WriteAllText(page, $"{text[..(begin + Begin.Length)]}\n{Table(run)}{text[end..]}");
        }

        return run;
    }

    /// <summary>The figures as a table in Markdown.</summary>
    public static string Table(Run run)
    {
        var table = new StringBuilder();
        table.Append(CultureInfo.InvariantCulture, $"Taken on {run.Date}, {run.Machine}.\n\n");
        table.Append("| What | World | Figure | Floor | Ratio | At least | Met |\n| --- | --- | ---: | ---: | ---: | --- | --- |\n");
        foreach (var figure in run.Figures)
        {
            table.Append(
                CultureInfo.InvariantCulture,
                $"| {figure.Name} | {figure.Scale} | {Number(figure.Value)} {figure.Unit} | {(figure.Floor is { } floor ? $"{Number(floor)} ({figure.FloorIs})" : "")} | {Ratio(figure)} | {figure.Bar} | {figure.Met switch { true => "yes", false => "**no**", null => "" }} |\n");
        }

        return table.ToString();
    }

    /// <summary>Whether two runs measured the same thing.</summary>
    public static bool IsSame(Figure one, Figure other) => one.Name == other.Name && one.Scale == other.Scale;

    private static string Ratio(Figure figure) => figure.Ratio is not { } ratio
        ? ""
        : figure.MoreIsBetter
            ? string.Create(CultureInfo.InvariantCulture, $"{ratio * 100:F0} %")
            : string.Create(CultureInfo.InvariantCulture, $"{ratio:F1}×");

    private static string Number(double number) => number switch
    {
        >= 1_000 => number.ToString("N0", CultureInfo.InvariantCulture),
        >= 10 => number.ToString("F1", CultureInfo.InvariantCulture),
        _ => number.ToString("F2", CultureInfo.InvariantCulture),
    };
}
