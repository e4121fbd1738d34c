using Switchboard.Core.Messages;
using Switchboard.Networks;
using Switchboard.Testing;
using Xunit;

namespace Switchboard.Core.Tests.Receiving;

/// <summary>An invitation that is accepted by writing into it, and turns out to belong to another account meanwhile.</summary>
public sealed class MovedInvitationTests
{
    private static readonly NetworkException Transient = new(NetworkFailure.Transient, "Not now.");

    [Theory]
    [InlineData("me")]
    [InlineData("bridged")]
    public async Task The_first_message_is_tried_again_where_the_chat_has_gone_and_arrives_once(string self)
    {
        await using var home = await InvitedAsync();
        var chat = home.ChatId("room");
        var id = await home.SendAsync("room", "yes!");
        var send = await home.Network.NextSendAsync();

        await home.TellAsync(Accepted(self));
        home.Network.HoldsSends = false;
        send.Fail(Transient);
        await home.UntilAsync(db => db.QueryInt64("SELECT attempts FROM outbox") == 1);
        home.Pass(TimeSpan.FromMinutes(1));
        await home.UntilSentAsync(id);
        await home.TellAsync(Accepted(self));

        Assert.Equal((chat, 1), (home.ChatId("room", "bridged"), home.Number("SELECT count(*) FROM chat")));
        Assert.Equal("yes!", Assert.Single(home.Network.Delivered).Message.Text?.Html);
        Assert.Single(home.Network.Attempts.Select(attempt => attempt.Transaction).Distinct());
        var message = Assert.Single(home.Messages.List(home.Owner, chat, Make.Page()).Items);
        Assert.Equal((id, true, Make.UserId(self)), ($"{message.Id}", message.IsMine, message.SenderId));
        Assert.Equal(SendStatus.Success, message.SendStatus!.State);
        Assert.Empty(home.Database.Read(Core.Verification.StoreChecks.Run));
    }

    [Theory]
    [InlineData("me")]
    [InlineData("bridged")]
    public async Task The_echo_of_the_first_message_is_that_message_and_a_refusal_is_shown_in_it(string self)
    {
        await using var home = await InvitedAsync();
        var chat = home.ChatId("room");
        var first = await home.SendAsync("room", "one");
        var send = await home.Network.NextSendAsync();
        await home.TellAsync(Accepted(self));

        await home.TellAsync(new RemoteEvent.MessageUpserted(
            Make.Message("room", send.Take().Id.Value, self, "one") with { Transaction = send.Transaction }));
        await home.UntilSentAsync(first);
        send.Accept();
        var (_, second) = await home.Messages.SendAsync(
            home.Owner, chat, Make.Text("two"), Make.Identity("two"), CancellationToken.None);
        (await home.Network.NextSendAsync()).Fail(new NetworkException(NetworkFailure.Rejected, "No."));

        await home.UntilSentAsync(second, SendStatus.Permanent);
        Assert.Equal([second, first], home.Messages.List(home.Owner, chat, Make.Page()).Items.Select(message => $"{message.Id}"));
    }

    [Fact]
    public async Task Whom_only_that_chat_made_known_the_account_before_knows_no_more()
    {
        await using var home = await InvitedAsync();
        await home.TellAsync(Make.ChatIs("other", "me", "bob"), Make.Says("zoe", "room", "$1"), Make.Reacts("bob", "room", "$1", "👍"));

        await home.TellAsync(Accepted("me"));

        Assert.Equal(["Bob"], Known("scripted_me"));
        Assert.Equal(["Ada", "Bob", "Zoe"], Known("scripted_bridged"));
        Assert.Equal(2, home.Chats.Get(home.Owner, home.ChatId("room", "bridged"), -1).Participants.Count);

        IEnumerable<string?> Known(string account) =>
            home.Contacts.List(home.Owner, account, null, Make.Page(10)).Items.Select(contact => contact.FullName);
    }

    [Fact]
    public async Task Who_is_the_owner_on_the_account_it_goes_to_wrote_as_the_owner_and_clients_learn_it()
    {
        await using var home = await InvitedAsync();
        await home.TellAsync(Make.Says("bridged", "room", "$1", "apple"), Make.Says("ada", "room", "$2", "banana"));
        var log = home.LogEnd;

        await home.TellAsync(Accepted("bridged"));

        var chat = home.Chats.Get(home.Owner, home.ChatId("room", "bridged"), -1);
        var messages = home.Messages.List(home.Owner, chat.Id, Make.Page()).Items;
        Assert.Equal([false, true], messages.Select(message => message.IsMine));
        Assert.Equal(1, chat.Unread);
        Assert.All(messages, message => Assert.Contains(home.LogAfter(log), line =>
            line.StartsWith("message.upserted", StringComparison.Ordinal) && line.Contains($"\"{message.Id}\"", StringComparison.Ordinal)));
        Assert.Empty(home.Database.Read(Core.Verification.StoreChecks.Run));
    }

    private static async Task<TestInstallation> InvitedAsync()
    {
        var home = await TestInstallation.StartAsync(new ScriptedNetwork { HoldsSends = true });
        await home.TellAsync(new RemoteEvent.ChatUpserted(Make.Chat("room") with { IsInvitation = true }));
        return home;
    }

    private static RemoteEvent[] Accepted(string self) =>
    [
        new RemoteEvent.AccountUpserted(Make.Account("bridged") with { Self = Make.User(self), Network = "Bridged" }),
        new RemoteEvent.ChatUpserted(Make.Chat("room", self) with { AccountId = "scripted_bridged" }),
    ];
}
