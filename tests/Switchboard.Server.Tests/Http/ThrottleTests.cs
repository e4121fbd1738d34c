using System.Net;
using Switchboard.Server.Commands;
using Switchboard.Server.Hosting;
using Switchboard.Server.Tests.Hosting;
using Switchboard.Server.Tests.OAuth;
using Xunit;

namespace Switchboard.Server.Tests.Http;

/// <summary>Those who guess have to wait, and those who do not need not.</summary>
public sealed class ThrottleTests
{
    [Fact]
    public async Task Wrong_tokens_are_told_to_wait_and_good_ones_from_the_same_address_are_not()
    {
        await using var server = await TestServer.StartAsync(options => options with { WrongTokensPerMinute = 5 });
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync("sbt_wrong"));
        }

        using var refused = await server.SendAsync(HttpMethod.Get, "/v1/accounts", "sbt_wrong");
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        Assert.Equal(HttpStatusCode.OK, await AskAsync(server.Owner));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(null));
        using var form = new FormUrlEncodedContent([new("token", "sbt_wrong")]);
        using var introspected = await server.SendAsync(HttpMethod.Post, "/oauth/introspect", null, form);
        Assert.Equal(HttpStatusCode.TooManyRequests, introspected.StatusCode);
        var dance = await Dance.BeginAsync(server);
        Assert.Equal(HttpStatusCode.OK, await AskAsync(await dance.TokenAsync()));
        Assert.Equal(HttpStatusCode.TooManyRequests, (await dance.RedeemAsync("sbc_" + new string('A', 43))).Status);

        async Task<HttpStatusCode> AskAsync(string? token)
        {
            using var answer = await server.SendAsync(HttpMethod.Get, "/v1/accounts", token);
            return answer.StatusCode;
        }
    }

    [Fact]
    public async Task Whoever_tries_passwords_has_to_wait_and_the_owner_comes_in_by_a_code()
    {
        await using var server = await TestServer.StartAsync();
        for (var i = 0; i < 10; i++)
        {
            using var wrong = await server.SendAsync(HttpMethod.Post, "/web/v1/sign-in", null, """{"password":"guessed"}""");
            using var error = await TestServer.JsonAsync(wrong);
            Assert.Equal((HttpStatusCode.Unauthorized, "invalid_credentials"), (wrong.StatusCode, error.RootElement.GetProperty("code").GetString()));
        }

        using var refused = await server.SendAsync(HttpMethod.Post, "/web/v1/sign-in", null, """{"password":"guessed"}""");
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.NotNull(await Browser.SignInAsync(server));
    }

    [Fact]
    public async Task Registrations_from_one_address_come_to_an_end()
    {
        await using var server = await TestServer.StartAsync(options => options with { RegistrationsPerHour = 60 });
        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 61; i++)
        {
            using var answer = await server.SendAsync(HttpMethod.Post, "/oauth/register", null, """{"redirect_uris":["http://127.0.0.1/"]}""");
            statuses.Add(answer.StatusCode);
        }

        Assert.All(statuses[..60], status => Assert.Equal(HttpStatusCode.Created, status));
        Assert.Equal(HttpStatusCode.TooManyRequests, statuses[60]);
    }

    [Theory]
    [InlineData("0.0.0.0", false, true)]
    [InlineData("192.168.1.5", false, true)]
    [InlineData("::", false, true)]
    [InlineData("0.0.0.0", true, false)]
    [InlineData("127.0.0.1", false, false)]
    [InlineData("::1", false, false)]
    [InlineData("localhost", false, false)]
    [InlineData(null, false, false)]
    public void A_server_that_others_could_reach_in_the_clear_does_not_start_unless_that_is_wanted(string? host, bool allowed, bool refused)
    {
        var options = new ServerOptions { DataFolder = "unused", Host = host, AllowRemote = allowed };

        if (refused)
            Assert.Contains("--allow-remote", Assert.Throws<StartRefusedException>(() => RemoteSettings.DemandSafe(options)).Message, StringComparison.Ordinal);
        else
            RemoteSettings.DemandSafe(options);
    }

    [Theory]
    [InlineData("https://chat.example.org", "https://chat.example.org")]
    [InlineData("https://chat.example.org/", "https://chat.example.org")]
    [InlineData("https://chat.example.org:8443", "https://chat.example.org:8443")]
    [InlineData("chat.example.org", null)]
    [InlineData("ftp://chat.example.org", null)]
    [InlineData("https://chat.example.org/path", null)]
    [InlineData("https://me@chat.example.org", null)]
    public void A_public_url_is_a_scheme_and_a_host(string text, string? expected)
    {
        if (expected is null)
            Assert.Throws<StartRefusedException>(() => RemoteSettings.PublicUrl(text));
        else
            Assert.Equal(expected, RemoteSettings.PublicUrl(text));
    }

    [Fact]
    public void Proxies_are_addresses_or_networks()
    {
        Assert.True(RemoteSettings.Proxies(["10.0.0.2"])[0].Contains(IPAddress.Parse("10.0.0.2")));
        Assert.True(RemoteSettings.Proxies(["10.0.0.0/24"])[0].Contains(IPAddress.Parse("10.0.0.9")));
        Assert.Throws<StartRefusedException>(() => RemoteSettings.Proxies(["proxy.example"]));
    }
}
