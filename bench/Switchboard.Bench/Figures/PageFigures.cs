using Switchboard.Bench.Measuring;

namespace Switchboard.Bench.Figures;

/// <summary>Pages of chats and of messages, beside Kestrel handing out the same bytes.</summary>
internal static class PageFigures
{
    private const int Connections = 32;
    private const int ChatsRead = 200;

    /// <summary>Takes them.</summary>
    public static async Task<IReadOnlyList<Figure>> TakeAsync(Bench bench, CancellationToken cancellationToken)
    {
        await using var server = await bench.StartServerAsync(cancellationToken);
        var list = await server.GetAsync("/v1/chats?limit=200", cancellationToken);
        // Messages of many chats, large and small: what a client does that opens one after the other.
        var pages = list["items"]!.AsArray()
            .Take(ChatsRead).Select(chat => $"/v1/chats/{Uri.EscapeDataString((string)chat!["id"]!)}/messages?limit=25").ToList();
        return
        [
            await TakeAsync(bench, server, "chat list of 25", ["/v1/chats?limit=25"], cancellationToken),
            await TakeAsync(bench, server, "message page of 25", pages, cancellationToken),
            // More pages than are kept, each asked for once before it is asked for again: every one is made anew.
            await TakeAsync(bench, server, "message page, not kept", Every(pages), cancellationToken) with { Bar = "", RatioBar = null },
        ];
    }

    private static List<string> Every(IReadOnlyList<string> pages) =>
        [.. Enumerable.Range(21, 10).SelectMany(limit => pages.Select(page => page.Replace("limit=25", $"limit={limit}", StringComparison.Ordinal)))];

    private static async Task<Figure> TakeAsync(
        Bench bench, ServerProcess server, string name, List<string> paths, CancellationToken cancellationToken)
    {
        var load = await bench.MeasureAsync(
            server.Address, server.Token, [.. paths.Select(path => new LoadRequest(path))], Connections, cancellationToken);
        var folder = bench.Workshop.Path("bare");
        Workshop.Remove(folder);
        Directory.CreateDirectory(folder);
        for (var i = 0; i < paths.Count; i++)
        {
            var bytes = await server.Client.GetByteArrayAsync(new Uri(paths[i], UriKind.Relative), cancellationToken);
            await File.WriteAllBytesAsync(Path.Combine(folder, $"{i}"), bytes, cancellationToken);
        }

        await using var bare = await BareServer.StartAsync(folder, cancellationToken);
        var floor = await bench.MeasureAsync(
            bare.Address, server.Token, [.. paths.Select((_, i) => new LoadRequest($"/{i}"))], Connections, cancellationToken);
        return new Figure
        {
            Name = name,
            Scale = bench.Scale.Name,
            Value = load.PerSecond,
            Unit = "requests/s",
            Floor = floor.PerSecond,
            FloorIs = "bare Kestrel, same bytes",
            MoreIsBetter = true,
            Bar = "≥ 35 %",
            RatioBar = 0.35,
        };
    }
}
