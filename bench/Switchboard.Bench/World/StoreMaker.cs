using System.Globalization;
using Switchboard.Bench.Measuring;
using Switchboard.Core;
using Switchboard.Core.Receiving;
using Switchboard.Networks;
using Switchboard.Sqlite;

namespace Switchboard.Bench.World;

/// <summary>Makes data folders by the real way in: the server founds them, and everything in them comes through ingest.</summary>
internal sealed class StoreMaker(Workshop workshop)
{
    // A folder made by an older maker is not used again.
    private const int Version = 7;
    private const int BatchSize = 500;

    /// <summary>The accounts of every world.</summary>
    public static IReadOnlyList<string> Accounts { get; } = ["local_owner", "local_ada", "local_bo", "local_cy"];

    /// <summary>When the first message was written.</summary>
    public static DateTimeOffset Begin { get; } = new(2023, 6, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>From the first message to the last.</summary>
    public static TimeSpan Span { get; } = TimeSpan.FromDays(3 * 365);

    /// <summary>The words that are spoken in every world.</summary>
    public static Vocabulary Words { get; } = new(1);

    /// <summary>A data folder with a world of that scale; made if it is not there yet. Not to be written to: take a copy.</summary>
    public async Task<string> FolderOfAsync(Scale scale, CancellationToken cancellationToken)
    {
        var folder = workshop.Path($"world-{scale.Name}-v{Version}-s{Store.Schema.Latest}");
        if (Directory.Exists(folder))
            return folder;
        var building = folder + ".new";
        Workshop.Remove(building);
        Progress.Say($"Making a world of {scale.Messages:N0} messages; the next run finds it …");
        await FoundAsync(building, cancellationToken);
        await FillAsync(building, scale, cancellationToken);
        Directory.Move(building, folder);
        return folder;
    }

    /// <summary>Logins by the accounts that they brought.</summary>
    public static Dictionary<string, long> LoginsOf(Database database) => database
        .Read(db => db.Query("SELECT id, login FROM account", row => (Id: row.GetString(0), Login: row.GetInt64(1))))
        .ToDictionary(pair => pair.Id, pair => pair.Login);

    /// <summary>Splits what happens into batches as logins get them: each login's own, in order.</summary>
    public static IEnumerable<(string Account, DateTimeOffset At, RemoteBatch Batch)> Batches(
        IEnumerable<(string Account, DateTimeOffset At, RemoteEvent What)> happenings, int size)
    {
        var waiting = Accounts.ToDictionary(account => account, _ => new List<RemoteEvent>());
        var last = DateTimeOffset.MinValue;
        foreach (var (account, at, what) in happenings)
        {
            var events = waiting[account];
            events.Add(what);
            last = at;
            if (events.Count < size)
                continue;
            yield return (account, at, new RemoteBatch(events, "0"));
            waiting[account] = [];
        }

        foreach (var (account, events) in waiting.Where(pair => pair.Value.Count > 0))
        {
            yield return (account, last, new RemoteBatch(events, "0"));
        }
    }

    private async Task FoundAsync(string folder, CancellationToken cancellationToken)
    {
        await using var server = await ServerProcess.StartAsync(workshop.ServerProgram, folder, cancellationToken);
        foreach (var account in Accounts.Skip(1))
        {
            await server.AddIdentityAsync(account["local_".Length..], cancellationToken);
        }
    }

    private static bool JoinIndexPieces(Db db)
    {
        var before = db.QueryInt64("SELECT total_changes()");
        db.Execute("INSERT INTO message_search (message_search, rank) VALUES ('merge', 500)");
        return db.QueryInt64("SELECT total_changes()") - before > 1;
    }

    private static async Task FillAsync(string folder, Scale scale, CancellationToken cancellationToken)
    {
        var clock = new SetClock();
        await using var database = Store.Open(System.IO.Path.Combine(folder, "switchboard.db"));
        var ingest = new Ingest(database, new ServerIdentity("switchboard.localhost"), clock);
        var logins = LoginsOf(database);
        var town = new Town(scale, Words, Accounts, Begin);
        clock.Now = Begin;
        foreach (var chats in town.Chats.Chunk(50))
        {
            foreach (var some in chats.GroupBy(chat => chat.AccountId))
            {
                var batch = new RemoteBatch([.. some.Select(chat => new RemoteEvent.ChatUpserted(chat))], "0");
                await ingest.ApplyAsync(logins[some.Key], batch, cancellationToken);
            }
        }

        var done = 0;
        foreach (var (account, at, batch) in Batches(new Happenings(town, Words, Begin, 11).Tell(scale.Messages, Span), BatchSize))
        {
            clock.Now = at;
            await ingest.ApplyAsync(logins[account], batch, cancellationToken);
            done += batch.Events.Count(remote => remote is RemoteEvent.MessageUpserted);
            Progress.Show(done, scale.Messages);
            // As the server does: the log is kept for a month.
            await database.WriteAsync(
                db => db.Execute("DELETE FROM change WHERE at < $at", ("$at", at.AddDays(-30).ToUnixTimeMilliseconds())), cancellationToken);
        }

        Progress.Clear();
        // What the server does a little of every hour, over three years.
        while (await database.WriteAsync(JoinIndexPieces, cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
        }

        var stored = database.Read(db => db.QueryInt64("SELECT count(*) FROM message"));
        Progress.Say(string.Create(CultureInfo.InvariantCulture, $"  {stored:N0} messages stored."));
    }
}
