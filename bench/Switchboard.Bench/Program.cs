using System.Globalization;
using Switchboard.Bench;
using Switchboard.Bench.Figures;
using Switchboard.Bench.Measuring;
using Switchboard.Bench.World;

// bench [--check] [--small] [NAME…]; and, as the floor's own process: bench bare FOLDER PORT STORE.
using var stopping = new CancellationTokenSource();
Console.CancelKeyPress += (_, press) =>
{
    press.Cancel = true;
    stopping.Cancel();
};
if (args is ["bare", var bareFolder, var port, var store])
{
    await BareServer.ServeAsync(bareFolder, int.Parse(port, CultureInfo.InvariantCulture), store, stopping.Token);
    return 0;
}

var root = Environment.GetEnvironmentVariable("SWITCHBOARD_ROOT") ?? Directory.GetCurrentDirectory();
var workshop = new Workshop(
    root,
    Path.Combine(root, "src/Switchboard.Server/bin/Release/net10.0/switchboard"),
    Environment.GetEnvironmentVariable("SWITCHBOARD_BENCH_DIR") ?? Path.Combine(root, "bench", ".data"));
var isCheck = args.Contains("--check");
IReadOnlyList<string> names = [.. args.Where(arg => !arg.StartsWith('-'))];
IReadOnlyList<Scale> scales = isCheck || args.Contains("--small") ? [Scale.Small] : [Scale.Small, Scale.Large];
(string Name, Func<Bench, CancellationToken, Task<IReadOnlyList<Figure>>> TakeAsync)[] known =
[
    ("rest", RestFigures.TakeAsync),
    ("pages", PageFigures.TakeAsync),
    ("search", SearchFigures.TakeAsync),
    ("ingest", IngestFigures.TakeAsync),
    ("sends", SendFigures.TakeAsync),
    ("sockets", SocketFigures.TakeAsync),
    ("matrix", MatrixFigures.TakeAsync),
];
if (names.Except(known.Select(group => group.Name)).FirstOrDefault() is { } unknown)
{
    Progress.Say($"There are no figures called {unknown}. There are: {string.Join(", ", known.Select(group => group.Name))}.");
    return 2;
}

var taken = new List<Figure>();
foreach (var scale in scales)
{
    foreach (var (name, takeAsync) in known.Where(group => names.Count == 0 || names.Contains(group.Name)))
    {
        Progress.Say($"{name}, {scale.Name} …");
        foreach (var figure in await takeAsync(new Bench(workshop, scale, isCheck), stopping.Token))
        {
            taken.Add(figure);
            Progress.Say(string.Create(
                CultureInfo.InvariantCulture,
                $"  {figure.Name}: {figure.Value:N2} {figure.Unit}; floor {figure.Floor:N2}, ratio {figure.Ratio:N2}; {figure.Bar} {figure.Met switch { true => "met", false => "NOT MET", null => "" }}"));
        }
    }
}

taken.AddRange(Growth.Of(taken));
var latest = Path.Combine(root, "bench", "latest.json");
if (isCheck)
    return Regression.Check(taken, names.Count == 0 ? [.. scales.Select(scale => scale.Name)] : [], Report.Read(latest)) ? 0 : 1;
var written = Report.Write(
    latest, Path.Combine(root, "docs", "performance.md"), taken, DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().Date), Machine.Describe());
Console.WriteLine(Report.Table(written));
return 0;
