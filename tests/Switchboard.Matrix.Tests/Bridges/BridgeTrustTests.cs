using Switchboard.Matrix.Sync;
using Switchboard.Matrix.Tests.Sync;
using Switchboard.Networks;

namespace Switchboard.Matrix.Tests.Bridges;

/// <summary>Whose word about bridges counts: matrix.md §5.1, §5.2, pitfall 21.</summary>
public sealed class BridgeTrustTests : IDisposable
{
    private const string Portal = "!portal:hs.test";
    private const string Bot = "@whatsappbot:hs.test";

    private readonly SyncWorld world = new();

    public void Dispose() => world.Dispose();

    [Theory]
    [InlineData("@eve:evil.test")]
    [InlineData("@evebot:evil.test")]
    public void Who_calls_oneself_a_bridge_on_another_homeserver_is_none(string eve)
    {
        var told = Fill(Portal, eve);
        told.AddRange(world.Take(Answer.Joined(Portal, Answer.Timeline(Answer.Text("$1", "I owe Eve money", "@whatsapp_me:hs.test")))));

        Assert.Empty(told.OfType<RemoteEvent.AccountUpserted>());
        Assert.All(Chats(told), chat => Assert.Equal("matrix", chat.AccountId));
        Assert.Equal("@whatsapp_me:hs.test", told.OfType<RemoteEvent.MessageUpserted>().Last().Message.Sender.Id.Value);
        Assert.Null(world.Store.Room(Portal)!.Bridge);
        Assert.Single(Chats(world.Take(Invitation(eve))));
        Assert.Single(Chats(world.Take(Answer.Invited("!other:hs.test", [Invite(eve), .. Answer.Bridge(Answer.BridgeInfo("43", "me", "dm", eve), eve)]))));
        world.Take(Answer.Invited("!space:hs.test", Answer.Create(eve, """{"type":"m.space"}"""), Invite(eve)));
        Assert.Null(world.Join);
    }

    [Theory]
    [InlineData(Bot)]
    [InlineData("@bridge:hs.test")]
    public void A_bridge_of_the_own_homeserver_is_believed_by_its_rooms_alone(string bot)
    {
        var told = Fill(Portal, bot);

        var account = Assert.Single(told.OfType<RemoteEvent.AccountUpserted>()).Account;
        Assert.Equal(("whatsapp", "WhatsApp"), (account.AccountId, account.Network));
        var chat = Chats(told).Single();
        Assert.Equal(("whatsapp", false, "Joe"), (chat.AccountId, chat.IsGroup, chat.Title));
        Assert.Equal([bot], chat.Participants.Where(one => one.IsNetworkBot).Select(one => one.User.Id.Value));
        Assert.Empty(world.Take(Invitation(bot)));
        Assert.Equal("!next:hs.test", world.Join!.Room);
    }

    [Theory]
    [InlineData("leave")]
    [InlineData("invite")]
    public void A_bot_that_is_not_in_the_room_fills_none(string membership)
    {
        var told = world.Take(Answer.Joined(Portal, Answer.Room(
            [Answer.Create(Bot), Answer.Member(SyncWorld.Own), Answer.Member(Bot, membership), .. Answer.Bridge(Answer.BridgeInfo("42", "me", "dm"))])));

        Assert.Equal("matrix", Chats(told).Single().AccountId);
    }

    [Fact]
    public void A_room_that_is_called_a_bridges_later_becomes_the_bridges()
    {
        world.Take(Answer.Joined(Portal, Answer.Room([Answer.Create(Bot), Answer.Member(SyncWorld.Own), Answer.Member(Bot)])));

        var told = world.Take(Answer.Joined(Portal, Answer.Room(Answer.Bridge(Answer.BridgeInfo("42", "me", "dm")))));

        Assert.DoesNotContain(told, one => one is RemoteEvent.ChatRemoved);
        Assert.Equal("whatsapp", Chats(told).Single().AccountId);
    }

    [Fact]
    public void Nobody_speaks_as_the_owner_by_calling_oneself_a_bridge()
    {
        Fill(Portal, "@eve:hs.test");
        var told = world.Take(Answer.Joined(Portal, Answer.Timeline(
            Answer.Member("@whatsapp_me:hs.test"), Answer.Text("$1", "I owe Eve money", "@whatsapp_me:hs.test"))));

        Assert.Equal("@whatsapp_me:hs.test", told.OfType<RemoteEvent.MessageUpserted>().Last().Message.Sender.Id.Value);
    }

    [Fact]
    public void An_invitation_that_says_that_its_own_bridge_fills_the_room_is_accepted()
    {
        Assert.Empty(world.Take(Answer.Invited(
            "!next:hs.test", [Invite("@bridge:hs.test"), .. Answer.Bridge(Answer.BridgeInfo("42", "me", "dm", "@bridge:hs.test"), "@bridge:hs.test")])));

        Assert.Equal("!next:hs.test", world.Join!.Room);
    }

    [Fact]
    public void What_an_invitation_says_of_somebody_elses_bridge_counts_for_nothing()
    {
        Assert.Single(Chats(world.Take(Answer.Invited("!next:hs.test", [Invite("@eve:hs.test"), .. Answer.Bridge(Answer.BridgeInfo("42", "me", "dm"))]))));

        Assert.Null(world.Join);
    }

    [Theory]
    [InlineData(Bot, Bot, true)]
    [InlineData("@eve:hs.test", "@eve:hs.test", false)]
    [InlineData(Bot, "@eve:hs.test", false)]
    public void Into_a_space_that_a_bot_made_one_goes_before_anything_else_is_known_of_its_bridge(string inviter, string creator, bool isAccepted)
    {
        Assert.Empty(world.Take(Answer.Invited("!space:hs.test", Answer.Create(creator, """{"type":"m.space"}"""), Invite(inviter))));

        Assert.Equal(isAccepted ? "!space:hs.test" : null, world.Join?.Room);
    }

    [Fact]
    public void What_waited_for_an_answer_is_accepted_when_its_bridge_is_known()
    {
        const string Other = "@bridge:hs.test";
        Assert.Single(Chats(world.Take(Invitation(Other))));
        world.Take(Answer.Invited("!space:hs.test", Answer.Create(Other, """{"type":"m.space"}"""), Invite(Other)));
        Assert.Null(world.Join);

        Fill(Portal, Other);

        Assert.Equal(["!next:hs.test", "!space:hs.test"], world.Store.Read(db => db.Query("SELECT room FROM wanted_join ORDER BY room", row => row.GetString(0))));
    }

    [Fact]
    public void Whom_the_owner_ignores_is_let_in_nowhere()
    {
        Fill(Portal, Bot);
        world.Take(Answer.Global("m.ignored_user_list", $$$"""{"ignored_users":{"{{{Bot}}}":{} } }"""));

        world.Take(Invitation(Bot));

        Assert.Null(world.Join);
    }

    [Theory]
    [InlineData("@eve:hs.test", "@eve:hs.test", "join", true)]
    [InlineData("@evebot:evil.test", "@evebot:evil.test", "join", true)]
    [InlineData(Bot, Bot, "invite", true)]
    [InlineData(Bot, Bot, "join", false)]
    public void A_direct_chat_with_anybody_else_makes_nobody_the_owner(string claims, string partner, string membership, bool isDirect)
    {
        Fill(Portal, claims);

        world.Take(Answer.Joined("!direct:hs.test", Answer.Room(
            [Answer.Create(partner), Answer.Member(SyncWorld.Own, more: isDirect ? ",\"is_direct\":true" : ""), Answer.Member(partner, membership)])));

        Assert.Empty(OwnGhosts);
    }

    [Fact]
    public void A_room_of_three_is_no_management_room()
    {
        Fill(Portal, Bot);

        world.Take(Answer.Joined("!direct:hs.test", Answer.Room(
            [Answer.Member(SyncWorld.Own, more: ",\"is_direct\":true"), Answer.Member(Bot), Answer.Member("@mallory:hs.test")])));

        Assert.Empty(OwnGhosts);
    }

    [Fact]
    public void A_space_of_somebody_elses_making_says_nothing_of_whom_it_names()
    {
        Fill(Portal, Bot);

        world.Take(Answer.Joined("!space:hs.test", Space(Bot, creator: "@mallory:hs.test")));

        Assert.Empty(OwnGhosts);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Who_is_the_owner_in_a_chat_is_known_when_the_owner_has_to_do_with_the_bridge(bool bySpace)
    {
        Fill(Portal, Bot);
        Assert.Empty(OwnGhosts);

        var told = bySpace ? world.Take(Answer.Joined("!space:hs.test", Space(Bot, Bot))) : world.Trust();

        Assert.DoesNotContain(told, one => one is RemoteEvent.ChatRemoved);
        Assert.Equal("whatsapp", Chats(told).Single(one => one.Id.Value == Portal).AccountId);
        Assert.Contains("@whatsapp_me:hs.test", OwnGhosts);
        // What the server may not have stored is told once more.
        Assert.Contains(Chats(world.Restart()), one => one.Id.Value == Portal && one.AccountId == "whatsapp");
    }

    [Fact]
    public void A_management_room_is_enough_for_invitations()
    {
        Assert.Single(Chats(world.Take(Invitation(Bot))));

        world.Trust();

        Assert.Equal("!next:hs.test", world.Join!.Room);
    }

    [Fact]
    public async Task A_chat_that_was_told_as_one_of_Matrix_before_becomes_the_bridges_at_the_next_start()
    {
        Fill(Portal, Bot);
        await world.Store.WriteAsync(db => db.Execute("UPDATE room SET account = 'matrix', is_untold = 1"), CancellationToken.None);

        Assert.Equal(["whatsapp"], Chats(world.Restart()).Select(chat => chat.AccountId));
    }

    [Fact]
    public void What_the_own_ghost_wrote_before_becomes_the_owners_also_after_a_crash()
    {
        Fill(Portal, Bot);
        world.Take(Answer.Joined(Portal, Answer.Timeline(Answer.Member("@whatsapp_me:hs.test"), Answer.Text("$1", "x", "@whatsapp_me:hs.test"))));

        var told = world.Trust();

        var own = new RemoteEvent.SenderIsOwner(new(Portal), new("@whatsapp_me:hs.test"));
        Assert.True(told.FindIndex(one => one is RemoteEvent.ChatUpserted { Chat.Id.Value: Portal }) < told.IndexOf(own));
        Assert.Single(told, one => one is RemoteEvent.SenderIsOwner);
        Assert.Contains(own, world.Restart());
    }

    [Fact]
    public void A_management_room_may_be_listed_as_direct_later()
    {
        Fill(Portal, Bot);
        world.Take(Answer.Joined("!direct:hs.test", Answer.Room([Answer.Create(), Answer.Member(SyncWorld.Own), Answer.Member(Bot)])));
        Assert.Empty(OwnGhosts);

        var told = world.Take(Answer.Global("m.direct", $$"""{"{{Bot}}":["!direct:hs.test"]}"""));

        Assert.Contains(Chats(told), chat => chat.Id.Value == Portal);
        Assert.NotEmpty(OwnGhosts);
    }

    [Fact]
    public void Who_leaves_the_management_room_has_no_more_to_do_with_the_bridge()
    {
        world.Trust();
        Fill(Portal, Bot);

        world.Take(Answer.Left("!management:hs.test"));

        Assert.Empty(OwnGhosts);
        Assert.Equal("whatsapp", world.Store.Room(Portal)!.AccountId);
    }

    [Fact]
    public async Task A_store_of_before_is_looked_through()
    {
        Fill(Portal, Bot);
        world.Take(Answer.Joined("!space:hs.test", Space(Bot, Bot)));
        await world.Store.WriteAsync(db => db.Execute("DELETE FROM trusted_bot"), CancellationToken.None);
        Assert.Empty(OwnGhosts);

        world.Restart();

        Assert.NotEmpty(OwnGhosts);
    }

    private IReadOnlySet<string> OwnGhosts => world.Store.Read(db => RoomState.Load(db, Portal, world.Store)!.OwnGhosts);

    private static string Invitation(string sender) => Answer.Invited("!next:hs.test", Invite(sender));

    private static string Invite(string sender) =>
        $$"""{"type":"m.room.member","state_key":"{{SyncWorld.Own}}","sender":"{{sender}}","content":{"membership":"invite"} }""";

    private static string Space(string bot, string creator) => Answer.Room(
    [
        Answer.Create(creator, """{"type":"m.space"}"""), Answer.Member(SyncWorld.Own), Answer.Member(bot),
        .. Answer.Bridge(Answer.BridgeInfo("__personal_filtering_space__", "me", "space", bot), bot),
    ]);

    private static IEnumerable<RemoteChat> Chats(IEnumerable<RemoteEvent> events) => events.OfType<RemoteEvent.ChatUpserted>().Select(told => told.Chat);

    private List<RemoteEvent> Fill(string room, string bot) => world.Take(Answer.Joined(room, Answer.Room(
    [
        Answer.Create(bot), Answer.Member(SyncWorld.Own), Answer.Member(bot), Answer.Member("@whatsapp_42:hs.test", name: "Joe"),
        .. Answer.Bridge(Answer.BridgeInfo("42", "me", "dm", bot), bot),
    ])));
}
