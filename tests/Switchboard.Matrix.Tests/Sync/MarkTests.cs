using Switchboard.Networks;

namespace Switchboard.Matrix.Tests.Sync;

/// <summary>matrix.md §1.2 and §1.5: what the owner has put on a chat.</summary>
public sealed class MarkTests : IDisposable
{
    private const string Room = SyncWorld.Room;
    private readonly SyncWorld world = new();

    public MarkTests() => world.TakeRoom(Answer.Room([Answer.Create(), Answer.Member(SyncWorld.Own)]));

    public void Dispose() => world.Dispose();

    [Theory]
    [InlineData("m.tag", """{"tags":{"m.favourite":{"order":0.5}}}""", true, false)]
    [InlineData("m.tag", """{"tags":{"m.lowpriority":{}}}""", false, true)]
    [InlineData("m.tag", """{"tags":{"m.favourite":{},"m.lowpriority":{}}}""", true, false)]
    [InlineData("m.tag", "{}", false, false)]
    public void Tags_pin_and_lower(string type, string content, bool isPinned, bool isLow) =>
        Assert.Equal(new ChatMarks { IsPinned = isPinned, IsLowPriority = isLow }, Marks(Answer.Data(type, content)));

    [Theory]
    [InlineData("m.marked_unread", """{"unread":true}""", true)]
    [InlineData("com.famedly.marked_unread", """{"unread":true}""", true)]
    [InlineData("m.marked_unread", """{"unread":"yes"}""", false)]
    public void A_mark_by_hand_is_told(string type, string content, bool isMarked) =>
        Assert.Equal(new ChatMarks { IsMarkedUnread = isMarked }, Marks(Answer.Data(type, content)));

    [Theory]
    [InlineData("-1", true)]
    [InlineData("0", false)]
    [InlineData("99999999999999", true)]
    [InlineData("1000", false)]
    [InlineData("\"-1\"", true)]
    public void Muted_by_account_data_until_its_time(string until, bool isMuted) =>
        Assert.Equal(new ChatMarks { IsMuted = isMuted }, Marks(Answer.Data("com.beeper.mute", $$"""{"muted_until":{{until}} }""")));

    [Theory]
    [InlineData("override", """{"rule_id":"x","enabled":true,"conditions":[{"kind":"event_match","key":"room_id","pattern":"!room:hs.test"}],"actions":[]}""", true)]
    [InlineData("override", """{"rule_id":"x","conditions":[{"kind":"event_match","key":"room_id","pattern":"!room:hs.test"}],"actions":["dont_notify"]}""", true)]
    [InlineData("override", """{"rule_id":"x","enabled":false,"conditions":[{"kind":"event_match","key":"room_id","pattern":"!room:hs.test"}],"actions":[]}""", false)]
    [InlineData("override", """{"rule_id":"x","conditions":[{"kind":"event_match","key":"room_id","pattern":"!room:hs.test"}],"actions":["notify"]}""", false)]
    [InlineData("room", """{"rule_id":"!room:hs.test","enabled":true,"actions":[]}""", true)]
    [InlineData("room", """{"rule_id":"!room:hs.test","actions":["notify"]}""", false)]
    [InlineData("room", """7""", false)]
    public void Muted_by_push_rules_of_both_kinds(string kind, string rule, bool isMuted)
    {
        var told = world.Take(Answer.Global("m.push_rules", $$$$"""{"global":{"{{{{kind}}}}":[{{{{rule}}}}]}}"""));

        Assert.Equal(isMuted ? [new ChatMarks { IsMuted = true }] : [], told.OfType<RemoteEvent.ChatMarksChanged>().Select(change => change.Marks));
        if (isMuted)
            Assert.Equal(new ChatMarks { IsMuted = false }, MarksIn(world.Take(Answer.Global("m.push_rules", "{}"))));
    }

    [Fact]
    public void Put_away_stands_until_somebody_else_writes()
    {
        Assert.True(Archive(5000)!.IsArchived);
        Assert.DoesNotContain(world.TakeRoom(Answer.Timeline(Answer.Text("$old", "late news of old", at: 4000))), told => told is RemoteEvent.ChatMarksChanged);
        Assert.Equal(new ChatMarks { IsArchived = false }, Marks(Answer.Timeline(Answer.Text("$new", "x", at: 6000))));
        Assert.DoesNotContain(world.TakeRoom(Answer.Timeline(Answer.Text("$more", "x", at: 7000))), told => told is RemoteEvent.ChatMarksChanged);
    }

    [Fact]
    public void A_muted_chat_stays_put_away()
    {
        Marks(Answer.Data("com.beeper.mute", """{"muted_until":-1}"""));
        Archive(5000);

        Assert.DoesNotContain(world.TakeRoom(Answer.Timeline(Answer.Text("$new", "x", at: 6000))), told => told is RemoteEvent.ChatMarksChanged);
    }

    [Fact]
    public void What_one_writes_oneself_takes_it_out_again()
    {
        Archive(5000);

        Assert.Equal(new ChatMarks { IsArchived = false }, Marks(Answer.Timeline(Answer.Text("$new", "x", SyncWorld.Own, 6000))));
    }

    [Fact]
    public void Nothing_is_put_away_by_an_empty_mark_or_by_low_priority()
    {
        Assert.False(Marks(Answer.Data("com.beeper.inbox.done", "{}"))!.IsArchived);
        Assert.Null(Marks(Answer.Data("m.tag", """{"tags":{"m.lowpriority":{}}}"""))!.IsArchived);
    }

    private ChatMarks? Archive(long at) => Marks(Answer.Data("com.beeper.inbox.done", $$"""{"updated_ts":{{at}} }"""));

    private ChatMarks? Marks(string room) => MarksIn(world.TakeRoom(room));

    private static ChatMarks? MarksIn(IEnumerable<RemoteEvent> events)
    {
        var changed = events.OfType<RemoteEvent.ChatMarksChanged>().ToList();
        Assert.All(changed, change => Assert.Equal(Room, change.Chat.Value));
        return changed.LastOrDefault()?.Marks;
    }
}
