using Switchboard.Core.Access;
using Switchboard.Core.Chats;
using Switchboard.Networks;
using Switchboard.Testing;
using Xunit;

namespace Switchboard.Core.Tests.Chats;

/// <summary>Starting a chat shows no chat that the caller does not reach, whichever a network answers with.</summary>
public sealed class ReachOfStartTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task A_token_for_a_chat_gets_that_chat_without_the_network_being_asked()
    {
        await using var home = await MetAsync();
        var access = await LimitedAsync(home, home.ChatId("c1"));
        home.Network.ChatAnswer = () => Make.Chat("c2");

        var (started, created) = await home.Chats.StartAsync(access, home.Chat("c1").AccountId, Ada, allowInvite: true, None);

        Assert.Equal((home.ChatId("c1"), false), (started.Id, created));
        Assert.Empty(home.Network.Calls);
    }

    [Fact]
    public async Task A_chat_of_another_account_is_not_shown_to_a_token_for_one()
    {
        await using var home = await MetAsync();
        var account = home.Chat("c1").AccountId;
        var (_, secret) = await home.Tokens.CreateAsync(new TokenRequest("one account", ["read", "write"], [account], [], null), None);
        var access = home.Tokens.Find(secret)!;
        home.Network.Directory = [Make.User("ada")];
        home.Network.ChatAnswer = () => Make.Chat("c3");
        Assert.Equal(account, (await home.Chats.StartAsync(access, account, Ada, allowInvite: true, None)).Chat.AccountId);

        home.Network.ChatAnswer = () => Make.Chat("c4", "other");
        await home.TellAsync(new RemoteEvent.AccountUpserted(Make.Account("other")));
        var refused = await Assert.ThrowsAsync<RefusedException>(() => home.Chats.StartAsync(access, account, Ada, allowInvite: true, None));

        Assert.Equal(Refusal.NotFound, refused.Reason);
    }

    private static PersonRequest Ada => new() { Id = Make.UserId("ada") };

    private static async Task<Core.Access.Access> LimitedAsync(TestInstallation home, string chat)
    {
        var (_, secret) = await home.Tokens.CreateAsync(new TokenRequest("one chat", ["read", "write"], [], [chat], null), None);
        return home.Tokens.Find(secret)!;
    }

    private static async Task<TestInstallation> MetAsync()
    {
        var home = await TestInstallation.StartAsync();
        await home.TellAsync(new RemoteEvent.ChatUpserted(Make.Chat("c1")));
        await home.TellAsync(new RemoteEvent.ChatUpserted(Make.Chat("c2")));
        return home;
    }
}
