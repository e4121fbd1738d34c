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

    private static async Task<TestInstallation> InvitedAsync()
    {
        var home = await TestInstallation.StartAsync();
        await home.TellAsync(new RemoteEvent.ChatUpserted(Make.Chat("c1") with { IsInvitation = true }));
        return home;
    }
}
