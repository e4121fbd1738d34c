using Switchboard.Matrix.Sync;
using Switchboard.Networks;

namespace Switchboard.Matrix.Tests.Sync;

/// <summary>matrix.md §3.4, §3.5, §3.10, §6.2: what follows from several events together.</summary>
public sealed class TimelineTests : IDisposable
{
    private readonly SyncWorld world = new();

    public TimelineTests() => world.TakeRoom(Answer.Room(
        [Answer.Create(), Answer.Member(SyncWorld.Own, name: "Ada"), Answer.Member("@bob:hs.test", name: "Bob")]));

    public void Dispose() => world.Dispose();

    [Fact]
    public void The_newest_edit_wins_in_whatever_order_they_come()
    {
        var told = Take(Answer.Text("$1", "a"), Answer.Edit("$e2", "$1", "second", at: 8000), Answer.Edit("$e1", "$1", "first", at: 7000));

        Assert.Equal(["second"], told.OfType<RemoteEvent.MessageEdited>().Select(edit => edit.Text.Html));
    }

    [Fact]
    public void An_edit_by_a_stranger_dated_far_ahead_is_in_nobodys_way()
    {
        var told = Take(
            Answer.Text("$1", "a"), Answer.Edit("$x", "$1", "forged", "@eve:hs.test", at: 4_070_908_800_000),
            Answer.Edit("$e1", "$1", "first", at: 7000), Answer.Edit("$e2", "$1", "second", at: 8000));

        Assert.Equal(
            ["first", "second"],
            told.OfType<RemoteEvent.MessageEdited>().Where(edit => edit.Sender!.Value.Value == "@bob:hs.test").Select(edit => edit.Text.Html));
    }

    [Fact]
    public void An_edit_dated_ahead_counts_as_made_when_it_came()
    {
        Take(Answer.Text("$1", "a"), Answer.Edit("$e1", "$1", "by a wrong clock", at: 4_070_908_800_000));
        world.Clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Single(Take(Answer.Edit("$e2", "$1", "later", at: world.Now)).OfType<RemoteEvent.MessageEdited>());
    }

    [Theory]
    [InlineData("{}", "$beside")]
    [InlineData("""{"room_version":"10"}""", "$beside")]
    [InlineData("""{"room_version":"11"}""", "$within")]
    [InlineData("""{"room_version":"12"}""", "$within")]
    public void What_is_redacted_stands_where_the_rooms_version_has_it(string create, string target)
    {
        var told = world.Take(Answer.Joined("!versioned:y", Answer.Room(
            [Answer.Create(content: create), Answer.Member(SyncWorld.Own)],
            Answer.Message("$r", """{"redacts":"$within"}""", type: "m.room.redaction", more: ""","redacts":"$beside" """))));

        Assert.Equal([target], told.OfType<RemoteEvent.MessageRemoved>().Select(removed => removed.Id.Value));
    }

    [Theory]
    [InlineData("", false)]
    [InlineData(""","com.beeper.dont_render_redacted_placeholder":true""", true)]
    public void A_deletion_says_whether_it_leaves_a_trace_whenever_it_is_heard_of(string more, bool leavesNoTrace)
    {
        var content = $$"""{"redacts":"$1"{{more}} }""";
        world.TakeRoom(Answer.Timeline(Answer.Text("$1", "x")));

        Assert.Equal(leavesNoTrace, Assert.Single(
            world.TakeRoom(Answer.Timeline(Answer.Message("$x", content, type: "m.room.redaction", more: ""","redacts":"$1" """)))
                .OfType<RemoteEvent.MessageRemoved>()).LeavesNoTrace);
        var gone = Assert.Single(world.TakeRoom(Answer.Timeline(Answer.Message(
            "$2", "{}", more: $$$$""","unsigned":{"redacted_because":{"content":{{{{content}}}}}}"""))).OfType<RemoteEvent.MessageUpserted>()).Message;
        Assert.Equal((true, leavesNoTrace), (gone.IsRemoved, gone.IsHidden));
    }

    [Fact]
    public void Of_edits_of_one_time_the_greater_id_wins() => Assert.Equal(
        ["b"],
        Take(Answer.Edit("$z", "$1", "b", at: 7000), Answer.Edit("$y", "$1", "a", at: 7000)).OfType<RemoteEvent.MessageEdited>().Select(edit => edit.Text.Html));

    [Fact]
    public void An_edit_says_who_edited_so_that_nobody_edits_for_another() => Assert.Equal(
        "@eve:hs.test", Take(Answer.Edit("$e", "$1", "mine now", "@eve:hs.test")).OfType<RemoteEvent.MessageEdited>().Single().Sender!.Value.Value);

    [Fact]
    public void A_redacted_edit_has_its_message_read_again_and_again()
    {
        Take(Answer.Text("$1", "a"), Answer.Edit("$e", "$1", "b"));

        Take(Answer.Redaction("$r", "$e"));
        Assert.Equal(["$1"], world.Rereads);
        Take(Answer.Redaction("$r", "$e"));
        world.Restart();
        Assert.Equal(["$1"], world.Rereads);
    }

    [Fact]
    public void Taking_a_reaction_back_is_known_by_its_event()
    {
        var told = Take(Answer.Text("$1", "a"), Answer.Reaction("$r", "$1", "❤"), Answer.Redaction("$x", "$r"));

        Assert.Equal(new RemoteEvent.ReactionAdded(new(SyncWorld.Room), new("$1"), new("@bob:hs.test"), "❤\uFE0F"), told.OfType<RemoteEvent.ReactionAdded>().Single());
        Assert.Equal(new RemoteEvent.ReactionRemoved(new(SyncWorld.Room), new("$1"), new("@bob:hs.test"), "❤\uFE0F"), told.OfType<RemoteEvent.ReactionRemoved>().Single());
        Assert.Empty(told.OfType<RemoteEvent.MessageRemoved>());
    }

    [Fact]
    public void The_same_reaction_twice_counts_once()
    {
        Take(Answer.Reaction("$r1", "$1", "❤"), Answer.Reaction("$r2", "$1", "❤\uFE0F"));

        Assert.Equal("$r1", world.Store.ReactionEvent(SyncWorld.Room, "$1", "@bob:hs.test", "❤\uFE0F"));
        Assert.Empty(Take(Answer.Redaction("$x1", "$r1")).OfType<RemoteEvent.ReactionRemoved>());
        Assert.Single(Take(Answer.Redaction("$x2", "$r2")).OfType<RemoteEvent.ReactionRemoved>());
    }

    [Fact]
    public void Reactions_to_edits_and_reactions_do_not_count()
    {
        Take(Answer.Edit("$e", "$1", "b"), Answer.Reaction("$r", "$1", "❤"));

        Assert.Empty(Take(Answer.Reaction("$a", "$e", "❤"), Answer.Reaction("$b", "$r", "❤")).OfType<RemoteEvent.ReactionAdded>());
    }

    [Fact]
    public void Ignored_people_are_not_heard()
    {
        world.Take(Answer.Global("m.ignored_user_list", """{"ignored_users":{"@bob:hs.test":{}}}"""));
        var told = Take(Answer.Text("$1", "x"), Answer.Reaction("$r", "$1", "❤"), Answer.Edit("$e", "$0", "y"));

        Assert.True(told.OfType<RemoteEvent.MessageUpserted>().Single().Message.IsIgnored);
        Assert.DoesNotContain(told, one => one is RemoteEvent.ReactionAdded or RemoteEvent.MessageEdited);
    }

    [Fact]
    public void Who_writes_has_read_what_came_before() => Assert.Equal(
        [("@bob:hs.test", "$2"), (SyncWorld.Own, "$3")],
        Take(Answer.Text("$1", "x"), Answer.Text("$2", "x"), Answer.Text("$3", "x", SyncWorld.Own))
            .OfType<RemoteEvent.ReadUpTo>().Select(read => (read.User.Value, read.Message.Value)));

    [Fact]
    public void Receipts_of_every_kind_are_told()
    {
        var told = world.TakeRoom(
            """{"ephemeral":{"events":[{"type":"m.receipt","content":{"$1":{"m.read":{"@bob:hs.test":{"ts":5000,"thread_id":"main"},"@cy:x":{"ts":"6000","thread_id":"$t"},"bad":7},"m.read.private":{"@ada:hs.test":{"ts":7000}},"org.other":{"@eve:x":{}}},"$2":7}},{"type":"m.typing","content":{"user_ids":["@bob:hs.test","@ada:hs.test",7]}}]}}""");

        Assert.Equal(
            [("@bob:hs.test", 5000L), ("@cy:x", 6000L), ("bad", 0L), ("@ada:hs.test", 7000L)],
            told.OfType<RemoteEvent.ReadUpTo>().Select(read => (read.User.Value, read.At.ToUnixTimeMilliseconds())));
        Assert.Equal([new UserId("@bob:hs.test")], told.OfType<RemoteEvent.TypingChanged>().Single().Users);
    }

    [Fact]
    public void The_marker_of_clients_counts_on_the_first_sync_without_a_receipt() => Assert.Equal(
        new RemoteEvent.ReadUpTo(new(SyncWorld.Room), new(SyncWorld.Own), new("$9"), DateTimeOffset.UnixEpoch),
        Assert.Single(world.TakeRoom(Answer.Data("m.fully_read", """{"event_id":"$9"}"""), isFirst: true).OfType<RemoteEvent.ReadUpTo>()));

    [Fact]
    public void Missing_events_are_a_gap_before_the_new_ones()
    {
        var told = world.TakeRoom($$"""{"timeline":{"limited":true,"prev_batch":"p1","events":[{{Answer.Text("$1", "x")}}]} }""");

        Assert.Equal(new RemoteEvent.HistoryGap(new(SyncWorld.Room), "p1"), told[0]);
        Assert.IsType<RemoteEvent.MessageUpserted>(told[1]);
        Assert.DoesNotContain(world.TakeRoom($$"""{"timeline":{"limited":false,"prev_batch":"p2","events":[{{Answer.Text("$2", "x")}}]} }"""), one => one is RemoteEvent.HistoryGap);
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 1)]
    public void A_new_room_has_a_past_unless_its_beginning_is_told(bool hasCreate, int gaps)
    {
        var events = hasCreate ? Answer.Create() + "," + Answer.Text("$1", "x") : Answer.Text("$1", "x");

        Assert.Equal(gaps, world.Take(Answer.Joined("!new:y", $$"""{"timeline":{"prev_batch":"p1","events":[{{events}}]} }""")).OfType<RemoteEvent.HistoryGap>().Count());
    }

    [Fact]
    public void The_echo_of_a_send_is_known_even_when_the_homeserver_does_not_say()
    {
        world.Sent(SyncWorld.Room, "$1", "t1");

        Assert.Equal("t1", Take(Answer.Text("$1", "x", SyncWorld.Own)).OfType<RemoteEvent.MessageUpserted>().Single().Message.Transaction!.Value.Value);
    }

    [Fact]
    public void A_plain_message_tells_no_chat_anew() =>
        Assert.DoesNotContain(Take(Answer.Text("$1", "x")), told => told is RemoteEvent.ChatUpserted or RemoteEvent.ChatMarksChanged);

    [Fact]
    public void Someone_who_leaves_a_room_known_in_part_has_the_rest_asked_for()
    {
        world.TakeRoom($$"""{"summary":{"m.joined_member_count":30},"timeline":{"events":[{{Answer.Member("@bob:hs.test", "leave")}}]} }""");

        Assert.Equal([new FollowUp.LoadMembers(SyncWorld.Room)], world.FollowUps);
    }

    private List<RemoteEvent> Take(params string[] timeline) => world.TakeRoom(Answer.Timeline(timeline));
}
