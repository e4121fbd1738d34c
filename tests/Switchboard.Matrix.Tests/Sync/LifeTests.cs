using Switchboard.Matrix.Store;
using Switchboard.Networks;

namespace Switchboard.Matrix.Tests.Sync;

/// <summary>matrix.md §6.6, §6.7, §6.2, §5.2: rooms that come, go and change place; accounts.</summary>
public sealed class LifeTests : IDisposable
{
    private readonly SyncWorld world = new();

    public LifeTests() => world.Trust();

    public void Dispose() => world.Dispose();

    [Fact]
    public void An_invitation_is_a_chat_named_by_who_invites()
    {
        var chat = Chats(world.Take(Answer.Invited("!i:y", Answer.Member("@bob:hs.test", name: "Bob"), Invite("@bob:hs.test", ",\"is_direct\":true")))).Single();

        Assert.Equal((true, "Bob", false, false), (chat.IsInvitation, chat.Title, chat.IsGroup, chat.IsReadOnly));
        Assert.Equal("invite", world.Store.Room("!i:y")!.Membership);
        Assert.Null(world.Join);
    }

    [Fact]
    public void An_accepted_invitation_becomes_the_chat()
    {
        world.Take(Answer.Invited("!i:y", Invite("@bob:hs.test")));

        var chat = Chats(world.Take(Answer.Joined("!i:y", Answer.Room([Answer.Create(), Answer.Member(SyncWorld.Own)])))).Single();
        Assert.False(chat.IsInvitation);
    }

    [Fact]
    public void A_declined_invitation_and_a_left_room_are_removed_also_when_told_twice()
    {
        world.Take(Answer.Invited("!i:y", Invite("@bob:hs.test")));

        Assert.Equal([new RemoteEvent.ChatRemoved(new("!i:y"))], world.Take(Answer.Left("!i:y")));
        Assert.Equal([new RemoteEvent.ChatRemoved(new("!i:y"))], world.Take(Answer.Left("!i:y")));
    }

    [Fact]
    public void A_portal_of_a_bridge_that_is_known_is_joined_and_not_shown_as_an_invitation()
    {
        Portal("!p1:hs.test", "42", "me", "dm");

        Assert.Empty(world.Take(Answer.Invited("!p2:hs.test", Invite("@whatsappbot:hs.test"))));
        Assert.Equal(new WantedJoin("!p2:hs.test", null, 0, world.Now), world.Join);
        world.Take(Answer.Left("!p2:hs.test"));
        Assert.Null(world.Join);
    }

    [Fact]
    public void An_invitation_by_somebody_ignored_goes_and_comes_back_when_that_ends()
    {
        world.Take(Answer.Invited("!i:y", Invite("@bob:hs.test")));
        var ignored = Answer.Global("m.ignored_user_list", """{"ignored_users":{"@bob:hs.test":{}}}""");

        foreach (var told in (List<RemoteEvent>[])[world.Take(ignored), world.Take(ignored)])
        {
            Assert.Equal([new UserId("@bob:hs.test")], told.OfType<RemoteEvent.PeopleIgnored>().Single().Users);
            Assert.Contains(new RemoteEvent.ChatRemoved(new("!i:y")), told);
        }

        Assert.Empty(world.Take(Answer.Invited("!i:y", Invite("@bob:hs.test"))));
        Assert.Empty(world.Restart());
        var again = world.Take(Answer.Global("m.ignored_user_list", """{"ignored_users":{}}"""));
        Assert.Empty(again.OfType<RemoteEvent.PeopleIgnored>().Single().Users);
        Assert.True(Chats(again).Single().IsInvitation);
    }

    [Fact]
    public void Beginning_anew_removes_what_is_not_there_any_more()
    {
        world.Take(Answer.Joined("!gone:y", Answer.Room([Answer.Member(SyncWorld.Own)])), isFirst: true);
        var told = world.Take(Answer.Joined("!here:y", Answer.Room([Answer.Member(SyncWorld.Own)])), isFirst: true);

        Assert.Equal(new RemoteEvent.ChatRemoved(new("!gone:y")), told[^1]);
        Assert.Equal(["!here:y"], Chats(told).Select(chat => chat.Id.Value));
    }

    [Fact]
    public void Knocking_shows_nothing() =>
        Assert.Empty(world.Take("""{"next_batch":"s1","rooms":{"knock":{"!k:y":{"knock_state":{"events":[]}}}}}"""));

    [Fact]
    public void A_portal_belongs_to_its_bridges_account_which_is_told_first()
    {
        var told = Portal("!p1:hs.test", "42", "me", "dm");

        var account = Assert.IsType<RemoteEvent.AccountUpserted>(told[0]).Account;
        Assert.Equal(("whatsapp", "whatsapp", "WhatsApp", SyncWorld.Own), (account.AccountId, account.BridgeId, account.Network, account.Self.Id.Value));
        var chat = Chats(told).Single();
        Assert.Equal(("whatsapp", false, "Joe"), (chat.AccountId, chat.IsGroup, chat.Title));
    }

    [Fact]
    public void Two_logins_of_one_bridge_are_two_accounts_and_ids_stay()
    {
        Portal("!p1:hs.test", "42", "me", "dm");
        Assert.Equal("whatsapp.you-2b1", Chats(Portal("!p2:hs.test", "43", "you+1", "dm")).Single().AccountId);
        Assert.Equal("whatsapp", Chats(Portal("!p1:hs.test", "42", "me", "dm", "again")).Single().AccountId);
    }

    [Fact]
    public void A_shared_portal_belongs_to_the_only_login_or_the_one_whose_space_has_it()
    {
        Portal("!p1:hs.test", "42", "me", "dm");
        Assert.Equal("whatsapp", Chats(Portal("!g1:hs.test", "g1", null, "")).Single().AccountId);

        Portal("!p2:hs.test", "43", "you", "dm");
        world.Take(Answer.Joined("!space:hs.test", Answer.Room([
            Answer.Create("@whatsappbot:hs.test", """{"type":"m.space"}"""), Answer.Member(SyncWorld.Own),
            .. Answer.Bridge(Answer.BridgeInfo("__personal_filtering_space__", "you", "space")),
            Answer.State("m.space.child", """{"via":["hs.test"]}""", "@whatsappbot:hs.test", "!g2:hs.test")])));
        var chat = Chats(Portal("!g2:hs.test", "g2", null, "")).Single();
        Assert.Equal(("whatsapp.you", true), (chat.AccountId, chat.IsGroup));
    }

    [Fact]
    public void Somebody_elses_bridge_of_the_same_name_has_an_account_of_its_own()
    {
        Portal("!p1:hs.test", "42", "me", "dm");
        var told = world.Take(Answer.Joined("!fake:evil", Answer.Room([Answer.Member(SyncWorld.Own),
            .. Answer.Bridge(Answer.BridgeInfo("1", "me", "dm", "@otherbot:hs.test"), "@otherbot:hs.test")])));

        Assert.Equal("whatsapp_2", Chats(told).Single().AccountId);
    }

    [Fact]
    public void Bridge_info_that_its_bot_did_not_write_makes_no_account() => Assert.Equal("matrix", Chats(world.Take(Answer.Joined(
        "!p:y", Answer.Room([Answer.Member(SyncWorld.Own), .. Answer.Bridge(Answer.BridgeInfo("1", "me", "dm"), "@eve:hs.test")])))).Single().AccountId);

    [Fact]
    public void The_accounts_of_a_second_login_end_like_its_own()
    {
        using var second = new SyncWorld("matrix_ada_other");
        second.Trust();

        Assert.Equal("whatsapp_ada_other", Chats(second.Take(Answer.Joined("!p:y", PortalRoom("1", "me", "dm")))).Single().AccountId);
    }

    [Fact]
    public void What_comes_from_the_own_ghost_is_from_oneself_and_the_ghost_is_nobody()
    {
        Portal("!p1:hs.test", "42", "me", "dm");
        var told = world.Take(Answer.Joined("!p1:hs.test", Answer.Timeline(
            Answer.Member("@whatsapp_me:hs.test"), Answer.Text("$1", "from the phone", "@whatsapp_me:hs.test"))));

        Assert.Equal(SyncWorld.Own, told.OfType<RemoteEvent.MessageUpserted>().Last().Message.Sender.Id.Value);
        Assert.Equal(SyncWorld.Own, told.OfType<RemoteEvent.ReadUpTo>().Single().User.Value);
        Assert.DoesNotContain(Chats(told).Single().Participants, person => person.User.Id.Value == "@whatsapp_me:hs.test");
        Assert.False(Chats(told).Single().IsGroup);
    }

    [Fact]
    public void A_bridge_that_needs_its_person_says_so_on_its_account()
    {
        Portal("!p1:hs.test", "42", "me", "dm");
        var told = world.Take(Answer.Joined("!m:y", Answer.Room([Answer.Member(SyncWorld.Own)], Answer.Message(
            "$1", """{"msgtype":"m.notice","body":"x","fi.mau.bridge_state":{"state_event":"BAD_CREDENTIALS","remote_id":"me","message":"Log in"}}""", "@whatsappbot:hs.test"))));

        var account = told.OfType<RemoteEvent.AccountUpserted>().Single().Account;
        Assert.Equal(("whatsapp", AccountState.ReconnectRequired, "Log in"), (account.AccountId, account.State, account.StateText));
    }

    [Fact]
    public void The_bots_receipt_for_a_send_of_ours_means_that_it_was_delivered()
    {
        Portal("!p1:hs.test", "42", "me", "dm");
        world.Sent("!p1:hs.test", "$1", "t1");
        var told = world.Take(Answer.Joined("!p1:hs.test",
            """{"ephemeral":{"events":[{"type":"m.receipt","content":{"$1":{"m.read":{"@whatsappbot:hs.test":{"ts":1}}},"$2":{"m.read":{"@whatsappbot:hs.test":{"ts":1}}}}}]}}"""));

        Assert.Equal("$1", Assert.IsType<RemoteEvent.SendStatusChanged>(Assert.Single(told)).Message.Value);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_upgraded_room_stays_one_chat(bool tombstoneComesFirst)
    {
        world.Take(Answer.Joined("!old:y", Answer.Room([Answer.Create("@bob:hs.test"), Answer.Member(SyncWorld.Own)])));
        if (tombstoneComesFirst)
        {
            world.Take(Answer.Joined("!old:y", Answer.Timeline(Tombstone())));
            Assert.Equal(new WantedJoin("!new:y", "hs.test", 0, world.Now), world.Join);
        }

        var told = world.Take(Answer.Joined("!new:y", Successor("@bob:hs.test")));
        Assert.Equal(new RemoteEvent.ChatReplaced(new("!old:y"), new("!new:y")), told[0]);
        Assert.IsType<RemoteEvent.ChatUpserted>(told[1]);
        Assert.Null(world.Join);
        Assert.Equal("!new:y", world.Store.Room("!old:y")!.ReplacedBy);
        Assert.DoesNotContain(world.Take(Answer.Joined("!old:y", Answer.Timeline(Tombstone()))), one => one is RemoteEvent.ChatUpserted);
        Assert.Empty(world.Take(Answer.Left("!old:y")));
    }

    [Fact]
    public void An_invitation_to_where_a_room_goes_on_is_accepted()
    {
        world.Take(Answer.Joined("!old:y", Answer.Room([Answer.Create("@bob:hs.test"), Answer.Member(SyncWorld.Own)])));
        Assert.Single(Chats(world.Take(Answer.Invited("!new:y", Invite("@bob:hs.test")))));
        world.Take(Answer.Joined("!old:y", Answer.Timeline(Tombstone())));

        Assert.Empty(world.Take(Answer.Invited("!new:y", Invite("@bob:hs.test"))));
        Assert.Equal(new WantedJoin("!new:y", "hs.test", 0, world.Now + 1), world.Join);
        var told = world.Take(Answer.Joined("!new:y", Successor("@bob:hs.test")));
        // What was written into the invitation goes with it.
        Assert.Equal(new RemoteEvent.ChatReplaced(new("!old:y"), new("!new:y")), told[0]);
        Assert.DoesNotContain(told, one => one is RemoteEvent.ChatRemoved);
    }

    [Fact]
    public void An_accepted_invitation_that_turns_out_to_be_a_bridges_becomes_that_ones_chat_with_all_that_was_written_into_it()
    {
        Portal("!p1:hs.test", "42", "me", "dm");
        Assert.Equal("matrix", Chats(world.Take(Answer.Invited("!p2:hs.test", Invite("@bob:hs.test")))).Single().AccountId);

        var told = Portal("!p2:hs.test", "43", "me", "dm");

        Assert.DoesNotContain(told, one => one is RemoteEvent.ChatRemoved);
        Assert.Equal(("whatsapp", false), (Chats(told).Single().AccountId, Chats(told).Single().IsInvitation));
        Assert.Equal("whatsapp", Chats(world.Restart()).Single(chat => chat.Id.Value == "!p2:hs.test").AccountId);
    }

    [Fact]
    public async Task What_was_refused_without_an_invitation_is_tried_at_once_when_there_is_one()
    {
        world.Take(Answer.Joined("!old:y", Answer.Room([Answer.Create("@bob:hs.test"), Answer.Member(SyncWorld.Own)])));
        world.Take(Answer.Joined("!old:y", Answer.Timeline(Tombstone())));
        var refused = world.Join!;
        await world.Store.WriteAsync(db => db.PutOffJoin(refused, world.Clock.GetUtcNow().AddMinutes(10)), CancellationToken.None);
        Assert.Null(world.Join);

        world.Take(Answer.Invited("!new:y", Invite("@bob:hs.test")));

        Assert.Equal(0, world.Join!.Tries);
        // An answer that was on its way then says nothing of the invitation.
        await world.Store.WriteAsync(
            db => db.PutOffJoin(refused, world.Clock.GetUtcNow().AddMinutes(10)) || db.GiveUpJoin(refused), CancellationToken.None);
        Assert.NotNull(world.Join);
    }

    [Fact]
    public void Where_a_room_goes_on_takes_its_place_also_when_the_owner_was_there_before_that_was_said()
    {
        Portal("!old:y", "42", "me", "dm");
        Assert.Equal("matrix", Chats(world.Take(Answer.Joined("!new:y", Successor("@eve:evil")))).Single().AccountId);
        world.Take(Answer.Joined("!new:y", Answer.Timeline(Answer.Text("$1", "already here"))));

        var told = world.Take(Answer.Joined("!old:y", Answer.Timeline(Tombstone("@whatsappbot:hs.test"))));

        // What is in it already goes with it.
        Assert.DoesNotContain(told, one => one is RemoteEvent.ChatRemoved);
        Assert.Contains(new RemoteEvent.ChatReplaced(new("!old:y"), new("!new:y")), told);
        Assert.Equal("whatsapp", Chats(told).Single(chat => chat.Id.Value == "!new:y").AccountId);
    }

    [Fact]
    public void A_strangers_room_takes_nobodys_place()
    {
        world.Take(Answer.Joined("!old:y", Answer.Room([Answer.Create("@bob:hs.test"), Answer.Member(SyncWorld.Own)])));

        Assert.DoesNotContain(world.Take(Answer.Joined("!new:y", Successor("@eve:evil"))), told => told is RemoteEvent.ChatReplaced);
    }

    [Fact]
    public void What_may_not_have_been_stored_is_told_again_after_a_restart()
    {
        world.Take(Answer.Joined("!a:y", Answer.Room([Answer.Create(), Answer.Member(SyncWorld.Own)])));
        Assert.Equal(["!a:y"], Chats(world.Restart()).Select(chat => chat.Id.Value));

        world.Take(Answer.Joined("!a:y", Answer.Timeline(Answer.Text("$1", "x"))));
        Assert.Empty(world.Restart());
    }

    private static string Invite(string sender, string more = "") =>
        $$"""{"type":"m.room.member","state_key":"{{SyncWorld.Own}}","sender":"{{sender}}","content":{"membership":"invite"{{more}} } }""";

    private static string Tombstone(string sender = "@bob:hs.test") =>
        Answer.State("m.room.tombstone", """{"replacement_room":"!new:y"}""", sender);

    private static string Successor(string creator) => Answer.Room(
        [Answer.Create(creator, """{"predecessor":{"room_id":"!old:y"}}"""), Answer.Member(SyncWorld.Own), Answer.Member("@bob:hs.test")]);

    private static string PortalRoom(string channel, string? receiver, string type, string name = "Joe") => Answer.Room(
    [
        Answer.Create("@whatsappbot:hs.test"), Answer.Member(SyncWorld.Own), Answer.Member("@whatsappbot:hs.test"),
        Answer.Member($"@whatsapp_{channel}:hs.test", name: name), .. Answer.Bridge(Answer.BridgeInfo(channel, receiver, type)),
    ]);

    private List<RemoteEvent> Portal(string room, string channel, string? receiver, string type, string name = "Joe") =>
        world.Take(Answer.Joined(room, PortalRoom(channel, receiver, type, name)));

    private static IEnumerable<RemoteChat> Chats(IEnumerable<RemoteEvent> events) => events.OfType<RemoteEvent.ChatUpserted>().Select(told => told.Chat);
}
