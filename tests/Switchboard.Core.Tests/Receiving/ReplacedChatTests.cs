using Switchboard.Networks;
using Switchboard.Testing;
using Xunit;

namespace Switchboard.Core.Tests.Receiving;

public sealed class ReplacedChatTests
{
    [Fact]
    public async Task A_chat_that_goes_on_under_another_id_is_the_same_chat()
    {
        await using var home = await TestInstallation.StartAsync();
        await home.TellAsync(
            Make.ChatIs("old"), Make.Gap("old", "1"), Make.Says("ada", "old", "$1"), Make.Marks("old", new ChatMarks { IsPinned = true }));
        var id = home.ChatId("old");
        RemoteEvent[] upgrade =
        [
            new RemoteEvent.ChatReplaced(new("old"), new("new")),
            new RemoteEvent.ChatUpserted(Make.Chat("new") with { Title = "Anew" }),
            Make.Says("ada", "new", "$2"),
            // What still comes under the old id.
            Make.Reacts("ada", "old", "$1", "👍"), Make.Says("ada", "old", "$3"),
            new RemoteEvent.ChatUpserted(Make.Chat("old") with { IsReadOnly = true }),
            new RemoteEvent.ChatRemoved(new("old")),
        ];
        await home.TellAsync(upgrade);
        await home.TellAsync(upgrade);
        Assert.Equal(id, home.ChatId("new"));
        var chat = home.Chat("new");
        Assert.Equal(("Anew", true, false, 1), (chat.Title, chat.IsPinned, chat.IsReadOnly, home.Number("SELECT count(*) FROM chat")));
        Assert.Equal(["$3", "$2", "$1"], home.All("new").Select(message => message.RemoteId!.Value.Value));
        Assert.Single(home.Message("$1").Reactions);
        // The past lies where it was, and what is sent goes where the chat is now.
        home.Network.History = (_, _, _) => Task.FromResult(new RemoteHistory([Make.Says("ada", "old", "$0", "x", Make.Start.AddDays(-1))], null));
        var page = await home.Messages.ListAsync(home.Owner, id, Make.Page(10), _ => false, CancellationToken.None);
        Assert.Equal("$0", page.Page!.Items[^1].RemoteId!.Value.Value);
        Assert.Contains("history old 1", home.Network.Calls);
        await home.UntilSentAsync(await home.SendAsync("new", "on"));
        Assert.Equal("new", home.Network.Delivered.Single().Chat.Value);
        await home.TellAsync(new RemoteEvent.ChatRemoved(new("new")));
        Assert.Equal(0, home.Number("SELECT count(*) FROM chat"));
    }

    [Fact]
    public async Task An_invitation_to_what_a_chat_becomes_gives_way()
    {
        await using var home = await TestInstallation.StartAsync();
        await home.TellAsync(Make.ChatIs("a"), Make.ChatIs("b"));
        var (a, b) = (home.ChatId("a"), home.ChatId("b"));
        await home.TellAsync(new RemoteEvent.ChatReplaced(new("a"), new("b")));
        Assert.Equal((a, 1), (home.ChatId("b"), home.Number("SELECT count(*) FROM chat")));
        Assert.Contains($"chat.deleted [\"{b}\"]", home.LogAfter(0));
    }

    [Fact]
    public async Task What_a_chat_becomes_and_was_known_before_is_part_of_it_with_all_that_is_in_it()
    {
        await using var home = await TestInstallation.StartAsync();
        DateTimeOffset At(int minute) => Make.Start.AddMinutes(minute);
        home.Clock.Advance(TimeSpan.FromHours(1));
        await home.TellAsync(
            Make.ChatIs("old"), Make.Gap("old", "1"), Make.Says("ada", "old", "$1", "apple", At(1)), Make.Says("ada", "old", "$4", "damson", At(4)),
            Make.Reads("me", "old", "$4"), Make.Marks("old", new ChatMarks { IsPinned = true }),
            Make.ChatIs("new"), Make.Gap("new", "7"), Make.Says("ada", "new", "$2", "banana", At(2)), Make.Says("me", "new", "$3", "cherry", At(3)),
            Make.Reads("me", "new", "$3"), Make.Says("ada", "new", "$5", "elder", At(5)), Make.Reacts("ada", "new", "$3", "👍"),
            Make.Reads("ada", "new", "$3"), Make.Reads("me", "new", "$9", At(4)), Make.Edits("new", "$0", "was early", At(6)));
        var (id, gone, kept) = (home.ChatId("old"), home.ChatId("new"), home.MessageId("$2"));
        var before = home.LogEnd;
        RemoteEvent[] upgrade = [new RemoteEvent.ChatReplaced(new("old"), new("new")), new RemoteEvent.ChatUpserted(Make.Chat("new"))];

        await home.TellAsync(upgrade);
        await home.TellAsync(upgrade);

        Assert.Equal((id, 1), (home.ChatId("new"), home.Number("SELECT count(*) FROM chat")));
        Assert.Equal("$1 $2 $3 $4 $5", home.Database.Read(db => db.QueryText(
            "SELECT group_concat(remote_id, ' ') FROM (SELECT remote_id FROM message ORDER BY sort_key)")));
        Assert.Equal(kept, home.MessageId("$2"));
        Assert.Equal((1, 1), (home.Message("$3").Reactions.Count, home.Message("$3").SeenBy.Count));
        var chat = home.Chat("new");
        Assert.Equal((true, 1, At(5)), (chat.IsPinned, chat.Unread, chat.LastActivity));
        // Both pasts, what is read later and what was said early are kept.
        Assert.Equal((2, 1, 1), (home.Number("SELECT count(*) FROM gap"), home.Number("SELECT count(*) FROM read_later"), home.Number("SELECT count(*) FROM told_early")));
        var log = home.LogAfter(before);
        Assert.Equal($"chat.deleted [\"{gone}\"]", log[0]);
        Assert.Contains(log, line => line.StartsWith("message.upserted", StringComparison.Ordinal) && line.Contains($"\"{kept}\"", StringComparison.Ordinal));
        var filter = new Core.Messages.MessageFilter { Query = "banana", Chats = [id] };
        Assert.Single(home.Search.Find(home.Owner, filter, Make.Page(10)).Items);
        Assert.Empty(home.Database.Read(Core.Verification.StoreChecks.Run));
        // What still comes under either id is in the one chat.
        await home.TellAsync(Make.Says("ada", "old", "$6"), Make.Says("ada", "new", "$7"), Make.Says("ada", "new", "$2"));
        Assert.Equal(7, home.Number("SELECT count(*) FROM message"));
    }

    [Fact]
    public async Task What_both_hold_is_there_once_and_what_is_unread_in_either_stays_unread()
    {
        await using var home = await TestInstallation.StartAsync();
        home.Clock.Advance(TimeSpan.FromHours(1));
        await home.TellAsync(
            Make.ChatIs("old"), Make.Says("ada", "old", "$1", at: Make.Start.AddMinutes(1)), Make.Says("ada", "old", "$2", at: Make.Start.AddMinutes(2)),
            Make.Reads("me", "old", "$1"),
            Make.ChatIs("new"), Make.Says("ada", "new", "$1"), Make.Says("ada", "new", "$3", at: Make.Start.AddMinutes(3)), Make.Reads("me", "new", "$3"),
            Make.Reacts("ada", "new", "$1", "👍"));

        await home.TellAsync(new RemoteEvent.ChatReplaced(new("old"), new("new")));

        Assert.Equal(["$3", "$2", "$1"], home.All("new").Select(message => message.RemoteId!.Value.Value));
        Assert.Single(home.Message("$1").Reactions);
        Assert.True(home.Message("$2").IsUnread);
        Assert.False(home.Message("$1").IsUnread);
        Assert.Empty(home.Database.Read(Core.Verification.StoreChecks.Run));
    }

    [Fact]
    public async Task What_is_being_sent_into_what_a_chat_becomes_is_sent_from_the_chat_itself()
    {
        await using var home = await TestInstallation.StartAsync(new ScriptedNetwork { HoldsSends = true });
        await home.TellAsync(Make.ChatIs("old"), Make.Says("ada", "old", "$1"), Make.ChatIs("new"), Make.Says("ada", "new", "$2"));
        var first = await home.SendAsync("new", "one");
        var second = await home.SendAsync("new", "two");
        var sending = await home.Network.NextSendAsync();

        await home.TellAsync(new RemoteEvent.ChatReplaced(new("old"), new("new")));
        home.Network.HoldsSends = false;
        sending.Accept();

        await home.UntilSentAsync(first);
        await home.UntilSentAsync(second);
        Assert.Equal(2, home.Network.Attempts.Count);
        Assert.Equal(["one", "two"], home.Network.Delivered.Select(send => send.Message.Text!.Html));
        Assert.Equal(4, home.All("new").Count);
    }

    [Fact]
    public async Task What_is_refused_while_two_chats_become_one_has_failed()
    {
        await using var home = await TestInstallation.StartAsync(new ScriptedNetwork { HoldsSends = true });
        await home.TellAsync(Make.ChatIs("old"), Make.Says("ada", "old", "$1"), Make.ChatIs("new"), Make.Says("ada", "new", "$2"));
        var id = await home.SendAsync("new", "one");
        var sending = await home.Network.NextSendAsync();

        await home.TellAsync(new RemoteEvent.ChatReplaced(new("old"), new("new")));
        home.Network.SendFailure = new NetworkException(NetworkFailure.Rejected, "No.");
        sending.Fail(new NetworkException(NetworkFailure.Rejected, "No."));

        await home.UntilSentAsync(id, Core.Messages.SendStatus.Permanent);
    }

    [Fact]
    public async Task A_chat_of_another_account_becomes_part_of_the_one_before_too()
    {
        await using var home = await TestInstallation.StartAsync();
        var bridged = Make.Account() with { AccountId = "bridged", Network = "Bridged" };
        await home.TellAsync(
            new RemoteEvent.AccountUpserted(bridged), new RemoteEvent.ChatUpserted(Make.Chat("old") with { AccountId = "bridged" }),
            Make.Says("ada", "old", "$1"), Make.ChatIs("new"), Make.Says("ada", "new", "$2", "apple"));

        await home.TellAsync(
            new RemoteEvent.ChatReplaced(new("old"), new("new")), new RemoteEvent.ChatUpserted(Make.Chat("new") with { AccountId = "bridged" }));

        Assert.Equal((1, 2), (home.Number("SELECT count(*) FROM chat"), home.Number("SELECT count(*) FROM message")));
        var filter = new Core.Messages.MessageFilter { Query = "apple", Accounts = ["bridged"], Sender = Make.UserId("ada") };
        Assert.Single(home.Search.Find(home.Owner, filter, Make.Page(10)).Items);
        Assert.Empty(home.Database.Read(Core.Verification.StoreChecks.Run));
    }

    [Fact]
    public async Task A_chat_may_change_its_account_within_its_login()
    {
        await using var home = await TestInstallation.StartAsync();
        var bridged = Make.Account() with { AccountId = "bridged", Self = Make.User("ghost"), Network = "Bridged" };
        await home.TellAsync(
            new RemoteEvent.AccountUpserted(bridged), Make.ChatIs("c1"), Make.Says("ada", "c1", "$1", "apple"), Make.Says("me", "c1", "$2", "banana"),
            Make.Reacts("ada", "c1", "$2", "👍"), Make.Reads("ada", "c1", "$2"));
        var (id, key) = (home.ChatId("c1"), home.MessageId("$2"));
        await home.TellAsync(new RemoteEvent.ChatUpserted(Make.Chat("c1", "ghost") with { AccountId = "bridged" }));
        var chat = home.Chats.Get(home.Owner, id, -1);
        Assert.Equal(("bridged", "Bridged", 2), (chat.AccountId, chat.Network, chat.Participants.Count));
        var mine = home.Messages.List(home.Owner, id, Make.Page()).Items[0];
        Assert.Equal((key, true, Make.UserId("ghost"), 1, 1), ($"{mine.Id}", mine.IsMine, mine.SenderId, mine.Reactions.Count, mine.SeenBy.Count));
        foreach (var (account, found) in new[] { ("bridged", 1), ("scripted_me", 0) })
        {
            var filter = new Core.Messages.MessageFilter { Query = "apple", Accounts = [account], Sender = Make.UserId("ada") };
            Assert.Equal(found, home.Search.Find(home.Owner, filter, Make.Page(10)).Items.Count);
        }

        Assert.Equal(1, home.Number("SELECT count(*) FROM chat"));
        Assert.Empty(home.Database.Read(Core.Verification.StoreChecks.Run));
    }

    [Fact]
    public async Task What_the_owner_did_under_another_name_is_the_owners()
    {
        await using var home = await TestInstallation.StartAsync();
        await home.TellAsync(
            Make.ChatIs("c1", "me", "ada", "ghost"), Make.Says("ada", "c1", "$1", "apple"), Make.Says("ghost", "c1", "$2", "banana"),
            Make.Says("ada", "c1", "$3", "cherry"), Make.Says("me", "c1", "$0", "damson"), Make.Reacts("ghost", "c1", "$1", "👍"),
            Make.Reads("ghost", "c1", "$0"), Make.ChatIs("c2", "me", "ada", "ghost"), Make.Says("ghost", "c2", "$9"));
        var log = home.LogEnd;
        RemoteEvent own = new RemoteEvent.SenderIsOwner(new("c1"), new(Make.UserId("ghost")));

        await home.TellAsync(Make.ChatIs("c1"), own);
        await home.TellAsync(own, new RemoteEvent.SenderIsOwner(new("c1"), new(Make.UserId("nobody"))));

        var message = home.Message("$2");
        Assert.Equal((true, Make.UserId("me")), (message.IsMine, message.SenderId));
        Assert.Equal(Make.UserId("me"), home.Message("$1").Reactions.Single().UserId);
        Assert.Empty(home.Message("$0").SeenBy);
        Assert.Equal(0, home.Chat("c1").Unread);
        Assert.False(home.Message("$9").IsMine);
        var filter = new Core.Messages.MessageFilter { Query = "banana", Sender = Make.UserId("me") };
        Assert.Single(home.Search.Find(home.Owner, filter, Make.Page(10)).Items);
        Assert.Contains(home.LogAfter(log), line => line.StartsWith("message.upserted", StringComparison.Ordinal));
        Assert.Empty(home.Database.Read(Core.Verification.StoreChecks.Run));
    }

    [Fact]
    public async Task Another_name_of_the_owner_leaves_no_hole_among_people_of_whom_not_all_are_known()
    {
        await using var home = await TestInstallation.StartAsync();
        await home.TellAsync(new RemoteEvent.ChatUpserted(Make.Chat("c1", "me", "ghost", "ada", "bob") with { ParticipantTotal = 9 }));
        var version = home.Number("SELECT version FROM chat");

        await home.TellAsync(new RemoteEvent.SenderIsOwner(new("c1"), new(Make.UserId("ghost"))));
        Assert.Equal(8, home.Chat("c1").ParticipantCount);
        Assert.True(home.Number("SELECT version FROM chat") > version);
        await home.TellAsync(new RemoteEvent.ChatUpserted(Make.Chat("c1", "me", "ada", "zoe") with { ParticipantTotal = 8 }));

        Assert.Equal(
            "0 1 2 3", home.Database.Read(db => db.QueryText(
                "SELECT group_concat(position, ' ') FROM (SELECT position FROM participant ORDER BY position)")));
        Assert.Equal(
            new[] { "ada", "bob", "me", "zoe" }.Select(Make.UserId), home.Chat("c1").Participants.Select(one => one.Contact.UserId).Order());
        Assert.Empty(home.Database.Read(Core.Verification.StoreChecks.Run));
    }

    [Fact]
    public async Task What_nobody_sees_of_another_name_of_the_owner_reads_nothing()
    {
        await using var home = await TestInstallation.StartAsync();
        await home.TellAsync(
            Make.ChatIs("c1", "me", "ada", "ghost"), Make.Says("ada", "c1", "$1"),
            new RemoteEvent.MessageUpserted(Make.Message("c1", "$2", "ghost", "took another name") with { IsNotice = true, IsHidden = true }));

        await home.TellAsync(new RemoteEvent.SenderIsOwner(new("c1"), new(Make.UserId("ghost"))));

        Assert.Equal(1, home.Chat("c1").Unread);
    }

    [Fact]
    public async Task A_first_batch_in_pieces_moves_the_cursor_with_its_last()
    {
        await using var home = await TestInstallation.StartAsync();
        var login = home.Number("SELECT key FROM login")!.Value;
        await home.Ingest.ApplyAsync(login, new RemoteBatch([Make.ChatIs("c1")], null), CancellationToken.None);
        Assert.Null(home.Database.Read(db => db.QueryText("SELECT cursor FROM login")));
        await home.Ingest.ApplyAsync(login, new RemoteBatch([Make.ChatIs("c2")], "7"), CancellationToken.None);
        await home.Ingest.ApplyAsync(login, new RemoteBatch([Make.ChatIs("c3")], null), CancellationToken.None);
        Assert.Equal("7", home.Database.Read(db => db.QueryText("SELECT cursor FROM login")));
    }
}
