using Switchboard.Core.Chats;
using Switchboard.Networks;
using Switchboard.Testing;
using Xunit;

namespace Switchboard.Core.Tests.Timers;

public sealed class SchedulerTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task A_reminder_brings_the_chat_back_once_and_not_early()
    {
        await using var home = await RemindedAsync(TimeSpan.FromHours(1));
        home.Clock.Advance(TimeSpan.FromHours(1) - TimeSpan.FromMilliseconds(1));
        await LookedAsync(home);
        Assert.NotNull(home.Chat("c1").Reminder);
        var log = home.LogEnd;
        home.Pass(TimeSpan.FromMilliseconds(1));
        await FiredAsync(home);
        var chat = home.Chat("c1");
        Assert.Equal((false, true), (chat.IsArchived, chat.IsMarkedUnread));
        await LookedAsync(home);
        Assert.Equal([$"chat.upserted [\"{chat.Id}\"]"], home.LogAfter(log));
    }

    [Fact]
    public async Task A_reminder_that_fell_due_while_the_server_was_off_fires_at_its_start()
    {
        await using var home = await RemindedAsync(TimeSpan.FromHours(1));
        await home.RestartAsync(() => home.Clock.Advance(TimeSpan.FromHours(2)));
        await FiredAsync(home);
        Assert.False(home.Chat("c1").IsArchived);
    }

    [Fact]
    public async Task A_reminder_waits_through_a_restart()
    {
        await using var home = await RemindedAsync(TimeSpan.FromHours(1));
        await home.RestartAsync();
        await LookedAsync(home);
        Assert.NotNull(home.Chat("c1").Reminder);
        home.Pass(TimeSpan.FromHours(1));
        await FiredAsync(home);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task A_reminder_fires_when_the_clock_on_the_wall_says_so(int days)
    {
        await using var home = await RemindedAsync(TimeSpan.FromDays(1));
        home.Clock.Jump(TimeSpan.FromDays(days) - TimeSpan.FromSeconds(1));
        await LookedAsync(home);
        Assert.NotNull(home.Chat("c1").Reminder);
        home.Pass(days > 0 ? TimeSpan.FromSeconds(1) : TimeSpan.FromDays(2) + TimeSpan.FromSeconds(1));
        await FiredAsync(home);
    }

    [Fact]
    public async Task A_message_of_another_dismisses_a_reminder_that_wants_it_and_an_own_one_does_not()
    {
        await using var home = await RemindedAsync(TimeSpan.FromHours(1), dismiss: true);
        await home.TellAsync(Make.Says("me", "c1", "$1"));
        Assert.NotNull(home.Chat("c1").Reminder);
        await home.TellAsync(Make.Says("ada", "c1", "$2"));
        Assert.Null(home.Chat("c1").Reminder);
        await home.Chats.SetReminderAsync(home.Owner, home.ChatId("c1"), new Reminder(home.Clock.GetUtcNow().AddHours(1), false), None);
        await home.TellAsync(Make.Says("ada", "c1", "$3"));
        Assert.NotNull(home.Chat("c1").Reminder);
    }

    [Fact]
    public async Task A_reminder_in_the_past_is_refused_and_the_same_one_again_is_no_change()
    {
        await using var home = await RemindedAsync(TimeSpan.FromHours(1));
        var log = home.LogEnd;
        var refused = await Assert.ThrowsAsync<RefusedException>(() =>
            home.Chats.SetReminderAsync(home.Owner, home.ChatId("c1"), new Reminder(home.Clock.GetUtcNow(), false), None));
        Assert.Equal(Refusal.Invalid, refused.Reason);
        await home.Chats.SetReminderAsync(home.Owner, home.ChatId("c1"), home.Chat("c1").Reminder, None);
        Assert.Equal([], home.LogAfter(log));
    }

    [Fact]
    public async Task A_message_vanishes_at_its_time_and_does_not_come_back()
    {
        await using var home = await TestInstallation.StartAsync();
        var fleeting = new RemoteEvent.MessageUpserted(
            Make.Message("c1", "$1", "ada", "soon gone") with { ExpiresAt = home.Clock.GetUtcNow().AddMinutes(1) });
        await home.TellAsync(Make.ChatIs("c1"), Make.Says("ada", "c1", "$0", "stays"), fleeting);
        var id = home.MessageId("$1");
        home.Clock.Advance(TimeSpan.FromMinutes(1) - TimeSpan.FromMilliseconds(1));
        await LookedAsync(home);
        Assert.Equal(2, home.All("c1").Count);
        var log = home.LogEnd;
        home.Pass(TimeSpan.FromMilliseconds(1));
        await home.UntilAsync(db => db.QueryInt64("SELECT count(*) FROM message") == 1);
        await home.TellAsync(fleeting);
        await LookedAsync(home);
        Assert.Equal(["$0"], home.All("c1").Select(message => message.RemoteId?.Value));
        Assert.Equal(1, home.Chat("c1").Unread);
        Assert.Equal([$"message.deleted [\"{id}\"]", $"chat.upserted [\"{home.ChatId("c1")}\"]"], home.LogAfter(log));
        Assert.Empty(home.Search.Find(home.Owner, new() { Query = "soon" }, Make.Page()).Items);
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(-1, false)]
    public async Task A_message_vanishes_when_the_clock_on_the_wall_says_so(int days, bool gone)
    {
        await using var home = await TestInstallation.StartAsync();
        await home.TellAsync(
            Make.ChatIs("c1"),
            new RemoteEvent.MessageUpserted(Make.Message("c1", "$1", "ada", "x") with { ExpiresAt = home.Clock.GetUtcNow().AddHours(1) }));
        home.Clock.Jump(TimeSpan.FromDays(days));
        await home.RestartAsync();
        await LookedAsync(home);
        Assert.Equal(gone ? 0 : 1, home.All("c1").Count);
    }

    [Fact]
    public async Task What_is_sent_into_a_chat_with_a_timer_vanishes()
    {
        await using var home = await TestInstallation.StartAsync();
        await home.TellAsync(new RemoteEvent.ChatUpserted(Make.Chat("c1") with { Expiry = TimeSpan.FromSeconds(30) }));
        await home.UntilSentAsync(await home.SendAsync("c1", "one"));
        Assert.Equal(TimeSpan.FromSeconds(30), Assert.Single(home.Network.Delivered).Message.ExpiresAfter);
        home.Pass(TimeSpan.FromSeconds(30));
        await home.UntilAsync(db => db.QueryInt64("SELECT count(*) FROM message") == 0);
    }

    [Fact]
    public async Task An_upload_ends_after_a_day_and_its_file_goes_when_nothing_names_it()
    {
        await using var home = await TestInstallation.StartAsync();
        await home.TellAsync(Make.ChatIs("c1"));
        var (unused, sent, drafted) = (await home.UploadAsync([1]), await home.UploadAsync([2]), await home.UploadAsync([3]));
        await home.Messages.SendAsync(
            home.Owner, home.ChatId("c1"), new() { Attachment = new() { UploadId = sent.Id } }, Make.Identity("x"), None);
        await home.Chats.UpdateAsync(
            home.Owner, home.ChatId("c1"),
            new ChatChange { Draft = new(new DraftRequest("", [KeyValuePair.Create("a", new Core.Messages.AttachmentRequest { UploadId = drafted.Id })])) },
            None);
        Core.Media.Upload[] all = [unused, sent, drafted];
        foreach (var upload in all)
        {
            File.SetLastWriteTimeUtc(home.Files.PathOf(upload.Sha256), Make.Start.UtcDateTime);
        }

        home.Clock.Advance(TimeSpan.FromHours(24) - TimeSpan.FromMilliseconds(1));
        await home.Scheduler.CleanAsync(None);
        Assert.Equal([true, true, true], all.Select(upload => home.Files.Exists(upload.Sha256)));
        Assert.NotNull(await home.Media.FindAsync(home.Owner, home.Media.UrlOf(unused), None));
        home.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await Assert.ThrowsAsync<RefusedException>(() => home.Media.FindAsync(home.Owner, home.Media.UrlOf(unused), None));
        await home.Scheduler.CleanAsync(None);
        Assert.Equal([false, true, true], all.Select(upload => home.Files.Exists(upload.Sha256)));
        Assert.Equal(drafted.Sha256, Assert.Single(home.Chat("c1").Draft!.Attachments).Sha256);
        await home.Chats.UpdateAsync(home.Owner, home.ChatId("c1"), new ChatChange { Draft = new(null) }, None);
        await home.Scheduler.CleanAsync(None);
        Assert.Equal([false, true, false], all.Select(upload => home.Files.Exists(upload.Sha256)));
    }

    [Fact]
    public async Task The_change_log_forgets_what_is_old_and_a_clock_that_is_set_back_makes_nothing_old()
    {
        await using var home = await TestInstallation.StartAsync();
        await home.TellAsync(Make.ChatIs("c1"), Make.ChatIs("c2"), Make.ChatIs("c3"));
        var kept = home.Number("SELECT count(*) FROM change");
        home.Clock.Jump(TimeSpan.FromDays(-3));
        await home.Scheduler.CleanAsync(None);
        Assert.Equal(kept, home.Number("SELECT count(*) FROM change"));
        home.Clock.Jump(TimeSpan.FromDays(3 + 30) + TimeSpan.FromMilliseconds(1));
        await home.Scheduler.CleanAsync(None);
        Assert.Equal(1, home.Number("SELECT count(*) FROM change"));
    }

    private static Task FiredAsync(TestInstallation home) => home.UntilAsync(db => db.QueryInt64("SELECT remind_at FROM chat") is null);

    /// <summary>Lets the scheduler do what is due: a reminder of another chat, due now, is done after or with all others.</summary>
    private static async Task LookedAsync(TestInstallation home)
    {
        await home.Database.WriteAsync(
            db => db.Execute(
                """
                INSERT INTO chat (id, account, remote_id, is_group, title, last_activity, capability, remind_at)
                SELECT hex(randomblob(8)), key, hex(randomblob(8)), 0, 'probe', 0, (SELECT max(key) FROM capability), 0 FROM account LIMIT 1
                """),
            None);
        // Twice: expiry comes after reminders in one look, and is done when the next look begins.
        for (var i = 0; i < 2; i++)
        {
            await home.Database.WriteAsync(db => db.Execute("UPDATE chat SET remind_at = 0 WHERE title = 'probe'"), None);
            home.Scheduler.Wake();
            await home.UntilAsync(db => db.QueryInt64("SELECT count(*) FROM chat WHERE title = 'probe' AND remind_at IS NOT NULL") == 0);
        }

        await home.Database.WriteAsync(
            db =>
            {
                db.Execute("DELETE FROM change WHERE chat IN (SELECT key FROM chat WHERE title = 'probe')");
                return db.Execute("DELETE FROM chat WHERE title = 'probe'");
            },
            None);
    }

    private static async Task<TestInstallation> RemindedAsync(TimeSpan after, bool dismiss = false)
    {
        var home = await TestInstallation.StartAsync();
        await home.TellAsync(Make.ChatIs("c1"));
        await home.Chats.ArchiveAsync(home.Owner, home.ChatId("c1"), true, None);
        await home.Chats.SetReminderAsync(home.Owner, home.ChatId("c1"), new Reminder(home.Clock.GetUtcNow() + after, dismiss), None);
        return home;
    }
}
