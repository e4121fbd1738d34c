using FsCheck;
using FsCheck.Fluent;
using Microsoft.AspNetCore.Http;
using Switchboard.Matrix.Tests.Sending;
using Switchboard.Matrix.Tests.Sync;
using Switchboard.Networks;

namespace Switchboard.Matrix.Tests.Receiving;

/// <summary>
/// Whatever a homeserver answers to a call, and whatever strangers have put into that, the call gives something sound or is a failure
/// of the network.
/// </summary>
public sealed class HostileCallProperties
{
    private const string RoomPath = "/_matrix/client/v3/rooms/%21room%3Ahs.test/";
    private const string Direct = "/_matrix/client/v3/user/%40me%3Ahs.test/account_data/m.direct";
    private const string Profile = """{"displayname":"Bob","avatar_url":"mxc://hs.test/a","com.beeper.bridge.identifiers":["tel:+1","mailto:a@b","x:@y"],"com.beeper.bridge.is_bridge_bot":true}""";

    [Fact]
    public void Profiles() => Holds("GET", "/_matrix/client/v3/profile/", Profile, async line =>
    {
        AreSound(await line.Does.SearchAsync("matrix", "@bob:hs.test", 10, CancellationToken.None));
        if (await line.Does.ResolveAsync("matrix", new PersonIdentifier.ByUserId(new("@eve:y")), CancellationToken.None) is { } found)
            AreSound([found]);
    });

    [Fact]
    public void Profiles_of_ghosts() => Holds("GET", "/_matrix/client/v3/profile/", Profile, async line =>
    {
        await line.KnowAsync(state: [("m.bridge", "@bobbot:hs.test", """{"bridgebot":"@bobbot:hs.test","protocol":{"id":"bob"},"channel":{"id":"x"}}""")]);
        await line.Store.WriteAsync(
            db =>
            {
                db.Execute("UPDATE room SET has_all_members = 1");
                db.Execute("DELETE FROM person");
                return db.Execute("INSERT OR REPLACE INTO member (room, user, membership, sender) VALUES ($room, '@bob_1:hs.test', 'join', '')", ("$room", Line.Room));
            },
            CancellationToken.None);
        var chat = await line.Does.LoadParticipantsAsync(Line.Chat, CancellationToken.None);
        AreSound(chat.Participants.Select(person => person.User));
    });

    [Fact]
    public void The_user_directory() => Holds(
        "POST", "/_matrix/client/v3/user_directory/search",
        """{"limited":false,"results":[{"user_id":"@bob:hs.test","display_name":"Bob","avatar_url":"mxc://hs.test/a"},{"user_id":"@cy:hs.test"}]}""",
        async line => AreSound(await line.Does.SearchAsync("matrix", "zz", 10, CancellationToken.None)));

    [Fact]
    public void Lists_of_members() => Holds(
        "GET", RoomPath + "members", $$"""{"chunk":[{{Answer.Member("@bob:hs.test", name: "Bob")}},{{Answer.Member("@me:hs.test")}}]}""",
        async line =>
        {
            await line.KnowAsync();
            AreSound((await line.Does.LoadParticipantsAsync(Line.Chat, CancellationToken.None)).Participants.Select(person => person.User));
        });

    [Fact]
    public void The_answer_to_a_send() => Holds(
        "PUT", RoomPath + "send/", """{"event_id":"$sent"}""",
        async line =>
        {
            await line.KnowAsync();
            var sent = await line.SayAsync(transaction: Guid.NewGuid().ToString("N"));
            Assert.InRange(sent.Id.Value.Length, 1, 512);
        });

    [Fact]
    public void The_message_that_is_answered_or_edited() => Holds(
        "GET", RoomPath + "event/",
        """{"event_id":"$1","sender":"@me:hs.test","origin_server_ts":5,"content":{"msgtype":"m.text","body":"x","m.mentions":{"user_ids":["@a:b"]},"m.relates_to":{"rel_type":"m.thread","event_id":"$0"}},"unsigned":{"m.relations":{"m.replace":{"content":{"m.new_content":{"m.mentions":{}}}}}}}""",
        async line =>
        {
            await line.KnowAsync();
            var message = new OutgoingMessage { Text = new("x", false), ReplyTo = new("$1") };
            await line.Does.SendAsync(Line.Chat, new(Guid.NewGuid().ToString("N")), message, CancellationToken.None);
            await line.Does.EditAsync(Line.Chat, new("$1"), new("y", false), [], new(Guid.NewGuid().ToString("N")), CancellationToken.None);
        });

    [Fact]
    public void Reactions_that_are_to_be_taken_back() => Holds(
        "GET", "/_matrix/client/v1/rooms/%21room%3Ahs.test/relations/",
        """{"chunk":[{"event_id":"$r","sender":"@me:hs.test","content":{"m.relates_to":{"key":"👍"}}}]}""",
        async line =>
        {
            await line.KnowAsync();
            await line.Does.UnreactAsync(Line.Chat, new("$1"), "👍", CancellationToken.None);
        });

    [Fact]
    public void The_rooms_in_which_one_that_was_made_may_be_found()
    {
        Holds(
            "GET", "/_matrix/client/v3/joined_rooms", """{"joined_rooms":["!a:y","!b:y"]}""", Group,
            line => line.Server.On("POST", "/_matrix/client/v3/createRoom", "{}", 503)
                .On("GET", "/_matrix/client/v3/rooms/", """{"switchboard.creation":"other"}"""));
        Holds(
            "GET", "/_matrix/client/v3/rooms/", """{"switchboard.creation":"other","room_version":"11"}""", Group,
            line => line.Server.On("POST", "/_matrix/client/v3/createRoom", "{}", 503)
                .On("GET", "/_matrix/client/v3/joined_rooms", """{"joined_rooms":["!a:y"]}"""));

        static Task Group(Line line) => line.Does.CreateGroupAsync("matrix", [], "G", new("t"), CancellationToken.None);
    }

    [Fact]
    public void The_list_of_direct_chats_which_keeps_what_can_be_read_of_it() => Holds(
        "GET", Direct, """{"@eve:hs.test":["!e"],"@bob:hs.test":["!left"],"@cy:hs.test":7}""",
        async line =>
        {
            await line.Does.OpenDirectChatAsync("matrix", new("@bob:hs.test"), CancellationToken.None);
            Assert.Contains("\"!made:hs.test\"]", line.Server.To("PUT", Direct)[^1].Body, StringComparison.Ordinal);
        },
        line => line.Server.On("GET", "/_matrix/client/v3/profile/", "{}").On("POST", "/_matrix/client/v3/createRoom", async context =>
        {
            await line.KnowAsync(room: "!made:hs.test");
            await context.Response.WriteAsync("""{"room_id":"!made:hs.test"}""");
        }));

    [Fact]
    public void What_the_homeserver_can_do() => Holds(
        "GET", "/_matrix/client/versions", """{"versions":["v1.1","v1.11"],"unstable_features":{"com.beeper.account_data_mute":true,"x":false}}""",
        async line =>
        {
            await line.RestartAsync();
            await line.KnowAsync();
            await line.Does.SetMarksAsync(Line.Chat, new() { IsMuted = true }, CancellationToken.None);
        });

    [Fact]
    public void A_push_rule() => Holds(
        "GET", "/_matrix/client/v3/pushrules/global/room/", """{"rule_id":"x","actions":["dont_notify",{"set_tweak":"sound"}]}""",
        async line =>
        {
            await line.KnowAsync();
            await line.Does.SetMarksAsync(Line.Chat, new() { IsMuted = false }, CancellationToken.None);
        });

    [Fact]
    public void Where_a_file_was_stored() => Holds(
        "POST", "/_matrix/media/v3/upload", """{"content_uri":"mxc://hs.test/file"}""",
        async line =>
        {
            await line.KnowAsync();
            var file = new OutgoingAttachment(new() { Kind = AttachmentKind.File, MimeType = "text/plain", FileName = "a.txt", FileSize = 1 }, () => new MemoryStream([1]));
            await line.Does.SendAsync(Line.Chat, new(Guid.NewGuid().ToString("N")), new() { Attachment = file }, CancellationToken.None);
        });

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(429)]
    [InlineData(500)]
    public void A_refusal_of_any_words_is_a_failure_of_the_network_and_nothing_is_sent_on_it(int status) => Holds(
        "GET", Line.Encryption,
        """{"errcode":"M_UNKNOWN","error":"no","retry_after_ms":1,"soft_logout":true,"admin_contact":"mailto:a@b","info_uri":"https://a"}""",
        async line =>
        {
            await line.KnowAsync();
            await Assert.ThrowsAsync<NetworkException>(() => line.SayAsync(transaction: Guid.NewGuid().ToString("N")));
            Assert.Empty(line.Sent);
        },
        status: status);

    private static void AreSound(IEnumerable<RemoteUser> users) => Assert.All(users, user =>
    {
        Assert.StartsWith("@", user.Id.Value, StringComparison.Ordinal);
        Assert.InRange(user.Id.Value.Length, 3, 512);
        Assert.InRange(user.FullName?.Length ?? 1, 1, 255);
        Assert.All([user.PhoneNumber, user.Email, user.Username], text => Assert.InRange(text?.Length ?? 1, 1, 512));
    });

    /// <summary>Whatever is answered, this holds; only a failure of the network may keep it from it.</summary>
    private static void Holds(string method, string path, string answer, Func<Line, Task> holds, Action<Line>? prepare = null, int status = 200)
    {
        var line = Wait(Line.OpenAsync());
        try
        {
            prepare?.Invoke(line);
            Prop.ForAll(
                HostileProperties.Like(answer).ToArbitrary(),
                value => Wait(HoldsAsync(line, method, path, value, holds, status))).Check(Config.QuickThrowOnFailure.WithMaxTest(80));
        }
        finally
        {
            line.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    private static async Task<bool> HoldsAsync(Line line, string method, string path, string answer, Func<Line, Task> holds, int status)
    {
        line.Server.On(method, path, answer, status);
        try
        {
            await holds(line);
        }
        catch (NetworkException)
        {
            // So it says what went wrong.
        }

        return true;
    }

    private static T Wait<T>(Task<T> task) => Task.Run(() => task).GetAwaiter().GetResult();
}
