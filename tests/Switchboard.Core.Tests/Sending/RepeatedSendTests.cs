using Switchboard.Core.Messages;
using Switchboard.Testing;
using Xunit;

namespace Switchboard.Core.Tests.Sending;

public sealed class RepeatedSendTests
{
    [Fact]
    public async Task The_same_key_and_body_give_the_same_message_also_after_a_restart()
    {
        await using var home = await WithChatAsync();
        var first = await SendAsync(home, "hello", Make.Identity("hello", "k1"));
        Assert.Equal(first, await SendAsync(home, "hello", Make.Identity("hello", "k1")));
        await home.RestartAsync();
        Assert.Equal(first, await SendAsync(home, "hello", Make.Identity("hello", "k1")));
        Assert.Single(home.All("c1"));
        Assert.NotEqual(first, await SendAsync(home, "hello", Make.Identity("hello", "k2")));
    }

    [Fact]
    public async Task The_same_key_with_another_body_is_refused()
    {
        await using var home = await WithChatAsync();
        await SendAsync(home, "hello", Make.Identity("hello", "k1"));
        var refused = await Assert.ThrowsAsync<RefusedException>(() => SendAsync(home, "bye", Make.Identity("bye", "k1")));
        Assert.Equal(Refusal.Conflict, refused.Reason);
        Assert.Single(home.All("c1"));
    }

    [Fact]
    public async Task The_same_key_in_another_chat_is_refused_but_another_token_has_its_own_keys()
    {
        await using var home = await WithChatAsync();
        await home.TellAsync(Make.ChatIs("c2", "me", "bob"));
        await SendAsync(home, "hello", Make.Identity("hello", "k1"));
        var refused = await Assert.ThrowsAsync<RefusedException>(() => home.Messages.SendAsync(
            home.Owner, home.ChatId("c2"), Make.Text("hello"), Make.Identity("hello", "k1"), CancellationToken.None));
        Assert.Equal(Refusal.Conflict, refused.Reason);
        await home.Messages.SendAsync(
            await home.TokenAsync(), home.ChatId("c2"), Make.Text("hello"), Make.Identity("hello", "k1"), CancellationToken.None);
        Assert.Single(home.All("c2"));
    }

    [Fact]
    public async Task A_send_that_says_it_is_a_repetition_is_one_within_a_minute()
    {
        await using var home = await WithChatAsync();
        var first = await SendAsync(home, "hello", Make.Identity("hello"));
        home.Clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(first, await SendAsync(home, "hello", Make.Identity("hello", isRetry: true)));
        home.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.NotEqual(first, await SendAsync(home, "hello", Make.Identity("hello", isRetry: true)));
    }

    [Fact]
    public async Task The_same_words_twice_are_two_messages()
    {
        await using var home = await WithChatAsync();
        await SendAsync(home, "hello", Make.Identity("hello"));
        await SendAsync(home, "hello", Make.Identity("hello"));
        Assert.Equal(2, home.All("c1").Count);
    }

    [Fact]
    public async Task A_repetition_of_a_send_that_was_refused_is_a_send()
    {
        await using var home = await WithChatAsync(sendsPerMinute: 1);
        await SendAsync(home, "one", Make.Identity("one"));
        await Assert.ThrowsAsync<RefusedException>(() => SendAsync(home, "two", Make.Identity("two", "k")));
        home.Clock.Advance(TimeSpan.FromMinutes(1));
        await SendAsync(home, "two", Make.Identity("two", "k", isRetry: true));
        Assert.Equal(["two", "one"], home.All("c1").Select(message => message.Text));
    }

    [Fact]
    public async Task Too_many_sends_are_refused_and_told_when_to_come_back()
    {
        await using var home = await WithChatAsync(sendsPerMinute: 2);
        await SendAsync(home, "one", Make.Identity("1"));
        home.Clock.Advance(TimeSpan.FromSeconds(20));
        await SendAsync(home, "two", Make.Identity("2"));
        var refused = await Assert.ThrowsAsync<RefusedException>(() => SendAsync(home, "three", Make.Identity("3")));
        Assert.Equal((Refusal.RateLimited, TimeSpan.FromSeconds(40)), (refused.Reason, refused.RetryAfter));
        home.Clock.Advance(refused.RetryAfter!.Value);
        await SendAsync(home, "three", Make.Identity("3"));
        refused = await Assert.ThrowsAsync<RefusedException>(() => SendAsync(home, "four", Make.Identity("4")));
        Assert.Equal(TimeSpan.FromSeconds(20), refused.RetryAfter);
    }

    [Fact]
    public async Task A_clock_that_was_set_back_does_not_make_the_limit_last_longer_than_a_minute()
    {
        await using var home = await WithChatAsync(sendsPerMinute: 1);
        await SendAsync(home, "one", Make.Identity("1"));
        home.Clock.Jump(TimeSpan.FromDays(-1));
        home.Clock.Advance(TimeSpan.FromMinutes(1));
        await SendAsync(home, "two", Make.Identity("2"));
        Assert.Equal(2, home.All("c1").Count);
    }

    [Fact]
    public async Task A_networks_own_limit_holds_unless_the_owner_sets_one()
    {
        var network = new ScriptedNetwork();
        await using var careful = await TestInstallation.StartAsync(new ScriptedNetwork { Description = network.Description with { SendsPerMinute = 1 } });
        await careful.TellAsync(Make.ChatIs("c1"));
        await SendAsync(careful, "one", Make.Identity("1"));
        await Assert.ThrowsAsync<RefusedException>(() => SendAsync(careful, "two", Make.Identity("2")));
        await using var free = await TestInstallation.StartAsync(
            new ScriptedNetwork { Description = network.Description with { SendsPerMinute = 1 } }, sendsPerMinute: 0);
        await free.TellAsync(Make.ChatIs("c1"));
        await SendAsync(free, "one", Make.Identity("1"));
        await SendAsync(free, "two", Make.Identity("2"));
        Assert.Equal(2, free.All("c1").Count);
    }

    [Fact]
    public async Task A_reaction_with_a_transaction_that_was_used_is_not_made_again()
    {
        await using var home = await WithChatAsync();
        await home.TellAsync(Make.Says("ada", "c1", "$1"));
        for (var i = 0; i < 2; i++)
        {
            await home.Messages.ReactAsync(home.Owner, home.ChatId("c1"), home.MessageId("$1"), "👍", "t1", CancellationToken.None);
        }

        Assert.Equal(["react c1 $1 👍"], home.Network.Calls);
        Assert.Single(home.Message("$1").Reactions);
    }

    private static async Task<string> SendAsync(TestInstallation home, string text, RequestIdentity identity) => (await home.Messages.SendAsync(
        home.Owner, home.ChatId("c1"), Make.Text(text), identity, CancellationToken.None)).MessageId;

    private static async Task<TestInstallation> WithChatAsync(int? sendsPerMinute = null)
    {
        var home = await TestInstallation.StartAsync(sendsPerMinute: sendsPerMinute);
        await home.TellAsync(Make.ChatIs("c1"));
        return home;
    }
}
