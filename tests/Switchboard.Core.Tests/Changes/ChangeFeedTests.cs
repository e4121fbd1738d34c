using Switchboard.Core.Changes;
using Switchboard.Core.Messages;
using Switchboard.Testing;
using Xunit;

namespace Switchboard.Core.Tests.Changes;

public sealed class ChangeFeedTests
{
    [Fact]
    public async Task Everybody_hears_everything_in_the_order_of_the_log_from_the_moment_they_listen()
    {
        await using var home = await TestInstallation.StartAsync();
        await home.TellAsync(Make.ChatIs("c1"));
        using var early = home.Feed.Subscribe();
        await home.TellAsync(Make.Says("ada", "c1", "$1"));
        using var late = home.Feed.Subscribe();
        await home.TellAsync([.. Enumerable.Range(2, 300).Select(i => Make.Says("ada", "c1", $"${i}"))]);
        var log = home.LogAfter(1);
        var heardEarly = await HearAsync(early, log.Count);
        var heardLate = await HearAsync(late, log.Count - 2);
        Assert.Equal(Enumerable.Range(2, log.Count).Select(i => (long)i), heardEarly.Select(item => item.Change.Seq));
        Assert.Equal(heardEarly.Skip(2).Select(item => item.Change.Seq), heardLate.Select(item => item.Change.Seq));
        Assert.Equal("$1", Assert.Single(heardEarly[0].Messages!).RemoteId?.Value);
    }

    [Fact]
    public async Task Each_state_of_a_send_is_told_though_it_is_read_late()
    {
        await using var home = await TestInstallation.StartAsync();
        await home.TellAsync(Make.ChatIs("c1"));
        using var listener = home.Feed.Subscribe();
        var id = await home.SendAsync("c1", "one");
        await home.UntilSentAsync(id);
        var told = (await HearAsync(listener, 3)).Where(item => item.Messages is not null)
            .Select(item => Assert.Single(item.Messages!)).ToList();
        Assert.Equal([SendStatus.Pending, SendStatus.Success], told.Select(message => message.SendStatus?.State));
        Assert.All(told, message => Assert.Equal("one", message.Text));
    }

    [Fact]
    public async Task A_message_that_is_gone_when_the_log_is_read_is_told_without_its_content()
    {
        await using var home = await TestInstallation.StartAsync();
        await home.TellAsync(Make.ChatIs("c1"));
        using var listener = home.Feed.Subscribe();
        // In one commit: the feed cannot read between.
        await home.TellAsync(
            Make.Says("ada", "c1", "$1"), new Networks.RemoteEvent.ChatRemoved(new Networks.RemoteChatId("c1")));
        var heard = await HearAsync(listener, 3);
        Assert.Equal(
            [ChangeKind.MessageUpserted, ChangeKind.ChatUpserted, ChangeKind.ChatDeleted], heard.Select(item => item.Change.Kind));
        Assert.Null(heard[0].Messages);
    }

    [Fact]
    public async Task Who_falls_a_thousand_behind_is_cut_off_and_the_others_hear_on()
    {
        await using var home = await TestInstallation.StartAsync();
        await home.TellAsync(Make.ChatIs("c1"));
        using var slow = home.Feed.Subscribe();
        using var quick = home.Feed.Subscribe();
        var hearing = HearAsync(quick, 1400);
        for (var i = 0; i < 7; i++)
        {
            await home.TellAsync([.. Enumerable.Range(100 * i, 100).Select(n => Make.Says("ada", "c1", $"${n}"))]);
        }

        var heard = await hearing;
        Assert.Equal(Enumerable.Range(2, 1400).Select(i => (long)i), heard.Select(item => item.Change.Seq));
        await slow.Overrun.WaitAsync(Patience.Longest);
        Assert.False(quick.Overrun.IsCompleted);
        Assert.Equal(1000, await slow.Items.ReadAllAsync().CountAsync());
    }

    [Fact]
    public async Task Who_stops_listening_hears_no_more()
    {
        await using var home = await TestInstallation.StartAsync();
        var gone = home.Feed.Subscribe();
        gone.Dispose();
        using var other = home.Feed.Subscribe();
        await home.TellAsync(Make.ChatIs("c1"));
        await HearAsync(other, 1);
        Assert.False(gone.Items.TryRead(out _));
        Assert.True(gone.Items.Completion.IsCompleted);
        Assert.False(gone.Overrun.IsCompleted);
    }

    private static async Task<List<FeedItem>> HearAsync(ChangeFeed.Subscription listener, int count)
    {
        var heard = new List<FeedItem>();
        using var patience = new CancellationTokenSource(Patience.Longest);
        while (heard.Count < count)
        {
            heard.Add(await listener.Items.ReadAsync(patience.Token));
        }

        return heard;
    }
}
