using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using Switchboard.Bench.Measuring;
using Switchboard.Bench.World;

namespace Switchboard.Bench.Figures;

/// <summary>
/// Receiving from a homeserver: a huge first sync from a file, beside raw SQLite with the same rows; and, unless only a check is
/// wanted, the same server beside a real homeserver and matrix-js-sdk.
/// </summary>
internal static class MatrixFigures
{
    private const int RawBatch = 1_000;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Takes them, once, whatever the scale.</summary>
    public static async Task<IReadOnlyList<Figure>> TakeAsync(Bench bench, CancellationToken cancellationToken)
    {
        if (bench.Scale != Scale.Small)
            return [];
        var received = await ReceivedAsync(bench, cancellationToken);
        return bench.IsBrief ? received : [.. received, .. await HomeserverFigures.TakeAsync(bench, cancellationToken)];
    }

    /// <summary>A server on an empty folder.</summary>
    public static async Task<ServerProcess> StartEmptyAsync(Bench bench, string name, CancellationToken cancellationToken)
    {
        var folder = bench.Workshop.Path(name);
        Workshop.Remove(folder);
        return await ServerProcess.StartAsync(bench.Workshop.ServerProgram, folder, cancellationToken);
    }

    /// <summary>Logs in to a homeserver with a token of it.</summary>
    public static async Task LogInAsync(ServerProcess server, Uri homeserver, string accessToken, CancellationToken cancellationToken)
    {
        var session = await server.PostAsync(
            "/v1/bridges/matrix/login-sessions", new JsonObject { ["flowID"] = "access-token" }, cancellationToken);
        var ended = await server.PostAsync(
            $"/v1/bridges/matrix/login-sessions/{(string?)session["loginSessionID"]}/steps/{(string?)session["currentStep"]!["stepID"]}",
            new JsonObject
            {
                ["fields"] = new JsonObject { ["homeserver"] = homeserver.ToString().TrimEnd('/'), ["accessToken"] = accessToken },
            },
            cancellationToken);
        if ((string?)ended["status"] != "complete")
            throw new InvalidOperationException($"The login did not complete: {ended.ToJsonString()}");
    }

    /// <summary>Waits until a search finds that many.</summary>
    public static async Task UntilFoundAsync(ServerProcess server, string word, int count, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var found = await server.GetAsync($"/v1/messages/search?query={word}&limit=20", cancellationToken);
            if (found["items"]!.AsArray().Count >= count)
                return;
            if (Stopwatch.GetElapsedTime(started) > Patience)
                throw new TimeoutException($"The message with {word} was not found in time.");
            await Task.Delay(5, cancellationToken);
        }
    }

    private static async Task<IReadOnlyList<Figure>> ReceivedAsync(Bench bench, CancellationToken cancellationToken)
    {
        var answer = bench.Workshop.Path("sync.json");
        SyncFile.Write(answer, SyncFileServer.UserId);
        await using var homeserver = await SyncFileServer.StartAsync(answer, cancellationToken);
        await using var server = await StartEmptyAsync(bench, "matrix", cancellationToken);
        var started = Stopwatch.GetTimestamp();
        await LogInAsync(server, homeserver.Address, "token", cancellationToken);
        await UntilFoundAsync(server, SyncFile.LastWord, 1, cancellationToken);
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var peak = server.PeakMebibytes();
        await Task.Delay(TimeSpan.FromSeconds(20), cancellationToken);
        var idle = server.ResidentMebibytes();
        await server.DisposeAsync();
        const int Count = SyncFile.Rooms * SyncFile.MessagesInEach;
        var floor = Raw(bench, Path.Combine(server.Folder, "switchboard.db"));
        return
        [
            new Figure
            {
                Name = "first sync of 100,000 messages, stored and searchable",
                Scale = bench.Scale.Name,
                Value = Count / seconds,
                Unit = "messages/s",
                Floor = Count / floor,
                FloorIs = "raw SQLite by ADO.NET, same rows",
                MoreIsBetter = true,
                Bar = "≥ 40 %",
                RatioBar = 0.4,
            },
            Memory("resident memory during it, at most", peak, 250),
            Memory("resident memory after it, idle", idle, 130),
        ];

        Figure Memory(string name, double value, double bar) => new()
        {
            Name = name,
            Scale = bench.Scale.Name,
            Value = value,
            Unit = "MiB",
            Bar = $"≤ {bar} MiB",
            ValueBar = bar,
        };
    }

    /// <summary>The rows that were made, put into the same file without them.</summary>
    private static double Raw(Bench bench, string path)
    {
        var rows = RawIngest.RowsAfter(path, 0);
        var folder = bench.Workshop.CopyOf(Path.GetDirectoryName(path)!, "raw");
        var raw = Path.Combine(folder, "switchboard.db");
        using (var file = new SqliteConnection($"Data Source={raw};Pooling=false"))
        {
            file.Open();
            using var command = file.CreateCommand();
            command.CommandText = "DELETE FROM message_search; DELETE FROM search_word; DELETE FROM message; DELETE FROM change; VACUUM;";
            command.ExecuteNonQuery();
        }

        return RawIngest.Run(raw, rows, RawBatch);
    }
}
