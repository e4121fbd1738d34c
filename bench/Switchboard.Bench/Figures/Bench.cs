using Switchboard.Bench.Measuring;
using Switchboard.Bench.World;

namespace Switchboard.Bench.Figures;

/// <summary>What every figure is taken with.</summary>
internal sealed record Bench(Workshop Workshop, Scale Scale, bool IsBrief)
{
    /// <summary>Makes worlds.</summary>
    public StoreMaker Worlds { get; } = new(Workshop);

    /// <summary>Makes load.</summary>
    public Wrk Wrk { get; } = new(Workshop);

    /// <summary>How long one load lasts; the check in continuous integration is content with less.</summary>
    public TimeSpan LoadTime => TimeSpan.FromSeconds(IsBrief ? 4 : 8);

    /// <summary>A server on a copy of the world.</summary>
    public async Task<ServerProcess> StartServerAsync(CancellationToken cancellationToken)
    {
        var world = await Worlds.FolderOfAsync(Scale, cancellationToken);
        return await ServerProcess.StartAsync(Workshop.ServerProgram, Workshop.CopyOf(world, "served"), cancellationToken);
    }

    /// <summary>Loads what was just measured once more, and nothing of it counts: code is compiled and pages are read.</summary>
    public async Task<Load> MeasureAsync(
        Uri address, string token, IReadOnlyList<LoadRequest> requests, int connections, CancellationToken cancellationToken)
    {
        await Wrk.RunAsync(address, token, requests, connections, TimeSpan.FromSeconds(IsBrief ? 3 : 5), cancellationToken);
        return await Wrk.RunAsync(address, token, requests, connections, LoadTime, cancellationToken);
    }
}
