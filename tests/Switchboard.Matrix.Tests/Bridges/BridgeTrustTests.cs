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
    [InlineData("@eve:hs.test")]
    [InlineData("@evebot:hs.test")]
    [InlineData("@evebot:evil.test")]
    public void Who_calls_oneself_a_bridge_is_none(string eve)
    {
        var told = Fill(Portal, eve);
        told.AddRange(world.Take(Answer.Joined(Portal, Answer.Timeline(Answer.Text("$1", "I owe Eve money", "@whatsapp_me:hs.test")))));

        Assert.Empty(told.OfType<RemoteEvent.AccountUpserted>());
        Assert.All(Chats(told), chat => Assert.Equal("matrix", chat.AccountId));
        Assert.Equal("@whatsapp_me:hs.test", told.OfType<RemoteEvent.MessageUpserted>().Last().Message.Sender.Id.Value);
        Assert.Null(world.Store.Room(Portal)!.Bridge);
        Assert.Single(Chats(world.Take(Invitation(eve))));
        Assert.Null(world.Join);
    }

    [Theory]
    [InlineData("@eve:hs.test", "@eve:hs.test", "join", true)]
    [InlineData("@evebot:evil.test", "@evebot:evil.test", "join", true)]
    [InlineData(Bot, Bot, "invite", true)]
    [InlineData(Bot, Bot, "join", false)]
    public void A_direct_chat_with_anybody_else_makes_no_bridge_of_them(string claims, string partner, string membership, bool isDirect)
    {
        Fill(Portal, claims);

        world.Take(Answer.Joined("!direct:hs.test", Answer.Room(
            [Answer.Create(partner), Answer.Member(SyncWorld.Own, more: isDirect ? ",\"is_direct\":true" : ""), Answer.Member(partner, membership)])));

        Assert.Null(world.Store.Room(Portal)!.Bridge);
    }

    [Fact]
    public void A_room_of_three_is_no_management_room()
    {
        Fill(Portal, Bot);

        world.Take(Answer.Joined("!direct:hs.test", Answer.Room(
            [Answer.Member(SyncWorld.Own, more: ",\"is_direct\":true"), Answer.Member(Bot), Answer.Member("@mallory:hs.test")])));

        Assert.Null(world.Store.Room(Portal)!.Bridge);
    }

    [Fact]
    public void A_space_of_somebody_elses_making_says_nothing_of_whom_it_names()
    {
        Fill(Portal, Bot);

        world.Take(Answer.Joined("!space:hs.test", Space(Bot, creator: "@mallory:hs.test")));

        Assert.Null(world.Store.Room(Portal)!.Bridge);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_chat_becomes_the_bridges_with_all_that_is_in_it_when_the_owner_has_to_do_with_the_bridge(bool bySpace)
    {
        Assert.Equal("matrix", Chats(Fill(Portal, Bot)).Single().AccountId);
        Assert.Single(Chats(world.Take(Invitation(Bot))));

        var told = bySpace ? world.Take(Answer.Joined("!space:hs.test", Space(Bot, Bot))) : world.Trust();

        Assert.DoesNotContain(told, one => one is RemoteEvent.ChatRemoved);
        var chat = Chats(told).Single(one => one.Id.Value == Portal);
        Assert.Equal("whatsapp", chat.AccountId);
        Assert.True(told.FindIndex(one => one is RemoteEvent.AccountUpserted) < told.FindIndex(one => one is RemoteEvent.ChatUpserted { Chat.Id.Value: Portal }));
        Assert.Equal("!next:hs.test", world.Join!.Room);
        Assert.Equal(Bot, world.Store.Room(Portal)!.Bridge!.Bot);
        // What the server may not have stored is told once more.
        Assert.Contains(Chats(world.Restart()), one => one.Id.Value == Portal && one.AccountId == "whatsapp");
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
        Assert.Null(world.Store.Room(Portal)!.Bridge);

        var told = world.Take(Answer.Global("m.direct", $$"""{"{{Bot}}":["!direct:hs.test"]}"""));

        Assert.Equal("whatsapp", Chats(told).Single(chat => chat.Id.Value == Portal).AccountId);
    }

    [Fact]
    public void Who_leaves_the_management_room_has_no_more_to_do_with_the_bridge()
    {
        world.Trust();
        Fill(Portal, Bot);

        world.Take(Answer.Left("!management:hs.test"));

        Assert.Null(world.Store.Room(Portal)!.Bridge);
        Assert.Equal("whatsapp", world.Store.Room(Portal)!.AccountId);
        Assert.Single(Chats(world.Take(Invitation(Bot))));
        Assert.Null(world.Join);
    }

    [Fact]
    public async Task A_store_of_before_is_looked_through()
    {
        Fill(Portal, Bot);
        world.Take(Answer.Joined("!space:hs.test", Space(Bot, Bot)));
        await world.Store.WriteAsync(db => db.Execute("DELETE FROM trusted_bot"), CancellationToken.None);
        Assert.Null(world.Store.Room(Portal)!.Bridge);

        world.Restart();

        Assert.NotNull(world.Store.Room(Portal)!.Bridge);
    }

    private static string Invitation(string sender) => Answer.Invited(
        "!next:hs.test", $$"""{"type":"m.room.member","state_key":"{{SyncWorld.Own}}","sender":"{{sender}}","content":{"membership":"invite"} }""");

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
