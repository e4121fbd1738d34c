using System.Globalization;
using Switchboard.Core.Chats;
using Switchboard.Networks;
using Switchboard.Testing;
using Xunit;

namespace Switchboard.Core.Tests.Timers;

/// <summary>
/// Two hundred reminders and two hundred disappearing messages while the clock on the wall is set forward and back, the time
/// zone changes to summer time, and the server restarts. The change log says when each happened by that clock.
/// </summary>
public sealed class ClockJumpTests
{
    private const int Count = 200;

    private static readonly CancellationToken None = CancellationToken.None;

    private static readonly TimeSpan[] Jumps =
    [
        TimeSpan.FromDays(1), TimeSpan.FromDays(-1), TimeSpan.FromHours(1), TimeSpan.FromHours(-1), TimeSpan.FromSeconds(-1),
    ];

    // Central European time: an hour that does not exist in March, and one that comes twice in October.
    private static readonly TimeZoneInfo Zone = TimeZoneInfo.CreateCustomTimeZone(
        "Test", TimeSpan.FromHours(1), "Test", "Test", "Test Summer",
        [
            TimeZoneInfo.AdjustmentRule.CreateAdjustmentRule(
                DateTime.MinValue.Date, DateTime.MaxValue.Date, TimeSpan.FromHours(1),
                TimeZoneInfo.TransitionTime.CreateFloatingDateRule(new DateTime(1, 1, 1, 2, 0, 0), 3, 5, DayOfWeek.Sunday),
                TimeZoneInfo.TransitionTime.CreateFloatingDateRule(new DateTime(1, 1, 1, 3, 0, 0), 10, 5, DayOfWeek.Sunday)),
        ]);

    /// <summary>The middle of winter, two hours before summer time begins, and two hours before it ends.</summary>
    public static TheoryData<DateTimeOffset> Starts =>
    [
        new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero),
        new DateTimeOffset(2026, 3, 28, 23, 0, 0, TimeSpan.Zero),
        new DateTimeOffset(2026, 10, 24, 23, 0, 0, TimeSpan.Zero),
    ];

    [Theory]
    [MemberData(nameof(Starts))]
    public async Task However_the_clock_jumps_each_happens_once_and_none_early(DateTimeOffset start)
    {
        var first = Setting("SWITCHBOARD_CLOCK_SEED", 1);
        var sequences = Setting("SWITCHBOARD_CLOCK_SEQUENCES", Environment.GetEnvironmentVariable("SWITCHBOARD_FULL") is null ? 2 : 10);
        for (var seed = first; seed < first + sequences; seed++)
        {
            try
            {
                await RunAsync(start, new Random(seed));
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"Seed {seed}: {e.Message}", e);
            }
        }
    }

    private static async Task RunAsync(DateTimeOffset start, Random random)
    {
        await using var home = await TestInstallation.StartAsync(clock: new ManualClock(start) { Zone = Zone });
        var due = await PrepareAsync(home, random);
        var log = home.LogEnd;
        for (var step = 0; step < 12; step++)
        {
            await StepAsync(home, random);
            await AssertDoneAsync(home, due);
        }

        // Past everything, at last.
        var left = due.Reminders.Values.Concat(due.Messages.Values).Max() - home.Clock.GetUtcNow();
        home.Pass(left > TimeSpan.Zero ? left : TimeSpan.FromSeconds(1));
        await AssertDoneAsync(home, due);
        Assert.Equal(0, home.Number("SELECT count(*) FROM message") + home.Number("SELECT count(*) FROM chat WHERE remind_at IS NOT NULL"));
        AssertOnceAndNotEarly(home, due, log);
    }

    /// <summary>When each is due, by the id of its chat or message.</summary>
    private sealed record DueTimes(Dictionary<string, DateTimeOffset> Reminders, Dictionary<string, DateTimeOffset> Messages);

    private static async Task<DueTimes> PrepareAsync(TestInstallation home, Random random)
    {
        DateTimeOffset Someday() => home.Clock.GetUtcNow().AddMilliseconds(random.Next(1, (int)TimeSpan.FromDays(4).TotalMilliseconds));
        var expiries = Enumerable.Range(0, Count).Select(_ => Someday()).ToList();
        await home.TellAsync([Make.ChatIs("all"), .. Enumerable.Range(0, Count).Select(i => Make.ChatIs($"c{i}"))]);
        await home.TellAsync([.. expiries.Select((at, i) => new RemoteEvent.MessageUpserted(
            Make.Message("all", $"${i}", "ada", $"fleeting {i}", home.Clock.GetUtcNow()) with { ExpiresAt = at }))]);
        var messages = Enumerable.Range(0, Count).ToDictionary(i => home.MessageId($"${i}"), i => expiries[i]);
        var reminders = new Dictionary<string, DateTimeOffset>();
        for (var i = 0; i < Count; i++)
        {
            reminders.Add(home.ChatId($"c{i}"), Someday());
        }

        await Task.WhenAll(reminders.Select(reminder =>
            home.Chats.SetReminderAsync(home.Owner, reminder.Key, new Reminder(reminder.Value, false), None)));
        return new DueTimes(reminders, messages);
    }

    private static async Task StepAsync(TestInstallation home, Random random)
    {
        switch (random.Next(4))
        {
            case 0:
                home.Pass(TimeSpan.FromMilliseconds(random.Next((int)TimeSpan.FromHours(12).TotalMilliseconds)));
                break;
            case 1:
                home.Clock.Jump(Jumps[random.Next(Jumps.Length)]);
                home.Pass(TimeSpan.FromSeconds(1));
                break;
            case 2:
                await home.RestartAsync(() => home.Clock.Jump(Jumps[random.Next(Jumps.Length)]));
                break;
            default:
                // A computer whose hardware clock shows local time, and a person who sets it: forward and soon back again.
                home.Clock.Jump(TimeSpan.FromHours(1));
                home.Scheduler.Wake();
                home.Clock.Jump(TimeSpan.FromHours(-1));
                home.Pass(TimeSpan.FromSeconds(1));
                break;
        }
    }

    /// <summary>Waits until nothing is there any more that is due by the clock; what is not due and has not been is still there.</summary>
    private static async Task AssertDoneAsync(TestInstallation home, DueTimes due)
    {
        home.Scheduler.Wake();
        var now = home.Clock.GetUtcNow();
        await home.UntilAsync(db => db.QueryInt64(
            """
            SELECT (SELECT count(*) FROM chat WHERE remind_at <= $now) + (SELECT count(*) FROM message WHERE expires_at <= $now)
            """,
            ("$now", now.ToUnixTimeMilliseconds())) == 0);
        foreach (var (id, at) in home.Database.Read(db => db.Query(
            "SELECT id, remind_at FROM chat WHERE remind_at IS NOT NULL",
            row => (Id: row.GetString(0), At: DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(1))))))
        {
            Assert.Equal(due.Reminders[id].ToUnixTimeMilliseconds(), at.ToUnixTimeMilliseconds());
        }
    }

    /// <summary>By the change log: every reminder one change, every message one deletion, each dated at or after it was due.</summary>
    private static void AssertOnceAndNotEarly(TestInstallation home, DueTimes due, long log)
    {
        var changes = home.Database.Read(db => db.Query(
            "SELECT kind, value, at FROM change, json_each(ids) WHERE seq > $seq",
            row => (Kind: row.GetString(0), Id: row.GetString(1), At: DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(2))),
            ("$seq", log)));
        foreach (var (kind, times) in new[] { ("chat.upserted", due.Reminders), ("message.deleted", due.Messages) })
        {
            var fired = changes.Where(change => change.Kind == kind && times.ContainsKey(change.Id)).ToList();
            Assert.Equal(times.Keys.Order(StringComparer.Ordinal), fired.Select(change => change.Id).Order(StringComparer.Ordinal));
            Assert.DoesNotContain(fired, change => change.At < AtMillisecond(times[change.Id]));
        }
    }

    private static DateTimeOffset AtMillisecond(DateTimeOffset time) =>
        DateTimeOffset.FromUnixTimeMilliseconds(time.ToUnixTimeMilliseconds());

    private static int Setting(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { } value ? int.Parse(value, CultureInfo.InvariantCulture) : otherwise;
}
