using System.Globalization;
using Switchboard.Core.Paging;
using Switchboard.Testing;
using Xunit;

namespace Switchboard.Core.Tests.Messages;

public sealed class OrderTests
{
    [Fact]
    public async Task Sort_keys_have_16_digits_are_unique_and_grow_within_a_chat_whatever_the_clock_does()
    {
        await using var home = await TestInstallation.StartAsync();
        await home.TellAsync(Make.ChatIs("c1"), Make.ChatIs("c2", "me", "bob"));
        TimeSpan[] jumps = [default, TimeSpan.FromDays(1), TimeSpan.FromDays(-1), TimeSpan.FromDays(-1), TimeSpan.FromDays(1)];
        for (var i = 0; i < 50; i++)
        {
            home.Clock.Jump(jumps[i % jumps.Length]);
            await home.TellAsync(
                Make.Says("ada", "c1", $"$a{i}", "x", home.Clock.GetUtcNow()), Make.Says("bob", "c2", $"$b{i}", "x", home.Clock.GetUtcNow()));
        }

        var (one, two) = (home.All("c1"), home.All("c2"));
        var sent = home.Clock.GetUtcNow();
        Assert.Equal(Enumerable.Range(0, 50).Reverse().Select(i => $"$a{i}"), one.Select(message => message.RemoteId!.Value.Value));
        var keys = one.Concat(two).Select(message => message.SortKey).ToList();
        Assert.Equal(100, keys.Distinct().Count());
        Assert.All(keys, key => Assert.Equal(16, key.ToString(CultureInfo.InvariantCulture).Length));
        // The order is that of arrival; the time is the sender's.
        Assert.Equal(sent, one[0].SentAt);
        Assert.Contains(one.Zip(one.Skip(1)), pair => pair.First.SentAt < pair.Second.SentAt);
    }

    [Fact]
    public async Task Old_messages_that_are_told_late_come_last_and_keep_their_time()
    {
        await using var home = await TestInstallation.StartAsync();
        await home.TellAsync(Make.ChatIs("c1"), Make.Says("ada", "c1", "$new", "x", home.Clock.GetUtcNow()));
        var longAgo = home.Clock.GetUtcNow().AddYears(-3);
        await home.TellAsync(Make.Says("ada", "c1", "$old", "x", longAgo), Make.Says("ada", "c1", "$future", "x", home.Clock.GetUtcNow().AddDays(9)));

        Assert.Equal(["$future", "$old", "$new"], home.All("c1").Select(message => message.RemoteId!.Value.Value));
        Assert.Equal([home.Clock.GetUtcNow(), longAgo, home.Clock.GetUtcNow()], home.All("c1").Select(message => message.SentAt));
    }

    [Fact]
    public async Task More_messages_than_a_millisecond_has_places_are_kept_in_order()
    {
        await using var home = await TestInstallation.StartAsync();
        await home.TellAsync([Make.ChatIs("c1"), .. Enumerable.Range(0, 1100).Select(i => Make.Says("ada", "c1", $"${i}"))]);
        var page = home.Messages.List(home.Owner, home.ChatId("c1"), Make.Page(2000)).Items;
        Assert.Equal(Enumerable.Range(0, 1100).Reverse().Select(i => $"${i}"), page.Select(message => message.RemoteId!.Value.Value));
    }

    [Fact]
    public async Task What_arrives_after_reading_is_unread_though_the_clock_went_back()
    {
        await using var home = await TestInstallation.StartAsync();
        await home.TellAsync(Make.ChatIs("c1"), Make.Says("ada", "c1", "$1"));
        await home.Chats.MarkReadAsync(home.Owner, home.ChatId("c1"), null, CancellationToken.None);
        home.Clock.Jump(TimeSpan.FromDays(-1));
        await home.TellAsync(Make.Says("ada", "c1", "$2", "x", Make.Start.AddDays(-3)));
        Assert.True(home.Message("$2").IsUnread);
        Assert.Equal(1, home.Chat("c1").Unread);
    }

    [Fact]
    public async Task What_arrives_after_the_last_read_message_was_deleted_for_me_is_unread_though_the_clock_went_back()
    {
        await using var home = await TestInstallation.StartAsync();
        await home.TellAsync(Make.ChatIs("c1"), Make.Says("ada", "c1", "$1"));
        await home.Chats.MarkReadAsync(home.Owner, home.ChatId("c1"), null, CancellationToken.None);
        await home.Messages.DeleteAsync(home.Owner, home.ChatId("c1"), home.MessageId("$1"), false, CancellationToken.None);
        home.Clock.Jump(TimeSpan.FromDays(-1));
        await home.TellAsync(Make.Says("ada", "c1", "$2"));
        Assert.True(home.Message("$2").IsUnread);
    }

    [Fact]
    public async Task A_page_newer_than_a_message_that_was_deleted_for_me_has_what_came_after_it()
    {
        await using var home = await TestInstallation.StartAsync();
        await home.TellAsync(Make.ChatIs("c1"), Make.Says("ada", "c1", "$1"), Make.Says("ada", "c1", "$2"));
        var page = home.Messages.List(home.Owner, home.ChatId("c1"), Make.Page(1));
        await home.Messages.DeleteAsync(home.Owner, home.ChatId("c1"), home.MessageId("$2"), false, CancellationToken.None);
        await home.TellAsync(Make.Says("ada", "c1", "$3"));
        var newer = home.Messages.List(home.Owner, home.ChatId("c1"), Make.Page(10, page.NewestCursor, PageDirection.After));
        Assert.Equal("$3", Assert.Single(newer.Items).RemoteId?.Value);
    }

    [Fact]
    public async Task A_message_that_claims_to_be_of_tomorrow_is_shown_as_of_now()
    {
        await using var home = await TestInstallation.StartAsync();
        await home.TellAsync(Make.ChatIs("c1"), Make.Says("ada", "c1", "$1", "x", Make.Start.AddDays(1)));
        Assert.Equal(home.Clock.GetUtcNow(), home.Message("$1").SentAt);
    }
}
