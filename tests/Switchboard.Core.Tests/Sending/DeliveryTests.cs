using Switchboard.Core.Messages;
using Switchboard.Networks;
using Switchboard.Testing;
using Xunit;

namespace Switchboard.Core.Tests.Sending;

/// <summary>An outbox that neither stalls nor is held up by what cannot be delivered.</summary>
public sealed class DeliveryTests
{
    [Fact]
    public async Task Whenever_a_send_ends_the_next_of_its_chat_leaves_without_waiting_for_any_timer()
    {
        await using var home = await WithChatAsync(new ScriptedNetwork { HoldsSends = true });
        var random = new Random(7);
        for (var round = 1; round <= 10; round++)
        {
            for (var i = 0; i < 50; i++)
            {
                await home.SendAsync("c1", $"{round} {i}");
            }

            for (var i = 0; i < 50; i++)
            {
                var send = await home.Network.NextSendAsync();
                Assert.Equal($"{round} {i}", send.Message.Text?.Html);
                for (var pause = random.Next(4); pause > 0; pause--)
                {
                    await Task.Yield();
                }

                send.Accept();
            }

            await home.UntilAsync(db => db.QueryInt64("SELECT count(*) FROM message WHERE send_state = 'SUCCESS'") == round * 50);
        }

        Assert.Equal(Make.Start, home.Clock.GetUtcNow());
    }

    [Fact]
    public async Task Who_gives_up_waiting_for_a_send_leaves_nothing_behind()
    {
        await using var home = await WithChatAsync(new ScriptedNetwork { HoldsSends = true });
        var id = await home.SendAsync("c1", "one");
        using var patience = new CancellationTokenSource();
        var asked = home.Messages.GetAsync(home.Owner, home.ChatId("c1"), id, patience.Token);
        Assert.Equal(1, home.Outbox.Waiting);
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        Assert.Equal(0, home.Outbox.Waiting);
    }

    [Fact]
    public async Task What_waited_through_a_long_pause_is_tried_again_although_the_first_opening_fails()
    {
        await using var home = await WithChatAsync(new ScriptedNetwork { SendFailure = NotNow });
        var id = await home.SendAsync("c1", "one");
        await home.UntilAsync(db => db.QueryInt64("SELECT attempts FROM outbox") == 1);
        await home.RestartAsync(() =>
        {
            home.Clock.Advance(TimeSpan.FromMinutes(20));
            home.Network.OpenFailure = NotNow;
        });
        await home.UntilAsync(db => db.QueryInt64("SELECT due_at FROM outbox") > home.Clock.GetUtcNow().ToUnixTimeMilliseconds());
        Assert.Equal(SendStatus.Pending, Assert.Single(home.All("c1")).SendStatus?.State);
        home.Network.OpenFailure = null;
        home.Network.SendFailure = null;
        home.Clock.Advance(TimeSpan.FromMinutes(1));
        await home.Network.StreamOf("me").OpenedAsync(2);
        // It may have been tried once more before the login was open again: then its next time has to come.
        await home.UntilAsync(db =>
        {
            home.Clock.Advance(TimeSpan.FromMinutes(1));
            return db.QueryInt64("SELECT count(*) FROM outbox") == 0;
        });
        await home.UntilSentAsync(id);
        Assert.Single(home.Network.Delivered);
    }

    [Fact]
    public async Task A_send_whose_file_is_gone_fails_for_good_and_the_next_one_leaves()
    {
        await using var home = await WithChatAsync(new ScriptedNetwork { HoldsSends = true });
        await home.SendAsync("c1", "first");
        var first = await home.Network.NextSendAsync();
        var upload = await home.UploadAsync([1, 2, 3]);
        var (_, lost) = await home.Messages.SendAsync(
            home.Owner, home.ChatId("c1"), new SendRequest { Attachment = new AttachmentRequest { UploadId = upload.Id } },
            Make.Identity("file"), CancellationToken.None);
        var last = await home.SendAsync("c1", "last");
        home.Files.Delete(upload.Sha256);

        first.Accept();
        await home.UntilSentAsync(lost, SendStatus.Permanent);
        (await home.Network.NextSendAsync()).Accept();
        await home.UntilSentAsync(last);

        Assert.Equal("not_found", home.All("c1").Single(message => $"{message.Id}" == lost).SendStatus?.Reason);
        Assert.Equal(["first", "last"], home.Network.Delivered.Select(send => send.Message.Text?.Html));
        Assert.Equal(2, home.Network.Attempts.Count);
    }

    [Fact]
    public async Task A_fault_of_a_connector_is_tried_again_with_growing_pauses_then_given_up_and_stops_nothing_else()
    {
        await using var home = await WithChatAsync(new ScriptedNetwork { SendFailure = new InvalidOperationException("A fault.") });
        var start = home.Clock.GetUtcNow();
        var id = await home.SendAsync("c1", "one");
        var pauses = await EndedAsync(home);
        await home.UntilSentAsync(id, SendStatus.Retriable);
        Assert.Equal(pauses.Order(), pauses);
        Assert.True(pauses[^1] >= 10 * pauses[0], "The pauses did not grow.");
        Assert.InRange(home.Clock.GetUtcNow() - start, TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(12));
        Assert.InRange(home.Network.Attempts.Count, 10, 30);
        Assert.Single(home.Network.Attempts.Select(send => send.Transaction).Distinct());
        home.Network.SendFailure = null;
        await home.UntilSentAsync(await home.SendAsync("c1", "two"));
    }

    [Fact]
    public async Task A_connector_that_says_cancelled_by_itself_is_tried_again()
    {
        await using var home = await WithChatAsync(new ScriptedNetwork { SendFailure = new OperationCanceledException("Timed out.") });
        var id = await home.SendAsync("c1", "one");
        await home.UntilAsync(db => db.QueryInt64("SELECT attempts FROM outbox") == 1);
        home.Network.SendFailure = null;
        await EndedAsync(home);
        await home.UntilSentAsync(id);
    }

    private static NetworkException NotNow => new(NetworkFailure.Transient, "Not now.");

    /// <summary>Lets the time go by, from one try to the next, until the outbox is empty.</summary>
    /// <returns>The pauses between tries.</returns>
    private static async Task<List<TimeSpan>> EndedAsync(TestInstallation home)
    {
        var pauses = new List<TimeSpan>();
        await home.UntilAsync(db => db.QueryInt64("SELECT attempts FROM outbox") != 0);
        while (home.Database.Read(db => db.QueryFirst(
            "SELECT attempts, due_at FROM outbox", row => (Attempts: row.GetInt64(0), Due: row.GetInt64(1)) as (long Attempts, long Due)?)) is { } next)
        {
            var pause = DateTimeOffset.FromUnixTimeMilliseconds(next.Due) - home.Clock.GetUtcNow();
            if (pause > TimeSpan.Zero)
            {
                pauses.Add(pause);
                home.Pass(pause);
            }

            await home.UntilAsync(db => db.QueryInt64("SELECT attempts FROM outbox") != next.Attempts);
        }

        return pauses;
    }

    private static async Task<TestInstallation> WithChatAsync(ScriptedNetwork network)
    {
        var home = await TestInstallation.StartAsync(network);
        await home.TellAsync(Make.ChatIs("c1"));
        return home;
    }
}
