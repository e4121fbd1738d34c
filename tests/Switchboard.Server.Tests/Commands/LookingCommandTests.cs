using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Switchboard.Core.Access;
using Switchboard.Server.Commands;
using Switchboard.Server.Hosting;
using Switchboard.Server.Tests.Hosting;
using Switchboard.Wire;
using Xunit;
using Account = Switchboard.Core.Accounts.Account;
using WireAccount = Switchboard.Wire.Account;

namespace Switchboard.Server.Tests.Commands;

/// <summary>What commands say of an installation: how its accounts are, whether its server is well, which token is meant.</summary>
public sealed class LookingCommandTests
{
    [Theory]
    [InlineData("health")]
    [InlineData("doctor")]
    public async Task The_running_server_is_asked_where_it_really_listens(string command)
    {
        await using var server = await TestServer.StartAsync();
        var place = server.Address.GetLeftPart(UriPartial.Authority);

        var (output, errors) = await RunAsync(server, command);
        var (elsewhere, elsewhereErrors) = await RunAsync(server, command, "--port", "1");

        Assert.Equal("", errors);
        Assert.Contains(command == "doctor" ? $"the server answers at {place}" : "\"status\":\"ok\"", output, StringComparison.Ordinal);
        Assert.Contains("http://127.0.0.1:1", elsewhere + elsewhereErrors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Health_of_a_folder_without_a_server_is_not_that_of_another_server()
    {
        await using var server = await TestServer.StartAsync();
        await server.StopAsync();

        var (_, errors) = await RunAsync(server, "health");

        Assert.Contains($"No server runs on {server.Folder.Path}", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_owners_token_goes_to_no_other_program_that_answers()
    {
        await using var server = await TestServer.StartAsync();
        await server.StopAsync();
        using var stranger = new TcpListener(IPAddress.Loopback, 0);
        stranger.Start();
        var heard = HearAsync(stranger);

        var (output, _) = await RunAsync(server, "doctor", "--port", $"{((IPEndPoint)stranger.LocalEndpoint).Port}");

        Assert.Contains("Another program answers", output, StringComparison.Ordinal);
        Assert.DoesNotContain("uthorization", await heard, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Accounts_are_listed_with_how_they_are_while_a_server_runs()
    {
        await using var server = await TestServer.StartAsync();

        var (running, _) = await RunAsync(server, "accounts", "list", "--json");
        await server.StopAsync();
        var (stopped, _) = await RunAsync(server, "accounts", "list", "--json");
        var (table, _) = await RunAsync(server, "accounts", "list");

        Assert.Equal("connected", StatusOf(running));
        Assert.Null(StatusOf(stopped));
        Assert.Contains("no server runs", table, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(AccountStatus.ReconnectRequired, "reconnect_required")]
    [InlineData(AccountStatus.Backfilling, "backfilling")]
    [InlineData(null, "not known: no server runs")]
    public void An_account_is_called_in_tables_what_the_API_calls_it(AccountStatus? status, string text) =>
        Assert.Equal(text, new AccountState(Kept("matrix", "matrix", "@ada:example.org"), status, null).StatusText);

    [Fact]
    public void A_login_that_has_ended_is_told_once_with_the_command_that_mends_it()
    {
        Account[] accounts = [Kept("matrix", "matrix", "@ada:example.org"), Kept("whatsapp", "whatsapp", "@ada:example.org")];
        var told = accounts.ToDictionary(account => account.Id, account => Told(account, AccountStatus.ReconnectRequired));

        var states = AccountState.Of(accounts, told, DataFolder.DefaultPath);

        Assert.All(states, state => Assert.True(state.IsEnded));
        var help = Assert.Single(states.Select(state => state.Help).Distinct());
        Assert.Contains("The session of @ada:example.org has ended", help, StringComparison.Ordinal);
        Assert.EndsWith(" login matrix --account matrix", help, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bridge_that_is_logged_out_is_mended_in_the_bridge()
    {
        Account[] accounts = [Kept("matrix", "matrix", "@ada:example.org"), Kept("whatsapp", "whatsapp", "@ada:example.org")];
        var told = new Dictionary<string, WireAccount>
        {
            ["matrix"] = Told(accounts[0], AccountStatus.Connected),
            ["whatsapp"] = Told(accounts[1], AccountStatus.ReconnectRequired) with { StatusText = "Logged out from the phone." },
        };

        var states = AccountState.Of(accounts, told, DataFolder.DefaultPath);

        Assert.Null(states[0].Help);
        Assert.Equal(
            "whatsapp: Logged out from the phone. Its bridge can mend that: write to the bridge's bot on matrix.", states[1].Help);
        Assert.All(AccountState.Of(accounts, null, DataFolder.DefaultPath), state => Assert.Equal((null, null), (state.Status, state.Help)));
    }

    [Fact]
    public async Task A_name_that_two_tokens_have_revokes_neither_and_says_how_to_name_one()
    {
        await using var server = await TestServer.StartAsync();
        var ids = new List<string> { (await server.MakeTokenAsync()).Token.Id, (await server.MakeTokenAsync()).Token.Id };

        var (output, errors) = await RunAsync(server, "token", "revoke", "test");

        Assert.Equal("", output);
        Assert.Contains("2 tokens are called test", errors, StringComparison.Ordinal);
        Assert.Contains($"token revoke {ids[0]} --data-dir {server.Folder.Path}", errors, StringComparison.Ordinal);
        Assert.All(ids, id => Assert.Contains($"\n  {id}", errors, StringComparison.Ordinal));
        Assert.All(server.Get<Tokens>().List(), token => Assert.Null(token.RevokedAt));
        Assert.Equal(0, await CommandLine.RunAsync(["token", "revoke", ids[0], "--data-dir", server.Folder.Path]));
        Assert.Equal(0, await CommandLine.RunAsync(["token", "revoke", "test", "--data-dir", server.Folder.Path]));
    }

    [Fact]
    public void A_hint_names_the_program_as_the_shell_finds_it()
    {
        var folder = Directory.CreateTempSubdirectory("switchboard-hint-").FullName;
        var program = Path.Combine(folder, "switchboard");
        File.WriteAllText(program, "");

        Assert.Equal("switchboard", CommandHint.NameOf(program, folder));
        Assert.Equal(program, CommandHint.NameOf(program, "/usr/bin"));
        Assert.Equal("switchboard", CommandHint.NameOf("/usr/bin/dotnet", null));
        Assert.EndsWith("token list", CommandHint.Of("token list", DataFolder.DefaultPath), StringComparison.Ordinal);
        Assert.EndsWith("token list --data-dir '/my chats'", CommandHint.Of("token list", "/my chats"), StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }

    private static async Task<string> HearAsync(TcpListener stranger)
    {
        using var client = await stranger.AcceptTcpClientAsync();
        var stream = client.GetStream();
        var buffer = new byte[4096];
        var length = await stream.ReadAsync(buffer);
        await stream.WriteAsync("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"u8.ToArray());
        return Encoding.ASCII.GetString(buffer, 0, length);
    }

    private static string? StatusOf(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.GetProperty("accounts")[0].TryGetProperty("status", out var status) ? status.GetString() : null;
    }

    private static Account Kept(string id, string bridge, string user) => new()
    {
        Key = 1,
        Id = id,
        LoginKey = 1,
        LoginRemoteId = "ada",
        LoginNetwork = "matrix",
        BridgeId = bridge,
        BridgeType = bridge,
        Provider = "self-hosted",
        Network = bridge,
        Self = new() { Key = 1, UserId = user, IsSelf = true },
    };

    private static WireAccount Told(Account account, AccountStatus status) => new()
    {
        AccountId = account.Id,
        Bridge = new() { Id = account.BridgeId, Type = account.BridgeType, Provider = BridgeProvider.SelfHosted },
        User = new() { Id = account.Self.UserId, IsSelf = true },
        Status = status,
    };

    private static Task<(string Output, string Errors)> RunAsync(TestServer server, params string[] words) =>
        CommandProcess.RunAsync([.. words, "--data-dir", server.Folder.Path], null, []);
}
