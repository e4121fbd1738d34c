using System.Text.Json;
using Switchboard.Matrix.Bridges;
using Switchboard.Matrix.Store;
using Switchboard.Matrix.Tests.Sync;
using Switchboard.Matrix.Tests.Timeline;
using Switchboard.Matrix.Timeline;
using Switchboard.Networks;

namespace Switchboard.Matrix.Tests.Bridges;

/// <summary>matrix.md §5.1, §5.3, §5.4, §5.6, §3.9.</summary>
public sealed class BridgeTests
{
    [Fact]
    public void Bridge_info_counts_only_when_its_own_bot_wrote_it()
    {
        var content = Json(Answer.BridgeInfo("42", "me", "dm"));

        var info = BridgeInfo.Read("hs.test/whatsapp", "@whatsappbot:hs.test", content)!;
        Assert.Equal(("whatsapp", "WhatsApp", "42", "me", "dm"), (info.Key, info.Network, info.ChannelId, info.Receiver, info.RoomType));
        Assert.Null(BridgeInfo.Read("hs.test/whatsapp", "@admin:hs.test", content));
        Assert.Null(BridgeInfo.Read("k", "@b:c", Json("""{"bridgebot":7}""")));
    }

    [Theory]
    [InlineData("hs.test/whatsapp", "whatsapp")]
    [InlineData("", "net")]
    [InlineData("testnet://main/#chan", "net")]
    [InlineData("hs.test/a b/../c", "a-20b-2f-2e-2e-2fc")]
    public void The_bridge_is_named_by_the_key_or_the_protocol(string key, string named) => Assert.Equal(
        named, BridgeInfo.Read(key, "@b:c", Json("""{"bridgebot":"@b:c","protocol":{"id":"Net"}}"""))!.Key);

    [Theory]
    [InlineData("abc-1.+", "abc-1.+")]
    [InlineData("Ab_C", "_ab___c")]
    [InlineData("é@", "=c3=a9=40")]
    public void Ids_are_encoded_as_the_specification_maps_them(string id, string localpart) => Assert.Equal(localpart, Ghosts.Encode(id));

    [Fact]
    public void The_own_ghost_is_the_template_filled_with_the_login()
    {
        var bridge = BridgeInfo.Read("hs.test/whatsapp", "@whatsappbot:hs.test", Json(Answer.BridgeInfo("42", "Me")))!;

        Assert.Contains("@whatsapp__me:hs.test", Ghosts.Own(bridge, "Me", null));
        Assert.Equal(["@wa-_me:hs.test"], Ghosts.Own(bridge, "Me", "wa-"));
        Assert.Equal("wa-", Ghosts.LearnPrefix(bridge, "@wa-42:hs.test"));
        Assert.Null(Ghosts.LearnPrefix(bridge, "@wa-42:evil.test"));
        Assert.Empty(Ghosts.Own(bridge, null, null));
    }

    [Theory]
    [InlineData("CONNECTED", AccountState.Connected)]
    [InlineData("BACKFILLING", AccountState.Connected)]
    [InlineData("CONNECTING", AccountState.Connecting)]
    [InlineData("TRANSIENT_DISCONNECT", AccountState.Disconnected)]
    [InlineData("BAD_CREDENTIALS", AccountState.ReconnectRequired)]
    [InlineData("LOGGED_OUT", AccountState.ReconnectRequired)]
    [InlineData("UNKNOWN_ERROR", AccountState.AttentionRequired)]
    public void States_of_bridges_become_states_of_accounts(string said, AccountState state)
    {
        var read = BridgeState.Read("@b:c", Json($$$"""{"fi.mau.bridge_state":{"state_event":"{{{said}}}","remote_id":"me","message":"M"}}"""))!;

        Assert.Equal(("@b:c", "me", state, "M"), (read.Bot, read.Login, read.State, read.Text));
        Assert.Null(BridgeState.Read("@b:c", Json("""{"fi.mau.bridge_state":{"state_event":"NEW"}}""")));
    }

    [Theory]
    [InlineData("SUCCESS", SendProgress.Success)]
    [InlineData("PENDING", SendProgress.Pending)]
    [InlineData("FAIL_RETRIABLE", SendProgress.FailedRetriable)]
    [InlineData("FAIL_PERMANENT", SendProgress.FailedPermanently)]
    public void A_bridge_reports_what_became_of_a_message(string status, SendProgress progress)
    {
        var content = $$"""{"m.relates_to":{"rel_type":"m.reference","event_id":"$1"},"status":"{{status}}","reason":"m.event_too_old","message":"Too old","internal_error":"E","error":"never","delivered_to_users":["@x:y",7]}""";

        var told = Assert.IsType<Mapped.Status>(Mapping.Of(Answer.Message("$s", content, "@whatsappbot:hs.test", type: "com.beeper.message_send_status")));

        Assert.Equal(("$1", progress, "m.event_too_old", "Too old", "E"), (told.Target, told.Report.Progress, told.Report.Reason, told.Report.Message, told.Report.InternalError));
        Assert.Equal([new UserId("@x:y")], told.Report.DeliveredTo!);
        Assert.Null(Mapping.Of(Answer.Message("$s", content, "@eve:hs.test", type: "com.beeper.message_send_status")));
    }

    [Fact]
    public void A_bots_warning_that_answers_a_message_is_its_failure_and_is_not_shown()
    {
        const string Content = """{"msgtype":"m.notice","body":"⚠️ Your message was not bridged: too big","m.relates_to":{"m.in_reply_to":{"event_id":"$1"}}}""";

        var told = Assert.IsType<Mapped.Status>(Mapping.Of(Answer.Message("$s", Content, "@whatsappbot:hs.test")));

        Assert.Equal(("$1", SendProgress.FailedRetriable, "Your message was not bridged: too big"), (told.Target, told.Report.Progress, told.Report.Message));
        Assert.True(told.Notice!.IsHidden);
        Assert.IsType<Mapped.Message>(Mapping.Of(Answer.Message("$s", Content, "@eve:hs.test")));
    }

    [Fact]
    public void Nobody_is_known_by_a_number_that_stands_in_a_room()
    {
        using var world = new SyncWorld();
        world.Take(Answer.Joined(SyncWorld.Room, Answer.Room(
            [Answer.Member(SyncWorld.Own), Answer.Member("@mallory:hs.test", more: ""","com.beeper.bridge.identifiers":["tel:+49123"],"com.beeper.bridge.is_bridge_bot":true""")])));

        var mallory = world.Store.Person("@mallory:hs.test")!;
        Assert.Equal((null, false), (mallory.PhoneNumber, mallory.IsBot));
    }

    [Fact]
    public async Task Only_a_bridges_ghosts_are_asked_how_else_they_are_known()
    {
        await using var line = await Sending.Line.OpenAsync();
        await line.KnowAsync(state: [("m.bridge", "@whatsappbot:hs.test", Answer.BridgeInfo("42", "me", "dm"))]);
        await line.Store.WriteAsync(
            db => db.SaveMember(Sending.Line.Room, new Member("@whatsapp_42:hs.test", "join", "Joe", null, false, "@whatsapp_42:hs.test"))
                | db.Execute("UPDATE room SET has_all_members = 1") > 0,
            CancellationToken.None);
        line.Server.On("GET", "/_matrix/client/v3/profile/", """{"com.beeper.bridge.identifiers":["tel:+49123"]}""");

        var people = (await line.Does.LoadParticipantsAsync(Sending.Line.Chat, CancellationToken.None)).Participants;

        Assert.Equal(["@whatsapp_42:hs.test"], people.Where(person => person.User.PhoneNumber == "+49123").Select(person => person.User.Id.Value));
        Assert.Single(line.Server.To("GET", "/_matrix/client/v3/profile/"));
    }

    [Fact]
    public void Profiles_of_ghosts_tell_how_else_people_are_known()
    {
        var person = Profiles.Read("@g:h", Json("""{"com.beeper.bridge.identifiers":["tel:+49123","mailto:a@b","signal:@joe",7,"x"],"com.beeper.bridge.is_network_bot":true}"""))!;

        Assert.Equal(("+49123", "a@b", "joe", true), (person.PhoneNumber, person.Email, person.Username, person.IsBot));
        Assert.Null(Profiles.Read("@g:h", Json("""{"displayname":"x"}""")));
    }

    private static JsonElement Json(string json) => JsonDocument.Parse(json).RootElement;
}
