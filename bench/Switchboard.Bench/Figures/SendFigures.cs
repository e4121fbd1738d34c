using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using Switchboard.Bench.Measuring;

namespace Switchboard.Bench.Figures;

/// <summary>Eight clients that send as fast as they are answered; and the same while a backup is taken.</summary>
internal static class SendFigures
{
    private const int Clients = 8;

    /// <summary>Takes them.</summary>
    public static async Task<IReadOnlyList<Figure>> TakeAsync(Bench bench, CancellationToken cancellationToken)
    {
        await using var server = await bench.StartServerAsync(cancellationToken);
        var requests = await RequestsAsync(server, cancellationToken);
        var load = await bench.MeasureAsync(server.Address, server.Token, requests, Clients, cancellationToken);
        var floor = CommitP99(bench);
        var backup = bench.Workshop.Path("backup.file");
        File.Delete(backup);
        var started = Stopwatch.GetTimestamp();
        var loading = bench.Wrk.RunAsync(server.Address, server.Token, requests, Clients, bench.LoadTime, cancellationToken);
        using (var process = Process.Start(new ProcessStartInfo(bench.Workshop.ServerProgram, ["backup", backup, "--data-dir", server.Folder])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!)
        {
            await process.WaitForExitAsync(cancellationToken);
            if (process.ExitCode != 0)
                throw new InvalidOperationException($"The backup failed: {await process.StandardError.ReadToEndAsync(cancellationToken)}");
        }

        var took = Stopwatch.GetElapsedTime(started);
        var during = await loading;
        Progress.Say(FormattableString.Invariant(
            $"  sends {load.PerSecond:F0}/s, median {load.Median:F1} ms; the backup took {took.TotalSeconds:F1} s of {new FileInfo(backup).Length >> 20} MiB"));
        return
        [
            new Figure
            {
                Name = "send accepted, 8 clients",
                Scale = bench.Scale.Name,
                Value = load.P99,
                Unit = "ms, p99",
                Floor = floor,
                FloorIs = "raw SQLite, one synced row",
                Bar = "≤ 15 ms",
                ValueBar = 15,
            },
            new Figure
            {
                Name = "longest send during a backup",
                Scale = bench.Scale.Name,
                Value = during.Longest,
                Unit = "ms, longest",
                Bar = "≤ 100 ms",
                ValueBar = 100,
            },
        ];
    }

    /// <summary>Sends into chats of the local network between its identities.</summary>
    public static async Task<IReadOnlyList<LoadRequest>> RequestsAsync(ServerProcess server, CancellationToken cancellationToken)
    {
        var requests = new List<LoadRequest>();
        for (var i = 0; i < 40; i++)
        {
            var made = await server.PostAsync(
                "/v1/chats",
                new JsonObject
                {
                    ["accountID"] = "local_owner",
                    ["type"] = "group",
                    ["title"] = $"Bench {i}",
                    ["participantIDs"] = new JsonArray("@ada:switchboard.localhost"),
                },
                cancellationToken);
            var id = (string)(made["chatID"] ?? made["id"] ?? made["chat"]!["id"])!;
            requests.Add(new LoadRequest(
                $"/v1/chats/{Uri.EscapeDataString(id)}/messages", new JsonObject { ["text"] = "Meet me at the harbour at noon, number %N" }.ToJsonString()));
        }

        return requests;
    }

    // What one durable row costs here at the least: a table with one index, one row a transaction.
    private static double CommitP99(Bench bench)
    {
        var path = bench.Workshop.Path("commit.db");
        File.Delete(path);
        using var file = new SqliteConnection($"Data Source={path};Pooling=false");
        file.Open();
        using var command = file.CreateCommand();
        command.CommandText = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE t (key INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE)";
        command.ExecuteNonQuery();
        command.CommandText = "INSERT INTO t (text) VALUES ($text)";
        var text = command.Parameters.AddWithValue("$text", "");
        var times = new double[2_000];
        for (var i = 0; i < times.Length; i++)
        {
            text.Value = $"Meet me at the harbour at noon, number {i}";
            var started = Stopwatch.GetTimestamp();
            command.ExecuteNonQuery();
            times[i] = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        }

        return Quantile.P99(times);
    }
}
