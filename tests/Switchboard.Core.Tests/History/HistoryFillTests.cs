using Switchboard.Networks;
using Switchboard.Testing;
using Xunit;

namespace Switchboard.Core.Tests.History;

public sealed class HistoryFillTests
{
    [Fact]
    public async Task The_past_is_fetched_to_a_depth_the_latest_chats_first_and_one_request_at_a_time()
    {
        var (network, atOnce, most) = (new ScriptedNetwork(), 0, 0);
        network.History = async (chat, token, _) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref atOnce));
            await Task.Yield();
            Interlocked.Decrement(ref atOnce);
            return await Make.Past(20, Past(chat.Value))(chat, token, default);
        };
        await using var home = await TestInstallation.StartAsync(network, historyDepth: 50);
        home.Clock.Advance(TimeSpan.FromHours(1));
        await home.TellAsync([.. Enumerable.Range(1, 3).SelectMany(i => Chat($"c{i}", i))]);
        await home.UntilAsync(db => db.QueryInt64("SELECT count(*) FROM message") == 3 * 61);
        await home.UntilAsync(db => db.QueryInt64("SELECT count(*) FROM gap WHERE above < 50") == 0);
        var calls = home.Network.Calls;
        Assert.Equal(["history c3 200", "history c3 180", "history c3 160", "history c2 200"], calls.Take(4));
        Assert.Equal(9, calls.Count);
        Assert.Equal(1, most);
        // Deeper only when somebody reads there.
        var page = await home.Messages.ListAsync(home.Owner, home.ChatId("c1"), Make.Page(100), _ => false, CancellationToken.None);
        Assert.Equal(100, page.Page!.Items.Count);
    }

    [Fact]
    public async Task A_network_that_does_not_answer_is_asked_less_and_less_often()
    {
        await using var home = await TestInstallation.StartAsync(historyDepth: 50);
        home.Network.CallFailure = new NetworkException(NetworkFailure.Transient, "Away.");
        home.Network.History = Make.Past(200, Past("c1"));
        var timers = home.Clock.TimersMade;
        await home.TellAsync([.. Chat("c1", 1)]);
        while (home.Network.Calls.Count == 0)
        {
            await home.Clock.TimersMadeAsync(++timers).WaitAsync(Patience.Longest);
        }

        Assert.Single(home.Network.Calls);
        home.Network.CallFailure = null;
        while (home.Number("SELECT count(*) FROM gap") > 0)
        {
            home.Clock.Advance(TimeSpan.FromMinutes(2));
            await Task.Yield();
        }

        Assert.Equal(201, home.Number("SELECT count(*) FROM message"));
    }

    [Fact]
    public async Task A_network_that_gives_empty_pages_without_end_is_left_in_peace_for_a_while()
    {
        await using var home = await TestInstallation.StartAsync(historyDepth: 50);
        var number = 0;
        home.Network.History = (chat, _, _) => chat.Value == "c2"
            ? Task.FromResult(new RemoteHistory([], $"t{Interlocked.Increment(ref number)}"))
            : Make.Past(200, Past("c1"))(chat, "200", default);
        await home.TellAsync([.. Chat("c1", 1), .. Chat("c2", 2)]);
        await home.UntilAsync(db => db.QueryInt64("SELECT count(*) FROM gap") == 1);
        Assert.Equal(20, number);

        while (number < 40)
        {
            home.Clock.Advance(TimeSpan.FromMinutes(1));
            await Task.Yield();
        }
    }

    [Fact]
    public async Task A_fault_with_one_chat_keeps_no_other_waiting()
    {
        await using var home = await TestInstallation.StartAsync(historyDepth: 50);
        home.Network.History = (chat, token, stopping) => chat.Value == "c2"
            ? throw new InvalidOperationException("Not foreseen.")
            : Make.Past(200, Past("c1"))(chat, token, stopping);
        await home.TellAsync([.. Chat("c1", 1), .. Chat("c2", 2)]);
        while (home.Number("SELECT count(*) FROM gap") > 1)
        {
            home.Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Equal(202, home.Number("SELECT count(*) FROM message"));
    }

    [Fact]
    public async Task Messages_that_are_not_shown_hardly_count()
    {
        await using var home = await TestInstallation.StartAsync(historyDepth: 15);
        home.Network.History = Make.Past(20, [.. Past("c1").Take(100), .. Past("c1").Skip(100).Select(Hidden)]);
        await home.TellAsync([.. Chat("c1", 1)]);
        await home.UntilAsync(db => db.QueryInt64("SELECT count(*) FROM gap WHERE above < 15") == 0);
        await home.UntilAsync(db => db.QueryInt64("SELECT count(*) FROM message WHERE hidden = 1") == 100);
        Assert.Equal(101 + 20, home.Number("SELECT count(*) FROM message"));
    }

    private static RemoteEvent Hidden(RemoteEvent told) =>
        new RemoteEvent.MessageUpserted(((RemoteEvent.MessageUpserted)told).Message with { IsHidden = true });

    [Fact]
    public async Task Nobody_is_asked_when_the_depth_is_none()
    {
        await using var home = await TestInstallation.StartAsync(historyDepth: 0);
        await home.TellAsync([.. Chat("c1", 1)]);
        await home.UntilSentAsync(await home.SendAsync("c1", "x"));
        Assert.Empty(home.Network.Calls);
    }

    private static IEnumerable<RemoteEvent> Chat(string id, int minute) =>
        [Make.ChatIs(id), Make.Gap(id, "200"), Make.Says("ada", id, $"$new {id}", "new", Make.Start.AddMinutes(minute))];

    private static IReadOnlyList<RemoteEvent> Past(string chat) =>
        [.. Enumerable.Range(0, 200).Select(i => Make.Says("ada", chat, $"${i} {chat}", "old", Make.Start.AddDays(-1).AddMinutes(i)))];
}
