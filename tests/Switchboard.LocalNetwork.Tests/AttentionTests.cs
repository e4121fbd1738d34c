using Switchboard.Networks;

namespace Switchboard.LocalNetwork.Tests;

public sealed class AttentionTests
{
    [Fact]
    public async Task Others_learn_how_far_one_has_read()
    {
        await using var town = Town.Open();
        var (ada, bob, chat) = await ConversationTests.ConversingAsync(town);
        var first = await ada.SayAsync(chat, "one");
        var second = await ada.SayAsync(chat, "two");
        await bob.ReceivedAsync();

        await bob.ReadAsync(chat, second);
        await bob.ReadAsync(chat, second);
        await bob.ReadAsync(chat, first);

        Assert.Equal(
            new RemoteEvent.ReadUpTo(chat.Id, bob.Id, second.Id, town.Clock.GetUtcNow()), await ada.ReceivedAsync<RemoteEvent.ReadUpTo>());
        Assert.Empty(await bob.ReceivedAsync());
        await Refused.AsAsync(NetworkFailure.NotFound, () => bob.ReadAsync(chat, new(new("$nothing"), [])));
    }

    [Fact]
    public async Task Whoever_muted_and_has_not_read_is_told_anyway()
    {
        await using var town = Town.Open();
        var (ada, bob, chat) = await ConversationTests.ConversingAsync(town);
        await bob.MuteAsync(chat);
        var message = await ada.SayAsync(chat, "urgent");
        await bob.ReceivedAsync();

        Assert.True(await ada.NotifyAsync(chat, message));
        Assert.True(await ada.NotifyAsync(chat, message));

        var expected = new RemoteEvent.AttentionRequested(chat.Id, message.Id);
        Assert.Equal([expected, expected], await bob.ReceivedAsync());
        Assert.Empty(await ada.ReceivedAsync());
    }

    [Fact]
    public async Task Nobody_is_told_who_did_not_mute_or_has_read_it()
    {
        await using var town = Town.Open();
        var (ada, bob, chat) = await ConversationTests.ConversingAsync(town);
        var message = await ada.SayAsync(chat, "urgent");

        Assert.False(await ada.NotifyAsync(chat, message));
        await bob.MuteAsync(chat);
        await bob.ReadAsync(chat, message);
        Assert.False(await ada.NotifyAsync(chat, message));
        var later = await ada.SayAsync(chat, "more urgent");
        Assert.True(await ada.NotifyAsync(chat, later));
        await bob.MuteAsync(chat, muted: false);
        Assert.False(await ada.NotifyAsync(chat, later));
    }

    [Fact]
    public async Task Attention_is_asked_for_own_messages_that_are_there()
    {
        await using var town = Town.Open();
        var (ada, bob, chat) = await ConversationTests.ConversingAsync(town);
        await bob.MuteAsync(chat);
        var message = await ada.SayAsync(chat, "urgent");
        var others = await bob.SayAsync(chat, "not mine");
        await ada.DeleteAsync(chat, message);

        await Refused.AsAsync(NetworkFailure.Rejected, () => ada.NotifyAsync(chat, message));
        await Refused.AsAsync(NetworkFailure.Rejected, () => ada.NotifyAsync(chat, others));
    }

    [Fact]
    public async Task Typing_is_seen_by_the_others_until_it_is_taken_back()
    {
        await using var town = Town.Open();
        var (ada, bob) = (await town.AddAsync("ada"), await town.AddAsync("bob"));
        var cid = await town.AddAsync("cid");
        var group = await ada.MakeGroupAsync("Friends", bob, cid);
        await ada.ReceivedAsync();
        await cid.ReceivedAsync();
        var cursor = cid.Cursor;

        await ada.TypeAsync(group);
        Assert.Equal([ada.Id], Typing(await cid.NextBatchAsync(), group));
        await bob.TypeAsync(group);
        Assert.Equal([ada.Id, bob.Id], Typing(await cid.NextBatchAsync(), group));
        await ada.TypeAsync(group, typing: false);
        Assert.Equal([bob.Id], Typing(await cid.NextBatchAsync(), group));

        Assert.Equal(cursor, cid.Cursor);
        Assert.Equal([bob.Id], Typing(await ada.NextBatchAsync(), group));
    }

    [Fact]
    public async Task Typing_ends_by_itself_after_ten_seconds_and_with_a_message()
    {
        await using var town = Town.Open();
        var (ada, bob, chat) = await ConversationTests.ConversingAsync(town);
        await bob.ReceivedAsync();

        await ada.TypeAsync(chat);
        town.Clock.Advance(TimeSpan.FromSeconds(9));
        await ada.TypeAsync(chat);
        town.Clock.Advance(TimeSpan.FromSeconds(9));
        var still = await bob.NextBatchAsync();
        town.Clock.Advance(TimeSpan.FromSeconds(1));
        var over = await bob.NextBatchAsync();
        await ada.TypeAsync(chat);
        await bob.NextBatchAsync();
        await ada.SayAsync(chat, "done");
        var done = await bob.NextBatchAsync();
        var stopped = await bob.NextBatchAsync();

        Assert.All(still, what => Assert.Equal([ada.Id], Assert.IsType<RemoteEvent.TypingChanged>(what).Users));
        Assert.Empty(Typing(over, chat));
        Assert.IsType<RemoteEvent.MessageUpserted>(Assert.Single(done));
        Assert.Empty(Typing(stopped, chat));
    }

    [Fact]
    public async Task Typing_that_nobody_fetches_costs_nothing_and_is_not_kept()
    {
        await using var town = Town.Open();
        var (ada, bob, chat) = await ConversationTests.ConversingAsync(town);
        await bob.ReceivedAsync();
        for (var i = 0; i < 1000; i++)
        {
            await ada.TypeAsync(chat, typing: i % 2 == 0);
        }

        var kept = await bob.NextBatchAsync();
        await ada.TypeAsync(chat);
        bob = await bob.AgainAsync(town, bob.Cursor);

        Assert.InRange(kept.Count, 1, 64);
        Assert.Empty(await bob.ReceivedAsync());
    }

    private static IReadOnlyList<UserId> Typing(IReadOnlyList<RemoteEvent> batch, RemoteChat chat)
    {
        var change = Assert.IsType<RemoteEvent.TypingChanged>(batch[^1]);
        Assert.Equal(chat.Id, change.Chat);
        return change.Users;
    }
}
