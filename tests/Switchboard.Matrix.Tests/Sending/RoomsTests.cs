using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Switchboard.Matrix.Store;
using Switchboard.Networks;

namespace Switchboard.Matrix.Tests.Sending;

public sealed class RoomsTests
{
    private const string Made = "!made:hs.test";
    private static readonly IReadOnlyList<UserId> Bob = [new("@bob:hs.test")];

    [Fact]
    public async Task A_group_whose_making_was_not_answered_is_found_again_instead_of_made_twice()
    {
        await using var line = await Line.OpenAsync();
        var mark = "";
        line.Server.On("GET", "/_matrix/client/v3/profile/", "{}").On("POST", "/_matrix/client/v3/createRoom", async context =>
        {
            mark = line.Server.To("POST", "/_matrix/client/v3/createRoom")[^1].Json.GetProperty("creation_content").GetProperty("switchboard.creation").GetString();
            // Made, and shown by sync; but the answer does not arrive.
            await line.KnowAsync(room: Made);
            context.Abort();
        });
        line.Server.On("GET", "/_matrix/client/v3/joined_rooms", $$"""{"joined_rooms":["!old:hs.test","{{Made}}"]}""")
            .On("GET", "/_matrix/client/v3/rooms/", FaultyHomeserver.Error("M_NOT_FOUND"), 404)
            .On("GET", "/_matrix/client/v3/rooms/%21old%3Ahs.test/state/m.room.create/", """{"switchboard.creation":"another"}""")
            .On("GET", "/_matrix/client/v3/rooms/%21made%3Ahs.test/state/m.room.create/", async context =>
                await context.Response.WriteAsync($$"""{"switchboard.creation":"{{mark}}"}"""));
        Task<RemoteChat> Make() => line.Does.CreateGroupAsync("matrix", Bob, "Group", new("t"), CancellationToken.None);

        await Assert.ThrowsAsync<NetworkException>(Make);
        await line.RestartAsync();
        var found = await Make();
        var again = await Make();

        Assert.Equal((Made, Made), (found.Id.Value, again.Id.Value));
        Assert.Single(line.Server.To("POST", "/_matrix/client/v3/createRoom"));
    }

    [Fact]
    public async Task A_group_that_was_never_made_is_made_at_the_second_try()
    {
        await using var line = await Line.OpenAsync();
        line.Server.On("GET", "/_matrix/client/v3/profile/", "{}").On("GET", "/_matrix/client/v3/joined_rooms", """{"joined_rooms":[]}""")
            .On("POST", "/_matrix/client/v3/createRoom", "", 502);

        await Assert.ThrowsAsync<NetworkException>(() => line.Does.CreateGroupAsync("matrix", Bob, "Group", new("t"), CancellationToken.None));
        await line.KnowAsync(room: Made);
        line.Server.On("POST", "/_matrix/client/v3/createRoom", $$"""{"room_id":"{{Made}}"}""");
        await line.Does.CreateGroupAsync("matrix", Bob, "Group", new("t"), CancellationToken.None);

        var requests = line.Server.To("POST", "/_matrix/client/v3/createRoom");
        Assert.Equal(2, requests.Count);
        Assert.Equal(requests[0].Body, requests[1].Body);
        Assert.Equal(("Group", "private_chat", "@bob:hs.test"), (Text(requests[0].Json, "name"), Text(requests[0].Json, "preset"), requests[0].Json.GetProperty("invite")[0].GetString()));
    }

    [Fact]
    public async Task Somebody_who_does_not_exist_is_told_before_anything_is_made()
    {
        await using var line = await Line.OpenAsync();
        line.Server.On("GET", "/_matrix/client/v3/profile/", FaultyHomeserver.Error("M_NOT_FOUND"), 404);

        var group = await Assert.ThrowsAsync<NetworkException>(() => line.Does.CreateGroupAsync("matrix", Bob, null, new("t"), CancellationToken.None));
        var direct = await Assert.ThrowsAsync<NetworkException>(() => line.Does.OpenDirectChatAsync("matrix", Bob[0], CancellationToken.None));

        Assert.Equal((NetworkFailure.NotFound, NetworkFailure.NotFound), (group.Kind, direct.Kind));
        Assert.Empty(line.Server.To("POST", "/_matrix/client/v3/createRoom"));
    }

    [Fact]
    public async Task A_new_direct_chat_is_entered_beside_those_there_are()
    {
        await using var line = await Line.OpenAsync();
        const string Direct = "/_matrix/client/v3/user/%40me%3Ahs.test/account_data/m.direct";
        line.Server.On("GET", "/_matrix/client/v3/profile/", "{}")
            .On("POST", "/_matrix/client/v3/createRoom", async context =>
            {
                await line.KnowAsync(room: Made);
                await context.Response.WriteAsync($$"""{"room_id":"{{Made}}"}""");
            })
            .On("GET", Direct, """{"@eve:hs.test":["!e"],"@bob:hs.test":["!left"],"broken":7}""");

        var chat = await line.Does.OpenDirectChatAsync("matrix", Bob[0], CancellationToken.None);

        Assert.Equal(Made, chat.Id.Value);
        var request = Assert.Single(line.Server.To("POST", "/_matrix/client/v3/createRoom")).Json;
        Assert.True(request.GetProperty("is_direct").GetBoolean());
        Assert.Equal(
            """{"@eve:hs.test":["!e"],"broken":7,"@bob:hs.test":["!left","!made:hs.test"]}""", Assert.Single(line.Server.To("PUT", Direct)).Body);
    }

    [Fact]
    public async Task The_direct_chat_there_is_is_taken_and_the_one_that_can_be_written_into_first()
    {
        await using var line = await Line.OpenAsync();
        foreach (var (room, encrypted) in new[] { ("!a:hs.test", true), ("!b:hs.test", false), ("!left:hs.test", false) })
        {
            await line.KnowAsync(isEncrypted: encrypted, room: room, membership: room.StartsWith("!left", StringComparison.Ordinal) ? "leave" : "join");
            await line.Store.WriteAsync(
                db => db.Execute("INSERT INTO direct (user, room) VALUES ('@bob:hs.test', $room)", ("$room", room)), CancellationToken.None);
        }

        var chat = await line.Does.OpenDirectChatAsync("matrix", Bob[0], CancellationToken.None);

        Assert.Equal("!b:hs.test", chat.Id.Value);
        Assert.Empty(line.Server.Calls);
    }

    [Theory]
    [InlineData("io.element.functional_members", """{"service_members":["@mallory:hs.test"]}""", true)]
    [InlineData("m.room.topic", "{}", true)]
    [InlineData("m.room.topic", "{}", false)]
    public async Task A_room_that_others_are_in_or_that_nobody_called_direct_is_not_the_chat_with_somebody(string type, string content, bool isListed)
    {
        await using var line = await Line.OpenAsync();
        await line.KnowAsync(room: "!trap:hs.test", state: [(type, "@mallory:hs.test", content)]);
        if (isListed)
        {
            await line.Store.WriteAsync(
                db => db.SaveMember("!trap:hs.test", new Member("@mallory:hs.test", "join", null, null, false, "@mallory:hs.test")), CancellationToken.None);
            await DirectAsync(line, "!trap:hs.test");
        }

        line.Server.On("GET", "/_matrix/client/v3/profile/", "{}").On("GET", "/_matrix/client/v3/user/", "{}")
            .On("POST", "/_matrix/client/v3/createRoom", async context =>
            {
                await line.KnowAsync(room: Made);
                await context.Response.WriteAsync($$"""{"room_id":"{{Made}}"}""");
            });

        Assert.Equal(Made, (await line.Does.OpenDirectChatAsync("matrix", Bob[0], CancellationToken.None)).Id.Value);
    }

    [Fact]
    public async Task A_person_whom_only_the_homeserver_counts_is_there_too()
    {
        await using var line = await Line.OpenAsync();
        foreach (var (room, joined) in new[] { ("!a:hs.test", 3), ("!b:hs.test", 2) })
        {
            await line.KnowAsync(room: room);
            await line.Store.WriteAsync(
                db =>
                {
                    db.SaveRoom(db.RoomRow(room)! with { Joined = joined });
                    return true;
                },
                CancellationToken.None);
            await DirectAsync(line, room);
        }

        Assert.Equal("!b:hs.test", (await line.Does.OpenDirectChatAsync("matrix", Bob[0], CancellationToken.None)).Id.Value);
    }

    [Fact]
    public async Task The_encrypted_chat_that_the_owner_listed_comes_before_a_clear_one_that_somebody_called_direct()
    {
        await using var line = await Line.OpenAsync();
        foreach (var (room, encrypted) in new[] { ("!clear:hs.test", false), ("!real:hs.test", true) })
        {
            await line.KnowAsync(isEncrypted: encrypted, room: room);
            await line.Store.WriteAsync(
                db => db.SaveMember(room, new Member("@me:hs.test", "join", null, null, true, "@bob:hs.test"))
                    | db.Execute("UPDATE member SET is_direct = 1 WHERE user = '@me:hs.test'") > 0,
                CancellationToken.None);
        }

        await DirectAsync(line, "!real:hs.test");
        var listed = await line.Does.OpenDirectChatAsync("matrix", Bob[0], CancellationToken.None);
        await line.Store.WriteAsync(db => db.Execute("DELETE FROM direct"), CancellationToken.None);
        var called = await line.Does.OpenDirectChatAsync("matrix", Bob[0], CancellationToken.None);

        Assert.Equal(("!real:hs.test", true), (listed.Id.Value, listed.IsReadOnly));
        Assert.Equal("!clear:hs.test", called.Id.Value);
    }

    [Fact]
    public async Task A_note_to_oneself_that_somebody_may_read_along_is_none()
    {
        await using var line = await Line.OpenAsync();
        await line.KnowAsync(room: "!trap:hs.test", state: [("io.element.functional_members", "@bob:hs.test", """{"service_members":["@bob:hs.test","@mallory:hs.test"]}""")]);
        await line.Store.WriteAsync(
            db =>
            {
                db.SaveRoom(db.RoomRow("!trap:hs.test")! with { Joined = 2 });
                return db.Execute("DELETE FROM member WHERE user = '@bob:hs.test'") + db.Execute("INSERT INTO direct (user, room) VALUES ('@me:hs.test', '!trap:hs.test')");
            },
            CancellationToken.None);
        line.Server.On("GET", "/_matrix/client/v3/user/", "{}").On("POST", "/_matrix/client/v3/createRoom", async context =>
        {
            await line.KnowAsync(room: Made);
            await context.Response.WriteAsync($$"""{"room_id":"{{Made}}"}""");
        });

        Assert.Equal(Made, (await line.Does.OpenDirectChatAsync("matrix", new("@me:hs.test"), CancellationToken.None)).Id.Value);
    }

    [Fact]
    public async Task Changes_to_a_chat_are_all_made_or_none()
    {
        await using var line = await Line.OpenAsync();
        await line.KnowAsync(state: [("m.room.power_levels", "@me:hs.test", """{"users":{"@me:hs.test":100}}"""), ("m.room.name", "@me:hs.test", """{"name":"before"}""")]);
        line.Server.On("PUT", "/_matrix/client/v3/rooms/%21room%3Ahs.test/state/m.room.topic/", FaultyHomeserver.Error("M_FORBIDDEN"), 403);

        await Assert.ThrowsAsync<NetworkException>(() => line.Does.UpdateChatAsync(
            Line.Chat, new ChatStateChange { Title = "after", Description = "topic" }, CancellationToken.None));

        Assert.Equal(
            ["""{"name":"after"}""", """{"topic":"topic"}""", """{"name":"before"}"""], line.Server.Calls.Select(call => call.Body));
    }

    [Fact]
    public async Task Who_may_not_change_a_chat_is_told_before_anything_is_changed()
    {
        await using var line = await Line.OpenAsync();
        await line.KnowAsync(state: [("m.room.power_levels", "@bob:hs.test", """{"users":{"@bob:hs.test":100},"events":{"m.room.name":0}}""")]);

        await Assert.ThrowsAsync<NetworkException>(() => line.Does.UpdateChatAsync(
            Line.Chat, new ChatStateChange { Title = "after", Description = "topic" }, CancellationToken.None));
        var changed = await line.Does.UpdateChatAsync(Line.Chat, new ChatStateChange { Title = "after" }, CancellationToken.None);

        Assert.Equal("after", changed.Title);
        Assert.Equal("""{"name":"after"}""", Assert.Single(line.Server.Calls).Body);
    }

    private static Task<int> DirectAsync(Line line, string room) => line.Store.WriteAsync(
        db => db.Execute("INSERT INTO direct (user, room) VALUES ('@bob:hs.test', $room)", ("$room", room)), CancellationToken.None);

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();
}
