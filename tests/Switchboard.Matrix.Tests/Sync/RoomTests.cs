using Switchboard.Matrix.Sync;
using Switchboard.Networks;

namespace Switchboard.Matrix.Tests.Sync;

/// <summary>matrix.md §1.1 to §1.4, §1.6: rooms as chats.</summary>
public sealed class RoomTests : IDisposable
{
    private static readonly string[] Pair = [Answer.Create(), Answer.Member(SyncWorld.Own, name: "Ada"), Answer.Member("@bob:hs.test", name: "Bob")];

    private readonly SyncWorld world = new();

    public void Dispose() => world.Dispose();

    [Theory]
    [InlineData("""{"name":"Club"}""", "Club")]
    [InlineData("""{"name":"  "}""", "#club:hs.test")]
    [InlineData("""{"name":7}""", "#club:hs.test")]
    public void The_title_is_the_name_then_the_main_alias(string name, string title) => Assert.Equal(title, Chat(
        Answer.Room([.. Pair, Answer.State("m.room.name", name), Answer.State("m.room.canonical_alias", """{"alias":"#club:hs.test","alt_aliases":["#x:y"]}""")])).Title);

    [Theory]
    [InlineData(3, 0, "Bob and Cy")]
    [InlineData(2, 1, "Bob and Cy")]
    [InlineData(6, 0, "Bob, Cy and 3 others")]
    [InlineData(4, 0, "Bob, Cy and 1 other")]
    public void Without_a_name_heroes_are_joined_and_the_rest_counted(int joined, int invited, string title) => Assert.Equal(title, Chat(WithSummary(
        joined, invited, ["@bob:hs.test", "@cy:hs.test"], [.. Pair, Answer.Member("@cy:hs.test", name: "Cy")])).Title);

    [Fact]
    public void Service_members_are_neither_named_nor_counted()
    {
        var chat = Chat(WithSummary(3, 0, ["@bob:hs.test", "@bot:hs.test"], [
            .. Pair, Answer.Member("@bot:hs.test", name: "Bridge bot"),
            Answer.State("io.element.functional_members", """{"service_members":["@bot:hs.test"]}""")]));

        Assert.Equal(("Bob", false), (chat.Title, chat.IsGroup));
        Assert.True(chat.Participants.Single(person => person.User.Id.Value == "@bot:hs.test") is { IsNetworkBot: true, User.CannotMessage: true });
    }

    [Fact]
    public void Equal_names_are_told_apart_and_missing_ones_are_ids()
    {
        Assert.Equal("Bob (@bob2:hs.test) and Bob (@bob:hs.test)", Chat(WithSummary(
            3, 0, ["@bob2:hs.test", "@bob:hs.test"], [.. Pair, Answer.Member("@bob2:hs.test", name: "Bob")])).Title);
        Assert.Equal("@cy:hs.test", ChatIn(world.Take(Answer.Joined("!other:y", WithSummary(2, 0, ["@cy:hs.test"], [Answer.Member("@cy:hs.test")])))).Title);
    }

    [Fact]
    public void An_empty_room_says_who_was_in_it() => Assert.Equal("Empty room (was Bob)", Chat(WithSummary(
        1, 0, ["@bob:hs.test"], [Answer.Member(SyncWorld.Own), Answer.Member("@bob:hs.test", "leave", "Bob")])).Title);

    [Fact]
    public void A_summary_tells_only_what_changed()
    {
        Chat(WithSummary(3, 0, ["@bob:hs.test", "@cy:hs.test"], [.. Pair, Answer.Member("@cy:hs.test", name: "Cy")]));

        Assert.Equal("Bob, Cy and 2 others", Chat("""{"summary":{"m.joined_member_count":5}}""").Title);
    }

    [Fact]
    public void A_hero_who_changes_their_name_changes_the_title()
    {
        Chat(WithSummary(2, 0, ["@bob:hs.test"], Pair));

        Assert.Equal("Robert", Chat(Answer.Timeline(Answer.Member("@bob:hs.test", name: "Robert"))).Title);
    }

    [Theory]
    [InlineData("""{"is_direct":true}""", false, false)]
    [InlineData("{}", false, true)]
    [InlineData("{}", true, false)]
    public void Two_people_are_a_direct_chat_when_someone_called_it_that_or_it_has_no_name(string own, bool isNameless, bool isGroup)
    {
        var name = isNameless ? "{}" : """{"name":"N"}""";
        var member = Answer.Member(SyncWorld.Own, more: own == "{}" ? "" : ",\"is_direct\":true");

        Assert.Equal(isGroup, Chat(Answer.Room([Answer.Create(), member, Answer.Member("@bob:hs.test"), Answer.State("m.room.name", name)])).IsGroup);
    }

    [Fact]
    public void Account_data_makes_a_named_room_direct_and_takes_it_back()
    {
        Chat(Answer.Room([.. Pair, Answer.State("m.room.name", """{"name":"N"}""")]));

        Assert.False(ChatIn(world.Take(Answer.Global("m.direct", $$"""{"@bob:hs.test":["{{SyncWorld.Room}}",7],"bad":"shape"}"""))).IsGroup);
        Assert.Equal("@bob:hs.test", world.Store.DirectPartner(SyncWorld.Room));
        Assert.Equal([SyncWorld.Room], world.Store.DirectRooms("@bob:hs.test"));
        Assert.True(ChatIn(world.Take(Answer.Global("m.direct", "{}"))).IsGroup);
    }

    [Fact]
    public void Topic_picture_and_timer_are_told()
    {
        var chat = Chat(Answer.Room([.. Pair,
            Answer.State("m.room.topic", """{"m.topic":{"m.text":[{"mimetype":"text/html","body":"<b>"},{"body":"Words"}]}}"""),
            Answer.State("m.room.avatar", """{"url":"mxc://h/a"}"""),
            Answer.State("com.beeper.disappearing_timer", """{"type":"after_send","timer":"60000"}""")]));

        Assert.Equal(("Words", "mxc://h/a", TimeSpan.FromMinutes(1)), (chat.Description, chat.Avatar!.Id.Value, chat.Expiry));
    }

    [Fact]
    public void Without_a_picture_a_direct_chat_shows_the_other_person_and_a_group_nothing()
    {
        Assert.Equal("mxc://h/bob", Chat(Answer.Room([Answer.Member(SyncWorld.Own), Answer.Member("@bob:hs.test", more: ",\"avatar_url\":\"mxc://h/bob\"")])).Avatar!.Id.Value);
        Assert.Null(Chat(Answer.Room([Answer.Member("@cy:hs.test")])).Avatar);
    }

    [Theory]
    [InlineData("""{"events_default":50}""", true)]
    [InlineData("""{"events_default":50,"users":{"@ada:hs.test":"50"}}""", false)]
    [InlineData("""{"events":{"m.room.message":10},"users_default":10}""", false)]
    [InlineData("""{"events":{"m.room.message":11},"users_default":10.9}""", true)]
    [InlineData("[]", false)]
    public void Power_decides_whether_one_may_write(string levels, bool isReadOnly) =>
        Assert.Equal(isReadOnly, Chat(Answer.Room([.. Pair, Answer.State("m.room.power_levels", levels)])).IsReadOnly);

    [Fact]
    public void A_room_once_encrypted_stays_closed_whatever_its_state_says_later()
    {
        var chat = Chat(Answer.Room([.. Pair, Answer.State("m.room.encryption", """{"algorithm":"m.megolm.v1.aes-sha2"}""")]));
        Assert.Equal((true, RoomChat.EncryptedReason), (chat.IsReadOnly, chat.ReadOnlyReason));

        world.TakeRoom(Answer.Room([Answer.State("m.room.encryption", "{}")]));
        world.Take(Answer.Left(SyncWorld.Room));
        Assert.True(Chat(Answer.Room(Pair)).IsReadOnly);
        Assert.True(world.Store.Room(SyncWorld.Room)!.IsEncrypted);
    }

    [Fact]
    public void Creators_stand_above_all_from_version_12_on()
    {
        var chat = Chat(Answer.Room([Answer.Create("@bob:hs.test", """{"room_version":"12","additional_creators":["@cy:hs.test"]}"""),
            Answer.Member(SyncWorld.Own), Answer.Member("@bob:hs.test"), Answer.Member("@cy:hs.test"), Answer.State("m.room.power_levels", "{}")]));

        Assert.Equal(["@bob:hs.test", "@cy:hs.test"], chat.Participants.Where(person => person.IsAdmin).Select(person => person.User.Id.Value).Order());
    }

    [Fact]
    public void Admins_have_fifty_and_more_than_everybody()
    {
        var chat = Chat(Answer.Room([.. Pair, Answer.State("m.room.power_levels", """{"users":{"@bob:hs.test":50,"@ada:hs.test":49}}""")]));
        Assert.Equal(["@bob:hs.test"], chat.Participants.Where(person => person.IsAdmin).Select(person => person.User.Id.Value));

        chat = Chat(Answer.Room([Answer.State("m.room.power_levels", """{"users_default":50}""")]));
        Assert.DoesNotContain(chat.Participants, person => person.IsAdmin);
    }

    [Fact]
    public void People_known_in_part_are_told_as_part_and_loaded_ones_as_all()
    {
        var chat = Chat(WithSummary(30, 1, null, Pair));
        Assert.Equal((2, 31), (chat.Participants.Count, chat.ParticipantTotal));

        Assert.Null(Chat(WithSummary(2, 0, null, Pair)).ParticipantTotal);
    }

    [Fact]
    public void Spaces_and_rooms_of_unknown_types_are_no_chats()
    {
        Assert.Empty(world.TakeRoom(Answer.Room([Answer.Create(content: """{"type":"m.space"}""")])));
        Assert.Empty(world.Take(Answer.Joined("!x:y", Answer.Room([Answer.Create(content: """{"type":"org.example"}""")], Answer.Text("$1", "x")))));
    }

    [Fact]
    public void State_after_the_timeline_is_the_only_source_when_it_is_told()
    {
        var chat = ChatIn(world.TakeRoom(
            $$"""{"org.matrix.msc4222.state_after":{"events":[{{Answer.State("m.room.name", """{"name":"After"}""")}}]},"timeline":{"events":[{{Answer.State("m.room.name", """{"name":"Between"}""")}}]},"state":{"events":[{{Answer.State("m.room.name", """{"name":"Before"}""")}}]} }"""));

        Assert.Equal("After", chat.Title);
    }

    [Fact]
    public void State_in_the_timeline_comes_after_that_before_it() => Assert.Equal("Between", Chat(Answer.Room(
        [Answer.State("m.room.name", """{"name":"Before"}""")], Answer.State("m.room.name", """{"name":"Between"}"""))).Title);

    private static string WithSummary(int joined, int invited, string[]? heroes, IEnumerable<string> state) =>
        $$"""{"summary":{"m.joined_member_count":{{joined}},"m.invited_member_count":{{invited}}{{(heroes is null ? "" : $",\"m.heroes\":[{string.Join(',', heroes.Select(hero => $"\"{hero}\""))}]")}} },"state":{"events":[{{string.Join(',', state)}}]} }""";

    private RemoteChat Chat(string room) => ChatIn(world.TakeRoom(room));

    private static RemoteChat ChatIn(IEnumerable<RemoteEvent> events) => events.OfType<RemoteEvent.ChatUpserted>().Last().Chat;
}
