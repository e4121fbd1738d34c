using Switchboard.Core.Messages;
using Switchboard.Core.Paging;
using Switchboard.Networks;
using Switchboard.Testing;
using Xunit;

namespace Switchboard.Core.Tests.History;

public sealed class GapTests
{
    [Fact]
    public async Task Reading_back_gets_the_whole_past_without_holes_or_doubles()
    {
        await using var home = await TestInstallation.StartAsync();
        home.Network.History = Make.Past(4, Past("c1", 30));
        await home.TellAsync(Make.ChatIs("c1"), Make.Gap("c1", "30"), At("$x", 40), At("$y", 41), At("$z", 42));
        var activity = home.Chat("c1").LastActivity;
        Assert.Equal(["$z", "$y", "$x", .. Enumerable.Range(0, 30).Reverse().Select(i => $"$p{i}")], await WalkAsync(home, 7));
        var chat = home.Chat("c1");
        Assert.Equal((33, activity), (chat.Unread, chat.LastActivity));
        Assert.Equal(0, home.Number("SELECT count(*) FROM gap"));
        var calls = home.Network.Calls.Count;
        Assert.Equal(33, (await WalkAsync(home, 5)).Count);
        Assert.Equal(calls, home.Network.Calls.Count);
    }

    [Fact]
    public async Task What_was_missing_in_the_middle_goes_to_its_place_and_moves_nothing()
    {
        await using var home = await TestInstallation.StartAsync();
        await home.TellAsync(Make.ChatIs("c1"), At("$a", 0), At("$b", 1), Make.Reads("me", "c1", "$b"));
        await home.Chats.ArchiveAsync(home.Owner, home.ChatId("c1"), true, CancellationToken.None);
        home.Network.History = Make.Past(2, At("$a", 0), At("$b", 1), At("$c", 2), At("$d", 3), At("$e", 4));
        await home.TellAsync(Make.Gap("c1", "5"), At("$f", 9));
        await home.Chats.ArchiveAsync(home.Owner, home.ChatId("c1"), true, CancellationToken.None);
        var before = home.All("c1").ToDictionary(message => message.Id, message => message.SortKey);
        Assert.Equal(["$f"], home.All("c1").Select(message => message.RemoteId!.Value.Value));
        var log = home.LogEnd;
        Assert.Equal(["$f", "$e", "$d", "$c", "$b", "$a"], await WalkAsync(home, 3));
        var all = home.All("c1");
        Assert.Equal(all.Select(message => message.SortKey).OrderDescending(), all.Select(message => message.SortKey));
        Assert.All(before, old => Assert.Equal(old.Value, all.Single(message => message.Id == old.Key).SortKey));
        Assert.Equal([Make.Start.AddMinutes(-91), Make.Start.AddMinutes(-96)], all.Take(2).Select(message => message.SentAt));
        var chat = home.Chat("c1");
        Assert.Equal((4, true, Make.Start), (chat.Unread, chat.IsArchived, chat.LastActivity));
        Assert.Equal(
            [$"message.upserted [\"{home.MessageId("$d")}\",\"{home.MessageId("$e")}\"]", $"chat.upserted [\"{chat.Id}\"]"],
            home.LogAfter(log).Take(2));
        // The same again finds that nothing is missing.
        await home.TellAsync(Make.Gap("c1", "5"), At("$f", 9));
        Assert.Equal(0, home.Number("SELECT count(*) FROM gap"));
    }

    [Fact]
    public async Task Reading_on_across_a_gap_fills_it_first()
    {
        await using var home = await TestInstallation.StartAsync();
        await home.TellAsync(Make.ChatIs("c1"), At("$a", 0), At("$b", 1));
        home.Network.History = Make.Past(2, At("$b", 1), At("$c", 2), At("$d", 3), At("$e", 4));
        await home.TellAsync(Make.Gap("c1", "4"), At("$f", 9));
        var page = await PageAsync(home, Make.Page(3, home.MessageId("$a"), PageDirection.After));
        Assert.Equal(["$d", "$c", "$b"], Ids(page));
        Assert.True(page.HasMore);
        Assert.Equal(["$f", "$e"], Ids(await PageAsync(home, Make.Page(3, page.NewestCursor, PageDirection.After))));
    }

    [Fact]
    public async Task A_send_of_mine_does_not_end_what_is_missing_around_it()
    {
        await using var home = await TestInstallation.StartAsync();
        await home.TellAsync(Make.ChatIs("c1"), At("$a", 0));
        await home.UntilSentAsync(await home.SendAsync("c1", "mine"));
        home.Network.History = Make.Past(10, At("$a", 0), At("$b", 1), At("$sent1", 2), At("$c", 3));
        await home.TellAsync(Make.Gap("c1", "4"), At("$d", 4));
        Assert.Equal(["$d", "$c", "$b", "$sent1", "$a"], await WalkAsync(home, 10));
    }

    [Fact]
    public async Task What_is_missing_before_a_send_of_mine_is_not_lost_though_there_is_no_place_before_it()
    {
        await using var home = await TestInstallation.StartAsync();
        await home.TellAsync(Make.ChatIs("c1"), Make.Says("ada", "c1", "$a"));
        await home.UntilSentAsync(await home.SendAsync("c1", "mine"));
        await home.UntilSentAsync(await home.SendAsync("c1", "mine too"));
        home.Network.History = Make.Past(10, Make.Says("ada", "c1", "$a"), Make.Says("ada", "c1", "$b"), Make.Says("ada", "c1", "$c"));
        await home.TellAsync(Make.Gap("c1", "3"), Make.Says("me", "c1", "$sent1"), Make.Says("me", "c1", "$sent2"));
        Assert.Equal(["$c", "$b", "$sent2", "$sent1", "$a"], await WalkAsync(home, 10));
    }

    [Fact]
    public async Task However_much_was_sent_in_one_moment_there_is_a_place_for_all()
    {
        await using var home = await TestInstallation.StartAsync();
        await home.TellAsync(Make.ChatIs("c1"), At("$a", 0), Make.ChatIs("c2"));
        await home.TellAsync([.. Enumerable.Range(0, 50).Select(i => Make.Says("ada", "c2", $"$other{i}", "x"))]);
        home.Network.History = Make.Past(900, [.. Enumerable.Range(0, 2500).Select(i => Make.Says("ada", "c1", $"$p{i}", "x", Make.Start.AddDays(-1)))]);
        await home.TellAsync(Make.Gap("c1", "2500"), At("$z", 0));
        Assert.Equal(["$z", .. Enumerable.Range(0, 2500).Reverse().Select(i => $"$p{i}"), "$a"], await WalkAsync(home, 200));
        Assert.All(home.All("c1").Skip(1).SkipLast(1), message => Assert.Equal(Make.Start.AddDays(-1), message.SentAt));
    }

    [Fact]
    public async Task A_network_that_does_not_answer_does_not_hold_up_what_is_here()
    {
        await using var home = await TestInstallation.StartAsync();
        var answers = new TaskCompletionSource<RemoteHistory>();
        home.Network.History = (_, _, _) => answers.Task;
        await home.TellAsync(Make.ChatIs("c1"), Make.Gap("c1", "1"), At("$z", 9));
        var timers = home.Clock.TimersMade;
        var reading = PageAsync(home, Make.Page(10));
        await home.Clock.TimersMadeAsync(timers + 1).WaitAsync(Patience.Longest);
        home.Clock.Advance(TimeSpan.FromSeconds(5));
        var page = await reading.WaitAsync(Patience.Longest);
        Assert.Equal(["$z"], Ids(page));
        Assert.True(page.HasMore);
        // An empty page would look like the end of the list.
        timers = home.Clock.TimersMade;
        var next = PageAsync(home, Make.Page(10, page.OldestCursor));
        await home.Clock.TimersMadeAsync(timers + 1).WaitAsync(Patience.Longest);
        home.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(NetworkFailure.Transient, (await Assert.ThrowsAsync<NetworkException>(() => next)).Kind);
        // Who gave up waiting still gets it the next time.
        answers.SetResult(new RemoteHistory([At("$y", 8)], null));
        Assert.Equal(["$y"], Ids(await PageAsync(home, Make.Page(10, page.OldestCursor))));
        Assert.Single(home.Network.Calls, call => call.StartsWith("history", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_network_that_is_away_is_asked_again_the_next_time()
    {
        await using var home = await TestInstallation.StartAsync();
        home.Network.History = Make.Past(5, At("$y", 8));
        await home.TellAsync(Make.ChatIs("c1"), Make.Gap("c1", "1"), At("$z", 9));
        home.Network.CallFailure = new NetworkException(NetworkFailure.Transient, "Away.");
        var page = await PageAsync(home, Make.Page(10));
        Assert.Equal((true, "$z"), (page.HasMore, Ids(page).Single()));
        home.Network.CallFailure = null;
        Assert.Equal(["$z", "$y"], Ids(await PageAsync(home, Make.Page(10))));
    }

    [Fact]
    public async Task What_a_network_refuses_to_tell_or_cannot_tell_is_the_beginning()
    {
        await using var home = await TestInstallation.StartAsync();
        await home.TellAsync(Make.ChatIs("c1"), Make.Gap("c1", "1"), At("$z", 9));
        home.Network.CallFailure = new NetworkException(NetworkFailure.Rejected, "No.");
        Assert.False((await PageAsync(home, Make.Page(10))).HasMore);
        await using var bare = await TestInstallation.StartAsync(new ScriptedNetwork(bare: true));
        await bare.TellAsync(Make.ChatIs("c1"), Make.Gap("c1", "1"), At("$z", 9));
        Assert.False((await PageAsync(bare, Make.Page(10))).HasMore);
    }

    [Fact]
    public async Task A_page_of_the_past_that_comes_again_changes_nothing()
    {
        await using var home = await TestInstallation.StartAsync();
        await home.TellAsync(Make.ChatIs("c1"), Make.Gap("c1", "9"), At("$z", 9));
        var gap = home.Database.Read(db => Core.History.GapSql.GapByKey(db, 1))!;
        var page = new RemoteHistory([At("$x", 1), At("$y", 2)], "5");
        await home.Ingest.ApplyHistoryAsync(gap, page, CancellationToken.None);
        var log = home.LogEnd;
        await home.Ingest.ApplyHistoryAsync(gap, page, CancellationToken.None);
        Assert.Equal(log, home.LogEnd);
        Assert.Equal(["$z", "$y", "$x"], home.All("c1").Select(message => message.RemoteId!.Value.Value));
    }

    [Fact]
    public async Task A_chat_of_which_nothing_was_told_yet_shows_its_past()
    {
        await using var home = await TestInstallation.StartAsync();
        home.Network.History = Make.Past(2, At("$a", 0), At("$b", 1), At("$c", 2));
        await home.TellAsync(Make.ChatIs("c1"), Make.Gap("c1", "3"));
        var log = home.LogEnd;
        Assert.Equal(["$c", "$b", "$a"], Ids(await PageAsync(home, Make.Page(10))));
        Assert.Equal(3, home.Chat("c1").Unread);
        Assert.Contains($"chat.upserted [\"{home.ChatId("c1")}\"]", home.LogAfter(log));
        await home.TellAsync(At("$d", 3));
        Assert.Equal("$d", home.All("c1")[0].RemoteId!.Value.Value);
        Assert.Equal(4, home.Chat("c1").Unread);
    }

    [Fact]
    public async Task What_a_page_says_of_messages_and_what_answered_them_before_is_theirs()
    {
        await using var home = await TestInstallation.StartAsync();
        home.Network.History = Make.Past(
            9, At("$a", 0), Make.Edits("c1", "$a", "changed", Make.Start.AddMinutes(1)), Make.Reacts("bob", "c1", "$a", "👍"), At("$b", 2),
            Make.Removes("c1", "$b"));
        await home.TellAsync(
            Make.ChatIs("c1"), Make.Gap("c1", "5"),
            new RemoteEvent.MessageUpserted(Make.Message("c1", "$z", "ada", "an answer", Make.Start.AddMinutes(9)) with { ReplyTo = new("$a") }));
        Assert.Null(home.Message("$z").ReplyTo);
        await WalkAsync(home, 10);
        var old = home.Message("$a");
        Assert.Equal(("changed", 1), (old.Text, old.Reactions.Count));
        Assert.True(home.Message("$b").IsDeleted);
        Assert.Equal(old.Id, home.Message("$z").ReplyTo);
        Assert.Equal(2, home.Chat("c1").Unread);
    }

    [Fact]
    public async Task An_edit_that_came_before_its_message_counts_only_by_its_sender()
    {
        await using var home = await TestInstallation.StartAsync();
        home.Network.History = Make.Past(1, At("$a", 0));
        await home.TellAsync(Make.ChatIs("c1"), Make.Gap("c1", "1"), At("$z", 9), EditBy("ada", "hers", 1), EditBy("eve", "stolen", 2));
        await WalkAsync(home, 2);
        Assert.Equal("hers", home.Message("$a").Text);
    }

    private static RemoteEvent.MessageEdited EditBy(string user, string text, int minute) =>
        new(new("c1"), new("$a"), new(text, false), [], Make.Start.AddMinutes(minute))
        {
            Sender = new(Make.UserId(user)),
        };

    [Fact]
    public async Task What_was_said_of_a_message_before_it_came_is_carried_out_when_it_comes()
    {
        await using var home = await TestInstallation.StartAsync();
        home.Network.History = Make.Past(
            2, At("$a", 0), At("$b", 1), Make.Reacts("bob", "c1", "$a", "👍"), Make.Edits("c1", "$b", "changed", Make.Start.AddMinutes(1)));
        RemoteEvent[] told =
        [
            Make.ChatIs("c1"), Make.Gap("c1", "4"), At("$z", 9), Make.Unreacts("bob", "c1", "$a", "👍"), Make.Reacts("ada", "c1", "$a", "🎉"),
            Make.Removes("c1", "$never"),
        ];
        await home.TellAsync(told);
        await home.TellAsync(told);
        Assert.Equal(["$z", "$b", "$a"], await WalkAsync(home, 2));
        Assert.Equal("changed", home.Message("$b").Text);
        Assert.Equal([new Reaction(Make.UserId("ada"), "🎉")], home.Message("$a").Reactions);
        Assert.Equal(0, home.Number("SELECT count(*) FROM told_early"));
        // With nothing missing there is nothing to wait for.
        await home.TellAsync(Make.Removes("c1", "$never"));
        Assert.Equal(0, home.Number("SELECT count(*) FROM told_early"));
    }

    [Fact]
    public async Task The_state_of_a_chat_changes_with_what_is_missing_in_it()
    {
        await using var home = await TestInstallation.StartAsync();
        await home.TellAsync(Make.ChatIs("c1"), Make.Gap("c1", "1"), At("$z", 9));
        var before = await home.Messages.ListAsync(home.Owner, home.ChatId("c1"), Make.Page(1), _ => false, CancellationToken.None);
        Assert.True(before.Page!.HasMore);
        Assert.True(before.IsWhole);
        var after = await home.Messages.ListAsync(home.Owner, home.ChatId("c1"), Make.Page(2), _ => false, CancellationToken.None);
        Assert.False(after.Page!.HasMore);
        Assert.NotEqual(before.Stamp, after.Stamp);
    }

    private static IReadOnlyList<RemoteEvent> Past(string chat, int count) =>
        [.. Enumerable.Range(0, count).Select(i => Make.Says("ada", chat, $"$p{i}", $"past {i}", Make.Start.AddMinutes(i - 100)))];

    private static RemoteEvent At(string id, int minute) => Make.Says("ada", "c1", id, id, Make.Start.AddMinutes(minute - 100));

    private static async Task<Page<Message>> PageAsync(TestInstallation home, PageRequest request) =>
        (await home.Messages.ListAsync(home.Owner, home.ChatId("c1"), request, _ => false, CancellationToken.None)).Page!;

    private static IEnumerable<string> Ids(Page<Message> page) => page.Items.Select(message => message.RemoteId!.Value.Value);

    private static async Task<List<string>> WalkAsync(TestInstallation home, int limit)
    {
        var found = new List<string>();
        for (Page<Message>? page = null; page?.HasMore != false;)
        {
            page = await PageAsync(home, Make.Page(limit, page?.OldestCursor));
            found.AddRange(Ids(page));
        }

        return found;
    }
}
