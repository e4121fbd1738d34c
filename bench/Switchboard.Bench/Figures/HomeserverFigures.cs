using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using Switchboard.Bench.Measuring;

namespace Switchboard.Bench.Figures;

/// <summary>
/// The server beside a real homeserver with 1,000 rooms of 20 messages: first sync, what an event takes to come through, search,
/// and catching up. What stands beside it (matrix-js-sdk, a bare long poll, the homeserver's own search) is measured by
/// <c>bench/matrix/measure.mjs</c> in the same run.
/// </summary>
internal static class HomeserverFigures
{
    private const string Where = "homeserver";
    private const int Rooms = 1_000;
    private const int Known = 200;
    private const string Folder = "matrix-real";
    private const string Ours = "ours";
    private const string Plain = "plain";
    private const string Sdk = "sdk";

    // Each once at every place, so that a busy minute or what the homeserver remembers favours nobody.
    private static readonly string[] Turns = [Ours, Plain, Sdk, Sdk, Ours, Plain, Plain, Sdk, Ours];

    /// <summary>Takes them; none where no homeserver or no Node is to be had.</summary>
    public static async Task<IReadOnlyList<Figure>> TakeAsync(Bench bench, CancellationToken cancellationToken)
    {
        await Node.RunAsync(bench, ["world.mjs", "make"], cancellationToken);
        await using var copy = Node.Start(bench, ["world.mjs", "start"]);
        var world = JsonNode.Parse(await copy.LineAsync(cancellationToken))!;
        var (homeserver, token, user) = (
            new Uri((string)world["baseURL"]!), (string)world["reader"]!["accessToken"]!, (string)world["reader"]!["userID"]!);
        string[] at = ["--base", homeserver.ToString().TrimEnd('/'), "--token", token];
        // The first answer also reads the homeserver's own database for the first time: it is nobody's.
        await MeasureAsync(["plain", .. at]);
        var (first, plain, sdk) = (new List<double>(), new List<double>(), new List<double>());
        foreach (var contestant in Turns)
        {
            if (contestant == Ours)
                first.Add(await FirstSyncAsync(bench, homeserver, token, cancellationToken));
            else if (contestant == Plain)
                plain.Add((double)(await MeasureAsync([Plain, .. at]))["milliseconds"]!);
            else
                sdk.Add((double)(await MeasureAsync([contestant, .. at, "--user", user]))["milliseconds"]!);
        }

        await using var server = await ServerProcess.StartAsync(bench.Workshop.ServerProgram, bench.Workshop.Path(Folder), cancellationToken);
        var latency = await MeasureAsync(
            ["latency", "--dir", (string)world["folder"]!, "--socket", $"ws://127.0.0.1:{server.Address.Port}/v1/ws", "--socket-token", server.Token]);
        var theirs = await MeasureAsync(["search", .. at]);
        var ours = await SearchAsync(bench, server, cancellationToken);
        var catching = await CatchUpAsync(bench, server, (string)world["folder"]!, cancellationToken);
        return
        [
            Milliseconds("first sync of 1,000 rooms", Median(first), Median(plain), "download and JSON.parse", "≤ 2.5×") with { RatioBar = 2.5 },
            Milliseconds("first sync of 1,000 rooms, against the SDK", Median(first), Median(sdk), "matrix-js-sdk, in memory", "< 1×") with { RatioBar = 1 },
            Milliseconds(
                "event accepted to our socket, after a bare long poll", (double)latency["socketAfterBarePoll"]!["p50"]!, null, "", "≤ 10 ms") with { ValueBar = 10 },
            Milliseconds("search of 20,000 messages, p50", ours, (double)theirs["milliseconds"]!["p50"]!, "the homeserver's own search", "≤ 0.1×") with { RatioBar = 0.1 },
            Milliseconds("catching up 5,000 events in 200 rooms", catching, null, "", "≤ 5 s") with { ValueBar = 5_000 },
        ];

        async Task<JsonNode> MeasureAsync(string[] arguments) =>
            JsonNode.Parse(await Node.RunAsync(bench, ["measure.mjs", .. arguments], cancellationToken))!;
    }

    private static double Median(List<double> taken) => taken.Order().ElementAt(taken.Count / 2);

    /// <summary>
    /// From the login until the token behind the first answer is stored, which is in the transaction that stored the
    /// last of it. The file is looked at, not the API: listing a thousand chats over and over would take the time that is measured.
    /// That all of them are listed is seen afterwards, as with matrix-js-sdk, whose time ends when it says that it is prepared.
    /// </summary>
    private static async Task<double> FirstSyncAsync(
        Bench bench, Uri homeserver, string token, CancellationToken cancellationToken)
    {
        // Stopped at the end: it would go on with fetching the past while the next one is measured.
        await using var server = await MatrixFigures.StartEmptyAsync(bench, Folder, cancellationToken);
        await using var file = new SqliteConnection($"Data Source={Path.Combine(server.Folder, "switchboard.db")};Mode=ReadOnly;Pooling=false");
        await file.OpenAsync(cancellationToken);
        await using var stored = file.CreateCommand();
        stored.CommandText = "SELECT count(*) FROM login WHERE network = 'matrix' AND cursor IS NOT NULL";
        // As the others have their token when their time begins.
        await MatrixFigures.LogInAsync(server, homeserver, token, cancellationToken);
        var started = Stopwatch.GetTimestamp();
        while ((long)(await stored.ExecuteScalarAsync(cancellationToken))! == 0)
        {
            if (Stopwatch.GetElapsedTime(started) > TimeSpan.FromMinutes(5))
                throw new TimeoutException("The first sync did not end.");
            await Task.Delay(5, cancellationToken);
        }

        var taken = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        await UntilChatsAsync(server, cancellationToken);
        return taken;
    }

    private static Figure Milliseconds(string name, double value, double? floor, string floorIs, string bar) => new()
    {
        Name = name,
        Scale = Where,
        Value = value,
        Unit = "ms",
        Floor = floor,
        FloorIs = floorIs,
        Bar = bar,
    };

    // Every chat is there and its newest message with it.
    private static async Task UntilChatsAsync(ServerProcess server, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var count = 0;
            string? cursor = null;
            do
            {
                var page = await server.GetAsync(
                    "/v1/chats?limit=200&accountIDs=matrix" + (cursor is null ? "" : $"&direction=before&cursor={Uri.EscapeDataString(cursor)}"), cancellationToken);
                count += page["items"]!.AsArray().Count(chat => chat!["preview"] is not null);
                cursor = (bool)page["hasMore"]! ? (string?)page["oldestCursor"] : null;
            }
            while (cursor is not null);
            if (count >= Rooms)
                return;
            if (Stopwatch.GetElapsedTime(started) > TimeSpan.FromMinutes(5))
                throw new TimeoutException($"Only {count} chats have come.");
            await Task.Delay(20, cancellationToken);
        }
    }

    private static async Task<double> SearchAsync(Bench bench, ServerProcess server, CancellationToken cancellationToken)
    {
        string[] words = ["quinquereme", "history", "community%20moment", "time"];
        var load = await bench.MeasureAsync(
            server.Address, server.Token, [.. words.Select(word => new LoadRequest($"/v1/messages/search?query={word}&limit=20"))], 1, cancellationToken);
        return load.Median;
    }

    /// <summary>The server is down while much is said; from its start until all of it is found.</summary>
    private static async Task<double> CatchUpAsync(
        Bench bench, ServerProcess server, string folder, CancellationToken cancellationToken)
    {
        await server.DisposeAsync();
        await Node.RunAsync(bench, ["world.mjs", "say", "--dir", folder, "--rooms", "200", "--events", "25"], cancellationToken);
        var started = Stopwatch.GetTimestamp();
        await using var again = await ServerProcess.StartAsync(bench.Workshop.ServerProgram, server.Folder, cancellationToken);
        // The last one said in each room is "more 24".
        while (await CountAsync(again, cancellationToken) < Known)
        {
            if (Stopwatch.GetElapsedTime(started) > TimeSpan.FromMinutes(2))
                throw new TimeoutException("The server did not catch up.");
            await Task.Delay(10, cancellationToken);
        }

        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    private static async Task<int> CountAsync(ServerProcess server, CancellationToken cancellationToken)
    {
        var page = await server.GetAsync("/v1/chats?limit=200&accountIDs=matrix", cancellationToken);
        return page["items"]!.AsArray().Count(chat => (string?)chat!["preview"]?["text"] == "more 24");
    }
}
