using Switchboard.Networks;

namespace Switchboard.LocalNetwork.Tests;

public sealed class ExpiryTests
{
    [Fact]
    public async Task A_message_says_when_it_vanishes()
    {
        await using var town = Town.Open();
        var (ada, bob, chat) = await ConversationTests.ConversingAsync(town);

        await ada.SendAsync(chat, Town.Saying("psst") with { ExpiresAfter = TimeSpan.FromMinutes(5) });

        var message = (await bob.ReceivedAsync<RemoteEvent.MessageUpserted>()).Message;
        Assert.Equal(message.SentAt + TimeSpan.FromMinutes(5), message.ExpiresAt);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_message_that_vanished_is_not_delivered_any_more(bool swept)
    {
        await using var town = Town.Open();
        await town.Clock.TimersMadeAsync(1);
        var (ada, bob, chat) = await ConversationTests.ConversingAsync(town);
        var message = await ada.SendAsync(chat, Town.Saying("psst") with { ExpiresAfter = TimeSpan.FromSeconds(30) });
        await ada.EditAsync(chat, message, "pssst");
        await ada.ReactAsync(chat, message, "🤫");
        var lasting = await ada.SayAsync(chat, "hello");

        town.Clock.Advance(TimeSpan.FromSeconds(30));
        if (swept)
            await town.Network.SweepAsync(CancellationToken.None);

        Assert.Equal(lasting.Id, (await bob.ReceivedAsync<RemoteEvent.MessageUpserted>()).Message.Id);
        await Refused.AsAsync(NetworkFailure.NotFound, () => ada.EditAsync(chat, message, "too late"));
        await Refused.AsAsync(NetworkFailure.NotFound, () => bob.ReactAsync(chat, message, "👍"));
        await Refused.AsAsync(NetworkFailure.Rejected, () => ada.NotifyAsync(chat, message));
    }

    [Fact]
    public async Task The_cursor_moves_behind_what_vanished()
    {
        await using var town = Town.Open();
        await town.Clock.TimersMadeAsync(1);
        var (ada, bob, chat) = await ConversationTests.ConversingAsync(town);
        await bob.ReceivedAsync();
        var before = bob.Cursor;
        await ada.SendAsync(chat, Town.Saying("psst") with { ExpiresAfter = TimeSpan.FromSeconds(30) });
        town.Clock.Advance(TimeSpan.FromSeconds(30));

        Assert.Empty(await bob.NextBatchAsync());
        Assert.NotEqual(before, bob.Cursor);
    }

    [Fact]
    public async Task The_file_of_a_vanished_message_is_closed_at_once_and_swept_soon()
    {
        await using var town = Town.Open();
        await town.Clock.TimersMadeAsync(1);
        var (ada, bob, chat) = await ConversationTests.ConversingAsync(town);
        var message = new OutgoingMessage { Attachment = Town.Attachment("secret"), ExpiresAfter = TimeSpan.FromSeconds(30) };
        var sent = await ada.SendAsync(chat, message);
        Assert.Equal("secret", await bob.OpenFileAsync(sent.Media[0]));

        town.Clock.Advance(TimeSpan.FromSeconds(30));
        await Refused.AsAsync(NetworkFailure.NotFound, () => bob.OpenFileAsync(sent.Media[0]));
        town.Clock.Advance(TimeSpan.FromSeconds(30));
        await town.Clock.TimersMadeAsync(2);

        Assert.Empty(town.Files);
    }

    [Fact]
    public async Task What_vanished_while_the_network_was_closed_is_swept_at_its_start()
    {
        await using var town = Town.Open();
        var (ada, _, chat) = await ConversationTests.ConversingAsync(town);
        await ada.SendAsync(chat, new() { Attachment = Town.Attachment("secret"), ExpiresAfter = TimeSpan.FromHours(1) });
        await town.Clock.TimersMadeAsync(1);
        await town.Network.DisposeAsync();

        town.Clock.Advance(TimeSpan.FromHours(1));
        await town.ReopenAsync();
        await town.Clock.TimersMadeAsync(2);

        Assert.Empty(town.Files);
    }

    [Fact]
    public async Task An_impossible_timer_is_refused()
    {
        await using var town = Town.Open();
        var ada = await town.AddAsync("ada");

        foreach (var timer in new[] { TimeSpan.Zero, TimeSpan.FromSeconds(-1), TimeSpan.MaxValue })
        {
            await Refused.AsAsync(NetworkFailure.Rejected, () => ada.SendAsync(ada.Self, Town.Saying("x") with { ExpiresAfter = timer }));
        }
    }
}
