using Switchboard.Core.Messages;
using Switchboard.Core.Verification;
using Switchboard.Networks;
using Switchboard.Testing;
using Xunit;

namespace Switchboard.Core.Tests.Receiving;

public sealed class IgnoredTests
{
    [Fact]
    public async Task What_ignored_people_wrote_is_hidden_and_comes_back_when_they_are_ignored_no_more()
    {
        await using var home = await TestInstallation.StartAsync();
        await home.TellAsync(
            Make.ChatIs("c1", "me", "ada", "nag"), Make.Says("ada", "c1", "$1", "apple"), Make.Says("nag", "c1", "$2", "banana"),
            Mentioning("nag", "$3"), Notice("nag", "$4"), Make.ChatIs("c2"), Make.Says("ada", "c2", "$9"));
        Assert.Equal((3, 1), (home.Chat("c1").Unread, home.Chat("c1").UnreadMentions));
        var log = home.LogEnd;

        await home.TellAsync(Ignored("nag"));
        await home.TellAsync(Ignored("nag"), Still(Make.Message("c1", "$5", "nag", "cherry")));

        Assert.Equal(["$1"], Shown(home));
        Assert.Equal((1, 0), (home.Chat("c1").Unread, home.Chat("c1").UnreadMentions));
        Assert.Empty(Found(home, "banana"));
        Assert.Contains(home.LogAfter(log), line => line == $"chat.upserted [\"{home.ChatId("c1")}\"]");
        Assert.Contains(home.LogAfter(log), line => line.StartsWith("message.upserted", StringComparison.Ordinal));
        Assert.Empty(home.Database.Read(StoreChecks.Run));
        log = home.LogEnd;
        await home.TellAsync(Ignored("nag", "stranger"));
        Assert.Equal(log, home.LogEnd);

        await home.TellAsync(Ignored("stranger"));

        // What was hidden for itself stays so.
        Assert.Equal(["$5", "$3", "$2", "$1"], Shown(home));
        Assert.Equal((4, 1), (home.Chat("c1").Unread, home.Chat("c1").UnreadMentions));
        Assert.Single(Found(home, "banana"));
        Assert.Single(Found(home, "cherry"));
        Assert.Empty(home.Database.Read(StoreChecks.Run));
    }

    [Fact]
    public async Task Each_login_ignores_its_own()
    {
        await using var home = await TestInstallation.StartAsync();
        await home.LogInAsync("bob");
        await home.Network.StreamOf("bob").TellAsync(Make.ChatIs("c2", "bob", "nag"), Make.Says("nag", "c2", "$1"), Ignored("nag"));
        await home.TellAsync(Make.ChatIs("c1", "me", "nag"), Make.Says("nag", "c1", "$2"), Ignored());

        Assert.Equal("1 0", home.Database.Read(db => db.QueryText(
            "SELECT group_concat(hidden, ' ') FROM (SELECT hidden FROM message ORDER BY remote_id)")));
    }

    private static RemoteEvent.PeopleIgnored Ignored(params string[] people) =>
        new RemoteEvent.PeopleIgnored([.. people.Select(name => new UserId(Make.UserId(name)))]);

    private static RemoteEvent.MessageUpserted Still(RemoteMessage message) => new RemoteEvent.MessageUpserted(message with { IsIgnored = true });

    private static RemoteEvent.MessageUpserted Mentioning(string sender, string id) => new RemoteEvent.MessageUpserted(
        Make.Message("c1", id, sender, "you") with { Mentions = [Make.UserId("me")] });

    private static RemoteEvent.MessageUpserted Notice(string sender, string id) => new RemoteEvent.MessageUpserted(
        Make.Message("c1", id, sender, "came in") with { IsNotice = true, IsHidden = true });

    private static IEnumerable<string> Shown(TestInstallation home) =>
        home.All("c1").Where(message => !message.IsHidden).Select(message => message.RemoteId!.Value.Value);

    private static IReadOnlyList<Message> Found(TestInstallation home, string word) =>
        home.Search.Find(home.Owner, new MessageFilter { Query = word }, Make.Page(10)).Items;
}
