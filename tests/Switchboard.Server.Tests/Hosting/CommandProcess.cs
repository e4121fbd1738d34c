using System.Diagnostics;
using System.Text;

namespace Switchboard.Server.Tests.Hosting;

/// <summary>The program in a process of its own, as whoever sits at a terminal runs it.</summary>
internal static class CommandProcess
{
    /// <summary>Runs it, gives it lines and waits for an answer to each, then for its end.</summary>
    /// <returns>What it wrote to its output and to its error output.</returns>
    public static async Task<(string Output, string Errors)> RunAsync(IEnumerable<string> words, string? token, IReadOnlyList<string> lines)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "switchboard" + (OperatingSystem.IsWindows() ? ".exe" : ""));
        var start = new ProcessStartInfo(program, words)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["SWITCHBOARD_TOKEN"] = token ?? "";
        using var patience = new CancellationTokenSource(TestServer.Patience);
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(patience.Token);
        var output = new StringBuilder();
        foreach (var line in lines)
        {
            await process.StandardInput.WriteLineAsync(line.ReplaceLineEndings(" ").AsMemory(), patience.Token);
            await process.StandardInput.FlushAsync(patience.Token);
            output.Append(await process.StandardOutput.ReadLineAsync(patience.Token)).Append('\n');
        }

        process.StandardInput.Close();
        output.Append(await process.StandardOutput.ReadToEndAsync(patience.Token));
        await process.WaitForExitAsync(patience.Token);
        return (output.ToString(), await errors);
    }
}
