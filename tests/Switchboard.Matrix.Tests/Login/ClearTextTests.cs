using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Switchboard.Matrix.Api;
using Switchboard.Matrix.Login;
using Switchboard.Networks;

namespace Switchboard.Matrix.Tests.Login;

/// <summary>Logging in at a homeserver of another machine that is not encrypted.</summary>
public sealed class ClearTextTests : IDisposable
{
    private const string Elsewhere = "http://192.168.1.10:8008";

    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("https://example.org/", true)]
    [InlineData("http://127.0.0.1:8008/", true)]
    [InlineData("http://localhost:8008/", true)]
    [InlineData("http://[::1]:8008/", true)]
    [InlineData("http://192.168.1.10:8008/", false)]
    [InlineData("http://example.org/", false)]
    public void Only_another_machine_without_encryption_needs_consent(string homeserver, bool passes)
    {
        var (consent, place) = (new ClearTextConsent(), new Uri(homeserver));

        Assert.Equal(passes, Record.Exception(() => consent.Demand(place)) is null);
        consent.Give(place);
        consent.Demand(place);
        Assert.Throws<ClearTextException>(() => consent.Demand(new Uri("http://other.example/")));
    }

    [Theory]
    [InlineData("password", "complete")]
    [InlineData("access-token", "complete")]
    [InlineData("sso", "sso-return")]
    public async Task Nothing_secret_goes_there_before_somebody_agrees(string flow, string then)
    {
        await using var server = await HomeserverAsync();
        await using var process = Begin(server, flow);
        var question = Assert.IsType<LoginStep.UserInput>(await process.SubmitAsync(Fields("p"), CancellationToken.None));
        await Assert.ThrowsAsync<InvalidFieldsException>(() => process.SubmitAsync(Answer("no"), CancellationToken.None));

        Assert.Equal(("unencrypted", "unencrypted"), (question.StepId, Assert.Single(question.Fields).Id));
        Assert.StartsWith($"{Elsewhere} is not encrypted", question.Instructions, StringComparison.Ordinal);
        Assert.Same(question, process.Current);
        Assert.All(server.Calls, call => Assert.Equal((null, "GET", "/_matrix/client/versions"), (call.Authorization, call.Method, call.Path)));
        Assert.Equal(then, (await process.SubmitAsync(Answer(" Yes "), CancellationToken.None)).StepId);
    }

    [Fact]
    public async Task Where_an_unencrypted_site_says_its_homeserver_is_needs_consent_too()
    {
        await using var server = await HomeserverAsync();
        var asked = 0;
        // The site is none itself; what it points to is.
        server.On("GET", "/_matrix/client/versions", context =>
        {
            context.Response.StatusCode = asked++ == 0 ? 404 : 200;
            return context.Response.WriteAsync("""{"versions":["v1.11"]}""");
        });
        server.On("GET", "/.well-known/matrix/client", """{"m.homeserver":{"base_url":"https://elsewhere.example"}}""");
        await using var process = Begin(server, "password");

        var question = await process.SubmitAsync(Fields("p"), CancellationToken.None);

        Assert.Equal("unencrypted", question.StepId);
        Assert.Empty(server.To("POST", "/"));
    }

    [Fact]
    public async Task What_was_wrong_before_somebody_agreed_is_told_at_its_own_step()
    {
        await using var server = await HomeserverAsync();
        server.On("POST", "/_matrix/client/v3/login", FaultyHomeserver.Error("M_FORBIDDEN"), 403);
        await using var process = Begin(server, "password");
        await process.SubmitAsync(Fields("wrong"), CancellationToken.None);

        var again = await process.SubmitAsync(Answer("yes"), CancellationToken.None);

        Assert.Equal("password", again.StepId);
        Assert.Contains("does not know ada with this password", again.Instructions, StringComparison.Ordinal);
        server.On("POST", "/_matrix/client/v3/login", LoginAnswer);
        var done = Assert.IsType<LoginStep.Complete>(await process.SubmitAsync(Fields("right"), CancellationToken.None));
        // Agreed once, it is not asked again when the same login has to be made to work.
        await using var renewal = Begin(server, "password", LoginState.Parse(done.Login.Login));
        var renewed = await renewal.SubmitAsync(new Dictionary<string, string> { ["password"] = "p" }, CancellationToken.None);
        Assert.IsType<LoginStep.Complete>(renewed);
    }

    private const string LoginAnswer = """{"user_id":"@ada:hs.test","access_token":"token-ada","device_id":"D"}""";

    private static Dictionary<string, string> Answer(string text) => new() { ["unencrypted"] = text };

    private static Dictionary<string, string> Fields(string password) => new()
    {
        ["homeserver"] = Elsewhere,
        ["username"] = "ada",
        ["password"] = password,
        ["accessToken"] = "tok",
    };

    /// <summary>A login whose calls all arrive at the homeserver of this test, wherever it believes it to be.</summary>
    private ConsentingLogin Begin(FaultyHomeserver server, string flow, LoginState? known = null)
    {
        var calls = new LoginCalls(
            (_, token) => new MatrixApi(server.Address, MatrixHttp.Make(), TimeProvider.System) { AccessToken = token },
            new LoginRegistry(folder.Path), NullLogger.Instance);
        var consent = new ClearTextConsent();
        return new ConsentingLogin(consent, flow switch
        {
            "password" => new PasswordLogin(calls, known, consent),
            "access-token" => new TokenLogin(calls, known, consent),
            _ => new SsoLogin(calls, known, consent),
        });
    }

    private static async Task<FaultyHomeserver> HomeserverAsync()
    {
        var server = await FaultyHomeserver.StartAsync();
        server.On("GET", "/_matrix/client/v3/login", """{"flows":[{"type":"m.login.password"},{"type":"m.login.sso"}]}""")
            .On("GET", "/_matrix/client/v3/profile/", """{"displayname":"Ada"}""")
            .On("GET", "/_matrix/client/v3/account/whoami", """{"user_id":"@ada:hs.test","device_id":"D"}""")
            .On("POST", "/_matrix/client/v3/login", LoginAnswer);
        return server;
    }
}
