using System.Diagnostics;
using System.Globalization;

namespace Switchboard.Bench.Measuring;

/// <summary>What a load came to.</summary>
/// <param name="PerSecond">Answers a second.</param>
/// <param name="Median">Milliseconds.</param>
/// <param name="P99">Milliseconds; 99 of 100 answers were faster.</param>
/// <param name="Longest">Milliseconds.</param>
/// <param name="Answers">How many.</param>
internal sealed record Load(double PerSecond, double Median, double P99, double Longest, long Answers);

/// <summary>A request of a load.</summary>
/// <param name="Path">Path and query.</param>
/// <param name="Body">JSON to post, in which <c>%N</c> becomes a number that is used once; without it the request is a GET.</param>
internal sealed record LoadRequest(string Path, string? Body = null);

/// <summary>Makes load with wrk, which costs the machine that it shares with the server next to nothing.</summary>
internal sealed class Wrk(Workshop workshop)
{
    private static int runs;

    /// <summary>Sends the requests in turn over so many connections, each with its next as soon as it has its answer.</summary>
    /// <exception cref="InvalidOperationException">An answer was not a success.</exception>
    public async Task<Load> RunAsync(
        Uri address, string token, IReadOnlyList<LoadRequest> requests, int connections, TimeSpan time, CancellationToken cancellationToken)
    {
        var list = workshop.Path("requests.txt");
        await File.WriteAllLinesAsync(list, requests.Select(request => $"{request.Path}\t{request.Body}"), cancellationToken);
        var start = new ProcessStartInfo(
            "wrk",
            [
                "--threads", "1", "--connections", Number(connections), "--duration", $"{Number((int)time.TotalSeconds)}s", "--timeout", "20s",
                "--script", Path.Combine(workshop.Root, "bench", "requests.lua"), address.ToString(),
            ])
        {
            RedirectStandardOutput = true,
            Environment = { ["REQUESTS"] = list, ["TOKEN"] = token, ["RUN"] = Number(++runs) },
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException("wrk did not start.");
        var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        var line = output.Split('\n').FirstOrDefault(line => line.StartsWith("figures ", StringComparison.Ordinal))
            ?? throw new InvalidOperationException($"wrk failed: {output}");
        var figures = line.Split(' ').Skip(1).Select(text => double.Parse(text, CultureInfo.InvariantCulture)).ToArray();
        if (figures[5] > 0)
            throw new InvalidOperationException($"{figures[5]} of {figures[4]} answers were no success: {output}");
        return new Load(figures[0], figures[1], figures[2], figures[3], (long)figures[4]);
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
