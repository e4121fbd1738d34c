using Switchboard.Testing;
using Xunit;

namespace Switchboard.Core.Tests.Messages;

/// <summary>What two requests in a row do to one message.</summary>
public sealed class RepeatedEditTests
{
    [Fact]
    public async Task Every_edit_is_answered_with_its_text_and_their_echoes_change_nothing()
    {
        await using var home = await OneAsync();
        for (var i = 1; i <= 3; i++)
        {
            home.Network.EditTime = Make.Start.AddMilliseconds(i);
            var edited = await home.Messages.EditAsync(home.Owner, home.ChatId("c1"), home.MessageId("$1"), $"text {i}", CancellationToken.None);
            Assert.Equal(($"text {i}", home.Network.EditTime), (edited.Text, edited.EditedAt));
        }

        var log = home.LogEnd;
        await home.TellAsync([.. Enumerable.Range(1, 3).Select(i => Make.Edits("c1", "$1", $"text {i}", Make.Start.AddMilliseconds(i)))]);
        Assert.Equal("text 3", home.Message("$1").Text);
        Assert.Equal([], home.LogAfter(log));
    }

    [Fact]
    public async Task A_network_that_dates_two_edits_alike_has_taken_the_second()
    {
        await using var home = await OneAsync();
        foreach (var text in (string[])["first", "second"])
        {
            var edited = await home.Messages.EditAsync(home.Owner, home.ChatId("c1"), home.MessageId("$1"), text, CancellationToken.None);
            Assert.Equal(text, edited.Text);
        }

        await home.TellAsync(Make.Edits("c1", "$1", "first", home.Network.EditTime), Make.Edits("c1", "$1", "second", home.Network.EditTime));
        Assert.Equal("second", home.Message("$1").Text);
    }

    [Fact]
    public async Task A_reactions_transaction_names_one_reaction()
    {
        await using var home = await OneAsync();
        Task<(string ChatId, string MessageId, string Transaction)> React(string message, string key, string chat = "c1") =>
            home.Messages.ReactAsync(home.Owner, home.ChatId(chat), home.MessageId(message), key, "t1", CancellationToken.None);

        var first = await React("$1", "👍");
        var log = home.LogEnd;
        Assert.Equal(first, await React("$1", "👍"));
        foreach (var other in (Func<Task>[])[() => React("$1", "👎"), () => React("$2", "👍"), () => React("$3", "👍", "c2")])
        {
            Assert.Equal(Refusal.Conflict, (await Assert.ThrowsAsync<RefusedException>(other)).Reason);
        }

        Assert.Equal(["react c1 $1 👍"], home.Network.Calls);
        Assert.Equal([], home.LogAfter(log));
        Assert.Equal("👍", Assert.Single(home.Message("$1").Reactions).Key);
        Assert.Equal(first, await React("$1", "👍"));
    }

    private static async Task<TestInstallation> OneAsync()
    {
        var home = await TestInstallation.StartAsync();
        await home.TellAsync(
            Make.ChatIs("c1"), Make.ChatIs("c2", "me", "bob"),
            Make.Says("me", "c1", "$1"), Make.Says("ada", "c1", "$2"), Make.Says("bob", "c2", "$3"));
        return home;
    }
}
