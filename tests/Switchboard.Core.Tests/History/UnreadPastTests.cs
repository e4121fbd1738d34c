using Switchboard.Networks;
using Switchboard.Testing;
using Xunit;

namespace Switchboard.Core.Tests.History;

/// <summary>How much is unread of what was there before the first contact: sixty messages, of which the last twenty are told.</summary>
public sealed class UnreadPastTests
{
    private const int Told = 20;

    [Fact]
    public async Task What_was_never_read_is_unread_however_old()
    {
        await using var home = await TestInstallation.StartAsync();
        await BeginWithAsync(home, 60, mentioned: 1);
        Assert.Equal((20, 0), (home.Chat("c1").Unread, home.Chat("c1").UnreadMentions));
        var log = home.LogEnd;
        await FillAsync(home);
        Assert.Equal((60, 1), (home.Chat("c1").Unread, home.Chat("c1").UnreadMentions));
        Assert.Equal(60, home.All("c1").Count(message => message.IsUnread));
        Assert.Single(home.LogAfter(log), change => change.StartsWith("chat.upserted", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_was_said_after_an_old_receipt_is_unread()
    {
        await using var home = await TestInstallation.StartAsync();
        await BeginAsync(home, 40, Make.Reads("me", "c1", "$p9", Time(9)));
        Assert.Equal(20, home.Chat("c1").Unread);
        var log = home.LogEnd;
        await FillAsync(home);
        Assert.Equal(30, home.Chat("c1").Unread);
        Assert.Single(home.LogAfter(log), change => change.StartsWith("chat.upserted", StringComparison.Ordinal));
        Assert.Equal(0, home.Number("SELECT count(*) FROM read_later"));
    }

    [Fact]
    public async Task A_place_that_was_guessed_by_time_gives_way_to_the_message_of_the_receipt()
    {
        await using var home = await TestInstallation.StartAsync();
        await BeginAsync(home, 60, Make.Reads("me", "c1", "$p9", Time(70)));
        Assert.Equal(0, home.Chat("c1").Unread);
        await home.RestartAsync();
        await FillAsync(home);
        Assert.Equal((50, home.Message("$p9").SortKey), (home.Chat("c1").Unread, home.Chat("c1").LastRead));
        Assert.Empty(home.Database.Read(Core.Verification.StoreChecks.Run));
    }

    [Fact]
    public async Task What_was_read_for_sure_stays_read_when_a_guess_gives_way()
    {
        await using var home = await TestInstallation.StartAsync();
        await BeginAsync(home, 60, Make.Reads("me", "c1", "$p9", Time(70)));
        await home.Chats.MarkReadAsync(home.Owner, home.ChatId("c1"), home.MessageId("$p44"), CancellationToken.None);
        // Of a thread, which was read later and lies behind.
        await home.TellAsync(Make.Reads("me", "c1", "$p42", Time(80)));
        Assert.Equal(0, home.Chat("c1").Unread);
        await FillAsync(home);
        Assert.Equal(15, home.Chat("c1").Unread);
    }

    [Fact]
    public async Task What_was_read_to_its_end_stays_read_however_far_one_pages_back()
    {
        await using var home = await TestInstallation.StartAsync();
        await BeginAsync(home, 60, Make.Reads("me", "c1", "$p9", Time(70)), Make.Reads("me", "c1", "$p59", Time(71)));
        await FillAsync(home);
        Assert.Equal(0, home.Chat("c1").Unread);
        await using var other = await TestInstallation.StartAsync();
        await BeginAsync(other, 60);
        await other.Chats.MarkReadAsync(other.Owner, other.ChatId("c1"), null, CancellationToken.None);
        await FillAsync(other);
        Assert.Equal(0, other.Chat("c1").Unread);
    }

    [Fact]
    public async Task A_receipt_for_something_that_is_no_message_counts_by_time_for_good()
    {
        await using var home = await TestInstallation.StartAsync();
        await BeginAsync(home, 60, Make.Reads("me", "c1", "$reaction", Time(49)));
        await FillAsync(home);
        Assert.Equal(10, home.Chat("c1").Unread);
        await home.TellAsync(Make.Reads("me", "c1", "$p59", Time(61)));
        Assert.Equal(0, home.Number("SELECT count(*) FROM read_later"));
    }

    [Fact]
    public async Task Who_wrote_long_ago_has_read_what_came_before()
    {
        await using var home = await TestInstallation.StartAsync();
        await BeginWithAsync(home, 60, own: 29);
        Assert.Equal(20, home.Chat("c1").Unread);
        await FillAsync(home);
        Assert.Equal(30, home.Chat("c1").Unread);
    }

    [Fact]
    public async Task What_I_made_unread_after_a_guess_stays_unread_from_there()
    {
        await using var home = await TestInstallation.StartAsync();
        await BeginAsync(home, 60, Make.Reads("me", "c1", "$p9", Time(70)));
        await home.Chats.MarkUnreadAsync(home.Owner, home.ChatId("c1"), home.MessageId("$p55"), CancellationToken.None);
        await FillAsync(home);
        Assert.Equal(5, home.Chat("c1").Unread);
    }

    private static Task BeginAsync(TestInstallation home, int count, params RemoteEvent[] after) =>
        BeginWithAsync(home, count, -1, -1, after);

    private static async Task BeginWithAsync(
        TestInstallation home, int count, int mentioned = -1, int own = -1, params RemoteEvent[] after)
    {
        RemoteEvent[] all = [.. Enumerable.Range(0, count).Select(i => new RemoteEvent.MessageUpserted(
            Make.Message("c1", $"$p{i}", i == own ? "me" : "ada", $"past {i}", Time(i)) with
            {
                Mentions = i == mentioned ? [Make.UserId("me")] : [],
            }))];
        home.Network.History = Make.Past(100, all);
        await home.TellAsync([Make.ChatIs("c1"), Make.Gap("c1", $"{count - Told}"), .. all.TakeLast(Told), .. after]);
    }

    private static async Task FillAsync(TestInstallation home) =>
        await home.Messages.ListAsync(home.Owner, home.ChatId("c1"), Make.Page(200), _ => false, CancellationToken.None);

    private static DateTimeOffset Time(int minute) => Make.Start.AddMinutes(minute - 100);
}
