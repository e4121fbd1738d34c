using System.Net;
using System.Text.Json;
using Switchboard.Server.Tests.Hosting;
using Switchboard.Server.Tests.OAuth;
using Switchboard.Server.Tests.Streams;
using Switchboard.Testing;
using Xunit;

namespace Switchboard.Server.Tests.Web;

/// <summary>What the owner's pages call.</summary>
public sealed class OwnerApiTests
{
    [Fact]
    public async Task Signing_in_gives_a_cookie_that_scripts_and_other_sites_do_not_get_and_signing_out_ends_it()
    {
        await using var server = await TestServer.StartAsync();
        using var nobody = await TestServer.JsonAsync(await server.SendAsync(HttpMethod.Get, "/web/v1/session", null));
        Assert.False(nobody.RootElement.GetProperty("signedIn").GetBoolean());
        var code = await server.Get<Core.Access.OwnerSessions>().MakeCodeAsync(CancellationToken.None);
        using var answer = await server.SendAsync(HttpMethod.Post, "/web/v1/sign-in", null, $$"""{"code":"{{code}}"}""");
        var cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie"));
        foreach (var part in new[] { "httponly", "samesite=strict", "path=/" })
        {
            Assert.Contains(part, cookie, StringComparison.OrdinalIgnoreCase);
        }

        using var again = await server.SendAsync(HttpMethod.Post, "/web/v1/sign-in", null, $$"""{"code":"{{code}}"}""");
        Assert.Equal(HttpStatusCode.Unauthorized, again.StatusCode);
        var browser = await Browser.SignInAsync(server);
        Assert.True((await JsonAsync(browser, "/web/v1/session")).GetProperty("signedIn").GetBoolean());
        using var cookieAlone = await browser.SendAsync("GET", "/web/v1/session", null, []);
        var told = await cookieAlone.Content.ReadAsStringAsync();
        Assert.False(JsonElement.Parse(told).GetProperty("signedIn").GetBoolean());
        Assert.DoesNotContain("csrf", told, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(browser.Key, told, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(browser, "GET", "/v1/accounts"));
        Assert.Equal(HttpStatusCode.NoContent, await StatusAsync(browser, "POST", "/web/v1/sign-out"));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(browser, "GET", "/v1/accounts"));
    }

    [Fact]
    public async Task A_password_is_set_by_who_knows_the_old_one()
    {
        await using var server = await TestServer.StartAsync();
        var browser = await Browser.SignInAsync(server);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, await StatusAsync(browser, "PUT", "/web/v1/password", """{"new":"short"}"""));
        Assert.Equal(HttpStatusCode.NoContent, await StatusAsync(browser, "PUT", "/web/v1/password", """{"new":"first password"}"""));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(browser, "PUT", "/web/v1/password", """{"new":"second password"}"""));
        Assert.Equal(
            HttpStatusCode.NoContent, await StatusAsync(browser, "PUT", "/web/v1/password", """{"current":"first password","new":"second password"}"""));

        foreach (var (password, status) in new[] { ("first password", HttpStatusCode.Unauthorized), ("second password", HttpStatusCode.OK) })
        {
            using var answer = await server.SendAsync(HttpMethod.Post, "/web/v1/sign-in", null, $$"""{"password":"{{password}}"}""");
            Assert.Equal(status, answer.StatusCode);
        }
    }

    [Fact]
    public async Task Connections_are_made_shown_and_ended_at_once_for_open_sockets_too()
    {
        await using var server = await TestServer.StartAsync();
        await server.OwnChatAsync();
        var browser = await Browser.SignInAsync(server);
        var dance = await Dance.BeginAsync(server);
        await dance.TokenAsync();
        using var made = await browser.SendAsync("POST", "/web/v1/connections", """{"name":"By hand","scopes":["read"],"accountIDs":["local_owner"],"expiresIn":3600}""");
        using var connection = await TestServer.JsonAsync(made);
        var (id, token) = (connection.RootElement.GetProperty("id").GetString()!, connection.RootElement.GetProperty("token").GetString()!);

        var items = (await JsonAsync(browser, "/web/v1/connections")).GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(["By hand", "Helper", "Owner"], items.Select(item => item.GetProperty("name").GetString()));
        Assert.Equal(["token", "client", "token"], items.Select(item => item.GetProperty("kind").GetString()));
        Assert.Equal(dance.Client, items[1].GetProperty("client").GetProperty("id").GetString());
        Assert.Equal("local_owner", Assert.Single(items[0].GetProperty("accountIDs").EnumerateArray()).GetString());
        Assert.DoesNotContain(token, items[0].GetRawText(), StringComparison.Ordinal);
        using var socket = await Listener.ToAllAsync(server, token);
        Assert.Equal(HttpStatusCode.NoContent, await StatusAsync(browser, "DELETE", $"/web/v1/connections/{id}"));
        using var refused = await server.SendAsync(HttpMethod.Get, "/v1/accounts", token);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal(1008, (int)(await socket.EndAsync())!.Value);
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(browser, "DELETE", "/web/v1/connections/By%20hand"));
    }

    [Fact]
    public async Task The_audit_log_says_who_changed_what_and_how_much_was_read()
    {
        await using var server = await TestServer.StartAsync();
        var browser = await Browser.SignInAsync(server);
        var (token, secret) = await server.MakeTokenAsync();
        var reader = await server.TokenAsync("read");
        var chat = await server.OwnChatAsync();
        using var sent = await TestServer.JsonAsync(await server.SendAsync(
            HttpMethod.Post, $"/v1/chats/{chat.Key}/messages", secret, """{"text":"canary words"}"""));
        (await server.SendAsync(HttpMethod.Get, "/v1/chats", secret)).Dispose();
        (await server.SendAsync(HttpMethod.Get, "/v1/chats", secret)).Dispose();
        (await server.SendAsync(HttpMethod.Post, $"/v1/chats/{chat.Key}/messages", reader, """{"text":"canary"}""")).Dispose();
        (await server.SendAsync(HttpMethod.Post, "/v1/chats/canary/messages", secret, """{"text":"canary"}""")).Dispose();

        var page = await JsonAsync(browser, $"/web/v1/audit?connection={token.Id}");
        var lines = page.GetProperty("items").EnumerateArray().Select(line =>
            $"{line.GetProperty("surface")} {line.GetProperty("action")} {line.GetProperty("chatID")} {line.GetProperty("messageID")} {line.GetProperty("outcome")} {line.GetProperty("count")}");
        Assert.Equal(
            ["rest listChats   ok 2", "rest sendMessage   not_found 1", $"rest sendMessage {chat.Id} {sent.RootElement.GetProperty("pendingMessageID")} ok "],
            lines.Order(StringComparer.Ordinal));
        Assert.DoesNotContain("canary", page.GetRawText(), StringComparison.Ordinal);
        var all = await JsonAsync(browser, "/web/v1/audit?action=sendMessage&limit=1");
        Assert.True(all.GetProperty("hasMore").GetBoolean());
        var next = await JsonAsync(browser, $"/web/v1/audit?action=sendMessage&cursor={all.GetProperty("cursor").GetString()}");
        var outcomes = all.GetProperty("items").EnumerateArray().Concat(next.GetProperty("items").EnumerateArray())
            .Select(line => line.GetProperty("outcome").GetString()!);
        Assert.Equal(["insufficient_scope", "not_found", "ok"], outcomes.Order(StringComparer.Ordinal));
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(browser, "GET", "/web/v1/audit?cursor=nonsense"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, await StatusAsync(browser, "GET", "/web/v1/audit?limit=1000"));
    }

    [Fact]
    public async Task Reads_beyond_the_reach_of_a_token_are_counted_as_refused_without_saying_of_what()
    {
        await using var server = await TestServer.StartAsync();
        var browser = await Browser.SignInAsync(server);
        var ada = await server.AddPersonAsync("ada");
        var (mine, _) = await server.MeetAsync("local_owner", ada, "ada");
        var beyond = await server.OwnChatAsync();
        var (token, secret) = await server.MakeTokenAsync("read", chat: mine.Id);
        foreach (var path in new[]
        {
            $"/v1/chats/{mine.Key}", $"/v1/chats/{beyond.Key}", $"/v1/chats/{Uri.EscapeDataString(beyond.Id)}", $"/v1/chats/{beyond.Key}/messages",
            "/v1/assets/serve?url=localmxc://nothing/here", "/web/v1/connections",
        })
        {
            (await server.SendAsync(HttpMethod.Get, path, secret)).Dispose();
        }

        (await server.SendAsync(HttpMethod.Post, "/v1/assets/download", secret, """{"url":"localmxc://nothing/here"}""")).Dispose();

        var page = await JsonAsync(browser, $"/web/v1/audit?connection={token.Id}");
        var lines = page.GetProperty("items").EnumerateArray().Select(line =>
            $"{line.GetProperty("action")} {line.GetProperty("chatID")}{line.GetProperty("accountID")} "
            + $"{line.GetProperty("outcome")} {line.GetProperty("count")}");
        Assert.Equal(
            [
                "downloadAsset  not_found 1", "getChat  not_found 2", "getChat  ok 1", "listConnections  insufficient_scope 1", "listMessages  not_found 1",
                "serveAsset  not_found 1",
            ],
            lines.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Guesses_at_once_are_no_more_than_guesses_one_after_the_other()
    {
        await using var server = await TestServer.StartAsync();
        await server.Get<Core.Access.OwnerSessions>().SetPasswordAsync("the right password", null, CancellationToken.None);

        var statuses = await Task.WhenAll(Enumerable.Range(0, 40).Select(async i =>
        {
            var password = i == 39 ? "the right password" : $"guess number {i}";
            using var answer = await server.SendAsync(HttpMethod.Post, "/web/v1/sign-in", null, $$"""{"password":"{{password}}"}""");
            return answer.StatusCode;
        }));

        Assert.True(statuses.Count(status => status is HttpStatusCode.Unauthorized or HttpStatusCode.OK) <= 10, string.Join(' ', statuses));
        Assert.True(statuses.Count(status => status == HttpStatusCode.TooManyRequests) >= 30, string.Join(' ', statuses));
    }

    [Fact]
    public async Task Signing_in_well_does_not_count_against_anybody()
    {
        await using var server = await TestServer.StartAsync();
        await server.Get<Core.Access.OwnerSessions>().SetPasswordAsync("the right password", null, CancellationToken.None);
        for (var i = 0; i < 12; i++)
        {
            using var answer = await server.SendAsync(HttpMethod.Post, "/web/v1/sign-in", null, """{"password":"the right password"}""");
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }

    [Fact]
    public async Task The_audit_log_says_whom_a_decision_is_about()
    {
        await using var server = await TestServer.StartAsync();
        var browser = await Browser.SignInAsync(server);
        var dance = await Dance.BeginAsync(server);
        await dance.TokenAsync();
        await dance.DecideAsync(await dance.ConsentAsync(), """{"decision":"deny"}""");
        using var made = await TestServer.JsonAsync(await browser.SendAsync("POST", "/web/v1/connections", """{"name":"By hand","scopes":["read"]}"""));
        var id = made.RootElement.GetProperty("id").GetString();
        Assert.Equal(HttpStatusCode.NoContent, await StatusAsync(browser, "DELETE", $"/web/v1/connections/{id}"));
        (await server.SendAsync(HttpMethod.Post, "/web/v1/sign-in", null, """{"code":"wrong"}""")).Dispose();

        Assert.Equal([$"denied {dance.Client}", $"allowed {dance.Client}"], await LinesAsync("action=decideConsent"));
        Assert.Equal([$"ok {dance.Client}"], await LinesAsync("action=oauthToken"));
        Assert.Equal([$"ok {id}"], await LinesAsync("action=createConnection"));
        Assert.Equal([$"ok {id}"], await LinesAsync("action=revokeConnection"));
        Assert.Equal(["invalid_credentials "], await LinesAsync("connection=nobody"));

        async Task<IEnumerable<string>> LinesAsync(string query) => (await JsonAsync(browser, "/web/v1/audit?" + query))
            .GetProperty("items").EnumerateArray().Select(line => $"{line.GetProperty("outcome")} {line.GetProperty("subject")}");
    }

    [Fact]
    public async Task A_list_of_nothing_is_not_taken_for_no_limit()
    {
        await using var server = await TestServer.StartAsync();
        var browser = await Browser.SignInAsync(server);
        var dance = await Dance.BeginAsync(server);
        var consent = await dance.ConsentAsync();
        foreach (var list in new[] { "accountIDs", "chatIDs" })
        {
            Assert.Equal(
                HttpStatusCode.UnprocessableEntity,
                await StatusAsync(browser, "POST", "/web/v1/connections", $$"""{"name":"x","scopes":["read"],"{{list}}":[]}"""));
            using var decided = await dance.DecideRawAsync(consent, $$"""{"decision":"allow","scopes":["read"],"{{list}}":[]}""");
            Assert.Equal(HttpStatusCode.UnprocessableEntity, decided.StatusCode);
        }
    }

    [Fact]
    public async Task Browsers_that_are_signed_in_are_listed_and_ended()
    {
        await using var server = await TestServer.StartAsync();
        var (mine, other, third) = (await Browser.SignInAsync(server), await Browser.SignInAsync(server), await Browser.SignInAsync(server));
        var items = (await JsonAsync(mine, "/web/v1/sessions")).GetProperty("items").EnumerateArray().ToList();
        Assert.Equal([false, false, true], items.Select(item => item.GetProperty("current").GetBoolean()));
        Assert.DoesNotContain(mine.Key, items[2].GetRawText(), StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.NoContent, await StatusAsync(mine, "DELETE", $"/web/v1/sessions/{items[1].GetProperty("id").GetString()}"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(mine, "DELETE", $"/web/v1/sessions/{items[1].GetProperty("id").GetString()}"));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(other, "GET", "/v1/accounts"));
        var code = await server.Get<Core.Access.OwnerSessions>().MakeCodeAsync(CancellationToken.None);
        Assert.Equal(HttpStatusCode.NoContent, await StatusAsync(mine, "DELETE", "/web/v1/sessions"));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(third, "GET", "/v1/accounts"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(mine, "GET", "/v1/accounts"));
        using var late = await server.SendAsync(HttpMethod.Post, "/web/v1/sign-in", null, $$"""{"code":"{{code}}"}""");
        Assert.Equal(HttpStatusCode.Unauthorized, late.StatusCode);
    }

    [Fact]
    public async Task A_first_password_is_set_by_who_just_signed_in_or_brings_a_fresh_code()
    {
        var clock = new ManualClock();
        await using var server = await TestServer.StartAsync(clock: clock);
        var browser = await Browser.SignInAsync(server);
        clock.Advance(TimeSpan.FromMinutes(11));
        const string Wanted = "\"new\":\"first password\"";
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(browser, "PUT", "/web/v1/password", "{" + Wanted + "}"));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(browser, "PUT", "/web/v1/password", "{\"code\":\"sbo_made-up\"," + Wanted + "}"));
        var code = await server.Get<Core.Access.OwnerSessions>().MakeCodeAsync(CancellationToken.None);
        Assert.Equal(HttpStatusCode.NoContent, await StatusAsync(browser, "PUT", "/web/v1/password", $"{{\"code\":\"{code}\",{Wanted}}}"));
    }

    private static async Task<JsonElement> JsonAsync(Browser browser, string path)
    {
        using var answer = await browser.SendAsync("GET", path);
        return JsonElement.Parse(await answer.Content.ReadAsStringAsync());
    }

    private static async Task<HttpStatusCode> StatusAsync(Browser browser, string method, string path, string? json = null)
    {
        using var answer = await browser.SendAsync(method, path, json);
        return answer.StatusCode;
    }
}
