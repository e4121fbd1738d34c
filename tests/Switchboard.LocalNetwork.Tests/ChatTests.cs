using Switchboard.Networks;

namespace Switchboard.LocalNetwork.Tests;

public sealed class ChatTests
{
    [Fact]
    public async Task A_group_appears_to_all_its_members_each_with_its_own_account()
    {
        await using var town = Town.Open();
        var (ada, bob, cid) = (await town.AddAsync("ada"), await town.AddAsync("bob"), await town.AddAsync("cid"));

        var group = await bob.MakeGroupAsync("Friends", ada, cid);

        foreach (var person in new[] { ada, bob, cid })
        {
            var seen = (await person.ReceivedAsync<RemoteEvent.ChatUpserted>()).Chat;
            Assert.Equal((group.Id, "Friends", true), (seen.Id, seen.Title, seen.IsGroup));
            Assert.Equal($"local_{person.Login.RemoteId}", seen.AccountId);
            Assert.Equal([(bob.Id, true), (ada.Id, false), (cid.Id, false)], seen.Participants.Select(who => (who.User.Id, who.IsAdmin)));
        }

        await cid.SayAsync(group, "hello");
        await ada.ReceivedAsync<RemoteEvent.MessageUpserted>();
        await bob.ReceivedAsync<RemoteEvent.MessageUpserted>();
        Assert.Empty(await cid.ReceivedAsync());
    }

    [Fact]
    public async Task A_group_of_nobody_or_of_strangers_is_not_made()
    {
        await using var town = Town.Open();
        var (ada, bob) = (await town.AddAsync("ada"), await town.AddAsync("bob"));

        await Refused.AsAsync(NetworkFailure.Rejected, () => ada.MakeGroupAsync("Me", ada));
        await Refused.AsAsync(NetworkFailure.Rejected, () => ada.MakeGroupAsync(new string('x', 1001), bob));
        var stranger = await Refused.AsAsync(
            NetworkFailure.NotFound,
            () => ada.Does.CreateGroupAsync(ada.AccountId, [bob.Id, Town.IdOf("zoe")], "Us", new("t"), CancellationToken.None));

        Assert.Contains("\"zoe\"", stranger.Message, StringComparison.Ordinal);
        Assert.Empty(await bob.ReceivedAsync());
    }

    [Fact]
    public async Task Any_member_changes_a_group_for_all()
    {
        await using var town = Town.Open();
        var (ada, bob) = (await town.AddAsync("ada"), await town.AddAsync("bob"));
        var group = await ada.MakeGroupAsync(null, bob);
        await ada.ReceivedAsync();
        await bob.ReceivedAsync();

        var changed = await bob.UpdateAsync(
            group,
            new()
            {
                Title = "Friends",
                Description = "All of us",
                Avatar = Town.Attachment("picture", "us.png", "image/png"),
                Expiry = TimeSpan.FromHours(1),
            });

        var seen = (await ada.ReceivedAsync<RemoteEvent.ChatUpserted>()).Chat;
        Assert.Single(await bob.ReceivedAsync());
        Assert.Equal(("Friends", "All of us", TimeSpan.FromHours(1)), (seen.Title, seen.Description, seen.Expiry!.Value));
        Assert.Equal("us.png", seen.Avatar!.Info.FileName);
        Assert.Equal("picture", await ada.OpenFileAsync(seen.Avatar.Id));
        Assert.Equal(("local_bob", "local_ada"), (changed.AccountId, seen.AccountId));
    }

    [Fact]
    public async Task Properties_are_taken_away_and_the_same_change_again_is_told_to_nobody()
    {
        await using var town = Town.Open();
        var (ada, bob) = (await town.AddAsync("ada"), await town.AddAsync("bob"));
        var group = await ada.MakeGroupAsync("Friends", bob);
        var picture = Town.Attachment("p", "p.png", "image/png");
        var all = new ChatStateChange { Title = "T", Description = "D", Avatar = picture, Expiry = TimeSpan.FromHours(1) };
        var none = new ChatStateChange { Title = "", Description = "", RemoveAvatar = true, Expiry = TimeSpan.Zero };
        await ada.UpdateAsync(group, all);
        await bob.ReceivedAsync();

        await ada.UpdateAsync(group, all);
        Assert.Empty(await bob.ReceivedAsync());
        await ada.UpdateAsync(group, none);
        await ada.UpdateAsync(group, none);

        var seen = (await bob.ReceivedAsync<RemoteEvent.ChatUpserted>()).Chat;
        Assert.Equal((null, null, null, null), (seen.Title, seen.Description, seen.Avatar, seen.Expiry));
        Assert.Empty(town.Files);
    }

    [Fact]
    public async Task A_change_happens_whole_or_not_at_all()
    {
        await using var town = Town.Open();
        var (ada, bob, chat) = await ConversationTests.ConversingAsync(town);
        var group = await ada.MakeGroupAsync("Friends", bob);
        await bob.ReceivedAsync();

        await IsRefusedAsync(group, new() { Title = "New", Description = new string('x', 10_001) });
        await IsRefusedAsync(group, new() { Title = "New", Expiry = TimeSpan.FromSeconds(-1) });
        await IsRefusedAsync(group, new() { Title = "New", Avatar = Town.Attachment("text") });
        await IsRefusedAsync(chat, new() { Title = "Us", Expiry = TimeSpan.FromHours(1) });
        await IsRefusedAsync(ada.Self, new() { Title = "Diary" });

        Assert.Empty(await bob.ReceivedAsync());
        Assert.Equal("Friends", (await ada.UpdateAsync(group, new())).Title);
        Assert.Null((await ada.OpenChatAsync(bob)).Expiry);

        Task IsRefusedAsync(RemoteChat changed, ChatStateChange change) =>
            Refused.AsAsync(NetworkFailure.Rejected, () => ada.UpdateAsync(changed, change));
    }

    [Fact]
    public async Task The_timer_changes_in_every_kind_of_chat()
    {
        await using var town = Town.Open();
        var (ada, bob, chat) = await ConversationTests.ConversingAsync(town);

        Assert.Equal(TimeSpan.FromDays(7), (await ada.UpdateAsync(ada.Self, new() { Expiry = TimeSpan.FromDays(7) })).Expiry);
        Assert.Equal(TimeSpan.FromDays(7), (await ada.UpdateAsync(chat, new() { Expiry = TimeSpan.FromDays(7) })).Expiry);
        Assert.Equal(TimeSpan.FromDays(7), (await bob.ReceivedAsync<RemoteEvent.ChatUpserted>()).Chat.Expiry);
    }

    [Fact]
    public async Task Capabilities_say_what_each_kind_of_chat_can_do()
    {
        await using var town = Town.Open();
        var (ada, bob, chat) = await ConversationTests.ConversingAsync(town);
        var group = (await ada.MakeGroupAsync("Friends", bob)).Capabilities;
        var (direct, self) = (chat.Capabilities, ada.Self.Capabilities);

        Assert.Equal((CapabilityLevel.Full, CapabilityLevel.Full, CapabilityLevel.Full), (group.Title, group.Description, group.Avatar));
        Assert.Equal((CapabilityLevel.Unsupported, CapabilityLevel.Unsupported), (direct.Title, self.Avatar));
        Assert.Equal((true, true), (direct.ReadReceipts, direct.TypingNotifications));
        Assert.Equal((false, false), (self.ReadReceipts, self.TypingNotifications));
        Assert.All([group, direct, self], capabilities =>
        {
            Assert.Equal(14, capabilities.Formatting.Count);
            Assert.Equal(7, capabilities.Attachments.Count);
            Assert.All(capabilities.Attachments.Values, attachment => Assert.Equal(500L * 1024 * 1024, attachment.MaxSize));
            Assert.Equal((65536, CapabilityLevel.Full), (capabilities.MaxTextLength!.Value, capabilities.Expiry));
            Assert.Equal([DisappearingTimerType.AfterSend], capabilities.DisappearingTimer!.Types);
            Assert.False(capabilities.DeleteChat);
            Assert.Equal(new ParticipantActionCapabilities(), capabilities.ParticipantActions);
        });
    }
}
