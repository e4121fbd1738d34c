using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Logging.Abstractions;
using Switchboard.Matrix.Tests.Sync;
using Switchboard.Networks;

namespace Switchboard.Matrix.Tests.Login;

/// <summary>
/// Anybody may be named as the homeserver to log in to: whatever it answers, the login is complete and can be opened, or the person is
/// told what is wrong.
/// </summary>
public sealed class HostileHomeserverProperties : IDisposable
{
    private const string Flows = """{"flows":[{"type":"m.login.password"},{"type":"m.login.sso","identity_providers":[{"id":"x"}]}]}""";
    private const string Opened = """{"user_id":"@ada:hs.test","access_token":"token","device_id":"D","well_known":{"m.homeserver":{"base_url":"https://x"}}}""";
    private const string Owner = """{"user_id":"@ada:hs.test","device_id":"D"}""";

    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("GET", "/_matrix/client/versions", """{"versions":["v1.1","v1.11"],"unstable_features":{}}""")]
    [InlineData("GET", "/_matrix/client/v3/login", Flows)]
    [InlineData("POST", "/_matrix/client/v3/login", Opened)]
    [InlineData("GET", "/_matrix/client/v3/account/whoami", Owner)]
    [InlineData("GET", "/_matrix/client/v3/profile/", """{"displayname":"Ada","avatar_url":"mxc://hs.test/a"}""")]
    [InlineData("POST", "/_matrix/client/v3/logout", "{}")]
    public void Whatever_a_homeserver_answers(string method, string path, string answer) => Holds(method, path, answer, isByName: false);

    [Fact]
    public void Whatever_a_site_says_of_where_its_homeserver_is() => Holds(
        "GET", "/.well-known/matrix/client", """{"m.homeserver":{"base_url":"HERE"},"m.identity_server":{"base_url":"HERE"}}""", isByName: true);

    private void Holds(string method, string path, string answer, bool isByName)
    {
        var server = Wait(FaultyHomeserver.StartAsync());
        try
        {
            server.On("GET", "/_matrix/client/v3/login", Flows).On("POST", "/_matrix/client/v3/login", Opened)
                .On("GET", "/_matrix/client/v3/account/whoami", Owner).On("GET", "/_matrix/client/v3/profile/", "{}")
                .On("POST", "/_matrix/client/v3/logout", "{}");
            answer = answer.Replace("HERE", server.Address.AbsoluteUri, StringComparison.Ordinal);
            Assert.True(Wait(LogInAsync(server, method, path, answer, isByName)), "as it should be, it logs in");
            Prop.ForAll(HostileProperties.Like(answer).ToArbitrary(), value =>
            {
                Wait(LogInAsync(server, method, path, value, isByName));
                return true;
            }).Check(Config.QuickThrowOnFailure.WithMaxTest(60));
        }
        finally
        {
            server.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    /// <returns>Whether it logged in.</returns>
    private async Task<bool> LogInAsync(FaultyHomeserver server, string method, string path, string answer, bool isByName)
    {
        server.On(method, path, answer);
        var network = MatrixNetwork.Open(folder.Path, TimeProvider.System, NullLogger<MatrixNetwork>.Instance);
        var place = isByName ? server.Address.Authority : server.Address.AbsoluteUri;
        try
        {
            await TokenAsync(network, place);
            await using var process = await network.StartLoginAsync("password", null, CancellationToken.None);
            var fields = new Dictionary<string, string> { ["homeserver"] = place, ["username"] = "ada", ["password"] = "p" };
            var login = Assert.IsType<LoginStep.Complete>(await process.SubmitAsync(fields, CancellationToken.None)).Login;
            Assert.InRange(login.Accounts.Single().Self.FullName?.Length ?? 1, 1, 255);
            await (await network.OpenAsync(login.Login, CancellationToken.None)).DisposeAsync();
            await network.RemoveAsync(login.Login, CancellationToken.None);
            return true;
        }
        catch (Exception e) when (e is NetworkException or InvalidFieldsException)
        {
            return false;
        }
    }

    private static async Task TokenAsync(MatrixNetwork network, string place)
    {
        await using var process = await network.StartLoginAsync("access-token", null, CancellationToken.None);
        await process.SubmitAsync(new Dictionary<string, string> { ["homeserver"] = place, ["accessToken"] = "t" }, CancellationToken.None);
    }

    private static T Wait<T>(Task<T> task) => Task.Run(() => task).GetAwaiter().GetResult();
}
