using Microsoft.AspNetCore.Http;
using Switchboard.Matrix.Store;
using Switchboard.Networks;

namespace Switchboard.Matrix.Tests.Sending;

public sealed class SendingTests
{
    [Fact]
    public async Task A_message_goes_out_under_its_transaction()
    {
        await using var line = await Line.OpenAsync();

        var sent = await line.SayAsync(transaction: "a/b");

        Assert.Equal("$sent", sent.Id.Value);
        Assert.Equal("/_matrix/client/v3/rooms/%21room%3Ahs.test/send/m.room.message/a%2Fb", Assert.Single(line.Sent).Path);
    }

    [Fact]
    public async Task The_same_send_again_is_not_sent_again_even_after_a_restart()
    {
        await using var line = await Line.OpenAsync();
        var file = new OutgoingAttachment(
            new AttachmentInfo { Kind = AttachmentKind.File, MimeType = "text/plain", FileName = "a", FileSize = 1 }, () => new MemoryStream([1]));
        Task<SentMessage> Send() => line.Does.SendAsync(Line.Chat, new("t"), new OutgoingMessage { Attachment = file }, CancellationToken.None);

        var first = await Send();
        await line.RestartAsync();
        var second = await Send();

        Assert.Equal((first.Id, "mxc://hs.test/file"), (second.Id, Assert.Single(second.Media).Value));
        Assert.Single(line.Sent);
        Assert.Single(line.Server.To("POST", "/_matrix/media/v3/upload"));
    }

    [Fact]
    public async Task A_send_whose_answer_was_lost_is_repeated_word_for_word()
    {
        await using var line = await Line.OpenAsync();
        var file = new OutgoingAttachment(
            new AttachmentInfo { Kind = AttachmentKind.File, MimeType = "text/plain", FileName = "a", FileSize = 1 }, () => new MemoryStream([1]));
        Task<SentMessage> Send() => line.Does.SendAsync(Line.Chat, new("t"), new OutgoingMessage { Attachment = file }, CancellationToken.None);
        line.Server.On("PUT", "/_matrix/client/v3/rooms/%21room%3Ahs.test/send/", context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });

        var lost = await Assert.ThrowsAsync<NetworkException>(Send);
        await line.RestartAsync();
        line.Server.On("PUT", "/_matrix/client/v3/rooms/%21room%3Ahs.test/send/", """{"event_id":"$sent"}""")
            .On("POST", "/_matrix/media/v3/upload", """{"content_uri":"mxc://hs.test/another"}""");
        await Send();

        Assert.Equal(NetworkFailure.Transient, lost.Kind);
        Assert.Equal(2, line.Sent.Count);
        Assert.Equal((line.Sent[0].Path, line.Sent[0].Body), (line.Sent[1].Path, line.Sent[1].Body));
    }

    [Fact]
    public async Task Sending_accepts_an_invitation()
    {
        await using var line = await Line.OpenAsync();
        await line.KnowAsync(membership: "invite");

        await line.SayAsync();

        Assert.Single(line.Server.To("POST", "/_matrix/client/v3/join/%21room%3Ahs.test"));
        Assert.Single(line.Sent);
    }

    [Fact]
    public async Task Typing_ends_before_the_message()
    {
        await using var line = await Line.OpenAsync();

        await line.Does.SetTypingAsync(Line.Chat, true, CancellationToken.None);
        await line.SayAsync();

        Assert.Equal(
            [true, false],
            line.Server.To("PUT", "/_matrix/client/v3/rooms/%21room%3Ahs.test/typing/%40me%3Ahs.test").Select(call => call.Json.GetProperty("typing").GetBoolean()));
    }

    [Fact]
    public async Task An_answer_into_a_thread_stays_in_it()
    {
        await using var line = await Line.OpenAsync();
        line.Server.On(
            "GET", "/_matrix/client/v3/rooms/%21room%3Ahs.test/event/%241",
            """{"sender":"@bob:hs.test","content":{"m.relates_to":{"rel_type":"m.thread","event_id":"$root"}}}""");

        await line.Does.SendAsync(
            Line.Chat, new("t"), new OutgoingMessage { Text = new MessageText("x", false), ReplyTo = new("$1") }, CancellationToken.None);

        var content = Assert.Single(line.Sent).Json;
        Assert.Equal("$root", content.GetProperty("m.relates_to").GetProperty("event_id").GetString());
        Assert.Equal("@bob:hs.test", content.GetProperty("m.mentions").GetProperty("user_ids")[0].GetString());
    }

    [Fact]
    public async Task In_a_bridged_room_messages_carry_the_timer_and_wait_for_the_report_of_a_bridge_that_reports()
    {
        await using var line = await Line.OpenAsync();
        await line.KnowAsync(state:
        [
            ("m.bridge", "@bot:hs.test", """{"bridgebot":"@bot:hs.test","protocol":{"id":"net","displayname":"Net"},"channel":{"id":"c"}}"""),
            ("com.beeper.room_features", "@bot:hs.test", """{"disappearing_timer":{"types":["after_read"]},"edit":2}"""),
            ("com.beeper.disappearing_timer", "@bot:hs.test", """{"type":"after_read","timer":60000}"""),
        ]);

        var before = await line.SayAsync(transaction: "a");
        await line.Store.WriteAsync(
            db =>
            {
                db.NoteReportingBridge("@bot:hs.test");
                return true;
            },
            CancellationToken.None);
        var after = await line.SayAsync(transaction: "b");

        Assert.Equal((false, true), (before.AwaitsReport, after.AwaitsReport));
        Assert.Equal("""{"type":"after_read","timer":60000}""", line.Sent[0].Json.GetProperty("com.beeper.disappearing_timer").GetRawText());
    }

    [Fact]
    public async Task An_edit_edits_the_first_event_and_notifies_nobody_twice()
    {
        await using var line = await Line.OpenAsync();
        line.Server.On(
            "GET", "/_matrix/client/v3/rooms/%21room%3Ahs.test/event/%241",
            """
            {"sender":"@me:hs.test","content":{"msgtype":"m.notice","m.mentions":{"user_ids":["@eve:hs.test"]},"m.relates_to":{"rel_type":"m.replace","event_id":"$0"}},
             "unsigned":{"m.relations":{"m.replace":{"content":{"m.new_content":{"m.mentions":{"user_ids":["@bob:hs.test"]}}}}}}}
            """);

        await line.Does.EditAsync(
            Line.Chat, new("$1"), new MessageText("x", false), ["@bob:hs.test", "@eve:hs.test"], new("t"), CancellationToken.None);

        var content = Assert.Single(line.Sent).Json;
        Assert.Equal("$0", content.GetProperty("m.relates_to").GetProperty("event_id").GetString());
        Assert.Equal("m.notice", content.GetProperty("m.new_content").GetProperty("msgtype").GetString());
        Assert.Equal("""{"user_ids":["@eve:hs.test"]}""", content.GetProperty("m.mentions").GetRawText());
    }

    [Theory]
    [InlineData("@whatsapp_me:hs.test")]
    [InlineData("@bob:hs.test")]
    public async Task What_another_identity_wrote_is_not_edited(string sender)
    {
        await using var line = await Line.OpenAsync();
        line.Server.On(
            "GET", "/_matrix/client/v3/rooms/%21room%3Ahs.test/event/%241",
            $$$"""{"sender":"{{{sender}}}","content":{"msgtype":"m.text","body":"x"}}""");

        var refusal = await Assert.ThrowsAsync<NetworkException>(() => line.Does.EditAsync(
            Line.Chat, new("$1"), new MessageText("y", false), [], new("t"), CancellationToken.None));

        Assert.Equal(NetworkFailure.Rejected, refusal.Kind);
        Assert.Empty(line.Sent);
    }

    [Fact]
    public async Task An_edit_is_dated_by_the_homeservers_clock()
    {
        await using var line = await Line.OpenAsync();
        line.Server.On("GET", "/_matrix/client/v3/rooms/%21room%3Ahs.test/event/%24sent", """{"event_id":"$sent","sender":"@me:hs.test","origin_server_ts":1234567}""");
        Task<DateTimeOffset> Edit(string transaction) =>
            line.Does.EditAsync(Line.Chat, new("$1"), new MessageText("y", false), [], new(transaction), CancellationToken.None);

        Assert.Equal(DateTimeOffset.FromUnixTimeMilliseconds(1234567), await Edit("t1"));
        line.Server.On("GET", "/_matrix/client/v3/rooms/%21room%3Ahs.test/event/%24sent", "", 502);
        Assert.True(await Edit("t2") > DateTimeOffset.FromUnixTimeMilliseconds(1234567));
    }

    [Fact]
    public async Task A_reaction_by_the_own_ghost_is_not_ours_to_take_back()
    {
        await using var line = await Line.OpenAsync();
        await line.KnowAsync(state: [("m.bridge", "@bot:hs.test", """{"bridgebot":"@bot:hs.test","protocol":{"id":"net"},"channel":{"fi.mau.receiver":"self"}}""")]);
        await line.Store.WriteAsync(
            db => db.Execute(
                "INSERT INTO reaction (event, room, target, sender, key, plain_key) VALUES ('$r', $room, '$1', '@net_self:hs.test', '❤', '❤')",
                ("$room", Line.Room)),
            CancellationToken.None);

        var refusal = await Assert.ThrowsAsync<NetworkException>(() => line.Does.UnreactAsync(Line.Chat, new("$1"), "❤", CancellationToken.None));
        await line.Does.UnreactAsync(Line.Chat, new("$1"), "👍", CancellationToken.None);

        Assert.Equal(NetworkFailure.Rejected, refusal.Kind);
        Assert.Empty(line.Sent);
    }

    [Fact]
    public async Task A_reaction_that_is_there_already_is_no_failure()
    {
        await using var line = await Line.OpenAsync();
        line.Server.On("PUT", "/_matrix/client/v3/rooms/%21room%3Ahs.test/send/m.reaction/", FaultyHomeserver.Error("M_DUPLICATE_ANNOTATION"), 400);

        await line.Does.ReactAsync(Line.Chat, new("$1"), "❤", new("t"), CancellationToken.None);

        Assert.Equal("❤\uFE0F", Assert.Single(line.Sent).Json.GetProperty("m.relates_to").GetProperty("key").GetString());
    }

    [Fact]
    public async Task A_reaction_is_taken_back_however_its_key_was_written_and_others_stay()
    {
        await using var line = await Line.OpenAsync();
        var path = "/_matrix/client/v1/rooms/%21room%3Ahs.test/relations/%241/m.annotation/m.reaction";
        string Reaction(string id, string sender, string key) =>
            $$$"""{"event_id":"{{{id}}}","sender":"{{{sender}}}","content":{"m.relates_to":{"key":"{{{key}}}"} } }""";
        line.Server.On("GET", path, async context => await context.Response.WriteAsync(
            context.Request.QueryString.Value!.Contains("from=p2", StringComparison.Ordinal)
                ? $$"""{"chunk":[{{Reaction("$c", "@me:hs.test", "❤")}}]}"""
                : $$"""{"chunk":[{{Reaction("$a", "@me:hs.test", "❤\uFE0F")}},{{Reaction("$b", "@bob:hs.test", "❤")}},{{Reaction("$d", "@me:hs.test", "👍")}}],"next_batch":"p2"}"""));

        await line.Does.UnreactAsync(Line.Chat, new("$1"), "❤", CancellationToken.None);

        Assert.Equal(["%24a", "%24c"], line.Sent.Select(call => call.Path.Split('/')[^2]));
    }

    [Fact]
    public async Task A_deletion_is_the_same_however_often_it_is_asked_for()
    {
        await using var line = await Line.OpenAsync();

        await line.Does.DeleteForEveryoneAsync(Line.Chat, new("$1"), CancellationToken.None);
        await line.Does.DeleteForEveryoneAsync(Line.Chat, new("$1"), CancellationToken.None);

        Assert.Single(line.Sent.Select(call => call.Path).Distinct());
    }
}
