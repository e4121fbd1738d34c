using System.Diagnostics;
using System.Globalization;

namespace Switchboard.Bench.Measuring;

/// <summary>A process of ours that is measured; killed when it is disposed of, should it still run.</summary>
internal abstract class ChildProcess : IAsyncDisposable
{
    private readonly Process process;
    private bool disposed;

    protected ChildProcess(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        process = Process.Start(start) ?? throw new InvalidOperationException($"{start.FileName} did not start.");
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, line) => LastWords = line.Data ?? LastWords;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>The last line it printed on standard error.</summary>
    protected string? LastWords { get; private set; }

    /// <summary>Whether it has ended.</summary>
    protected bool HasEnded => process.HasExited;

    /// <summary>Resident memory in MiB, as the system counts it.</summary>
    public double ResidentMebibytes() => Mebibytes("VmRSS");

    /// <summary>The most resident memory it ever had, MiB.</summary>
    public double PeakMebibytes() => Mebibytes("VmHWM");

    private double Mebibytes(string name)
    {
        var line = File.ReadLines($"/proc/{process.Id}/status").First(line => line.StartsWith(name, StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024.0;
    }

    /// <summary>Processor time it has used.</summary>
    public TimeSpan ProcessorTime()
    {
        process.Refresh();
        return process.TotalProcessorTime;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (disposed)
            return;
        disposed = true;
        if (!process.HasExited)
        {
            using var asked = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            try
            {
                await process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill();
            }
        }

        process.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>A TCP port of the loopback address that nobody listened on a moment ago.</summary>
    protected static int FreePort()
    {
        using var probe = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        probe.Start();
        return ((System.Net.IPEndPoint)probe.LocalEndpoint).Port;
    }
}
