using System.Net;
using System.Text.Json;
using System.Web;
using Switchboard.Core.Access;
using Switchboard.Server.Http;
using Switchboard.Server.Tests.Hosting;
using Switchboard.Server.Tests.OAuth;
using Xunit;

namespace Switchboard.Server.Tests.Http;

/// <summary>Behind a proxy that ends TLS, everything speaks of the public address; nobody else's word makes it so.</summary>
public sealed class ProxyTests
{
    private static readonly string[] Documents =
    [
        "/.well-known/oauth-authorization-server", "/.well-known/oauth-authorization-server/v0/mcp", "/.well-known/oauth-protected-resource",
        "/.well-known/oauth-protected-resource/v0/mcp", "/.well-known/oauth-protected-resource/mcp", "/v1/info",
    ];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Signing_in_gives_a_cookie_that_goes_over_TLS_alone(bool keepsHost)
    {
        await using var server = await StartAsync("127.0.0.1/32");
        var direct = await CookieAsync(server);
        await using var proxy = await TlsProxy.StartAsync(server.Address, keepsHost);
        server.ReachThrough(proxy.Client());
        var proxied = await CookieAsync(server);
        var owner = await Browser.SignInAsync(server);
        using var own = await AskAsync(TlsProxy.PublicUrl);
        using var plain = await AskAsync("http://chat.example");
        using var other = await AskAsync("https://elsewhere.example");

        Assert.DoesNotContain("secure", direct);
        Assert.Equal(["httponly", "path=/", "samesite=strict", "secure"], proxied.Where(part => !part.Contains("age=") && !part.Contains('_')).Order());
        Assert.Equal(
            [HttpStatusCode.OK, HttpStatusCode.Forbidden, HttpStatusCode.Forbidden], [own.StatusCode, plain.StatusCode, other.StatusCode]);

        Task<HttpResponseMessage> AskAsync(string origin) =>
            owner.SendAsync("GET", "/web/v1/connections", null, (Authentication.KeyHeader, owner.Key), ("Origin", origin));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_program_is_let_in_at_the_public_address_and_at_no_other(bool keepsHost)
    {
        await using var server = await StartAsync("127.0.0.1/32");
        await using var proxy = await TlsProxy.StartAsync(server.Address, keepsHost);
        server.ReachThrough(proxy.Client());
        var told = await TellAsync(server);
        using var refused = await server.SendAsync(HttpMethod.Post, "/v0/mcp", null, "{}");
        var dance = await Dance.BeginAsync(server);
        var answer = await dance.DecideAsync(await dance.ConsentAsync(("resource", TlsProxy.PublicUrl + "/v0/mcp")));
        var (status, given) = await dance.RedeemAsync(answer["code"]!, ("resource", TlsProxy.PublicUrl + "/v0/mcp"));
        var token = given.GetProperty("access_token").GetString()!;
        var (_, known) = await dance.PostAsync("/oauth/introspect", [KeyValuePair.Create("token", token)]);
        using var inner = await dance.AskAsync(("resource", server.Address.GetLeftPart(UriPartial.Authority) + "/v0/mcp"));

        Assert.All(told, url => Assert.StartsWith(TlsProxy.PublicUrl, url, StringComparison.Ordinal));
        Assert.Contains(
            $"resource_metadata=\"{TlsProxy.PublicUrl}/.well-known/oauth-protected-resource/v0/mcp\"",
            refused.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        Assert.Equal((TlsProxy.PublicUrl, HttpStatusCode.OK), (answer["iss"], status));
        Assert.Equal(TlsProxy.PublicUrl, known.GetProperty("iss").GetString());
        var back = HttpUtility.ParseQueryString(inner.Headers.Location!.Query);
        Assert.Equal(("invalid_target", TlsProxy.PublicUrl), (back["error"], back["iss"]));
    }

    [Fact]
    public async Task What_somebody_forwards_who_is_no_named_proxy_is_not_believed()
    {
        await using var server = await StartAsync("10.0.0.0/24");
        await using var proxy = await TlsProxy.StartAsync(server.Address, keepsHost: false);
        var own = server.Address.GetLeftPart(UriPartial.Authority);
        var client = proxy.Client();
        client.DefaultRequestHeaders.Add("X-Forwarded-Host", "chat.example");
        client.DefaultRequestHeaders.Add("Forwarded", "for=10.0.0.2;proto=https;host=chat.example");
        server.ReachThrough(client);

        Assert.All(await TellAsync(server), url => Assert.StartsWith(own, url, StringComparison.Ordinal));
        Assert.DoesNotContain("secure", await CookieAsync(server));
        var dance = await Dance.BeginAsync(server);
        Assert.Equal(own, (await dance.DecideAsync(await dance.ConsentAsync()))["iss"]);
    }

    [Fact]
    public async Task Failures_are_counted_by_whom_the_proxy_spoke_with_and_not_by_what_that_one_says()
    {
        await using var server = await StartAsync("127.0.0.1/32", wrongTokens: 5);
        await using var proxy = await TlsProxy.StartAsync(server.Address, keepsHost: true);
        server.ReachThrough(proxy.Client());
        var guesser = await GuessAsync(server);
        proxy.ClientAddress = "203.0.113.10";
        using var other = await server.SendAsync(HttpMethod.Get, "/v1/accounts", "sbt_wrong");
        await using var strict = await StartAsync("10.0.0.0/24", wrongTokens: 5);

        Assert.Equal(HttpStatusCode.TooManyRequests, guesser[^1]);
        Assert.Equal(HttpStatusCode.Unauthorized, other.StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await GuessAsync(strict))[^1]);
    }

    private static Task<TestServer> StartAsync(string trusted, int wrongTokens = 0) => TestServer.StartAsync(options => options with
    {
        PublicUrl = TlsProxy.PublicUrl,
        TrustedProxies = [IPNetwork.Parse(trusted)],
        WrongTokensPerMinute = wrongTokens,
    });

    /// <summary>Guesses, each time as if from elsewhere.</summary>
    private static async Task<List<HttpStatusCode>> GuessAsync(TestServer server)
    {
        var answers = new List<HttpStatusCode>();
        for (var guess = 0; guess < 10; guess++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/accounts");
            request.Headers.Add("Authorization", "Bearer sbt_wrong");
            request.Headers.Add("X-Forwarded-For", $"198.51.100.{guess}");
            using var answer = await server.Http.SendAsync(request);
            answers.Add(answer.StatusCode);
        }

        return answers;
    }

    /// <summary>The cookie's attributes in small letters.</summary>
    private static async Task<List<string>> CookieAsync(TestServer server)
    {
        var code = await server.Get<OwnerSessions>().MakeCodeAsync(CancellationToken.None);
        using var answer = await server.SendAsync(HttpMethod.Post, "/web/v1/sign-in", null, $$"""{"code":"{{code}}"}""");
        return Assert.Single(answer.Headers.GetValues("Set-Cookie")).ToLowerInvariant().Split("; ").ToList();
    }

    /// <summary>The addresses in all documents that tell clients where to go.</summary>
    private static async Task<List<string>> TellAsync(TestServer server)
    {
        var found = new List<string>();
        foreach (var path in Documents)
        {
            using var answer = await server.SendAsync(HttpMethod.Get, path, null);
            using var json = await TestServer.JsonAsync(answer);
            var before = found.Count;
            Collect(json.RootElement, found);
            Assert.NotEqual(before, found.Count);
        }

        return found;
    }

    private static void Collect(JsonElement json, List<string> found)
    {
        if (json.ValueKind == JsonValueKind.Object)
        {
            foreach (var field in json.EnumerateObject())
            {
                Collect(field.Value, found);
            }
        }
        else if (json.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in json.EnumerateArray())
            {
                Collect(item, found);
            }
        }
        else if (json.ValueKind == JsonValueKind.String && json.GetString() is { } text && text.Contains("://", StringComparison.Ordinal))
        {
            found.Add(text);
        }
    }
}
