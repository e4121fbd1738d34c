using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Switchboard.Networks;

namespace Switchboard.Matrix.Tests.Login;

public sealed class LoginTests : IDisposable
{
    private readonly TestFolder folder = new();
    private readonly MatrixNetwork network;

    public LoginTests() => network = Open();

    public void Dispose() => folder.Dispose();

    private MatrixNetwork Open() => MatrixNetwork.Open(folder.Path, TimeProvider.System, NullLogger<MatrixNetwork>.Instance);

    [Fact]
    public async Task A_password_opens_a_session_that_is_kept_for_ever()
    {
        await using var server = await HomeserverAsync();

        var login = await LogInAsync(server, "ada");

        var account = Assert.Single(login.Accounts);
        Assert.Equal(("matrix", "matrix", "@ada:hs.test", "Ada"), (account.AccountId, account.BridgeId, account.Self.Id.Value, account.Self.FullName));
        Assert.Equal("ada_hs.test", login.Login.RemoteId);
        var request = Assert.Single(server.To("POST", "/_matrix/client/v3/login")).Json;
        Assert.Equal("Switchboard", request.GetProperty("initial_device_display_name").GetString());
        // A token that rotates could not be kept safely.
        Assert.False(request.TryGetProperty("refresh_token", out _));
        Assert.False(request.TryGetProperty("device_id", out _));
    }

    [Fact]
    public async Task A_wrong_password_leaves_the_step_as_it_is()
    {
        await using var server = await HomeserverAsync();
        server.On("POST", "/_matrix/client/v3/login", FaultyHomeserver.Error("M_FORBIDDEN"), 403);
        await using var process = await network.StartLoginAsync("password", null, CancellationToken.None);
        var step = process.Current;

        var wrong = await Assert.ThrowsAsync<InvalidFieldsException>(() => process.SubmitAsync(Password(server, "ada"), CancellationToken.None));

        Assert.Equal(["password"], wrong.Problems.Keys);
        Assert.Same(step, process.Current);
        server.On("POST", "/_matrix/client/v3/login", LoginAnswer("ada"));
        Assert.IsType<LoginStep.Complete>(await process.SubmitAsync(Password(server, "ada"), CancellationToken.None));
    }

    [Fact]
    public async Task The_password_step_asks_for_what_the_contract_names()
    {
        await using var process = await network.StartLoginAsync("password", null, CancellationToken.None);

        Assert.Equal(["homeserver", "username", "password"], Assert.IsType<LoginStep.UserInput>(process.Current).Fields.Select(field => field.Id));
        var missing = await Assert.ThrowsAsync<InvalidFieldsException>(
            () => process.SubmitAsync(new Dictionary<string, string>(), CancellationToken.None));
        Assert.Equal(["password", "username"], missing.Problems.Keys.Order());
    }

    [Fact]
    public async Task The_same_user_again_is_the_same_login_on_the_same_device()
    {
        await using var server = await HomeserverAsync();

        var first = await LogInAsync(server, "ada");
        var second = await LogInAsync(server, "ada");
        var afterRestart = await LogInAsync(server, "ada", Open());

        Assert.Equal([first.Login.RemoteId, first.Login.RemoteId], [second.Login.RemoteId, afterRestart.Login.RemoteId]);
        Assert.Equal(
            [null, "DEV-ada", "DEV-ada"],
            server.To("POST", "/_matrix/client/v3/login").Select(call => call.Json.TryGetProperty("device_id", out var device) ? device.GetString() : null));
        Assert.All((IEnumerable<NewLogin>)[second, afterRestart], login => Assert.Equal("matrix", Assert.Single(login.Accounts).AccountId));
    }

    [Fact]
    public async Task Another_user_gets_an_account_of_another_name_and_the_first_name_is_free_again_after_removal()
    {
        await using var server = await HomeserverAsync();
        var ada = await LogInAsync(server, "ada");

        var bob = await LogInAsync(server, "bob");
        await network.RemoveAsync(ada.Login, CancellationToken.None);
        var eve = await LogInAsync(server, "eve");

        Assert.Equal("matrix_bob_hs.test", Assert.Single(bob.Accounts).AccountId);
        Assert.Equal("matrix", Assert.Single(eve.Accounts).AccountId);
        Assert.Equal("Bearer token-ada", Assert.Single(server.To("POST", "/_matrix/client/v3/logout")).Authorization);
    }

    [Fact]
    public async Task A_login_that_has_expired_comes_back_as_the_same_device()
    {
        await using var server = await HomeserverAsync();
        var login = await LogInAsync(server, "ada");
        await using var process = await network.StartLoginAsync("password", login.Login, CancellationToken.None);

        var again = Completed(await process.SubmitAsync(new Dictionary<string, string> { ["password"] = "p" }, CancellationToken.None));

        Assert.Equal(login.Login.RemoteId, again.Login.RemoteId);
        Assert.Equal("DEV-ada", server.To("POST", "/_matrix/client/v3/login")[^1].Json.GetProperty("device_id").GetString());
        Assert.Equal("matrix", Assert.Single(again.Accounts).AccountId);
    }

    [Fact]
    public async Task Somebody_else_cannot_take_over_a_login()
    {
        await using var server = await HomeserverAsync();
        var login = await LogInAsync(server, "ada");
        await using var process = await network.StartLoginAsync("password", login.Login, CancellationToken.None);
        server.On("POST", "/_matrix/client/v3/login", LoginAnswer("bob"));

        var wrong = await Assert.ThrowsAsync<InvalidFieldsException>(() => process.SubmitAsync(Password(server, "bob"), CancellationToken.None));

        Assert.Equal(["username"], wrong.Problems.Keys);
        Assert.Equal("Bearer token-bob", Assert.Single(server.To("POST", "/_matrix/client/v3/logout")).Authorization);
    }

    [Fact]
    public async Task A_token_is_taken_over_with_its_device()
    {
        await using var server = await HomeserverAsync();
        server.On("GET", "/_matrix/client/v3/account/whoami", """{"user_id":"@ada:hs.test","device_id":"D"}""");
        await using var process = await network.StartLoginAsync("access-token", null, CancellationToken.None);

        var login = Completed(await process.SubmitAsync(
            new Dictionary<string, string> { ["homeserver"] = server.Address.AbsoluteUri, ["accessToken"] = " tok " }, CancellationToken.None));

        Assert.Equal("ada_hs.test", login.Login.RemoteId);
        Assert.Equal("Bearer tok", Assert.Single(server.To("GET", "/_matrix/client/v3/account/whoami")).Authorization);
    }

    [Fact]
    public async Task A_token_that_nobody_knows_is_told_at_its_field()
    {
        await using var server = await HomeserverAsync();
        server.On("GET", "/_matrix/client/v3/account/whoami", FaultyHomeserver.Error("M_UNKNOWN_TOKEN"), 401);
        await using var process = await network.StartLoginAsync("access-token", null, CancellationToken.None);

        var wrong = await Assert.ThrowsAsync<InvalidFieldsException>(() => process.SubmitAsync(
            new Dictionary<string, string> { ["homeserver"] = server.Address.AbsoluteUri, ["accessToken"] = "tok" }, CancellationToken.None));

        Assert.Equal(["accessToken"], wrong.Problems.Keys);
    }

    [Fact]
    public async Task The_browser_brings_a_token_in_its_address()
    {
        await using var server = await HomeserverAsync();
        await using var process = await network.StartLoginAsync("sso", null, CancellationToken.None);

        var second = await process.SubmitAsync(new Dictionary<string, string> { ["homeserver"] = server.Address.AbsoluteUri }, CancellationToken.None);
        var wrong = await Assert.ThrowsAsync<InvalidFieldsException>(
            () => process.SubmitAsync(new Dictionary<string, string> { ["address"] = "http://localhost/x?other=1" }, CancellationToken.None));
        var last = await process.SubmitAsync(
            new Dictionary<string, string> { ["address"] = "http://localhost/switchboard-login?a=b&loginToken=a%2Bb&c=d" }, CancellationToken.None);

        Assert.Contains($"{server.Address}_matrix/client/v3/login/sso/redirect?redirectUrl=http%3A%2F%2Flocalhost%2Fswitchboard-login", second.Instructions, StringComparison.Ordinal);
        Assert.Equal(["address"], wrong.Problems.Keys);
        Assert.Equal("matrix", Assert.Single(Completed(last).Accounts).AccountId);
        var request = Assert.Single(server.To("POST", "/_matrix/client/v3/login")).Json;
        Assert.Equal(("m.login.token", "a+b"), (request.GetProperty("type").GetString(), request.GetProperty("token").GetString()));
    }

    [Fact]
    public async Task A_homeserver_without_passwords_says_which_way_is_left()
    {
        await using var server = await HomeserverAsync();
        server.On("GET", "/_matrix/client/v3/login", """{"flows":[{"type":"m.login.sso"}]}""");
        await using var process = await network.StartLoginAsync("password", null, CancellationToken.None);

        var wrong = await Assert.ThrowsAsync<InvalidFieldsException>(() => process.SubmitAsync(Password(server, "ada"), CancellationToken.None));

        Assert.Contains("single sign-on", wrong.Problems["homeserver"], StringComparison.Ordinal);
        Assert.Empty(server.To("POST", "/_matrix/client/v3/login"));
    }

    [Fact]
    public async Task A_site_tells_where_its_homeserver_is()
    {
        await using var server = await HomeserverAsync();
        await using var site = await FaultyHomeserver.StartAsync();
        site.On("GET", "/_matrix/client/versions", "no", 404).On("GET", "/.well-known/matrix/client", context =>
        {
            context.Response.Redirect("/moved");
            return Task.CompletedTask;
        }).On("GET", "/moved", $$$"""{"m.homeserver":{"base_url":"{{{server.Address}}}"}}""");

        foreach (var given in (IEnumerable<string>)[site.Address.AbsoluteUri, site.Address.Authority, $"@ada:{site.Address.Authority}"])
        {
            await using var process = await network.StartLoginAsync("password", null, CancellationToken.None);
            var fields = new Dictionary<string, string> { ["homeserver"] = given, ["username"] = "ada", ["password"] = "p" };
            Assert.Contains(server.Address.AbsoluteUri, Completed(await process.SubmitAsync(fields, CancellationToken.None)).Login.State, StringComparison.Ordinal);
        }

        await using var byUser = await network.StartLoginAsync("password", null, CancellationToken.None);
        var alone = new Dictionary<string, string> { ["username"] = $"@ada:{site.Address.Authority}", ["password"] = "p" };
        Assert.Equal("ada_hs.test", Completed(await byUser.SubmitAsync(alone, CancellationToken.None)).Login.RemoteId);
    }

    [Theory]
    [InlineData("")]
    [InlineData("ftp://example.org")]
    [InlineData("https://user:pw@example.org")]
    [InlineData("two words")]
    [InlineData("@ada")]
    [InlineData("127.0.0.1:1")]
    [InlineData("http://127.0.0.1:1")]
    public async Task Where_no_homeserver_is_the_field_is_blamed(string given)
    {
        await using var process = await network.StartLoginAsync("password", null, CancellationToken.None);
        var fields = new Dictionary<string, string> { ["homeserver"] = given, ["username"] = "ada", ["password"] = "p" };

        var wrong = await Assert.ThrowsAsync<InvalidFieldsException>(() => process.SubmitAsync(fields, CancellationToken.None));

        Assert.Equal(["homeserver"], wrong.Problems.Keys);
    }

    [Theory]
    [InlineData("""["r0.6.1"]""", "too old")]
    [InlineData("[]", "not a homeserver")]
    [InlineData("{}", "not a homeserver")]
    public async Task A_homeserver_that_is_too_old_is_refused(string versions, string why)
    {
        await using var server = await FaultyHomeserver.StartAsync(versions);
        await using var process = await network.StartLoginAsync("password", null, CancellationToken.None);

        var wrong = await Assert.ThrowsAsync<InvalidFieldsException>(() => process.SubmitAsync(Password(server, "ada"), CancellationToken.None));

        Assert.Contains(why, wrong.Problems["homeserver"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_that_has_ended_needs_a_person_and_one_that_is_not_reached_is_tried_again()
    {
        await using var server = await HomeserverAsync();
        var login = await LogInAsync(server, "ada");
        server.On("GET", "/_matrix/client/v3/account/whoami", FaultyHomeserver.Error("M_UNKNOWN_TOKEN"), 401);
        var expired = await Assert.ThrowsAsync<NetworkException>(() => network.OpenAsync(login.Login, CancellationToken.None));
        server.On("GET", "/_matrix/client/v3/account/whoami", "", 502);
        var away = await Assert.ThrowsAsync<NetworkException>(() => network.OpenAsync(login.Login, CancellationToken.None));

        Assert.Equal((NetworkFailure.LoginExpired, NetworkFailure.Transient), (expired.Kind, away.Kind));
    }

    [Fact]
    public async Task Removing_a_login_twice_or_of_a_homeserver_that_is_gone_is_no_failure()
    {
        var server = await HomeserverAsync();
        var login = await LogInAsync(server, "ada");
        await (await network.OpenAsync(login.Login, CancellationToken.None)).DisposeAsync();
        Assert.Contains(Directory.GetFiles(folder.Path), file => file.EndsWith("ada_hs.test.db", StringComparison.Ordinal));

        await network.RemoveAsync(login.Login, CancellationToken.None);
        server.On("POST", "/_matrix/client/v3/logout", FaultyHomeserver.Error("M_UNKNOWN_TOKEN"), 401);
        await network.RemoveAsync(login.Login, CancellationToken.None);
        await server.DisposeAsync();
        await network.RemoveAsync(login.Login, CancellationToken.None);

        Assert.DoesNotContain(Directory.GetFiles(folder.Path), file => file.Contains("ada", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Opening_uses_the_session_there_is_and_remembers_it_for_later()
    {
        await using var server = await HomeserverAsync();
        var login = await LogInAsync(server, "ada");
        File.Delete(Path.Combine(folder.Path, "logins.json"));

        await (await network.OpenAsync(login.Login, CancellationToken.None)).DisposeAsync();
        var bob = await LogInAsync(server, "bob");

        Assert.Single(server.To("POST", "/_matrix/client/v3/login"), call => call.Body.Contains("ada", StringComparison.Ordinal));
        Assert.Equal("matrix_bob_hs.test", Assert.Single(bob.Accounts).AccountId);
    }

    private static NewLogin Completed(LoginStep step) => Assert.IsType<LoginStep.Complete>(step).Login;

    private async Task<NewLogin> LogInAsync(FaultyHomeserver server, string user, MatrixNetwork? by = null)
    {
        await using var process = await (by ?? network).StartLoginAsync("password", null, CancellationToken.None);
        return Completed(await process.SubmitAsync(Password(server, user), CancellationToken.None));
    }

    private static Dictionary<string, string> Password(FaultyHomeserver server, string user) =>
        new() { ["homeserver"] = server.Address.AbsoluteUri, ["username"] = user, ["password"] = "p" };

    private static string LoginAnswer(string user) =>
        $$"""{"user_id":"@{{user}}:hs.test","access_token":"token-{{user}}","device_id":"DEV-{{user}}"}""";

    /// <summary>One that logs everybody in.</summary>
    private static async Task<FaultyHomeserver> HomeserverAsync()
    {
        var server = await FaultyHomeserver.StartAsync();
        server.On("GET", "/_matrix/client/v3/login", """{"flows":[{"type":"m.login.password"},{"type":"m.login.sso"}]}""")
            .On("GET", "/_matrix/client/v3/profile/", """{"displayname":"Ada","avatar_url":"mxc://hs.test/a"}""")
            .On("GET", "/_matrix/client/v3/account/whoami", """{"user_id":"@ada:hs.test","device_id":"DEV-ada"}""")
            .On("POST", "/_matrix/client/v3/logout", "{}")
            .On("POST", "/_matrix/client/v3/login", async context =>
            {
                var request = server.To("POST", "/_matrix/client/v3/login")[^1].Json;
                var user = request.TryGetProperty("identifier", out var identifier) ? identifier.GetProperty("user").GetString()! : "ada";
                context.Response.ContentType = "application/json";
                var text = LoginAnswer(user.TrimStart('@').Split(':')[0]);
                await context.Response.BodyWriter.WriteAsync(Encoding.UTF8.GetBytes(text));
            });
        return server;
    }
}
