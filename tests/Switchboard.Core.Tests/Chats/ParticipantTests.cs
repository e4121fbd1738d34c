using Switchboard.Networks;
using Switchboard.Testing;
using Xunit;

namespace Switchboard.Core.Tests.Chats;

public sealed class ParticipantTests
{
    [Fact]
    public async Task Those_who_are_wanted_and_not_known_are_fetched_once_and_kept()
    {
        await using var home = await TestInstallation.StartAsync();
        await home.TellAsync(new RemoteEvent.ChatUpserted(Make.Chat("c1", "me", "ada", "bob") with { ParticipantTotal = 6 }));
        home.Network.ChatAnswer = () => Make.Chat("c1", "me", "ada", "bob", "cleo", "dan", "eve");
        var id = home.ChatId("c1");
        Assert.Equal((3, 6, "Ada, Bob and 3 more"), (home.Chat("c1").Participants.Count, home.Chat("c1").ParticipantCount, home.Chat("c1").Title));
        Assert.Equal(2, (await home.Chats.GetAsync(home.Owner, id, 2, CancellationToken.None)).Participants.Count);
        Assert.Empty(home.Network.Calls);
        for (var time = 0; time < 2; time++)
        {
            Assert.Equal(6, (await home.Chats.GetAsync(home.Owner, id, -1, CancellationToken.None)).Participants.Count);
        }

        Assert.Equal(["participants c1"], home.Network.Calls);
        // Told in part again: those known before stay, and who is new joins them.
        await home.TellAsync(new RemoteEvent.ChatUpserted(Make.Chat("c1", "me", "ada", "zoe") with { ParticipantTotal = 7 }));
        Assert.Equal(7, (await home.Chats.GetAsync(home.Owner, id, -1, CancellationToken.None)).Participants.Count);
        Assert.Single(home.Network.Calls);
        // Fewer than are known: somebody has left, and who is asked again.
        await home.TellAsync(new RemoteEvent.ChatUpserted(Make.Chat("c1", "me", "ada", "zoe") with { ParticipantTotal = 5 }));
        home.Network.ChatAnswer = () => Make.Chat("c1", "me", "ada", "bob", "cleo", "zoe");
        Assert.Equal(5, (await home.Chats.GetAsync(home.Owner, id, -1, CancellationToken.None)).Participants.Count);
    }

    [Fact]
    public async Task A_network_that_is_away_keeps_nobody_back()
    {
        await using var home = await TestInstallation.StartAsync();
        await home.TellAsync(new RemoteEvent.ChatUpserted(Make.Chat("c1", "me", "ada", "bob") with { ParticipantTotal = 6 }));
        home.Network.CallFailure = new NetworkException(NetworkFailure.Transient, "Away.");
        var chat = await home.Chats.GetAsync(home.Owner, home.ChatId("c1"), -1, CancellationToken.None);
        Assert.Equal((3, 6), (chat.Participants.Count, chat.ParticipantCount));
    }

    [Fact]
    public async Task Somebody_named_may_be_there_though_not_everybody_is_known()
    {
        await using var home = await TestInstallation.StartAsync();
        await home.TellAsync(
            new RemoteEvent.ChatUpserted(Make.Chat("c1", "me", "ada", "bob") with { ParticipantTotal = 6 }), Make.ChatIs("c2", "me", "ada", "bob"));
        foreach (var chat in new[] { "c1", "c2" })
        {
            var (_, id) = await home.Messages.SendAsync(
                home.Owner, home.ChatId(chat), new Core.Messages.SendRequest { Text = chat, Mentions = [Make.UserId("dan"), "nobody"] },
                Make.Identity(chat), CancellationToken.None);
            await home.UntilSentAsync(id);
        }

        Assert.Equal([[Make.UserId("dan")], []], home.Network.Delivered.Select(send => send.Message.Mentions.ToArray()));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(2)]
    public async Task Who_only_serves_a_chat_is_listed_and_does_not_count(int? total)
    {
        await using var home = await TestInstallation.StartAsync();
        var bot = new RemoteParticipant(Make.User("bot") with { CannotMessage = true }, IsNetworkBot: true);
        var told = Make.Chat("c1", "me", "ada") with { ParticipantTotal = total };

        for (var time = 0; time < 2; time++)
        {
            await home.TellAsync(new RemoteEvent.ChatUpserted(told with { Participants = [.. told.Participants, bot] }));

            var chat = home.Chat("c1");
            Assert.Equal((3, 2, false, "Ada"), (chat.Participants.Count, chat.ParticipantCount, chat.IsPartial, chat.Title));
            Assert.Equal([Make.UserId("bot")], chat.Participants.Where(one => one.IsService).Select(one => one.Contact.UserId));
        }
    }

    [Fact]
    public async Task Among_people_of_whom_some_are_known_only_those_who_talk_count()
    {
        await using var home = await TestInstallation.StartAsync();
        var bot = new RemoteParticipant(Make.User("bot") with { CannotMessage = true }, IsNetworkBot: true);
        var told = Make.Chat("c1", "me", "ada", "bob") with { ParticipantTotal = 5 };

        for (var time = 0; time < 2; time++)
        {
            await home.TellAsync(new RemoteEvent.ChatUpserted(told with { Participants = [.. told.Participants, bot] }));
            Assert.Equal((4, 5, true), (home.Chat("c1").Participants.Count, home.Chat("c1").ParticipantCount, home.Chat("c1").IsPartial));
        }
    }

    [Fact]
    public async Task Neither_who_serves_chats_nor_another_name_of_the_owner_is_a_contact()
    {
        await using var home = await TestInstallation.StartAsync();
        var bot = new RemoteParticipant(Make.User("bot") with { CannotMessage = true }, IsNetworkBot: true);
        var told = Make.Chat("c1", "me", "ada", "ghost");
        await home.TellAsync(
            new RemoteEvent.ChatUpserted(told with { Participants = [.. told.Participants, bot] }), Make.Says("ghost", "c1", "$1"),
            new RemoteEvent.SenderIsOwner(new("c1"), new(Make.UserId("ghost"))));

        var contacts = home.Contacts.List(home.Owner, home.Chat("c1").AccountId, null, Make.Page(10)).Items;

        Assert.Equal([Make.UserId("ada")], contacts.Select(contact => contact.UserId));
    }
}
