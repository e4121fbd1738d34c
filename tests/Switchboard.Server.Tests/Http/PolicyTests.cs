using System.Net;
using System.Text;
using Switchboard.Core.Access;
using Switchboard.Server.Http;
using Switchboard.Server.Spec;
using Switchboard.Server.Tests.Hosting;
using Xunit;

namespace Switchboard.Server.Tests.Http;

/// <summary>Every route with every kind of token, by what it declares. A route that is added is walked without a word here.</summary>
public sealed class PolicyTests(TownFixture town) : IClassFixture<TownFixture>
{
    private static readonly Target Nothing = new();

    public static TheoryData<string> Everything => [.. All.Select(route => route.Id)];

    private static IReadOnlyList<DeclaredRoute> All { get; } = [.. Operations.All, .. DeclaredRoutes.All];

    private TestServer Server => town.Server;

    [Theory]
    [MemberData(nameof(Everything))]
    public async Task Bad_tokens_are_nobody(string id)
    {
        var route = Find(id);
        var (gone, revoked) = await Server.MakeTokenAsync();
        await Server.Get<Tokens>().RevokeAsync(gone.Id, CancellationToken.None);
        var session = await Browser.SignInAsync(Server);
        foreach (var token in new[]
        {
            null, "", "malformed", "sbt_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", revoked, await Server.TokenAsync(life: TimeSpan.FromSeconds(-1)),
            session.Cookie, Secrets.TokenPrefix + session.Cookie[Secrets.SessionPrefix.Length..],
        })
        {
            var status = await AskAsync(route, ("Authorization", token is null ? null : "Bearer " + token));

            AssertStatus(route, status, route.Access == Scope.Public ? null : HttpStatusCode.Unauthorized);
        }
    }

    [Theory]
    [MemberData(nameof(Everything))]
    public async Task Good_tokens_do_what_they_were_given_for(string id)
    {
        var route = Find(id);
        foreach (var (token, scopes) in new (string, Scope[])[]
        {
            (await Server.TokenAsync("read"), [Scope.Read]),
            (await Server.TokenAsync("write"), [Scope.Write]),
            (await Server.TokenAsync(), [Scope.Read, Scope.Write]),
            (Server.Owner, [Scope.Read, Scope.Write, Scope.Owner]),
        })
        {
            var status = await AskAsync(route, ("Authorization", "Bearer " + token));

            AssertStatus(route, status, route.Access is Scope.Public or Scope.Any || scopes.Contains(route.Access) ? null : HttpStatusCode.Forbidden);
        }
    }

    [Theory]
    [MemberData(nameof(Everything))]
    public async Task Limited_tokens_are_never_the_owner(string id)
    {
        var route = Find(id);
        foreach (var token in new[]
        {
            await Server.TokenAsync(account: town.Theirs.Account), await Server.TokenAsync(chat: town.Theirs.Chat.Id),
        })
        {
            var status = await AskAsync(route, ("Authorization", "Bearer " + token));

            Assert.NotEqual(HttpStatusCode.Unauthorized, status);
            Assert.True((int)status < 500, $"{route.Id} answered {status}.");
            if (route.Access == Scope.Owner)
                Assert.Equal(HttpStatusCode.Forbidden, status);
        }
    }

    [Theory]
    [MemberData(nameof(Everything))]
    public async Task A_session_is_the_owner_with_its_key_for_pages_of_this_server_and_its_cookie_alone_is_nobody(string id)
    {
        var route = Find(id);
        var own = Server.Address.GetLeftPart(UriPartial.Authority);
        var stranger = await Browser.SignInAsync(Server);
        // One for each, because signing out is among what is done.
        AssertStatus(route, await BrowseAsync((Authentication.KeyHeader, "own"), ("Origin", own), ("Sec-Fetch-Site", "same-origin")), null);
        HttpStatusCode? nobody = route.Access == Scope.Public ? null : HttpStatusCode.Unauthorized;
        AssertStatus(route, await BrowseAsync(("Origin", own)), nobody);
        AssertStatus(route, await BrowseAsync(), nobody);
        foreach (var key in new[] { "made-up", "", "other", "cookie" })
        {
            AssertStatus(route, await BrowseAsync((Authentication.KeyHeader, key), ("Origin", own)), nobody);
        }

        var foreign = route.SameOriginOnly ? HttpStatusCode.Forbidden : nobody;
        AssertStatus(route, await BrowseAsync((Authentication.KeyHeader, "own"), ("Origin", "http://localhost:3000")), foreign);
        AssertStatus(route, await BrowseAsync((Authentication.KeyHeader, "own"), ("Sec-Fetch-Site", "same-site")), foreign);
        AssertStatus(route, await BrowseAsync((Authentication.KeyHeader, "own"), ("Sec-Fetch-Site", "cross-site")), foreign);

        async Task<HttpStatusCode> BrowseAsync(params (string Name, string? Value)[] headers)
        {
            var browser = await Browser.SignInAsync(Server);
            return await AskAsync(route, [
                ("Cookie", $"{Authentication.SessionCookie}={browser.Cookie}"),
                .. headers.Select(header => (header.Name, header.Value switch
                {
                    "own" => browser.Key,
                    "other" => stranger.Key,
                    "cookie" => browser.Cookie,
                    var value => value,
                }))]);
        }
    }

    [Theory]
    [MemberData(nameof(Everything))]
    public async Task A_token_for_mcp_is_good_for_nothing_else(string id)
    {
        var route = Find(id);
        foreach (var (tools, also) in new (string[], string[])[]
        {
            (["search"], []), (["get_attachment"], ["serveAsset", "headAsset"]), (["send_message"], ["uploadAsset"]),
        })
        {
            var (_, token) = await Server.Get<Tokens>().CreateAsync(
                new TokenRequest("mcp", ["read", "write"], [], [], null) { McpTools = tools }, CancellationToken.None);
            var isGivenFor = route.Access == Scope.Public || route.ResourcePath.Length > 0 || route == DeclaredRoutes.UserInfo || also.Contains(route.Id);

            AssertStatus(route, await AskAsync(route, ("Authorization", "Bearer " + token)), isGivenFor ? null : HttpStatusCode.Forbidden);
        }
    }

    private static DeclaredRoute Find(string id) => All.Single(route => route.Id == id);

    private async Task<HttpStatusCode> AskAsync(DeclaredRoute route, params (string Name, string? Value)[] headers)
    {
        var path = route is Operation known ? Samples.PathOf(known, Nothing) : route.Pattern.Replace("{id}", "none").Replace("{**rest}", "none");
        using var request = new HttpRequestMessage(new HttpMethod(route.Method == "*" ? "GET" : route.Method), path);
        request.Content = route is Operation operation ? Samples.BodyOf(operation, Nothing)
            : route.Method is "GET" or "*" ? null : TestServer.Json(Encoding.UTF8.GetBytes("{}"));
        foreach (var (name, value) in headers)
        {
            if (value is not null)
                request.Headers.TryAddWithoutValidation(name, value);
        }

        using var answer = await Server.Http.SendAsync(request);
        return answer.StatusCode;
    }

    private static void AssertStatus(DeclaredRoute route, HttpStatusCode status, HttpStatusCode? refusal)
    {
        Assert.True((int)status < 500, $"{route.Id} answered {status}.");
        if (refusal is { } expected)
            Assert.Equal(expected, status);
        else
            Assert.False(status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden, $"{route.Id} answered {status}.");
    }
}
