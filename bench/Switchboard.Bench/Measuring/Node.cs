using System.Diagnostics;

namespace Switchboard.Bench.Measuring;

/// <summary>The scripts of <c>bench/matrix</c>, run by Node.</summary>
internal sealed class Node : IAsyncDisposable
{
    private readonly Process process;

    private Node(Process process) => this.process = process;

    /// <summary>Starts one that runs until its standard input ends.</summary>
    public static Node Start(Figures.Bench bench, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo("node")
        {
            WorkingDirectory = bench.Workshop.Root,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.ArgumentList.Add($"bench/matrix/{arguments[0]}");
        foreach (var argument in arguments.Skip(1))
        {
            start.ArgumentList.Add(argument);
        }

        return new Node(Process.Start(start) ?? throw new InvalidOperationException("Node did not start."));
    }

    /// <summary>Runs one to its end.</summary>
    /// <returns>The last line it printed.</returns>
    public static async Task<string> RunAsync(Figures.Bench bench, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        await using var node = Start(bench, arguments);
        node.process.StandardInput.Close();
        var output = await node.process.StandardOutput.ReadToEndAsync(cancellationToken);
        await node.process.WaitForExitAsync(cancellationToken);
        return node.process.ExitCode == 0
            ? output.TrimEnd().Split('\n')[^1]
            : throw new InvalidOperationException($"bench/matrix/{arguments[0]} failed.");
    }

    /// <summary>The next line it prints.</summary>
    public async Task<string> LineAsync(CancellationToken cancellationToken) =>
        await process.StandardOutput.ReadLineAsync(cancellationToken) ?? throw new InvalidOperationException("A script of bench/matrix ended too early.");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.StandardInput.Close();
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            try
            {
                await process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
            }
        }

        process.Dispose();
    }
}
