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

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(100)]
    public async Task What_was_held_back_meanwhile_comes_to_where_it_belongs(int size)
    {
        await using var home = await TestInstallation.StartAsync();
        home.Clock.Advance(TimeSpan.FromHours(1));
        RemoteEvent Said(string sender, int number) => Make.Says(sender, "c1", $"${number}", at: Make.Start.AddMinutes(number));
        var all = Enumerable.Range(0, 10).Select(i => Said(i % 3 == 0 ? "ada" : "nag", i)).ToList();
        await home.TellAsync([Make.ChatIs("c1", "me", "ada", "nag"), .. all.Where((_, i) => i % 3 == 0 || i == 4)]);
        await home.TellAsync(Make.Gap("c1", "10"));
        home.Network.History = async (chat, token, stop) =>
            await Make.Past(size, all)(chat, token, stop) with { HoldsKnown = true };

        for (var i = 0; i < 10 && home.Number("SELECT count(*) FROM gap") > 0; i++)
        {
            await home.Messages.ListAsync(home.Owner, home.ChatId("c1"), Make.Page(100), _ => false, CancellationToken.None);
        }

        Assert.Equal("$0 $1 $2 $3 $4 $5 $6 $7 $8 $9", home.Database.Read(db => db.QueryText(
            "SELECT group_concat(remote_id, ' ') FROM (SELECT remote_id FROM message ORDER BY sort_key)")));
        Assert.Equal(0, home.Number("SELECT count(*) FROM gap"));
        Assert.Empty(home.Database.Read(StoreChecks.Run));
    }

    [Fact]
    public async Task What_lies_in_another_gap_comes_with_that()
    {
        await using var home = await TestInstallation.StartAsync();
        home.Clock.Advance(TimeSpan.FromHours(1));
        var all = Enumerable.Range(0, 7).Select(i => Make.Says("nag", "c1", $"${i}", at: Make.Start.AddMinutes(i))).ToList();
        await home.TellAsync(Make.ChatIs("c1"), all[0], Make.Gap("c1", "6"), all[6]);
        await home.TellAsync(Make.Gap("c1", "again"));
        home.Network.History = (chat, token, stop) => token == "again"
            ? Task.FromResult(new RemoteHistory([.. all.Skip(4)], null) { HoldsKnown = true })
            : Make.Past(2, all)(chat, token, stop);

        for (var i = 0; i < 10 && home.Number("SELECT count(*) FROM gap") > 0; i++)
        {
            await home.Messages.ListAsync(home.Owner, home.ChatId("c1"), Make.Page(100), _ => false, CancellationToken.None);
        }

        Assert.Equal("$0 $1 $2 $3 $4 $5 $6", home.Database.Read(db => db.QueryText(
            "SELECT group_concat(remote_id, ' ') FROM (SELECT remote_id FROM message ORDER BY sort_key)")));
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
