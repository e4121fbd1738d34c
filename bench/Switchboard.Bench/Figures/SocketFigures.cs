using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Switchboard.Bench.Measuring;

namespace Switchboard.Bench.Figures;

/// <summary>
/// A hundred sockets that hear all of one account, where 200 things a second happen: how old an event is when it comes,
/// counted from the moment within the transaction that stored it.
/// </summary>
internal static class SocketFigures
{
    private const int Sockets = 100;
    private const int EventsPerSend = 3;
    private const int EventsPerSecond = 200;
    private const string Greeting = """{"type":"subscriptions.set","chatIDs":["*"]}""";

    /// <summary>Takes them.</summary>
    public static async Task<IReadOnlyList<Figure>> TakeAsync(Bench bench, CancellationToken cancellationToken)
    {
        await using var server = await bench.StartServerAsync(cancellationToken);
        var token = await TokenAsync(bench, server, cancellationToken);
        var chats = await SendFigures.RequestsAsync(server, cancellationToken);
        var (all, frame) = (new ConcurrentBag<double>(), new byte[1_024]);
        var listeners = await ConnectAsync(new Uri(server.Address, "/v1/ws"), token, Greeting, "\"sendStatus\":", all, cancellationToken);
        await SendAsync(server, chats, bench.LoadTime, cancellationToken);
        var usual = await MeasureAsync(server, chats, all, bench.LoadTime, cancellationToken);
        double withSlow;
        await using (await SlowSocket.ConnectAsync(server.Address, token, Greeting, cancellationToken))
        {
            await SendAsync(server, chats, bench.LoadTime / 2, cancellationToken);
            withSlow = await MeasureAsync(server, chats, all, bench.LoadTime, cancellationToken);
        }

        foreach (var listener in listeners)
        {
            await listener.DisposeAsync();
        }

        Array.Fill(frame, (byte)'"');
        var floor = await FloorAsync(bench, frame, cancellationToken);
        return
        [
            new Figure
            {
                Name = "stored to received by 100 sockets",
                Scale = bench.Scale.Name,
                Value = usual,
                Unit = "ms, p99",
                Floor = floor,
                FloorIs = "bare Kestrel, as many frames",
                Bar = "≤ 40 ms",
                ValueBar = 40,
            },
            new Figure
            {
                Name = "the same beside a socket of 1 byte/s",
                Scale = bench.Scale.Name,
                Value = withSlow,
                Unit = "ms, p99",
                Floor = usual,
                FloorIs = "without it",
                Bar = "< 2×",
                RatioBar = 2,
            },
        ];
    }

    private static async Task<List<Listener>> ConnectAsync(
        Uri address, string token, string? greeting, string marker, ConcurrentBag<double> ages, CancellationToken cancellationToken)
    {
        var listeners = new List<Listener>();
        for (var i = 0; i < Sockets; i++)
        {
            listeners.Add(await Listener.ConnectAsync(address, token, greeting, marker, ages, cancellationToken));
        }

        return listeners;
    }

    private static async Task<double> MeasureAsync(
        ServerProcess server, IReadOnlyList<LoadRequest> chats, ConcurrentBag<double> ages, TimeSpan time, CancellationToken cancellationToken)
    {
        ages.Clear();
        var sends = await SendAsync(server, chats, time, cancellationToken);
        await Task.Delay(500, cancellationToken);
        // What has not come by now counts as never come: it may not be left out of the slowest.
        var missing = Math.Max(0, (sends * Sockets * 2) - ages.Count);
        return Quantile.P99([.. ages, .. Enumerable.Repeat(double.PositiveInfinity, missing)]);
    }

    // Steadily, whatever the answers take: who waits for an answer before the next send measures less when it is slow.
    private static async Task<int> SendAsync(
        ServerProcess server, IReadOnlyList<LoadRequest> chats, TimeSpan time, CancellationToken cancellationToken)
    {
        var pause = TimeSpan.FromSeconds((double)EventsPerSend / EventsPerSecond);
        var sends = new List<Task<HttpResponseMessage>>();
        var started = Stopwatch.GetTimestamp();
        for (; Stopwatch.GetElapsedTime(started) < time; await Task.Delay(1, cancellationToken))
        {
            while (sends.Count * pause < Stopwatch.GetElapsedTime(started))
            {
                var request = chats[sends.Count % chats.Count];
                var body = new StringContent(request.Body!.Replace("%N", $"{Stopwatch.GetTimestamp()}", StringComparison.Ordinal), Encoding.UTF8, "application/json");
                sends.Add(server.Client.PostAsync(new Uri(request.Path, UriKind.Relative), body, cancellationToken));
            }
        }

        foreach (var answer in await Task.WhenAll(sends))
        {
            answer.EnsureSuccessStatusCode();
            answer.Dispose();
        }

        return sends.Count;
    }

    private static async Task<double> FloorAsync(Bench bench, byte[] frame, CancellationToken cancellationToken)
    {
        var folder = bench.Workshop.Path("bare");
        Workshop.Remove(folder);
        Directory.CreateDirectory(folder);
        await File.WriteAllBytesAsync(Path.Combine(folder, "0"), frame, cancellationToken);
        await using var bare = await BareServer.StartAsync(folder, cancellationToken);
        var ages = new ConcurrentBag<double>();
        var listeners = await ConnectAsync(new Uri(bare.Address, $"/ws?every={1000 / EventsPerSecond}"), "", null, "", ages, cancellationToken);
        await Task.Delay(bench.LoadTime / 2, cancellationToken);
        ages.Clear();
        await Task.Delay(bench.LoadTime, cancellationToken);
        var floor = Quantile.P99([.. ages]);
        foreach (var listener in listeners)
        {
            await listener.DisposeAsync();
        }

        return floor;
    }

    private static async Task<string> TokenAsync(Bench bench, ServerProcess server, CancellationToken cancellationToken)
    {
        using var process = Process.Start(new ProcessStartInfo(
            bench.Workshop.ServerProgram,
            ["token", "create", "--name", "bench", "--scopes", "read", "--account", "local_owner", "--data-dir", server.Folder])
        {
            RedirectStandardOutput = true,
        })!;
        var token = await process.StandardOutput.ReadLineAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return token ?? throw new InvalidOperationException("There is no token.");
    }
}
