using Switchboard.Networks;

namespace Switchboard.LocalNetwork.Tests;

public sealed class DeliveryTests
{
    [Fact]
    public async Task A_batch_that_was_not_acknowledged_comes_again_after_a_crash()
    {
        await using var town = Town.Open();
        var (ada, bob, chat) = await ConversationTests.ConversingAsync(town);
        await bob.ReceivedAsync();
        var before = bob.Cursor;
        var sent = await ada.SayAsync(chat, "hello");
        var first = await bob.NextBatchAsync();

        await town.CrashAsync();
        bob = await bob.AgainAsync(town, before);
        var second = await bob.NextBatchAsync();

        Assert.Equal(sent.Id, Assert.IsType<RemoteEvent.MessageUpserted>(Assert.Single(first)).Message.Id);
        Assert.Equivalent(first, second);
    }

    [Fact]
    public async Task A_stored_batch_does_not_come_again()
    {
        await using var town = Town.Open();
        var (ada, bob, chat) = await ConversationTests.ConversingAsync(town);
        await ada.SayAsync(chat, "hello");
        await bob.NextBatchAsync();

        await town.CrashAsync();
        bob = await bob.AgainAsync(town, bob.Cursor);

        Assert.Empty(await bob.ReceivedAsync());
    }

    [Fact]
    public async Task Fetched_text_does_not_stay_in_the_database()
    {
        await using var town = Town.Open();
        var (ada, bob, chat) = await ConversationTests.ConversingAsync(town);
        await ada.SayAsync(chat, "xyzzy-plugh");
        Assert.Contains("xyzzy-plugh", await town.RawDatabaseAsync(), StringComparison.Ordinal);

        bob = await bob.AgainAsync(town, null);
        await bob.ReceivedAsync();
        bob = await bob.AgainAsync(town, bob.Cursor);
        await bob.ReceivedAsync();

        Assert.DoesNotContain("xyzzy-plugh", await town.RawDatabaseAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_long_queue_comes_in_batches_and_in_order()
    {
        await using var town = Town.Open();
        var (ada, bob, chat) = await ConversationTests.ConversingAsync(town);
        var sent = new List<RemoteMessageId>();
        foreach (var number in Enumerable.Range(0, 450))
        {
            sent.Add((await ada.SayAsync(chat, $"{number}")).Id);
        }

        var batches = new[] { await bob.NextBatchAsync(), await bob.NextBatchAsync(), await bob.NextBatchAsync() };

        Assert.Equal([200, 200, 50], batches.Select(batch => batch.Count));
        Assert.Equal(sent, batches.SelectMany(batch => batch).Select(what => ((RemoteEvent.MessageUpserted)what).Message.Id));
    }

    [Fact]
    public async Task Whoever_waits_is_woken()
    {
        await using var town = Town.Open();
        var (ada, bob, chat) = await ConversationTests.ConversingAsync(town);
        await bob.ReceivedAsync();

        var waiting = bob.NextBatchAsync();
        await ada.SayAsync(chat, "hello");

        Assert.IsType<RemoteEvent.MessageUpserted>(Assert.Single(await waiting));
    }

    [Fact]
    public async Task The_newer_of_two_connections_receives_and_what_the_older_still_does_is_done()
    {
        await using var town = Town.Open();
        var (ada, bob, chat) = await ConversationTests.ConversingAsync(town);
        await bob.ReceivedAsync();
        var waiting = bob.WaitAsync();

        var newer = await bob.AgainAsync(town, bob.Cursor);
        await ada.SayAsync(chat, "hello");

        await Refused.AsAsync(NetworkFailure.Transient, () => waiting);
        await using var again = bob.Does.ReceiveAsync(bob.Cursor, CancellationToken.None).GetAsyncEnumerator();
        await Refused.AsAsync(NetworkFailure.Transient, () => again.MoveNextAsync().AsTask());
        await bob.SayAsync(chat, "still me");
        await ada.ReceivedAsync<RemoteEvent.MessageUpserted>();
        await newer.ReceivedAsync<RemoteEvent.MessageUpserted>();
        await bob.Does.DisposeAsync();
        await newer.SayAsync(chat, "me now");
        await ada.ReceivedAsync<RemoteEvent.MessageUpserted>();
    }

    [Fact]
    public async Task Receiving_ends_when_it_is_cancelled()
    {
        await using var town = Town.Open();
        var ada = await town.AddAsync("ada");
        await ada.ReceivedAsync();
        using var cancelling = new CancellationTokenSource();
        await using var batches = ada.Does.ReceiveAsync(ada.Cursor, cancelling.Token).GetAsyncEnumerator();

        var waiting = batches.MoveNextAsync();
        await cancelling.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await waiting);
    }

    [Fact]
    public async Task Stopping_the_network_ends_its_connections_for_now()
    {
        await using var town = Town.Open();
        var ada = await town.AddAsync("ada");
        await ada.ReceivedAsync();
        var waiting = ada.WaitAsync();

        await town.ReopenAsync();

        await Refused.AsAsync(NetworkFailure.Transient, () => waiting);
        await Refused.AsAsync(NetworkFailure.Transient, () => ada.SayAsync(ada.Self, "note"));
    }

    [Theory]
    [InlineData("no number")]
    [InlineData("999999999")]
    public async Task A_cursor_that_cannot_be_loses_nothing(string cursor)
    {
        await using var town = Town.Open();
        var (ada, bob, chat) = await ConversationTests.ConversingAsync(town);
        await ada.SayAsync(chat, "hello");

        bob = await bob.AgainAsync(town, cursor);

        Assert.Contains(await bob.ReceivedAsync(), what => what is RemoteEvent.MessageUpserted);
    }

    [Fact]
    public async Task Eight_people_writing_to_one_at_once_are_each_heard_once_and_in_order()
    {
        await using var town = Town.Open();
        var hub = await town.AddAsync("hub");
        var senders = new List<Person>();
        for (var i = 0; i < 8; i++)
        {
            senders.Add(await town.AddAsync($"sender{i}"));
        }

        var sending = Task.WhenAll(senders.Select(async sender =>
        {
            var chat = await sender.OpenChatAsync(hub);
            for (var i = 0; i < 50; i++)
            {
                // Every message is sent twice under one transaction, as after an answer that was lost.
                await Task.WhenAll(
                    sender.SendAsync(chat, Town.Saying($"{i}"), $"m{i}"), sender.SendAsync(chat, Town.Saying($"{i}"), $"m{i}"));
            }
        }));
        var heard = new List<RemoteMessage>();
        while (heard.Count < 400)
        {
            heard.AddRange((await hub.NextBatchAsync()).OfType<RemoteEvent.MessageUpserted>().Select(what => what.Message));
        }

        await sending;
        Assert.DoesNotContain(await hub.ReceivedAsync(), what => what is RemoteEvent.MessageUpserted);
        var perSender = heard.GroupBy(message => message.Sender.Id).ToList();
        Assert.Equal(8, perSender.Count);
        Assert.All(perSender, own => Assert.Equal(Enumerable.Range(0, 50).Select(i => $"{i}"), own.Select(message => message.Text!.Html)));
    }
}
