using Switchboard.Core.Chats;
using Switchboard.Networks;
using Switchboard.Testing;
using Xunit;

namespace Switchboard.Core.Tests.Messages;

public sealed class ReadStateTests
{
    [Fact]
    public async Task What_others_say_counts_as_unread_and_what_I_say_does_not()
    {
        await using var home = await ThreeAsync();
        await home.TellAsync(
            Make.Says("me", "c1", "$4"),
            new RemoteEvent.MessageUpserted(Make.Message("c1", "$5", "ada", "x") with { IsHidden = true }),
            new RemoteEvent.MessageUpserted(Make.Message("c1", "$6", "ada", "you!") with { Mentions = [Make.UserId("me")] }),
            new RemoteEvent.MessageUpserted(Make.Message("c1", "$7", "ada", "all!") with { Mentions = ["@room"] }),
            new RemoteEvent.MessageUpserted(Make.Message("c1", "$8", "ada", "her!") with { Mentions = [Make.UserId("ada")] }));
        var chat = home.Chat("c1");
        Assert.Equal((6, 2), (chat.Unread, chat.UnreadMentions));
    }

    [Fact]
    public async Task An_edit_that_takes_a_mention_away_is_counted()
    {
        await using var home = await ThreeAsync();
        await home.TellAsync(Make.Edits("c1", "$2", "you", Make.Start.AddMinutes(1), Make.UserId("me")));
        Assert.Equal(1, home.Chat("c1").UnreadMentions);
        await home.TellAsync(Make.Edits("c1", "$2", "nobody", Make.Start.AddMinutes(2)));
        Assert.Equal((3, 0), (home.Chat("c1").Unread, home.Chat("c1").UnreadMentions));
    }

    [Fact]
    public async Task What_a_network_points_out_counts_as_a_mention_while_it_says_so()
    {
        await using var home = await ThreeAsync();
        await home.TellAsync(
            new RemoteEvent.MessageUpserted(Make.Message("c1", "$4", "ada", "cake") with { IsPointedOut = true }),
            new RemoteEvent.MessageUpserted(Make.Message("c1", "$5", "me", "cake") with { IsPointedOut = true }),
            new RemoteEvent.MessageUpserted(Make.Message("c1", "$6", "ada", "cake") with { IsPointedOut = true, IsHidden = true }),
            new RemoteEvent.MessageUpserted(Make.Message("c1", "$7", "ada", "cake") with { IsPointedOut = true, IsRemoved = true }));
        Assert.Equal(1, home.Chat("c1").UnreadMentions);
        Assert.Empty(home.Message("$4").Mentions!);

        var at = Make.Start.AddMinutes(1);
        await home.TellAsync((RemoteEvent.MessageEdited)Make.Edits("c1", "$2", "cake", at) with { IsPointedOut = true });
        Assert.Equal(2, home.Chat("c1").UnreadMentions);
        await home.TellAsync(Make.Edits("c1", "$4", "bread", at), Make.Edits("c1", "$2", "bread", at.AddMinutes(1)));
        Assert.Equal(0, home.Chat("c1").UnreadMentions);
    }

    [Fact]
    public async Task What_was_deleted_without_a_trace_does_not_show_that_it_was_there()
    {
        await using var home = await ThreeAsync();
        await home.TellAsync(new RemoteEvent.MessageRemoved(new("c1"), new("$2")) { LeavesNoTrace = true }, Make.Removes("c1", "$3"));
        Assert.Equal((true, true), (home.Message("$2").IsDeleted, home.Message("$2").IsHidden));
        Assert.Equal((true, false), (home.Message("$3").IsDeleted, home.Message("$3").IsHidden));
        Assert.Equal(1, home.Chat("c1").Unread);

        await home.TellAsync(new RemoteEvent.MessageRemoved(new("c1"), new("$3")) { LeavesNoTrace = true });
        Assert.True(home.Message("$3").IsHidden);
        var log = home.LogEnd;
        await home.TellAsync(new RemoteEvent.MessageRemoved(new("c1"), new("$3")) { LeavesNoTrace = true }, Make.Removes("c1", "$2"));
        Assert.Equal(log, home.LogEnd);
        Assert.Empty(home.Database.Read(Core.Verification.StoreChecks.Run));
    }

    [Fact]
    public async Task What_was_deleted_is_not_unread_any_more()
    {
        await using var home = await ThreeAsync();
        await home.TellAsync(Make.Removes("c1", "$2"));
        Assert.Equal(2, home.Chat("c1").Unread);
        await home.Messages.DeleteAsync(home.Owner, home.ChatId("c1"), home.MessageId("$3"), false, CancellationToken.None);
        Assert.Equal(1, home.Chat("c1").Unread);
    }

    [Fact]
    public async Task Reading_never_moves_back()
    {
        await using var home = await ThreeAsync();
        await home.Chats.MarkReadAsync(home.Owner, home.ChatId("c1"), home.MessageId("$2"), CancellationToken.None);
        Assert.Equal(1, home.Chat("c1").Unread);
        var after = home.LogEnd;
        await home.Chats.MarkReadAsync(home.Owner, home.ChatId("c1"), home.MessageId("$1"), CancellationToken.None);
        await home.TellAsync(Make.Reads("me", "c1", "$1"));
        Assert.Equal(1, home.Chat("c1").Unread);
        Assert.Equal([], home.LogAfter(after));
    }

    [Fact]
    public async Task Reading_elsewhere_reads_here()
    {
        await using var home = await ThreeAsync();
        await home.TellAsync(Make.Reads("me", "c1", "$3"));
        Assert.Equal(0, home.Chat("c1").Unread);
        Assert.False(home.Message("$3").IsUnread);
        Assert.Equal([], home.Network.Calls);
    }

    [Fact]
    public async Task Reading_here_tells_the_network_once()
    {
        await using var home = await ThreeAsync();
        for (var i = 0; i < 2; i++)
        {
            await home.Chats.MarkReadAsync(home.Owner, home.ChatId("c1"), null, CancellationToken.None);
            await home.UntilAsync(db => db.QueryInt64("SELECT count(*) FROM outbox") == 0);
        }

        Assert.Equal(["read c1 $3"], home.Network.Calls);
    }

    [Fact]
    public async Task Unread_from_a_message_makes_it_and_what_follows_unread()
    {
        await using var home = await ThreeAsync();
        await home.Chats.MarkReadAsync(home.Owner, home.ChatId("c1"), null, CancellationToken.None);
        var chat = await home.Chats.MarkUnreadAsync(home.Owner, home.ChatId("c1"), home.MessageId("$2"), CancellationToken.None);
        Assert.Equal((2, true), (chat.Unread, chat.IsMarkedUnread));
        Assert.Equal([true, true, false], home.All("c1").Select(message => message.IsUnread));
        var read = await home.Chats.MarkReadAsync(home.Owner, home.ChatId("c1"), null, CancellationToken.None);
        Assert.Equal((0, false), (read.Unread, read.IsMarkedUnread));
    }

    [Fact]
    public async Task What_is_read_elsewhere_keeps_the_mark_until_its_network_takes_it_off()
    {
        await using var home = await ThreeAsync();
        await home.TellAsync(Make.Reads("me", "c1", "$2"), Make.Marks("c1", new ChatMarks { IsMarkedUnread = true }));
        await home.TellAsync(Make.Reads("me", "c1", "$2"));
        Assert.Equal((1, true), (home.Chat("c1").Unread, home.Chat("c1").IsMarkedUnread));
        await home.TellAsync(Make.Marks("c1", new ChatMarks { IsMarkedUnread = true }), Make.Reads("me", "c1", "$3"));
        Assert.Equal((0, true), (home.Chat("c1").Unread, home.Chat("c1").IsMarkedUnread));
        await home.TellAsync(Make.Marks("c1", new ChatMarks { IsMarkedUnread = false }));
        Assert.False(home.Chat("c1").IsMarkedUnread);
    }

    [Fact]
    public async Task The_echo_of_what_I_read_here_undoes_nothing_that_I_did_since()
    {
        await using var home = await ThreeAsync();
        await home.Chats.MarkReadAsync(home.Owner, home.ChatId("c1"), null, CancellationToken.None);
        await home.Chats.MarkUnreadAsync(home.Owner, home.ChatId("c1"), home.MessageId("$2"), CancellationToken.None);
        await home.TellAsync(Make.Reads("me", "c1", "$3", Make.Start.AddMinutes(1)));
        Assert.Equal((2, true), (home.Chat("c1").Unread, home.Chat("c1").IsMarkedUnread));
        await home.TellAsync(Make.Says("ada", "c1", "$4"), Make.Reads("me", "c1", "$4", Make.Start.AddMinutes(2)));
        Assert.Equal(0, home.Chat("c1").Unread);
    }

    [Fact]
    public async Task What_I_read_elsewhere_and_made_unread_here_stays_so_though_it_is_told_again()
    {
        await using var home = await ThreeAsync();
        await home.TellAsync(Make.Reads("me", "c1", "$3"));
        await home.Chats.MarkUnreadAsync(home.Owner, home.ChatId("c1"), home.MessageId("$2"), CancellationToken.None);
        await home.TellAsync(Make.Reads("me", "c1", "$3"));
        Assert.Equal(2, home.Chat("c1").Unread);
    }

    [Fact]
    public async Task Unread_from_a_message_that_is_unread_already_reads_nothing()
    {
        await using var home = await ThreeAsync();
        await home.Chats.MarkReadAsync(home.Owner, home.ChatId("c1"), home.MessageId("$1"), CancellationToken.None);
        var chat = await home.Chats.MarkUnreadAsync(home.Owner, home.ChatId("c1"), home.MessageId("$3"), CancellationToken.None);
        Assert.Equal(2, chat.Unread);
    }

    [Fact]
    public async Task Marking_unread_what_is_marked_already_is_no_change()
    {
        await using var home = await ThreeAsync();
        await home.Chats.MarkUnreadAsync(home.Owner, home.ChatId("c1"), home.MessageId("$2"), CancellationToken.None);
        var after = home.LogEnd;
        await home.Chats.MarkUnreadAsync(home.Owner, home.ChatId("c1"), home.MessageId("$2"), CancellationToken.None);
        await home.Chats.MarkUnreadAsync(home.Owner, home.ChatId("c1"), null, CancellationToken.None);
        Assert.Equal([], home.LogAfter(after));
    }

    [Fact]
    public async Task An_archived_chat_comes_back_when_somebody_writes_unless_it_is_muted()
    {
        await using var home = await ThreeAsync();
        await home.Chats.ArchiveAsync(home.Owner, home.ChatId("c1"), true, CancellationToken.None);
        await home.TellAsync(Make.Says("ada", "c1", "$4"));
        Assert.False(home.Chat("c1").IsArchived);
        await home.Chats.UpdateAsync(
            home.Owner, home.ChatId("c1"), new ChatChange { IsArchived = true, IsMuted = true }, CancellationToken.None);
        await home.TellAsync(Make.Says("ada", "c1", "$5"));
        Assert.True(home.Chat("c1").IsArchived);
        await home.TellAsync(Make.Says("me", "c1", "$6"));
        Assert.False(home.Chat("c1").IsArchived);
    }

    [Fact]
    public async Task A_receipt_marks_my_messages_up_to_it_as_seen()
    {
        await using var home = await TestInstallation.StartAsync();
        await home.TellAsync(
            Make.ChatIs("c1"), Make.Says("me", "c1", "$1"), Make.Says("ada", "c1", "$2"), Make.Says("me", "c1", "$3"), Make.Says("me", "c1", "$4"));
        await home.TellAsync(Make.Reads("ada", "c1", "$3", Make.Start.AddMinutes(1)));
        await home.TellAsync(Make.Reads("ada", "c1", "$1", Make.Start.AddMinutes(2)));
        Assert.Equal([0, 1, 0, 1], home.All("c1").Select(message => message.SeenBy.Count));
        Assert.Equal(new(Make.UserId("ada"), Make.Start.AddMinutes(1)), Assert.Single(home.Message("$1").SeenBy));
    }

    [Fact]
    public async Task A_receipt_marks_what_was_long_in_sending_though_later_messages_were_read_before()
    {
        await using var home = await TestInstallation.StartAsync(new ScriptedNetwork { HoldsSends = true });
        await home.TellAsync(Make.ChatIs("c1"), Make.Says("me", "c1", "$seen"));
        await home.TellAsync(Make.Reads("ada", "c1", "$seen"));
        string[] slow = [await home.SendAsync("c1", "one"), await home.SendAsync("c1", "two"), await home.SendAsync("c1", "three")];
        await home.TellAsync(Make.Says("ada", "c1", "$ada"), Make.Reads("ada", "c1", "$ada"));
        foreach (var id in slow)
        {
            (await home.Network.NextSendAsync()).Accept();
            await home.UntilSentAsync(id);
        }

        await home.TellAsync(Make.Reads("ada", "c1", "$sent2", Make.Start.AddMinutes(1)));

        Assert.Equal(
            [("$seen", 1), ("$sent1", 1), ("$sent2", 1), ("$sent3", 0)],
            home.All("c1").Where(message => message.IsMine).Reverse().Select(message => (message.RemoteId!.Value.Value, message.SeenBy.Count)));
        Assert.Equal(new(Make.UserId("ada"), Make.Start), Assert.Single(home.Message("$seen").SeenBy));
        await home.TellAsync(Make.Reads("ada", "c1", "$sent3"));
        Assert.Single(home.Message("$sent3").SeenBy);
    }

    private static async Task<TestInstallation> ThreeAsync()
    {
        var home = await TestInstallation.StartAsync();
        await home.TellAsync(
            Make.ChatIs("c1"), Make.Says("ada", "c1", "$1"), Make.Says("ada", "c1", "$2"), Make.Says("ada", "c1", "$3"));
        return home;
    }
}
