using Switchboard.Networks;

namespace Switchboard.LocalNetwork.Tests;

public sealed class TransactionTests
{
    [Fact]
    public async Task A_send_repeated_after_a_crash_has_the_same_answer_and_no_second_effect()
    {
        await using var town = Town.Open();
        var (ada, bob, chat) = await ConversationTests.ConversingAsync(town);
        var message = Town.Saying("once") with { Attachment = Town.Attachment("file") };
        var first = await ada.SendAsync(chat, message, "t1");

        await town.CrashAsync();
        (ada, bob) = (await ada.AgainAsync(town, ada.Cursor), await bob.AgainAsync(town, null));
        var second = await ada.SendAsync(chat, message, "t1");

        Assert.Equal(first.Id, second.Id);
        Assert.Equal(first.Media, second.Media);
        Assert.Single((await bob.ReceivedAsync()).OfType<RemoteEvent.MessageUpserted>());
    }

    [Fact]
    public async Task A_send_is_answered_again_even_when_it_would_be_refused_now()
    {
        await using var town = Town.Open();
        var (ada, bob, chat) = await ConversationTests.ConversingAsync(town);
        var first = await ada.SendAsync(chat, Town.Saying("once"), "t1");
        await town.Network.RemoveAsync(bob.Login, CancellationToken.None);

        Assert.Equal(first.Id, (await ada.SendAsync(chat, Town.Saying("once"), "t1")).Id);
        await Refused.AsAsync(NetworkFailure.Rejected, () => ada.SendAsync(chat, Town.Saying("twice"), "t2"));
    }

    [Fact]
    public async Task The_same_transaction_of_two_people_is_two()
    {
        await using var town = Town.Open();
        var (ada, bob, chat) = await ConversationTests.ConversingAsync(town);

        var first = await ada.SendAsync(chat, Town.Saying("a"), "t1");
        var second = await bob.SendAsync(chat, Town.Saying("b"), "t1");

        Assert.NotEqual(first.Id, second.Id);
    }

    [Fact]
    public async Task An_edit_and_a_group_are_made_once_too()
    {
        await using var town = Town.Open();
        var (ada, bob, chat) = await ConversationTests.ConversingAsync(town);
        var message = await ada.SayAsync(chat, "helo");
        await bob.ReceivedAsync();

        var firstEdit = await EditAsync();
        var firstGroup = await GroupAsync();
        town.Clock.Advance(TimeSpan.FromHours(1));
        await town.CrashAsync();
        (ada, bob) = (await ada.AgainAsync(town, ada.Cursor), await bob.AgainAsync(town, bob.Cursor));

        Assert.Equal(firstEdit, await EditAsync());
        Assert.Equal(firstGroup.Id, (await GroupAsync()).Id);
        Assert.Equal(["MessageEdited", "ChatUpserted"], (await bob.ReceivedAsync()).Select(what => what.GetType().Name));

        Task<DateTimeOffset> EditAsync() => ada.Does.EditAsync(chat.Id, message.Id, Town.Text("hello"), [], new("e1"), default);
        Task<RemoteChat> GroupAsync() => ada.Does.CreateGroupAsync(ada.AccountId, [bob.Id], "Friends", new("e1"), default);
    }

    [Fact]
    public async Task Answers_are_kept_for_thirty_days()
    {
        await using var town = Town.Open();
        var (ada, _, chat) = await ConversationTests.ConversingAsync(town);
        var first = await ada.SendAsync(chat, Town.Saying("once"), "t1");

        town.Clock.Advance(TimeSpan.FromDays(29));
        await town.Network.SweepAsync(CancellationToken.None);
        var within = await ada.SendAsync(chat, Town.Saying("once"), "t1");
        town.Clock.Advance(TimeSpan.FromDays(2));
        await town.Network.SweepAsync(CancellationToken.None);
        var after = await ada.SendAsync(chat, Town.Saying("once"), "t1");

        Assert.Equal(first.Id, within.Id);
        Assert.NotEqual(first.Id, after.Id);
    }
}
