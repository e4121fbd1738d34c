using Switchboard.Core.Chats;
using Switchboard.Networks;
using Switchboard.Testing;
using Xunit;

namespace Switchboard.Core.Tests.Chats;

public sealed class MarkTests
{
    [Fact]
    public async Task What_is_put_on_a_chat_goes_to_its_network_as_it_is_by_then()
    {
        await using var home = await TestInstallation.StartAsync();
        await home.TellAsync(Make.ChatIs("c1"));
        var gate = new TaskCompletionSource();
        home.Network.MarksGate = () => gate.Task;
        await UpdateAsync(home, new ChatChange { IsPinned = true });
        await UpdateAsync(home, new ChatChange { IsArchived = true });
        await UpdateAsync(home, new ChatChange { IsArchived = false, IsLowPriority = true });
        Assert.Equal(1, home.Number("SELECT count(*) FROM outbox"));
        gate.SetResult();
        await ToldAsync(home);
        Assert.Equal("marks c1 not pinned low not archived", home.Network.Calls[^1]);
    }

    [Fact]
    public async Task Marks_survive_a_restart_and_a_network_that_is_away_for_long()
    {
        await using var home = await TestInstallation.StartAsync();
        await home.TellAsync(Make.ChatIs("c1"), Make.Says("ada", "c1", "$1"));
        home.Network.CallFailure = new NetworkException(NetworkFailure.Transient, "Away.");
        await UpdateAsync(home, new ChatChange { IsMuted = true });
        await home.Chats.MarkUnreadAsync(home.Owner, home.ChatId("c1"), null, CancellationToken.None);
        for (var minute = 0; minute < 20; minute++)
        {
            home.Pass(TimeSpan.FromMinutes(1));
        }

        // Messages do not wait behind them.
        await home.UntilSentAsync(await home.SendAsync("c1", "passes by"));
        Assert.Equal(1, home.Number("SELECT count(*) FROM outbox WHERE kind = 'marks'"));
        await home.RestartAsync(() => home.Network.CallFailure = null);
        home.Pass(TimeSpan.FromMinutes(2));
        await ToldAsync(home);
        Assert.Equal("marks c1 muted unread", home.Network.Calls[^1]);
    }

    [Fact]
    public async Task What_the_network_tells_of_other_devices_is_taken()
    {
        await using var home = await TestInstallation.StartAsync();
        await home.TellAsync(
            new RemoteEvent.ChatUpserted(Make.Chat("c1") with { Marks = new ChatMarks { IsMuted = true, IsMarkedUnread = true } }));
        Assert.Equal((true, true, false), (home.Chat("c1").IsMuted, home.Chat("c1").IsMarkedUnread, home.Chat("c1").IsPinned));
        var log = home.LogEnd;
        var pinned = Make.Marks("c1", new ChatMarks { IsPinned = true, IsMuted = false });
        await home.TellAsync(pinned, pinned);
        Assert.Equal((false, true), (home.Chat("c1").IsMuted, home.Chat("c1").IsPinned));
        Assert.Single(home.LogAfter(log));
        // One excludes the other, whoever says so.
        await home.TellAsync(Make.Marks("c1", new ChatMarks { IsLowPriority = true }));
        Assert.Equal((false, true), (home.Chat("c1").IsPinned, home.Chat("c1").IsLowPriority));
        await home.TellAsync(Make.Marks("c1", new ChatMarks { IsLowPriority = true, IsPinned = true, IsArchived = true }));
        Assert.Equal((true, false, true), (home.Chat("c1").IsPinned, home.Chat("c1").IsLowPriority, home.Chat("c1").IsArchived));
        Assert.Empty(home.Network.Calls);
    }

    [Fact]
    public async Task What_the_network_still_says_does_not_undo_what_it_is_about_to_be_told()
    {
        await using var home = await TestInstallation.StartAsync();
        await home.TellAsync(Make.ChatIs("c1"));
        var gate = new TaskCompletionSource();
        home.Network.MarksGate = () => gate.Task;
        await UpdateAsync(home, new ChatChange { IsPinned = true });
        await home.TellAsync(Make.Marks("c1", new ChatMarks { IsPinned = false, IsLowPriority = true, IsMarkedUnread = true }));
        var chat = home.Chat("c1");
        Assert.Equal((true, false, true), (chat.IsPinned, chat.IsLowPriority, chat.IsMarkedUnread));
        gate.SetResult();
        await ToldAsync(home);
        await home.TellAsync(Make.Marks("c1", new ChatMarks { IsPinned = false }));
        Assert.False(home.Chat("c1").IsPinned);
    }

    [Fact]
    public async Task Reading_takes_the_mark_back_there_too_and_a_reminder_puts_it_on()
    {
        await using var home = await TestInstallation.StartAsync();
        await home.TellAsync(Make.ChatIs("c1"), Make.Says("ada", "c1", "$1"));
        var chat = home.ChatId("c1");
        await home.Chats.MarkUnreadAsync(home.Owner, chat, null, CancellationToken.None);
        await ToldAsync(home);
        await home.Chats.MarkReadAsync(home.Owner, chat, null, CancellationToken.None);
        await ToldAsync(home);
        Assert.Equal(["marks c1 unread", "marks c1 not unread"], home.Network.Calls.Where(call => call.StartsWith("marks", StringComparison.Ordinal)));
        await UpdateAsync(home, new ChatChange { IsArchived = true });
        await ToldAsync(home);
        await home.Chats.SetReminderAsync(
            home.Owner, chat, new Reminder(home.Clock.GetUtcNow().AddMinutes(1), false), CancellationToken.None);
        home.Pass(TimeSpan.FromMinutes(2));
        await home.UntilAsync(db => db.QueryInt64("SELECT is_marked_unread FROM chat") == 1);
        await ToldAsync(home);
        Assert.Equal("marks c1 unread not archived", home.Network.Calls[^1]);
    }

    [Fact]
    public async Task A_network_that_refuses_marks_or_knows_none_is_left_alone()
    {
        await using var home = await TestInstallation.StartAsync();
        await home.TellAsync(Make.ChatIs("c1"));
        home.Network.CallFailure = new NetworkException(NetworkFailure.Rejected, "No.");
        await UpdateAsync(home, new ChatChange { IsMuted = true });
        await ToldAsync(home);
        Assert.True(home.Chat("c1").IsMuted);
        await using var bare = await TestInstallation.StartAsync(new ScriptedNetwork(bare: true));
        await bare.TellAsync(Make.ChatIs("c1"));
        await UpdateAsync(bare, new ChatChange { IsMuted = true });
        await ToldAsync(bare);
    }

    private static Task<Chat> UpdateAsync(TestInstallation home, ChatChange change) =>
        home.Chats.UpdateAsync(home.Owner, home.ChatId("c1"), change, CancellationToken.None).WaitAsync(Patience.Longest);

    private static Task ToldAsync(TestInstallation home) => home.UntilAsync(
        db => db.QueryInt64("SELECT 1 FROM outbox WHERE kind = 'marks' UNION SELECT 1 FROM chat WHERE marks_dirty <> 0") is null);
}
