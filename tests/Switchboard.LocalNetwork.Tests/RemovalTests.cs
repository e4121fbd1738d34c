using Switchboard.Networks;

namespace Switchboard.LocalNetwork.Tests;

public sealed class RemovalTests
{
    [Fact]
    public async Task A_removed_identity_leaves_its_groups_and_its_direct_chats_become_read_only()
    {
        await using var town = Town.Open();
        var (ada, bob, chat) = await ConversationTests.ConversingAsync(town);
        var cid = await town.AddAsync("cid");
        var group = await bob.MakeGroupAsync("Friends", ada, cid);
        await ada.ReceivedAsync();
        await cid.ReceivedAsync();

        await town.Network.RemoveAsync(bob.Login, CancellationToken.None);
        await town.Network.RemoveAsync(bob.Login, CancellationToken.None);

        var changed = (await ada.ReceivedAsync()).Select(what => Assert.IsType<RemoteEvent.ChatUpserted>(what).Chat).ToList();
        Assert.Equal([chat.Id, group.Id], changed.Select(what => what.Id));
        Assert.Equal((true, true), (changed[0].IsReadOnly, changed[0].Participants[1].User.CannotMessage));
        Assert.Equal([ada.Id, cid.Id], changed[1].Participants.Select(participant => participant.User.Id));
        Assert.False(changed[1].IsReadOnly);
        Assert.Equal(group.Id, (await cid.ReceivedAsync<RemoteEvent.ChatUpserted>()).Chat.Id);
        await Refused.AsAsync(NetworkFailure.Rejected, () => ada.SayAsync(chat, "still there?"));
        await ada.SayAsync(group, "bob is gone");
    }

    [Fact]
    public async Task A_removed_identity_has_to_log_in_anew()
    {
        await using var town = Town.Open();
        var (ada, _, chat) = await ConversationTests.ConversingAsync(town);
        await ada.ReceivedAsync();
        var waiting = ada.WaitAsync();

        await town.Network.RemoveAsync(ada.Login, CancellationToken.None);

        await Refused.AsAsync(NetworkFailure.LoginExpired, () => waiting);
        await Refused.AsAsync(NetworkFailure.LoginExpired, () => ada.SayAsync(chat, "boo"));
        await Refused.AsAsync(NetworkFailure.LoginExpired, () => town.Network.OpenAsync(ada.Login, CancellationToken.None));
    }

    [Fact]
    public async Task Removing_an_unknown_login_is_no_error()
    {
        await using var town = Town.Open();

        await town.Network.RemoveAsync(new StoredLogin("nobody", ""), CancellationToken.None);

        await town.AddAsync("nobody");
    }

    [Fact]
    public async Task Whoever_comes_back_is_the_same_person_with_an_empty_view()
    {
        await using var town = Town.Open();
        var (ada, bob, chat) = await ConversationTests.ConversingAsync(town);
        var old = await ada.SendAsync(chat, new() { Attachment = Town.Attachment("old file") });
        await bob.SayAsync(bob.Self, "private");
        await town.Network.RemoveAsync(bob.Login, CancellationToken.None);
        await ada.ReceivedAsync();

        var back = await town.AddAsync("bob", "Robert");

        var writable = (await ada.ReceivedAsync<RemoteEvent.ChatUpserted>()).Chat;
        Assert.Equal((chat.Id, false), (writable.Id, writable.IsReadOnly));
        Assert.Equal((bob.Id, "Robert"), (writable.Participants[1].User.Id, writable.Participants[1].User.FullName));
        Assert.Empty(await back.ReceivedAsync());
        Assert.NotEqual(bob.Self.Id, back.Self.Id);
        await Refused.AsAsync(NetworkFailure.NotFound, () => back.SayAsync(chat, "too early"));
        Assert.Equal(chat.Id, (await back.OpenChatAsync(ada)).Id);
        await Refused.AsAsync(NetworkFailure.NotFound, () => back.ReactAsync(chat, old, "👍"));
        await Refused.AsAsync(NetworkFailure.NotFound, () => back.OpenFileAsync(old.Media[0]));
        Assert.Equal("old file", await ada.OpenFileAsync(old.Media[0]));
    }

    [Fact]
    public async Task Whoever_comes_back_learns_of_a_direct_chat_with_its_next_message()
    {
        await using var town = Town.Open();
        var (ada, bob, chat) = await ConversationTests.ConversingAsync(town);
        await ada.SayAsync(chat, "before");
        await town.Network.RemoveAsync(bob.Login, CancellationToken.None);
        var back = await town.AddAsync("bob");

        await ada.UpdateAsync(chat, new() { Expiry = TimeSpan.FromDays(1) });
        Assert.Empty(await back.ReceivedAsync());
        var sent = await ada.SayAsync(chat, "welcome back");

        var events = await back.ReceivedAsync();
        Assert.Equal(2, events.Count);
        Assert.Equal(chat.Id, Assert.IsType<RemoteEvent.ChatUpserted>(events[0]).Chat.Id);
        Assert.Equal(sent.Id, Assert.IsType<RemoteEvent.MessageUpserted>(events[1]).Message.Id);
    }

    [Fact]
    public async Task A_late_repeat_of_a_removal_does_not_take_the_new_identity_away()
    {
        await using var town = Town.Open();
        var ada = await town.AddAsync("ada");
        await town.Network.RemoveAsync(ada.Login, CancellationToken.None);
        var back = await town.AddAsync("ada");

        await town.Network.RemoveAsync(ada.Login, CancellationToken.None);

        Assert.Empty(await back.ReceivedAsync());
        await Refused.AsAsync(NetworkFailure.LoginExpired, () => town.Network.OpenAsync(ada.Login, CancellationToken.None));
    }

    [Fact]
    public async Task A_removed_owner_comes_back_when_the_installation_needs_a_first_login()
    {
        await using var town = Town.Open();
        var first = await town.Network.MakeFirstLoginAsync(CancellationToken.None);
        await town.Network.RemoveAsync(first.Login, CancellationToken.None);

        var second = await town.Network.MakeFirstLoginAsync(CancellationToken.None);

        Assert.Equal(first.Accounts, second.Accounts);
        await Person.ArriveAsync(town, second.Login);
    }

    [Fact]
    public async Task Rooms_without_anybody_left_go_with_their_files()
    {
        await using var town = Town.Open();
        var (ada, bob, chat) = await ConversationTests.ConversingAsync(town);
        var group = await ada.MakeGroupAsync("Friends", bob);
        await ada.SendAsync(chat, new() { Attachment = Town.Attachment("one") });
        await ada.SendAsync(group, new() { Attachment = Town.Attachment("two") });
        await ada.SendAsync(ada.Self, new() { Attachment = Town.Attachment("three") });
        Assert.Equal(3, town.Files.Length);

        await town.Network.RemoveAsync(ada.Login, CancellationToken.None);
        Assert.Equal(2, town.Files.Length);
        await town.Network.RemoveAsync(bob.Login, CancellationToken.None);

        Assert.Empty(town.Files);
    }
}
