using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Switchboard.Server.Spec;
using Switchboard.Server.Tests.Hosting;
using Switchboard.Sqlite;
using Xunit;

namespace Switchboard.Server.Tests.Http;

/// <summary>What pages of other sites can make the owner's browser send, and names that were pointed at this machine.</summary>
public sealed class HostileBrowserTests(TownFixture town) : IClassFixture<TownFixture>
{
    private static readonly string[] Surfaces =
    [
        "GET /v1/info", "GET /v1/accounts", "GET /v1/ws", "POST /v0/mcp", "POST /mcp", "POST /oauth/register", "GET /oauth/authorize",
        "GET /.well-known/oauth-protected-resource", "GET /web/v1/session", "POST /web/v1/sign-in", "GET /", "GET /health/ready",
    ];

    private TestServer Server => town.Server;

    public static TheoryData<string> Hosts =>
    [
        "", "evil.example", "evil.example:PORT", "rebound.example:80", "localhost.evil.example:PORT", "localhost.evil.example",
        "127.0.0.1.evil.example", "127.0.0.1.nip.example:PORT", "evil-localhost", "localhost.", "localhost.localdomain", "localhosts",
        "localhost@evil.example", "evil.example@localhost", "localhost/evil.example", "localhost#evil.example", "localhost?evil.example",
        "localhost\\evil.example", "localhost evil.example", "localhost,evil.example", "localhost:PORT:PORT", "localhost:evil",
        "[::1].evil.example", "[::1", "[::]:PORT", "[::ffff:192.168.1.1]", "0.0.0.0:PORT", "192.168.1.5:PORT", "10.0.0.1", "169.254.169.254",
        "[fe80::1]", "[2001:db8::1]:PORT", "host.docker.internal:PORT", "switchboard.localhost.evil.example", "*", "xn--localhost-",
    ];

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task A_host_that_is_not_ours_gets_nothing_from_any_surface(string host)
    {
        host = host.Replace("PORT", Server.Address.Port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        foreach (var surface in Surfaces)
        {
            Assert.Contains(await StatusOfAsync(surface, host), new[] { 400, 403 });
        }
    }

    [Theory]
    [InlineData("text/plain", "http://evil.example")]
    [InlineData("text/plain", "null")]
    [InlineData("application/x-www-form-urlencoded", "https://evil.example")]
    [InlineData("multipart/form-data; boundary=x", "https://evil.example")]
    [InlineData("application/json", "https://evil.example")]
    [InlineData("application/json", "http://localhost.evil.example")]
    [InlineData("application/json", "file://")]
    [InlineData("application/json", "chrome-extension://abcdefgh")]
    public async Task Posts_of_other_sites_reach_nothing_whatever_cookie_or_token_they_carry(string type, string origin)
    {
        var browser = await Browser.SignInAsync(Server);
        foreach (var path in new[] { "/v1/focus", $"/v1/chats/{town.Mine.Chat.Key}/messages", "/web/v1/connections", "/web/v1/sign-in", "/oauth/register", "/oauth/token", "/oauth/revoke", "/v0/mcp" })
        {
            using var content = new ByteArrayContent("{}"u8.ToArray());
            content.Headers.TryAddWithoutValidation("Content-Type", type);
            using var answer = await browser.SendAsync("POST", path, content, ("Origin", origin), ("X-Switchboard-CSRF", browser.Key));

            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
            Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
        }
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    public async Task A_post_that_needs_no_permission_of_the_browser_is_no_change_even_without_an_origin(string type)
    {
        var browser = await Browser.SignInAsync(Server);
        using var content = new ByteArrayContent("""{"text":"x"}"""u8.ToArray());
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        using var answer = await browser.SendAsync("POST", $"/v1/chats/{town.Mine.Chat.Key}/messages", content);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Theory]
    [InlineData("https://evil.example", 403)]
    [InlineData("null", 403)]
    [InlineData("http://localhost:3000", 401)]
    public async Task A_socket_of_another_page_is_not_opened_by_the_owners_cookie(string origin, int status)
    {
        var browser = await Browser.SignInAsync(Server);
        using var answer = await browser.SendAsync(
            "GET", "/v1/ws", null, ("Origin", origin), ("Connection", "Upgrade"), ("Upgrade", "websocket"),
            ("Sec-WebSocket-Version", "13"), ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="));

        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Fact]
    public async Task A_picture_on_another_page_reads_nothing_by_the_owners_cookie()
    {
        var browser = await Browser.SignInAsync(Server);
        foreach (var site in new[] { "cross-site", "same-site" })
        {
            using var answer = await browser.SendAsync("GET", "/v1/chats", null, ("Sec-Fetch-Site", site), ("Sec-Fetch-Dest", "image"));
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        }
    }

    [Fact]
    public async Task No_get_changes_anything()
    {
        var browser = await Browser.SignInAsync(Server);
        var client = await Server.Get<Core.Access.OAuthClients>().RegisterAsync("x", null, null, ["http://127.0.0.1/"], CancellationToken.None);
        var target = new Target { Account = town.Mine.Account, Chat = town.Mine.Chat.Id, Message = town.Mine.Message, Login = "owner" };
        var before = Dump();
        foreach (var operation in Operations.All.Where(operation => operation.Method is "GET" or "HEAD" && !operation.ProtocolSwitch))
        {
            (await Server.SendAsync(new HttpMethod(operation.Method), Samples.PathOf(operation, target), Server.Owner)).Dispose();
        }

        var ask = $"?client_id={client.Id}&redirect_uri=http://127.0.0.1/&response_type=code&code_challenge={new string('a', 43)}&code_challenge_method=S256";
        foreach (var route in DeclaredRoutes.All.Where(route => route.Method == "GET"))
        {
            using var answer = await browser.SendAsync("GET", route.Pattern.Replace("{id}", "x", StringComparison.Ordinal) + (route == DeclaredRoutes.Authorize ? ask : ""));
            if (route == DeclaredRoutes.Authorize)
                Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        }

        Assert.Equal(before, Dump());
    }

    /// <summary>All that is kept, but when tokens were used and how often something was read.</summary>
    private string Dump() => Server.Database.Read(db =>
    {
        var tables = db.Query("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '%search%' AND name NOT IN ('audit', 'sqlite_sequence')", row => row.GetString(0));
        return string.Join('\n', tables.Select(table => $"{table}: {Rows(db, table)}"));
    });

    private static string Rows(Db db, string table)
    {
        var columns = db.Query($"SELECT name FROM pragma_table_info('{table}') WHERE name <> 'last_used_at'", row => $"quote({row.GetString(0)})");
        return string.Join('\n', db.Query($"SELECT {string.Join(" || ',' || ", columns)} FROM {table} ORDER BY 1", row => row.GetString(0)));
    }

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("null")]
    public async Task A_page_of_another_site_opens_no_socket_even_with_a_token(string origin)
    {
        foreach (var (page, isLetIn) in new[] { (origin, false), (Server.Address.GetLeftPart(UriPartial.Authority), true) })
        {
            using var socket = new System.Net.WebSockets.ClientWebSocket();
            socket.Options.SetRequestHeader("Authorization", "Bearer " + Server.Owner);
            socket.Options.SetRequestHeader("Origin", page);
            var opening = socket.ConnectAsync(new UriBuilder(Server.Address) { Scheme = "ws", Path = "/v1/ws" }.Uri, CancellationToken.None);
            if (isLetIn)
                await opening;
            else
                await Assert.ThrowsAsync<System.Net.WebSockets.WebSocketException>(() => opening);
        }
    }

    [Theory]
    [InlineData("../../chats/any%20text/archive")]
    [InlineData("%2e%2e/%2E./chats/any%20text/archive")]
    [InlineData("./archive")]
    public async Task An_address_with_dots_is_not_read_in_two_ways(string rest)
    {
        Assert.Equal(400, await StatusOfAsync($"POST /v1/chats/{town.Mine.Chat.Key}/{rest}", "127.0.0.1"));
    }

    // By hand, because a client that is well made does not send such hosts.
    private async Task<int> StatusOfAsync(string surface, string host)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, Server.Address.Port);
        var stream = client.GetStream();
        var body = surface.StartsWith("POST", StringComparison.Ordinal) ? "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}" : "\r\n";
        await stream.WriteAsync(Encoding.Latin1.GetBytes(
            $"{surface} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {Server.Owner}\r\nConnection: close\r\n{body}"));
        using var reader = new StreamReader(stream, Encoding.Latin1);
        var line = await reader.ReadLineAsync();
        return int.Parse(line!.Split(' ')[1], CultureInfo.InvariantCulture);
    }
}
