using Switchboard.Networks;
using Switchboard.Testing;
using Xunit;

namespace Switchboard.Core.Tests.Chats;

public sealed class InvitationTests
{
    [Fact]
    public async Task An_invitation_can_be_accepted_and_is_a_chat_then()
    {
        await using var home = await InvitedAsync();
        var chat = home.Chat("c1");
        Assert.Equal((true, CapabilityLevel.Full), (chat.IsInvitation, chat.Capabilities.MessageRequest!.AcceptWithButton));
        Assert.True(chat.Participants.Single(participant => participant.Contact.IsSelf).IsPending);
        var accepted = await home.Chats.AcceptAsync(home.Owner, chat.Id, CancellationToken.None);
        Assert.Equal(["accept c1"], home.Network.Calls);
        Assert.Equal((false, null), (accepted.IsInvitation, accepted.Capabilities.MessageRequest));
        Assert.DoesNotContain(accepted.Participants, participant => participant.IsPending);
        var refused = await Assert.ThrowsAsync<RefusedException>(() => home.Chats.AcceptAsync(home.Owner, chat.Id, CancellationToken.None));
        Assert.Equal(Refusal.Conflict, refused.Reason);
        await Assert.ThrowsAsync<RefusedException>(() => home.Chats.DeclineAsync(home.Owner, chat.Id, CancellationToken.None));
    }

    [Fact]
    public async Task An_invitation_that_is_declined_is_gone()
    {
        await using var home = await InvitedAsync();
        var id = home.ChatId("c1");
        await home.Chats.DeclineAsync(home.Owner, id, CancellationToken.None);
        Assert.Equal(["decline c1"], home.Network.Calls);
        Assert.Equal(0, home.Number("SELECT count(*) FROM chat"));
        await home.TellAsync(new RemoteEvent.ChatRemoved(new RemoteChatId("c1")));
        Assert.Equal($"chat.deleted [\"{id}\"]", home.LogAfter(0)[^1]);
    }

    [Fact]
    public async Task A_failing_network_leaves_the_invitation()
    {
        await using var home = await InvitedAsync();
        home.Network.CallFailure = new NetworkException(NetworkFailure.Transient, "Away.");
        await Assert.ThrowsAsync<NetworkException>(() => home.Chats.AcceptAsync(home.Owner, home.ChatId("c1"), CancellationToken.None));
        Assert.True(home.Chat("c1").IsInvitation);
        await using var bare = await TestInstallation.StartAsync(new ScriptedNetwork(bare: true));
        await bare.TellAsync(new RemoteEvent.ChatUpserted(Make.Chat("c1") with { IsInvitation = true }));
        var refused = await Assert.ThrowsAsync<RefusedException>(
            () => bare.Chats.AcceptAsync(bare.Owner, bare.ChatId("c1"), CancellationToken.None));
        Assert.Equal(Refusal.Unsupported, refused.Reason);
    }

    [Fact]
    public async Task Sending_into_an_invitation_is_left_to_its_network()
    {
        await using var home = await InvitedAsync();
        await home.UntilSentAsync(await home.SendAsync("c1", "hello"));
        Assert.Single(home.Network.Delivered);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_was_said_before_my_answer_to_an_invitation_is_shown_before_it(bool isToldBeforeItsEcho)
    {
        await using var home = await InvitedAsync();
        home.Network.History = Make.Past(10, Make.Says("ada", "c1", "$0"), Make.Says("me", "c1", "$1"));
        var hello = await home.SendAsync("c1", "hello");
        await home.UntilSentAsync(hello);
        var key = home.Message("$sent1").SortKey;
        RemoteEvent[] before =
        [
            Make.ChatIs("c1"), Make.Gap("c1", "2"), Make.Says("ada", "c1", "$2", "before 2", Make.Start.AddMinutes(-2)),
            Make.Reacts("ada", "c1", "$2", "👍"), Make.Says("ada", "c1", "$3", "before 3", Make.Start.AddMinutes(-1)),
        ];
        RemoteEvent[] after = [Make.Says("me", "c1", "$sent1", "hello"), Make.Says("ada", "c1", "$4", "reply"), Make.Reads("me", "c1", "$sent1")];
        if (isToldBeforeItsEcho)
        {
            await home.TellAsync(before);
            await home.TellAsync(after);
        }
        else
        {
            await home.TellAsync([.. before, .. after]);
        }

        Assert.Equal(["$4", "$sent1", "$3", "$2"], Ids(home));
        Assert.Equal((hello, key), (home.MessageId("$sent1"), home.Message("$sent1").SortKey));
        Assert.Equal((1, "👍"), (home.Chat("c1").Unread, home.Message("$2").Reactions.Single().Key));
        await home.TellAsync([.. before, .. after]);
        await home.Messages.ListAsync(home.Owner, home.ChatId("c1"), Make.Page(10), _ => false, CancellationToken.None);
        Assert.Equal(["$4", "$sent1", "$3", "$2", "$1", "$0"], Ids(home));
        Assert.Equal(1, home.Chat("c1").Unread);
        Assert.Empty(home.Database.Read(Core.Verification.StoreChecks.Run));
    }

    [Fact]
    public async Task What_is_said_after_my_answer_to_an_invitation_was_told_is_shown_after_it()
    {
        await using var home = await InvitedAsync();
        await home.UntilSentAsync(await home.SendAsync("c1", "hello"));
        await home.TellAsync(Make.ChatIs("c1"), Make.Says("me", "c1", "$sent1", "hello"));
        await home.TellAsync(Make.Says("ada", "c1", "$1"));
        await home.UntilSentAsync(await home.SendAsync("c1", "mine"));
        await home.TellAsync(Make.Says("ada", "c1", "$2"), Make.Says("me", "c1", "$sent2", "mine"));
        Assert.Equal(["$2", "$sent2", "$1", "$sent1"], Ids(home));
    }

    private static IEnumerable<string> Ids(TestInstallation home) => home.All("c1").Select(message => message.RemoteId!.Value.Value);

    private static async Task<TestInstallation> InvitedAsync()
    {
        var home = await TestInstallation.StartAsync();
        await home.TellAsync(new RemoteEvent.ChatUpserted(Make.Chat("c1") with { IsInvitation = true }));
        return home;
    }
}
