using System.Diagnostics;
using Switchboard.Bench.World;
using Switchboard.Core;
using Switchboard.Core.Receiving;
using Switchboard.Networks;

namespace Switchboard.Bench.Figures;

/// <summary>
/// What networks tell becomes stored, searchable and logged; beside prepared statements that put the very same rows into
/// the same tables, indexes and word index of a copy of the same file, and do nothing else.
/// </summary>
internal static class IngestFigures
{
    private const int BatchSize = 200;

    /// <summary>Takes them.</summary>
    public static async Task<IReadOnlyList<Figure>> TakeAsync(Bench bench, CancellationToken cancellationToken)
    {
        var world = await bench.Worlds.FolderOfAsync(bench.Scale, cancellationToken);
        var count = bench.IsBrief ? 20_000 : 50_000;
        var ours = Path.Combine(bench.Workshop.CopyOf(world, "ingest"), "switchboard.db");
        var theirs = Path.Combine(bench.Workshop.CopyOf(world, "raw"), "switchboard.db");
        var (seconds, rows) = await OursAsync(ours, bench.Scale, count, cancellationToken);
        var floor = RawIngest.Run(theirs, rows, BatchSize);
        return
        [
            new Figure
            {
                Name = "ingest of batches",
                Scale = bench.Scale.Name,
                Value = rows.Count / seconds,
                Unit = "messages/s",
                Floor = rows.Count / floor,
                FloorIs = "raw SQLite by ADO.NET, same rows",
                MoreIsBetter = true,
                Bar = "≥ 50 %",
                RatioBar = 0.5,
            },
        ];
    }

    private static async Task<(double Seconds, IReadOnlyList<RawRow> Rows)> OursAsync(
        string path, Scale scale, int count, CancellationToken cancellationToken)
    {
        var clock = new SetClock { Now = StoreMaker.Begin + StoreMaker.Span + TimeSpan.FromDays(40) };
        await using var database = Store.Open(path);
        var ingest = new Ingest(database, new ServerIdentity("switchboard.localhost"), clock);
        var logins = StoreMaker.LoginsOf(database);
        var town = new Town(scale, StoreMaker.Words, StoreMaker.Accounts, StoreMaker.Begin);
        var told = new Happenings(town, StoreMaker.Words, clock.Now, 12).Tell(count, TimeSpan.FromDays(20))
            // Messages alone: what happens to them would have to be looked up by the floor too, and then it would be no floor.
            .Where(happening => happening.What is RemoteEvent.MessageUpserted { Message.Attachments.Count: 0 }
                or RemoteEvent.MessageUpserted { Message.Text: not null })
            .Select(happening => (happening.Account, happening.At, What: Plain(happening.What)));
        var batches = StoreMaker.Batches(told, BatchSize).ToList();
        clock.Now += TimeSpan.FromDays(30);
        var before = database.Read(db => db.QueryInt64("SELECT max(sort_key) FROM message"))!.Value;
        var stopwatch = Stopwatch.StartNew();
        foreach (var (account, _, batch) in batches)
        {
            await ingest.ApplyAsync(logins[account], batch, cancellationToken);
        }

        return (stopwatch.Elapsed.TotalSeconds, RawIngest.RowsAfter(path, before));
    }

    private static RemoteEvent Plain(RemoteEvent what) => what is RemoteEvent.MessageUpserted(var message)
        ? new RemoteEvent.MessageUpserted(message with { Attachments = [] })
        : what;
}
