using System.Text;
using Switchboard.Core.Access;
using Switchboard.Server.Tests.Mcp;
using Switchboard.Server.Tests.OAuth;
using Switchboard.Server.Tests.Streams;
using Xunit;

namespace Switchboard.Server.Tests.Hosting;

/// <summary>What people say, what they are called and what lets them in is seen in no log, and no secret lies on the disk.</summary>
public sealed class CanaryTests
{
    [Fact]
    public async Task No_log_at_any_level_holds_what_people_say_or_what_lets_them_in()
    {
        using var log = new LogCapture();
        await using var server = await TestServer.StartAsync(prepare: log.Attach);
        await ConverseAsync(server);
        var token = await server.TokenAsync();
        using (await Listener.ToAllAsync(server, token))
        {
            await AskBadlyAsync(server, token);
        }

        await server.StopAsync();

        var written = log.Text;
        Assert.Contains("the log is listened to", written, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", written, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("sbt_", written, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_folder_holds_no_token_but_the_owners_and_that_for_the_owner_alone()
    {
        await using var server = await TestServer.StartAsync();
        var token = await server.TokenAsync();
        await ConverseAsync(server);
        (await server.SendAsync(HttpMethod.Get, "/v1/accounts", token)).Dispose();
        await server.StopAsync();

        var holders = Directory.EnumerateFiles(server.Folder.Path, "*", SearchOption.AllDirectories)
            .Where(file => Holds(file, token) || Holds(file, server.Owner));

        Assert.Equal([server.Folder.OwnerTokenFile], holders);
        if (!OperatingSystem.IsWindows())
        {
            const UnixFileMode Others = ~(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(server.Folder.Path) & Others);
            Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(server.Folder.OwnerTokenFile) & Others);
            Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(server.Folder.DatabaseFile) & Others);
        }
    }

    [Fact]
    public async Task What_lets_somebody_in_by_oauth_or_sign_in_is_in_no_log_no_error_and_no_file()
    {
        const string Password = "canary password";
        using var log = new LogCapture();
        await using var server = await TestServer.StartAsync(prepare: log.Attach);
        var browser = await Browser.SignInAsync(server);
        (await browser.SendAsync("PUT", "/web/v1/password", $$"""{"new":"{{Password}}"}""")).Dispose();
        var oneTime = await server.Get<OwnerSessions>().MakeCodeAsync(CancellationToken.None);
        var dance = await Dance.BeginAsync(server, "Canary client");
        var consent = await dance.ConsentAsync(("state", "canary-state"));
        var code = (await dance.DecideAsync(consent))["code"]!;
        var token = (await dance.RedeemAsync(code)).Json.GetProperty("access_token").GetString()!;
        string[] secrets = [token, code, oneTime, browser.Cookie, browser.Key, Password, "canary-state", Dance.Verifier, consent, server.Owner];
        var errors = new StringBuilder();
        foreach (var secret in secrets)
        {
            var encoded = Uri.EscapeDataString(secret);
            foreach (var (method, path, body) in new (string, string, string?)[]
            {
                ("POST", "/oauth/token", $$"""{"grant_type":"{{secret}}","code":"{{secret}}","code_verifier":"{{secret}}"}"""),
                ("POST", "/oauth/token", $$"""{"grant_type":"authorization_code","code":"{{secret}}","code_verifier":"{{Dance.Verifier}}"}"""),
                ("POST", "/oauth/introspect", $$"""{"token":"{{secret}} "}"""),
                ("POST", "/oauth/revoke", $$"""{"token":"{{secret}} "}"""),
                ("POST", "/oauth/register", $$"""{"redirect_uris":["{{secret}}"],"client_name":"x"}"""),
                ("POST", "/web/v1/sign-in", $$"""{"code":"{{secret}}x"}"""),
                ("POST", "/web/v1/consents/none", $$"""{"decision":"{{secret}}"}"""),
                ("DELETE", $"/web/v1/connections/{encoded}", null),
                ("GET", $"/oauth/authorize?client_id={encoded}&redirect_uri={encoded}&state={encoded}", null),
                ("GET", $"/web/v1/audit?connection={encoded}&cursor={encoded}", null),
            })
            {
                using var answer = await browser.SendAsync(method, path, body);
                errors.AppendLine(await answer.Content.ReadAsStringAsync());
            }
        }

        var shown = errors.ToString();
        await server.StopAsync();

        Assert.Contains("the log is listened to", log.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", log.Text, StringComparison.OrdinalIgnoreCase);
        foreach (var secret in secrets)
        {
            Assert.DoesNotContain(secret, log.Text, StringComparison.Ordinal);
            Assert.DoesNotContain(secret, shown, StringComparison.Ordinal);
            Assert.Equal(
                secret == server.Owner ? [server.Folder.OwnerTokenFile] : [],
                Directory.EnumerateFiles(server.Folder.Path, "*", SearchOption.AllDirectories).Where(file => Holds(file, secret)));
        }
    }

    [Fact]
    public async Task What_tools_and_sockets_are_asked_in_vain_is_in_no_log_and_no_file_and_no_refusal_repeats_it()
    {
        using var log = new LogCapture();
        await using var server = await TestServer.StartAsync(prepare: log.Attach);
        var token = await server.TokenAsync();
        var refusals = new StringBuilder();
        foreach (var call in CanaryCalls.All(token))
        {
            var (_, body, _) = await McpClient.PostAsync(server, Encoding.UTF8.GetBytes(call), token);
            Assert.Contains("\"isError\":true", body, StringComparison.Ordinal);
            refusals.AppendLine(body).AppendLine((await McpClient.PostAsync(server, Encoding.UTF8.GetBytes(call), "sbt_canary")).Body);
        }

        refusals.AppendLine((await McpClient.PostAsync(server, Encoding.UTF8.GetBytes(McpClient.Call("canary " + token, "{}")), token)).Body);
        foreach (var asked in CanaryCalls.InVain)
        {
            Assert.Null(McpClient.ErrorOf((await McpClient.PostAsync(server, Encoding.UTF8.GetBytes(asked), token)).Body));
        }

        using (var listener = await Listener.ConnectAsync(server, token))
        {
            foreach (var command in CanaryCalls.Commands(token))
            {
                await listener.SendAsync(command);
                var answer = await listener.NextAsync();
                Assert.Equal("error", (string?)answer["type"]);
                refusals.AppendLine(answer.ToJsonString());
            }
        }

        await server.StopAsync();

        Assert.Contains("the log is listened to", log.Text, StringComparison.Ordinal);
        foreach (var text in new[] { "canary", "sbt_" })
        {
            Assert.DoesNotContain(text, log.Text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(text, refusals.ToString(), StringComparison.OrdinalIgnoreCase);
        }

        Assert.DoesNotContain(Files(server), file => Holds(file, "canary") || Holds(file, token));
    }

    [Fact]
    public async Task The_program_at_the_command_line_writes_no_secret_but_the_one_it_is_asked_to_make()
    {
        await using var server = await TestServer.StartAsync();
        var token = await server.TokenAsync();
        var calls = CanaryCalls.All(token).ToList();
        var (said, complained) = await CommandProcess.RunAsync(["mcp", "--data-dir", server.Folder.Path], token, calls);
        var (refused, complainedToo) = await CommandProcess.RunAsync(["mcp", "--data-dir", server.Folder.Path], "sbt_canary", calls[..2]);
        Assert.Equal((calls.Count, 2), (said.Count(letter => letter == '\n'), refused.Count(letter => letter == '\n')));
        var (made, _) = await CommandProcess.RunAsync(["token", "create", "--name", "by hand", "--data-dir", server.Folder.Path], null, []);
        var secret = made.Split('\n')[0].Trim();
        Assert.StartsWith("sbt_", secret, StringComparison.Ordinal);
        var written = new StringBuilder(said + complained + refused + complainedToo);
        foreach (var words in new[] { "token list", "audit --json", "accounts list", $"token revoke {secret}" })
        {
            var (output, errors) = await CommandProcess.RunAsync([.. words.Split(' '), "--data-dir", server.Folder.Path], null, []);
            Assert.NotEmpty(output + errors);
            written.Append(output).Append(errors);
        }

        await server.StopAsync();

        Assert.DoesNotContain("canary", written.ToString(), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("sbt_", written.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Files(server), file => Holds(file, "canary") || Holds(file, token) || Holds(file, secret));
    }

    private static IEnumerable<string> Files(TestServer server) =>
        Directory.EnumerateFiles(server.Folder.Path, "*", SearchOption.AllDirectories);

    private static bool Holds(string file, string secret) => File.ReadAllBytes(file).AsSpan().IndexOf(Encoding.ASCII.GetBytes(secret)) >= 0;

    private static async Task ConverseAsync(TestServer server)
    {
        var other = await server.AddPersonAsync("canary_user", "Canary Person");
        var (mine, theirs) = await server.MeetAsync("local_owner", other, "canary_user");
        var message = await server.SayAsync(mine.Id, "canary said");
        foreach (var (method, path, body) in new (string, string, string)[]
        {
            ("PUT", $"messages/{message}", """{"text":"canary edited"}"""),
            ("POST", $"messages/{message}/reactions", """{"reactionKey":"canary"}"""),
            ("PATCH", "", """{"draft":{"text":"canary draft"}}"""),
            ("POST", "typing", """{"state":"typing"}"""),
            ("POST", "read", "{}"),
        })
        {
            using var answer = await server.SendAsync(new HttpMethod(method), $"/v1/chats/{mine.Key}/{path}".TrimEnd('/'), server.Owner, body);
            Assert.True(answer.IsSuccessStatusCode, $"{method} {path} answered {answer.StatusCode}.");
        }

        using var form = new MultipartFormDataContent { { new ByteArrayContent("canary content"u8.ToArray()), "file", "canary.txt" } };
        using var uploaded = await server.SendAsync(HttpMethod.Post, "/v1/assets/upload", server.Owner, form);
        using var upload = await TestServer.JsonAsync(uploaded);
        var id = upload.RootElement.GetProperty("uploadID").GetString();
        using var sent = await server.SendAsync(
            HttpMethod.Post, $"/v1/chats/{mine.Key}/messages", server.Owner, $$$"""{"attachment":{"uploadID":"{{{id}}}","fileName":"canary2.txt"}}""");
        Assert.True(sent.IsSuccessStatusCode);
        await server.SayAsync(theirs.Id, "canary answered");
    }

    /// <summary>Requests that are refused, or that hold secrets where none belong.</summary>
    private static async Task AskBadlyAsync(TestServer server, string token)
    {
        var own = (await server.OwnChatAsync()).Key;
        foreach (var (method, path, body) in new (string, string, string?)[]
        {
            ("GET", "/v1/messages/search?query=canary", null),
            ("GET", "/v1/search?query=canary", null),
            ("GET", "/v1/accounts/local_owner/contacts?query=canary", null),
            ("GET", "/v1/chats?cursor=canary&limit=canary", null),
            ("GET", "/v1/accounts?dangerouslyUseTokenInQuery=" + token, null),
            ("GET", "/v1/assets/serve?url=mxc%3A%2F%2Fcanary%2Fcanary", null),
            ("GET", "/canary/" + token, null),
            ("POST", "/v1/assets/download", """{"url":"mxc://canary/canary"}"""),
            ("POST", "/v1/chats/canary/messages", """{"text":"canary","broken":"canary"""),
            ("POST", $"/v1/chats/{own}/messages", """{"text":"canary","replyToMessageID":"canary","attachment":{"uploadID":"canary"}}"""),
            ("POST", "/v1/chats", """{"accountID":"canary","type":"canary","participantIDs":["canary"]}"""),
            ("POST", "/v1/bridges/local/login-sessions", """{"loginID":"canary"}"""),
        })
        {
            (await server.SendAsync(new HttpMethod(method), path, token, body)).Dispose();
            (await server.SendAsync(new HttpMethod(method), path, "sbt_canary", body)).Dispose();
        }
    }
}
