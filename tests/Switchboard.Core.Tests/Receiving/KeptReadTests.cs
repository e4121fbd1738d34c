using Switchboard.Networks;
using Switchboard.Testing;
using Xunit;

namespace Switchboard.Core.Tests.Receiving;

public sealed class KeptReadTests
{
    [Fact]
    public async Task What_I_read_elsewhere_counts_by_time_until_its_message_is_known()
    {
        await using var home = await TestInstallation.StartAsync();
        await home.TellAsync(
            Make.ChatIs("c1"), At("$a", 0), At("$b", 5), At("$c", 9), Make.Reads("me", "c1", "$later", Make.Start.AddMinutes(-5)));
        Assert.Equal(1, home.Chat("c1").Unread);
        await home.TellAsync(At("$later", 20));
        Assert.Equal(0, home.Chat("c1").Unread);
        Assert.Equal(0, home.Number("SELECT count(*) FROM read_later"));
    }

    [Fact]
    public async Task What_others_read_is_shown_once_its_message_is_known_and_survives_a_restart()
    {
        await using var home = await TestInstallation.StartAsync();
        await home.TellAsync(Make.ChatIs("c1"), Make.Says("me", "c1", "$mine"), Make.Reads("ada", "c1", "$later"));
        Assert.Empty(home.Message("$mine").SeenBy);
        await home.RestartAsync();
        await home.TellAsync(Make.Says("ada", "c1", "$later"));
        Assert.Equal(Make.UserId("ada"), home.Message("$mine").SeenBy.Single().UserId);
        Assert.Equal(0, home.Number("SELECT count(*) FROM read_later"));
    }

    [Fact]
    public async Task A_later_read_of_what_is_known_overtakes_it_and_an_earlier_one_does_not()
    {
        await using var home = await TestInstallation.StartAsync();
        await home.TellAsync(
            Make.ChatIs("c1"), At("$a", 0), Make.Reads("ada", "c1", "$unknown", Make.Start.AddMinutes(5)),
            Make.Reads("ada", "c1", "$a", Make.Start.AddMinutes(1)), Make.Reads("ada", "c1", "$older", Make.Start));
        Assert.Equal(1, home.Number("SELECT count(*) FROM read_later WHERE remote_id = '$unknown'"));
        await home.TellAsync(Make.Reads("ada", "c1", "$a", Make.Start.AddMinutes(9)));
        Assert.Equal(0, home.Number("SELECT count(*) FROM read_later"));
    }

    [Fact]
    public async Task What_was_missing_and_sent_before_I_read_is_read()
    {
        await using var home = await TestInstallation.StartAsync();
        await home.TellAsync(Make.ChatIs("c1"), At("$a", 0), Make.Reads("me", "c1", "$a"));
        home.Network.History = Make.Past(9, At("$a", 0), At("$b", 1), At("$c", 2), At("$d", 3));
        await home.TellAsync(Make.Gap("c1", "4"), At("$e", 4), Make.Reads("me", "c1", "$c", Make.Start.AddMinutes(-10 + 2)));
        Assert.Equal(1, home.Chat("c1").Unread);
        await home.Messages.ListAsync(home.Owner, home.ChatId("c1"), Make.Page(10), _ => false, CancellationToken.None);
        Assert.Equal(["$e", "$d"], home.All("c1").Where(message => message.IsUnread).Select(message => message.RemoteId!.Value.Value));
        Assert.Equal(0, home.Number("SELECT count(*) FROM read_later"));
    }

    [Fact]
    public async Task An_old_message_that_comes_late_does_not_make_newer_ones_read()
    {
        await using var home = await TestInstallation.StartAsync();
        await home.TellAsync(
            Make.ChatIs("c1"), At("$a", 0), At("$b", 5), At("$c", 9), At("$late", 1), Make.Reads("me", "c1", "$unknown", Make.Start.AddMinutes(-5)));
        Assert.Equal(["$late", "$c"], home.All("c1").Where(message => message.IsUnread).Select(message => message.RemoteId!.Value.Value));
    }

    private static RemoteEvent At(string id, int minute) => Make.Says("ada", "c1", id, id, Make.Start.AddMinutes(minute - 10));
}
