using Switchboard.Bench.Measuring;

namespace Switchboard.Bench.Figures;

/// <summary>A server at rest: how soon it is there and how much memory it keeps.</summary>
internal static class RestFigures
{
    private const int Starts = 5;

    /// <summary>Takes them.</summary>
    public static async Task<IReadOnlyList<Figure>> TakeAsync(Bench bench, CancellationToken cancellationToken)
    {
        var world = await bench.Worlds.FolderOfAsync(bench.Scale, cancellationToken);
        var folder = bench.Workshop.CopyOf(world, "served");
        var bareFolder = bench.Workshop.NothingToServe();
        var (starts, floors) = (new double[Starts], new double[Starts]);
        double memory = 0, floorMemory = 0;
        for (var i = 0; i < Starts; i++)
        {
            await using var server = await ServerProcess.StartAsync(bench.Workshop.ServerProgram, folder, cancellationToken);
            starts[i] = server.FirstPage.TotalMilliseconds;
            await using var bare = await BareServer.StartAsync(bareFolder, cancellationToken);
            floors[i] = bare.FirstAnswer.TotalMilliseconds;
            if (i < Starts - 1)
                continue;
            await Task.Delay(TimeSpan.FromSeconds(10), cancellationToken);
            (memory, floorMemory) = (server.ResidentMebibytes(), bare.ResidentMebibytes());
        }

        return
        [
            new Figure
            {
                Name = "start to first page",
                Scale = bench.Scale.Name,
                Value = Quantile.At(starts, 0.5),
                Unit = "ms, median of 5",
                Floor = Quantile.At(floors, 0.5),
                FloorIs = "bare Kestrel",
                Bar = "≤ 1,200 ms",
                ValueBar = 1_200,
            },
            new Figure
            {
                Name = "resident memory, idle",
                Scale = bench.Scale.Name,
                Value = memory,
                Unit = "MiB",
                Floor = floorMemory,
                FloorIs = "bare Kestrel",
                Bar = "≤ 130 MiB",
                ValueBar = 130,
            },
        ];
    }
}
