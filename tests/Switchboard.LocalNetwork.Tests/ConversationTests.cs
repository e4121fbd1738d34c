using Switchboard.Networks;

namespace Switchboard.LocalNetwork.Tests;

public sealed class ConversationTests
{
    [Fact]
    public async Task Two_identities_converse_each_in_its_own_chat()
    {
        await using var town = Town.Open();
        var (ada, bob) = (await town.AddAsync("ada", "Ada"), await town.AddAsync("bob", "Bob"));
        var chat = await ada.OpenChatAsync(bob);
        Assert.Equal("local_ada", chat.AccountId);
        Assert.Empty(await bob.ReceivedAsync());

        var hello = await ada.SendAsync(chat, new() { Text = new("<b>hello</b>", true), Mentions = [bob.Id.Value] });
        var arrived = await bob.ReceivedAsync();
        var answer = await bob.SendAsync(chat, Town.Saying("hi") with { ReplyTo = hello.Id });
        var answered = (await ada.ReceivedAsync<RemoteEvent.MessageUpserted>()).Message;

        var shown = Assert.IsType<RemoteEvent.ChatUpserted>(arrived[0]).Chat;
        Assert.Equal((chat.Id, "local_bob", false, false), (shown.Id, shown.AccountId, shown.IsGroup, shown.IsReadOnly));
        Assert.Equal([ada.Id, bob.Id], shown.Participants.Select(participant => participant.User.Id));
        var message = Assert.IsType<RemoteEvent.MessageUpserted>(arrived[1]).Message;
        Assert.Equal(2, arrived.Count);
        Assert.Equal((hello.Id, chat.Id, town.Clock.GetUtcNow()), (message.Id, message.Chat, message.SentAt));
        Assert.Equal(new RemoteUser { Id = ada.Id, Username = "ada", FullName = "Ada" }, message.Sender);
        Assert.Equal(new MessageText("<b>hello</b>", true), message.Text);
        Assert.Equal([bob.Id.Value], message.Mentions!);
        Assert.Equal((answer.Id, hello.Id), (answered.Id, answered.ReplyTo));
        Assert.Empty(await bob.ReceivedAsync());
    }

    [Fact]
    public async Task The_direct_chat_of_two_people_is_one_whoever_opens_it()
    {
        await using var town = Town.Open();
        var (ada, bob) = (await town.AddAsync("ada"), await town.AddAsync("bob"));

        var first = await ada.OpenChatAsync(bob);
        var second = await bob.OpenChatAsync(ada);

        Assert.Equal(first.Id, second.Id);
        Assert.Equal(("local_ada", "local_bob"), (first.AccountId, second.AccountId));
        await ada.SayAsync(first, "hello");
        await bob.ReceivedAsync<RemoteEvent.MessageUpserted>();
    }

    [Fact]
    public async Task An_edit_reaches_everybody_and_its_author()
    {
        await using var town = Town.Open();
        var (ada, bob, chat) = await ConversingAsync(town);
        var message = await ada.SayAsync(chat, "helo");
        await bob.ReceivedAsync();

        town.Clock.Advance(TimeSpan.FromMinutes(1));
        var at = await ada.EditAsync(chat, message, "hello");

        var expected = new RemoteEvent.MessageEdited(chat.Id, message.Id, Town.Text("hello"), [], town.Clock.GetUtcNow());
        Assert.Equal(town.Clock.GetUtcNow(), at);
        Assert.Equivalent(expected, await bob.ReceivedAsync<RemoteEvent.MessageEdited>());
        Assert.Equivalent(expected, await ada.ReceivedAsync<RemoteEvent.MessageEdited>());
    }

    [Fact]
    public async Task Every_edit_is_later_than_the_one_before_whatever_the_clock_says()
    {
        await using var town = Town.Open();
        var (ada, bob, chat) = await ConversingAsync(town);
        var message = await ada.SayAsync(chat, "zero");
        await bob.ReceivedAsync();
        var times = new List<DateTimeOffset> { town.Clock.GetUtcNow() };

        foreach (var text in (string[])["one", "two", "three", "four"])
        {
            if (text == "three")
                town.Clock.Jump(TimeSpan.FromDays(-1));
            times.Add(await ada.EditAsync(chat, message, text));
        }

        Assert.Equal(times.Distinct().Order(), times);
        foreach (var reader in (Person[])[ada, bob])
        {
            var edits = (await reader.ReceivedAsync()).OfType<RemoteEvent.MessageEdited>().ToList();
            Assert.Equal(edits.Select(edit => edit.EditedAt).Order(), edits.Select(edit => edit.EditedAt));
            Assert.Equal((Town.Text("four"), times[^1]), (edits[^1].Text, edits[^1].EditedAt));
        }

        town.Clock.Advance(TimeSpan.FromDays(2));
        Assert.Equal(town.Clock.GetUtcNow(), await ada.EditAsync(chat, message, "five"));
    }

    [Fact]
    public async Task A_deletion_reaches_everybody_once_however_often_it_is_asked_for()
    {
        await using var town = Town.Open();
        var (ada, bob, chat) = await ConversingAsync(town);
        var message = await ada.SayAsync(chat, "oops");
        await bob.ReceivedAsync();

        await ada.DeleteAsync(chat, message);
        await ada.DeleteAsync(chat, message);

        var expected = new RemoteEvent.MessageRemoved(chat.Id, message.Id);
        Assert.Equal(expected, await bob.ReceivedAsync<RemoteEvent.MessageRemoved>());
        Assert.Equal(expected, await ada.ReceivedAsync<RemoteEvent.MessageRemoved>());
        await Refused.AsAsync(NetworkFailure.NotFound, () => ada.EditAsync(chat, message, "again"));
        await Refused.AsAsync(NetworkFailure.NotFound, () => bob.ReactAsync(chat, message, "👍"));
    }

    [Fact]
    public async Task A_message_deleted_before_it_was_fetched_arrives_without_its_content()
    {
        await using var town = Town.Open();
        var (ada, bob, chat) = await ConversingAsync(town);
        var sent = await ada.SendAsync(chat, Town.Saying("unfortunate") with { Attachment = Town.Attachment("embarrassing") });
        await ada.EditAsync(chat, sent, "regrettable");
        await ada.DeleteAsync(chat, sent);

        var events = await bob.ReceivedAsync();

        var message = Assert.IsType<RemoteEvent.MessageUpserted>(events[0]).Message;
        Assert.Equal((sent.Id, null), (message.Id, message.Text));
        Assert.Empty(message.Attachments);
        Assert.Equal(new RemoteEvent.MessageRemoved(chat.Id, sent.Id), Assert.IsType<RemoteEvent.MessageRemoved>(events[1]));
        Assert.Equal(2, events.Count);
        Assert.Empty(town.Files);
    }

    [Fact]
    public async Task Only_the_sender_can_edit_or_delete()
    {
        await using var town = Town.Open();
        var (ada, bob, chat) = await ConversingAsync(town);
        var message = await ada.SayAsync(chat, "mine");

        await Refused.AsAsync(NetworkFailure.Rejected, () => bob.EditAsync(chat, message, "yours"));
        await Refused.AsAsync(NetworkFailure.Rejected, () => bob.DeleteAsync(chat, message));
    }

    [Fact]
    public async Task Reactions_come_and_go_once()
    {
        await using var town = Town.Open();
        var (ada, bob, chat) = await ConversingAsync(town);
        var message = await ada.SayAsync(chat, "hello");
        await bob.ReceivedAsync();

        await bob.ReactAsync(chat, message, "👍");
        await bob.ReactAsync(chat, message, "👍");
        await bob.ReactAsync(chat, message, "party");
        await bob.UnreactAsync(chat, message, "👍");
        await bob.UnreactAsync(chat, message, "👍");

        RemoteEvent[] expected =
        [
            new RemoteEvent.ReactionAdded(chat.Id, message.Id, bob.Id, "👍"),
            new RemoteEvent.ReactionAdded(chat.Id, message.Id, bob.Id, "party"),
            new RemoteEvent.ReactionRemoved(chat.Id, message.Id, bob.Id, "👍"),
        ];
        Assert.Equal(expected, await ada.ReceivedAsync());
        Assert.Equal(expected, await bob.ReceivedAsync());
        await Refused.AsAsync(NetworkFailure.Rejected, () => bob.ReactAsync(chat, message, ""));
        await Refused.AsAsync(NetworkFailure.Rejected, () => bob.ReactAsync(chat, message, new string('x', 101)));
    }

    [Fact]
    public async Task What_is_no_message_is_refused()
    {
        await using var town = Town.Open();
        var (ada, bob, chat) = await ConversingAsync(town);
        var note = await ada.SayAsync(ada.Self, "for me");

        await Refused.AsAsync(NetworkFailure.Rejected, () => ada.SendAsync(chat, new()));
        await Refused.AsAsync(NetworkFailure.Rejected, () => ada.SayAsync(chat, new string('x', 700_000)));
        await Refused.AsAsync(NetworkFailure.NotFound, () => ada.SendAsync(chat, Town.Saying("re") with { ReplyTo = note.Id }));
        await Refused.AsAsync(NetworkFailure.NotFound, () => ada.EditAsync(chat, note, "moved"));
        await Refused.AsAsync(NetworkFailure.NotFound, () => ada.ReactAsync(chat, note, "👍"));
        Assert.Empty(await bob.ReceivedAsync());
    }

    [Fact]
    public async Task A_chat_is_there_for_its_members_alone()
    {
        await using var town = Town.Open();
        var (ada, _, chat) = await ConversingAsync(town);
        var message = await ada.SayAsync(chat, "secret");
        var eve = await town.AddAsync("eve");

        await Refused.AsAsync(NetworkFailure.NotFound, () => eve.SayAsync(chat, "let me in"));
        await Refused.AsAsync(NetworkFailure.NotFound, () => eve.ReactAsync(chat, message, "👀"));
        await Refused.AsAsync(NetworkFailure.NotFound, () => eve.UnreactAsync(chat, message, "👀"));
        await Refused.AsAsync(NetworkFailure.NotFound, () => eve.EditAsync(chat, message, "changed"));
        await Refused.AsAsync(NetworkFailure.NotFound, () => eve.DeleteAsync(chat, message));
        await Refused.AsAsync(NetworkFailure.NotFound, () => eve.ReadAsync(chat, message));
        await Refused.AsAsync(NetworkFailure.NotFound, () => eve.TypeAsync(chat));
        await Refused.AsAsync(NetworkFailure.NotFound, () => eve.MuteAsync(chat));
        await Refused.AsAsync(NetworkFailure.NotFound, () => eve.NotifyAsync(chat, message));
        await Refused.AsAsync(NetworkFailure.NotFound, () => eve.UpdateAsync(chat, new() { Expiry = TimeSpan.FromDays(1) }));
        await Refused.AsAsync(NetworkFailure.NotFound, () => eve.SayAsync(ada.Self, "dear diary"));
        Assert.Empty(await eve.ReceivedAsync());
    }

    [Fact]
    public async Task A_note_to_self_needs_nobody_else()
    {
        await using var town = Town.Open();
        var ada = await town.AddAsync("ada");

        var note = await ada.SayAsync(ada.Self, "buy milk");
        await ada.EditAsync(ada.Self, note, "buy oat milk");

        Assert.Equal("buy oat milk", (await ada.ReceivedAsync<RemoteEvent.MessageEdited>()).Text.Html);
    }

    internal static async Task<(Person Ada, Person Bob, RemoteChat Chat)> ConversingAsync(Town town)
    {
        var (ada, bob) = (await town.AddAsync("ada", "Ada"), await town.AddAsync("bob", "Bob"));
        var chat = await ada.OpenChatAsync(bob);
        await bob.OpenChatAsync(ada);
        return (ada, bob, chat);
    }
}
