using Switchboard.Core.Messages;
using Switchboard.Networks;
using Switchboard.Testing;
using Xunit;

namespace Switchboard.Core.Tests.Sending;

public sealed class OutboxTests
{
    [Fact]
    public async Task A_chat_is_told_its_messages_one_at_a_time_in_their_order()
    {
        await using var home = await WithChatsAsync(new ScriptedNetwork { HoldsSends = true });
        foreach (var text in (string[])["one", "two", "three"])
        {
            await home.SendAsync("c1", text);
        }

        foreach (var text in (string[])["one", "two", "three"])
        {
            var send = await home.Network.NextSendAsync();
            Assert.Equal(text, send.Message.Text?.Html);
            Assert.Equal(home.Network.Delivered.Count + 1, home.Network.Attempts.Count);
            send.Accept();
        }

        await home.UntilAsync(db => db.QueryInt64("SELECT count(*) FROM message WHERE send_state = 'SUCCESS'") == 3);
    }

    [Fact]
    public async Task A_chat_that_hangs_does_not_hold_up_another()
    {
        await using var home = await WithChatsAsync(new ScriptedNetwork { HoldsSends = true });
        await home.SendAsync("c1", "one");
        var hanging = await home.Network.NextSendAsync();
        var second = await home.SendAsync("c2", "two");
        (await home.Network.NextSendAsync()).Accept();
        await home.UntilSentAsync(second);
        Assert.Equal("PENDING", home.All("c1")[0].SendStatus?.State);
        hanging.Accept();
    }

    [Fact]
    public async Task A_login_that_hangs_in_every_chat_does_not_hold_up_another()
    {
        await using var home = await WithChatsAsync(new ScriptedNetwork { HoldsSends = true });
        await home.TellAsync([.. Enumerable.Range(0, 80).Select(i => Make.ChatIs($"many{i}"))]);
        for (var i = 0; i < 80; i++)
        {
            await home.SendAsync($"many{i}", "hangs");
        }

        var hanging = new List<ScriptedSend>();
        for (var i = 0; i < 16; i++)
        {
            hanging.Add(await home.Network.NextSendAsync());
        }

        await home.Logins.AddAsync(ScriptedNetwork.Bridge, ScriptedNetwork.NewLogin("other"), CancellationToken.None);
        await home.Network.StreamOf("other").TellAsync(Make.ChatIs("theirs", account: "other"));
        var id = (await home.Messages.SendAsync(
            home.Owner, home.ChatId("theirs", "other"), Make.Text("x"), Make.Identity("x"), CancellationToken.None)).MessageId;
        var send = await home.Network.NextSendAsync();
        Assert.Equal("other", send.Login);
        send.Accept();
        await home.UntilSentAsync(id);
        hanging.ForEach(one => one.Accept());
    }

    [Fact]
    public async Task What_may_have_gone_out_before_waits_for_what_happened_meanwhile()
    {
        var network = new ScriptedNetwork { HoldsSends = true, TellsWhenCaughtUp = true };
        await using var home = await WithChatsAsync(network);
        var id = await home.SendAsync("c1", "one");
        var lost = await network.NextSendAsync();
        var answer = lost.Take();
        await home.RestartAsync();
        await home.UntilAsync(db => db.QueryInt64("SELECT max(due_at - created_at) FROM outbox") >= 1000);
        Assert.Single(network.Attempts);

        var echo = (RemoteEvent.MessageUpserted)Make.Says("me", "c1", answer.Id.Value, "one");
        await home.TellAsync(new RemoteEvent.MessageUpserted(echo.Message with { Transaction = lost.Transaction }));
        await home.UntilSentAsync(id);
        Assert.Equal(0, home.Number("SELECT count(*) FROM outbox"));
        Assert.Single(network.Attempts);
        // What is new waits for nothing.
        await home.SendAsync("c2", "two");
        (await network.NextSendAsync()).Accept();
    }

    [Fact]
    public async Task A_failed_send_goes_out_again_under_the_same_transaction()
    {
        await using var home = await WithChatsAsync(new ScriptedNetwork { SendFailure = Transient });
        var id = await home.SendAsync("c1", "one");
        await home.UntilAsync(db => db.QueryInt64("SELECT attempts FROM outbox") == 1);
        home.Network.SendFailure = null;
        await AdvanceUntilAsync(home, id, SendStatus.Success);
        Assert.Equal(2, home.Network.Attempts.Count);
        Assert.Single(home.Network.Attempts.Select(send => send.Transaction).Distinct());
    }

    [Fact]
    public async Task A_send_that_fails_for_ten_minutes_is_given_up_and_not_before()
    {
        await using var home = await WithChatsAsync(new ScriptedNetwork { SendFailure = Transient });
        var start = home.Clock.GetUtcNow();
        var id = await home.SendAsync("c1", "one");
        await AdvanceUntilAsync(home, id, SendStatus.Retriable);
        var status = home.All("c1")[0].SendStatus!;
        Assert.Equal("network_unreachable", status.Reason);
        Assert.InRange(status.At - start, TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(12));
        Assert.Equal(0, home.Number("SELECT count(*) FROM outbox"));
        Assert.InRange(home.Network.Attempts.Count, 10, 30);
    }

    [Theory]
    [InlineData(NetworkFailure.Rejected, "rejected")]
    [InlineData(NetworkFailure.NotFound, "not_found")]
    public async Task A_refused_send_fails_for_good_and_says_why(NetworkFailure kind, string reason)
    {
        await using var home = await WithChatsAsync(new ScriptedNetwork { SendFailure = new NetworkException(kind, "You are not welcome.") });
        var id = await home.SendAsync("c1", "one");
        await home.UntilSentAsync(id, SendStatus.Permanent);
        var status = home.All("c1")[0].SendStatus!;
        Assert.Equal((reason, "You are not welcome."), (status.Reason, status.Error));
        home.Network.SendFailure = null;
        await home.UntilSentAsync(await home.SendAsync("c1", "two"));
        Assert.Equal("two", Assert.Single(home.Network.Delivered).Message.Text?.Html);
    }

    [Fact]
    public async Task The_network_says_when_it_wants_to_be_asked_again()
    {
        var busy = new NetworkException(NetworkFailure.Transient, "Slow down.") { RetryAfter = TimeSpan.FromSeconds(90) };
        await using var home = await WithChatsAsync(new ScriptedNetwork { SendFailure = busy });
        await home.SendAsync("c1", "one");
        await home.UntilAsync(db => db.QueryInt64("SELECT due_at FROM outbox") > home.Clock.GetUtcNow().ToUnixTimeMilliseconds());
        // Obeying is no failure, so no later wait grows by it.
        Assert.Equal(0, home.Number("SELECT attempts FROM outbox"));
        Assert.Equal(home.Clock.GetUtcNow().AddSeconds(90).ToUnixTimeMilliseconds(), home.Number("SELECT due_at FROM outbox"));
    }

    [Fact]
    public async Task An_echo_before_the_answer_makes_one_message()
    {
        await using var home = await WithChatsAsync(new ScriptedNetwork { HoldsSends = true });
        var id = await home.SendAsync("c1", "one");
        var send = await home.Network.NextSendAsync();
        var answer = send.Take();
        await home.TellAsync(Echo(send, answer));
        Assert.Equal(SendStatus.Success, home.All("c1")[0].SendStatus?.State);
        var log = home.LogEnd;
        send.Accept();
        await home.UntilSentAsync(await SendAndAcceptAsync(home, "c1", "two"));
        await home.TellAsync(Echo(send, answer));
        Assert.Equal(["two", "one"], home.All("c1").Select(message => message.Text));
        Assert.DoesNotContain(home.LogAfter(log), entry => entry.Contains($"\"{id}\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_waits_behind_a_refused_send_is_not_sent_without_it_and_what_comes_later_is()
    {
        await using var home = await WithChatsAsync(new ScriptedNetwork { HoldsSends = true });
        var first = await home.SendAsync("c1", "one");
        var behind = new[] { await home.SendAsync("c1", "two"), await home.SendAsync("c1", "three") };
        var elsewhere = await home.SendAsync("c2", "other");
        var sends = new[] { await home.Network.NextSendAsync(), await home.Network.NextSendAsync() };

        sends.Single(send => send.Chat.Value == "c1").Fail(new NetworkException(NetworkFailure.Rejected, "No."));

        await home.UntilSentAsync(first, SendStatus.Permanent);
        foreach (var id in behind)
        {
            await home.UntilSentAsync(id, SendStatus.Retriable);
            Assert.Equal("previous_failed", home.All("c1").Single(message => $"{message.Id}" == id).SendStatus!.Reason);
        }

        sends.Single(send => send.Chat.Value == "c2").Accept();
        await home.UntilSentAsync(elsewhere);
        await home.UntilSentAsync(await SendAndAcceptAsync(home, "c1", "four"));
        Assert.Equal(["other", "four"], home.Network.Delivered.Select(send => send.Message.Text!.Html));
    }

    [Fact]
    public async Task A_send_that_was_echoed_has_succeeded_though_its_answer_is_a_failure()
    {
        await using var home = await WithChatsAsync(new ScriptedNetwork { HoldsSends = true });
        var id = await home.SendAsync("c1", "one");
        var send = await home.Network.NextSendAsync();
        await home.TellAsync(Echo(send, send.Take()));
        send.Fail(new NetworkException(NetworkFailure.Rejected, "Confused."));
        await home.UntilSentAsync(await SendAndAcceptAsync(home, "c1", "two"));
        Assert.Equal(SendStatus.Success, home.All("c1").Single(message => $"{message.Id}" == id).SendStatus?.State);
    }

    [Fact]
    public async Task A_message_that_vanishes_while_it_is_refused_does_not_stop_the_outbox()
    {
        await using var home = await WithChatsAsync(new ScriptedNetwork { HoldsSends = true });
        await home.SendAsync("c1", "one");
        var send = await home.Network.NextSendAsync();
        await home.TellAsync(new RemoteEvent.ChatRemoved(new RemoteChatId("c1")));
        send.Fail(new NetworkException(NetworkFailure.Rejected, "No."));
        await home.UntilSentAsync(await SendAndAcceptAsync(home, "c2", "two"));
    }

    [Fact]
    public async Task A_disappearing_message_lives_its_whole_time_from_its_delivery_on()
    {
        await using var home = await WithChatsAsync(new ScriptedNetwork { HoldsSends = true });
        await home.TellAsync(new RemoteEvent.ChatUpserted(Make.Chat("c1") with { Expiry = TimeSpan.FromSeconds(10) }));
        var id = await home.SendAsync("c1", "one");
        var send = await home.Network.NextSendAsync();
        home.Pass(TimeSpan.FromSeconds(30));
        Assert.Equal(SendStatus.Pending, Assert.Single(home.All("c1")).SendStatus!.State);
        send.Accept();
        await home.UntilSentAsync(id);
        home.Pass(TimeSpan.FromSeconds(9));
        Assert.Equal(SendStatus.Success, Assert.Single(home.All("c1")).SendStatus!.State);
        home.Pass(TimeSpan.FromSeconds(2));
        await home.UntilAsync(db => db.QueryInt64("SELECT count(*) FROM message") == 0);
    }

    [Fact]
    public async Task An_echo_of_a_send_that_was_given_up_is_that_send()
    {
        await using var home = await WithChatsAsync(new ScriptedNetwork { HoldsSends = true });
        await home.SendAsync("c1", "one");
        var send = await home.Network.NextSendAsync();
        send.Fail(new NetworkException(NetworkFailure.Rejected, "No."));
        await home.UntilAsync(db => db.QueryText("SELECT send_state FROM message") == SendStatus.Permanent);
        await home.TellAsync(new RemoteEvent.MessageUpserted(
            Make.Message("c1", "$late", "me", "one") with { Transaction = home.Network.Attempts[0].Transaction }));
        var only = Assert.Single(home.All("c1"));
        Assert.Equal((SendStatus.Success, "$late"), (only.SendStatus!.State, only.RemoteId!.Value.Value));
    }

    [Fact]
    public async Task A_crash_between_the_networks_taking_and_its_answer_delivers_once()
    {
        await using var home = await WithChatsAsync(new ScriptedNetwork { HoldsSends = true });
        var id = await home.SendAsync("c1", "one");
        var taken = (await home.Network.NextSendAsync()).Take();
        await home.RestartAsync(() => home.Network.HoldsSends = false);
        await home.UntilSentAsync(id);
        Assert.Single(home.Network.Delivered);
        Assert.Equal(2, home.Network.Attempts.Count);
        Assert.Equal(taken.Id, Assert.Single(home.All("c1")).RemoteId);
    }

    [Fact]
    public async Task A_send_stored_before_the_clock_was_set_back_goes_out_at_once()
    {
        await using var home = await WithChatsAsync(new ScriptedNetwork { HoldsSends = true });
        await home.SendAsync("c1", "one");
        var first = await home.Network.NextSendAsync();
        var id = await home.SendAsync("c1", "two");
        home.Clock.Jump(TimeSpan.FromDays(-1));
        first.Accept();
        (await home.Network.NextSendAsync()).Accept();
        await home.UntilSentAsync(id);
    }

    [Fact]
    public async Task A_file_goes_out_with_its_content()
    {
        await using var home = await WithChatsAsync(new ScriptedNetwork { HoldsSends = true });
        var upload = await home.UploadAsync([7, 8, 9], "sound.ogg", "audio/ogg");
        var (_, id) = await home.Messages.SendAsync(
            home.Owner, home.ChatId("c1"),
            new SendRequest { Text = "listen", Attachment = new AttachmentRequest { UploadId = upload.Id } },
            Make.Identity("file"), CancellationToken.None);
        var send = await home.Network.NextSendAsync();
        await using (var content = send.Message.Attachment!.OpenRead())
        {
            Assert.Equal([7, 8, 9], await ReadAsync(content));
        }

        send.Accept();
        await home.UntilSentAsync(id);
        Assert.Equal(1, home.Number("SELECT count(*) FROM media WHERE remote_id = 'media of $sent1' AND message IS NOT NULL"));
    }

    private static NetworkException Transient => new(NetworkFailure.Transient, "Not now.");

    private static async Task<byte[]> ReadAsync(Stream content)
    {
        using var copy = new MemoryStream();
        await content.CopyToAsync(copy);
        return copy.ToArray();
    }

    private static RemoteEvent.MessageUpserted Echo(ScriptedSend send, SentMessage answer) => new RemoteEvent.MessageUpserted(
        Make.Message(send.Chat.Value, answer.Id.Value, "me", send.Message.Text!.Html) with { Transaction = send.Transaction });

    private static async Task<string> SendAndAcceptAsync(TestInstallation home, string chat, string text)
    {
        var id = await home.SendAsync(chat, text);
        (await home.Network.NextSendAsync()).Accept();
        return id;
    }

    /// <summary>Lets the time go by, from one try to the next, until a send has ended so.</summary>
    private static async Task AdvanceUntilAsync(TestInstallation home, string id, string state)
    {
        while (home.Number("SELECT count(*) FROM outbox") > 0)
        {
            var tried = home.Number("SELECT attempts FROM outbox");
            var due = DateTimeOffset.FromUnixTimeMilliseconds(home.Number("SELECT due_at FROM outbox")!.Value);
            if (due > home.Clock.GetUtcNow())
                home.Pass(due - home.Clock.GetUtcNow());
            await home.UntilAsync(db => db.QueryInt64("SELECT attempts FROM outbox") != tried);
        }

        await home.UntilSentAsync(id, state);
    }

    private static async Task<TestInstallation> WithChatsAsync(ScriptedNetwork network)
    {
        var home = await TestInstallation.StartAsync(network);
        await home.TellAsync(Make.ChatIs("c1"), Make.ChatIs("c2", "me", "bob"));
        return home;
    }
}
