using System.Net;
using System.Text.Json;
using System.Web;
using Switchboard.Server.Tests.Hosting;
using Switchboard.Testing;
using Xunit;

namespace Switchboard.Server.Tests.OAuth;

/// <summary>How a program is let in, from its registration to the end of its token (auth.md §4–§8).</summary>
public sealed class OAuthTests(TownFixture town) : IClassFixture<TownFixture>
{
    private TestServer Server => town.Server;

    [Theory]
    [InlineData("", "")]
    [InlineData("/v0/mcp", "/v0/mcp")]
    [InlineData("/mcp", "/mcp")]
    public async Task The_documents_are_found_under_every_path_and_name_each_other(string suffix, string resource)
    {
        var address = Server.Address.GetLeftPart(UriPartial.Authority);
        var own = await GetAsync("/.well-known/oauth-protected-resource" + suffix);
        var server = await GetAsync("/.well-known/oauth-authorization-server" + suffix);

        Assert.Equal(address + resource, own.GetProperty("resource").GetString());
        Assert.Equal([address], own.GetProperty("authorization_servers").EnumerateArray().Select(item => item.GetString()));
        Assert.Equal(address, server.GetProperty("issuer").GetString());
        Assert.Equal($"{address}/oauth/introspect", server.GetProperty("introspection_endpoint").GetString());
        Assert.Equal(["S256"], server.GetProperty("code_challenge_methods_supported").EnumerateArray().Select(item => item.GetString()));
        var info = await GetAsync("/v1/info");
        foreach (var endpoint in info.GetProperty("endpoints").GetProperty("oauth").EnumerateObject())
        {
            Assert.Equal(server.GetProperty(endpoint.Name).GetString(), endpoint.Value.GetString());
        }
    }

    [Fact]
    public async Task The_owner_sees_who_asks_and_gives_less_than_was_asked_for()
    {
        var dance = await Dance.BeginAsync(Server, "Helper <b>");
        var id = await dance.ConsentAsync(("resource", Server.Address.GetLeftPart(UriPartial.Authority)));

        using var looked = await dance.LookAsync(id);
        using var consent = await TestServer.JsonAsync(looked);
        Assert.Equal("Helper <b>", consent.RootElement.GetProperty("client").GetProperty("name").GetString());
        Assert.False(consent.RootElement.GetProperty("client").GetProperty("verified").GetBoolean());
        Assert.Equal("127.0.0.1:4000", consent.RootElement.GetProperty("redirect").GetProperty("host").GetString());
        Assert.Equal("pending", consent.RootElement.GetProperty("state").GetString());

        var answer = await dance.DecideAsync(
            id, $$"""{"decision":"allow","scopes":["read"],"accountIDs":["{{town.Theirs.Account}}"],"chatIDs":["{{town.Theirs.Chat.Id}}"],"expiresIn":3600}""");
        Assert.Equal("the state", answer["state"]);
        Assert.Equal(Server.Address.GetLeftPart(UriPartial.Authority), answer["iss"]);
        var (status, json) = await dance.RedeemAsync(answer["code"]!);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(("Bearer", "read", 3600), (json.GetProperty("token_type").GetString(), json.GetProperty("scope").GetString(), json.GetProperty("expires_in").GetInt32()));

        var token = json.GetProperty("access_token").GetString()!;
        using var chats = await TestServer.JsonAsync(await Server.SendAsync(HttpMethod.Get, "/v1/chats", token));
        Assert.Equal([town.Theirs.Chat.Id], chats.RootElement.GetProperty("items").EnumerateArray().Select(chat => chat.GetProperty("id").GetString()));
        using var refused = await Server.SendAsync(HttpMethod.Post, "/v1/focus", token);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        using var done = await TestServer.JsonAsync(await dance.LookAsync(id));
        Assert.Equal("done", done.RootElement.GetProperty("state").GetString());
    }

    [Fact]
    public async Task A_refusal_goes_back_to_the_client()
    {
        var dance = await Dance.BeginAsync(Server);

        var answer = await dance.DecideAsync(await dance.ConsentAsync(), """{"decision":"deny"}""");

        Assert.Equal(("access_denied", "the state", null), (answer["error"], answer["state"], answer["code"]));
    }

    [Theory]
    [InlineData("response_type", "token", "unsupported_response_type")]
    [InlineData("response_type", null, "invalid_request")]
    [InlineData("response_mode", "fragment", "invalid_request")]
    [InlineData("code_challenge", null, "invalid_request")]
    [InlineData("code_challenge", "short", "invalid_request")]
    [InlineData("code_challenge_method", "plain", "invalid_request")]
    [InlineData("code_challenge_method", null, "invalid_request")]
    [InlineData("scope", "read admin", "invalid_scope")]
    [InlineData("scope", " ", "invalid_scope")]
    [InlineData("resource", "https://elsewhere.example/v0/mcp", "invalid_target")]
    [InlineData("request_uri", "https://elsewhere.example/", "request_not_supported")]
    public async Task A_request_that_is_not_in_order_goes_back_as_an_error(string name, string? value, string error)
    {
        var dance = await Dance.BeginAsync(Server);
        using var answer = await dance.AskAsync((name, value));

        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        Assert.StartsWith(Dance.Redirect + "?", answer.Headers.Location!.OriginalString, StringComparison.Ordinal);
        var told = HttpUtility.ParseQueryString(answer.Headers.Location.Query);
        Assert.Equal((error, "the state"), (told["error"], told["state"]));
    }

    [Theory]
    [InlineData("client_id", null)]
    [InlineData("client_id", "cli_unknown")]
    [InlineData("client_id", "https://127.0.0.1/client.json")]
    [InlineData("redirect_uri", null)]
    [InlineData("redirect_uri", "https://evil.example/")]
    [InlineData("redirect_uri", "http://127.0.0.1:4000/other")]
    [InlineData("redirect_uri", "javascript:alert(1)")]
    public async Task Nobody_is_sent_where_the_client_has_not_said_before(string name, string? value)
    {
        var dance = await Dance.BeginAsync(Server);
        using var answer = await dance.AskAsync((name, value));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Null(answer.Headers.Location);
        Assert.Equal("text/html", answer.Content.Headers.ContentType!.MediaType);
        Assert.Contains("frame-ancestors 'none'", Assert.Single(answer.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.DoesNotContain("alert(1)", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("grant_type", "password", "unsupported_grant_type")]
    [InlineData("grant_type", null, "invalid_request")]
    [InlineData("code", "sbc_unknown", "invalid_grant")]
    [InlineData("code", null, "invalid_request")]
    [InlineData("code_verifier", null, "invalid_request")]
    [InlineData("code_verifier", "short", "invalid_grant")]
    [InlineData("code_verifier", "another-verifier-that-is-long-enough-0123456789", "invalid_grant")]
    [InlineData("client_id", "cli_another", "invalid_grant")]
    [InlineData("client_secret", "secret", "invalid_client")]
    [InlineData("redirect_uri", "http://127.0.0.1:4001/callback", "invalid_grant")]
    [InlineData("resource", "https://elsewhere.example/", "invalid_target")]
    public async Task A_code_gives_nothing_when_something_does_not_fit(string name, string? value, string error)
    {
        var dance = await Dance.BeginAsync(Server);
        var code = (await dance.DecideAsync(await dance.ConsentAsync()))["code"]!;

        var (status, json) = await dance.RedeemAsync(code, (name, value));

        Assert.Equal((HttpStatusCode.BadRequest, error), (status, json.GetProperty("error").GetString()));
        Assert.DoesNotContain(code, json.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Decisions_that_make_no_sense_are_refused_and_leave_the_request_open()
    {
        var dance = await Dance.BeginAsync(Server);
        var id = await dance.ConsentAsync(("scope", "read"));
        foreach (var (decision, status) in new[]
        {
            ("{}", 422), ("""{"decision":"maybe"}""", 422), ("""{"decision":"allow"}""", 422), ("""{"decision":"allow","scopes":[]}""", 422),
            ("""{"decision":"allow","scopes":["read","write"]}""", 422), ("""{"decision":"allow","scopes":["admin"]}""", 422),
            ("""{"decision":"allow","scopes":["read"],"accountIDs":["nowhere"]}""", 404), ("""{"decision":"allow","scopes":["read"],"chatIDs":["nowhere"]}""", 404),
            ("""{"decision":"allow","scopes":["read"],"expiresIn":-1}""", 422),
        })
        {
            using var answer = await dance.DecideRawAsync(id, decision);
            Assert.Equal((decision, status), (decision, (int)answer.StatusCode));
        }

        Assert.NotNull((await dance.DecideAsync(id, """{"decision":"allow","scopes":["read"]}"""))["code"]);
        using var again = await dance.DecideRawAsync(id, """{"decision":"allow","scopes":["read"]}""");
        Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
        using var altered = await dance.LookAsync((id[0] == 'A' ? "B" : "A") + id[1..]);
        Assert.Equal(HttpStatusCode.NotFound, altered.StatusCode);
    }

    [Fact]
    public async Task Requests_and_codes_grow_old()
    {
        var clock = new ManualClock();
        await using var server = await TestServer.StartAsync(clock: clock);
        var dance = await Dance.BeginAsync(server);
        var (first, second) = (await dance.ConsentAsync(), await dance.ConsentAsync());
        var code = (await dance.DecideAsync(first))["code"]!;
        clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal("invalid_grant", (await dance.RedeemAsync(code)).Json.GetProperty("error").GetString());

        clock.Advance(TimeSpan.FromMinutes(10));
        using var late = await dance.DecideRawAsync(second, """{"decision":"allow","scopes":["read"]}""");
        Assert.Equal(HttpStatusCode.Conflict, late.StatusCode);
        using var looked = await TestServer.JsonAsync(await dance.LookAsync(second));
        Assert.Equal("expired", looked.RootElement.GetProperty("state").GetString());
    }

    [Fact]
    public async Task A_token_tells_what_it_is_until_it_is_revoked()
    {
        var dance = await Dance.BeginAsync(Server);
        var token = await dance.TokenAsync();
        var (_, known) = await dance.PostAsync("/oauth/introspect", [new("token", token)]);
        Assert.True(known.GetProperty("active").GetBoolean());
        Assert.Equal(dance.Client, known.GetProperty("client_id").GetString());
        using var told = await TestServer.JsonAsync(await Server.SendAsync(HttpMethod.Get, "/oauth/userinfo", token));
        Assert.Equal(known.GetProperty("sub").GetString(), told.RootElement.GetProperty("sub").GetString());
        Assert.Equal("access", told.RootElement.GetProperty("token_use").GetString());

        Assert.Equal(HttpStatusCode.BadRequest, (await dance.PostAsync("/oauth/revoke", [new("token", token), new("client_id", "cli_another")])).Status);
        Assert.Equal(HttpStatusCode.OK, (await dance.PostAsync("/oauth/revoke", [new("token", token), new("token_type_hint", "access_token")])).Status);
        Assert.Equal(HttpStatusCode.OK, (await dance.PostAsync("/oauth/revoke", [new("token", token)])).Status);
        Assert.Equal("""{"active":false}""", (await dance.PostAsync("/oauth/introspect", [new("token", token)])).Json.GetRawText());
        using var refused = await Server.SendAsync(HttpMethod.Get, "/v1/accounts", token);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
    }

    [Fact]
    public async Task Json_is_taken_where_forms_are_meant()
    {
        var dance = await Dance.BeginAsync(Server);
        var code = (await dance.DecideAsync(await dance.ConsentAsync()))["code"];
        using var answer = await Server.SendAsync(
            HttpMethod.Post, "/oauth/token", null, $$"""{"grant_type":"authorization_code","code":"{{code}}","code_verifier":"{{Dance.Verifier}}"}""");
        using var json = await TestServer.JsonAsync(answer);

        Assert.Equal("no-store", answer.Headers.CacheControl!.ToString());
        Assert.Equal(365 * 24 * 3600, json.RootElement.GetProperty("expires_in").GetInt64());
    }

    private async Task<JsonElement> GetAsync(string path) => JsonElement.Parse(await Server.Http.GetStringAsync(path));

    [Fact]
    public async Task Nobody_is_sent_to_an_address_of_the_web_by_a_client_that_was_never_let_in()
    {
        using var registered = await TestServer.JsonAsync(await Server.SendAsync(
            HttpMethod.Post, "/oauth/register", null, """{"client_name":"x","redirect_uris":["https://elsewhere.example/"]}"""));
        var client = registered.RootElement.GetProperty("client_id").GetString()!;
        using var answer = await Server.Http.GetAsync($"/oauth/authorize?client_id={client}&redirect_uri=https%3A%2F%2Felsewhere.example%2F");
        var page = await answer.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Null(answer.Headers.Location);
        Assert.Contains("href=\"https://elsewhere.example/?error=", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("image", "no-cors")]
    [InlineData("iframe", "navigate")]
    [InlineData("empty", "cors")]
    public async Task What_a_page_fetches_by_itself_asks_for_nothing(string target, string mode)
    {
        var dance = await Dance.BeginAsync(Server);
        var asked = $"/oauth/authorize?client_id={dance.Client}&redirect_uri={Uri.EscapeDataString(Dance.Redirect)}&response_type=code"
            + $"&code_challenge={new string('a', 43)}&code_challenge_method=S256";
        foreach (var (visit, status) in new[] { (false, HttpStatusCode.BadRequest), (true, HttpStatusCode.Found) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, asked);
            request.Headers.Add("Sec-Fetch-Site", "cross-site");
            request.Headers.Add("Sec-Fetch-Mode", visit ? "navigate" : mode);
            request.Headers.Add("Sec-Fetch-Dest", visit ? "document" : target);
            using var answer = await Server.Http.SendAsync(request);
            Assert.Equal(status, answer.StatusCode);
        }
    }

    [Fact]
    public async Task Every_request_that_is_given_a_page_can_be_opened_there()
    {
        var dance = await Dance.BeginAsync(Server);
        foreach (var state in new[] { new string('\u00e4', 4000), new string('x', 4096), new string('<', 4096), new string('\u65e5', 3000) })
        {
            using var looked = await dance.LookAsync(await dance.ConsentAsync(("state", state)));
            Assert.Equal(HttpStatusCode.OK, looked.StatusCode);
        }

        using var refused = await dance.AskAsync(("state", new string('\u0001', 4096)));
        Assert.StartsWith(Dance.Redirect + "?error=invalid_request", refused.Headers.Location!.OriginalString, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_code_that_comes_several_times_at_once_gives_one_token_and_ends_it()
    {
        var dance = await Dance.BeginAsync(Server);
        var code = (await dance.DecideAsync(await dance.ConsentAsync()))["code"]!;

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => dance.RedeemAsync(code)));

        var given = Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK).Json.GetProperty("access_token").GetString();
        Assert.All(answers.Where(answer => answer.Status != HttpStatusCode.OK), answer => Assert.Equal("invalid_grant", answer.Json.GetProperty("error").GetString()));
        using var used = await Server.SendAsync(HttpMethod.Get, "/v1/accounts", given);
        Assert.Equal(HttpStatusCode.Unauthorized, used.StatusCode);
    }

    [Theory]
    [InlineData("/v0/mcp", HttpStatusCode.Forbidden)]
    [InlineData("/mcp", HttpStatusCode.Forbidden)]
    [InlineData("", HttpStatusCode.OK)]
    public async Task A_token_that_was_asked_for_mcp_is_for_mcp_alone(string path, HttpStatusCode status)
    {
        var dance = await Dance.BeginAsync(Server);
        var resource = Server.Address.GetLeftPart(UriPartial.Authority) + path;
        var code = (await dance.DecideAsync(await dance.ConsentAsync(("resource", resource))))["code"]!;
        var token = (await dance.RedeemAsync(code)).Json.GetProperty("access_token").GetString();
        using var rest = await Server.SendAsync(HttpMethod.Get, "/v1/accounts", token);
        using var mcp = await Server.SendAsync(HttpMethod.Post, "/v0/mcp", token, """{"jsonrpc":"2.0","id":1,"method":"tools/list"}""");

        Assert.Equal((status, HttpStatusCode.OK), (rest.StatusCode, mcp.StatusCode));
    }
}
