using Microsoft.Data.Sqlite;
using Switchboard.Core;
using Switchboard.Server.Commands;
using Switchboard.Server.Hosting;
using Switchboard.Server.Tests.Hosting;
using Switchboard.Sqlite;
using Xunit;

namespace Switchboard.Server.Tests.Commands;

/// <summary>Exit codes: 0 done, 1 could not be done, 2 wrong words.</summary>
public sealed class CommandLineTests
{
    [Theory]
    [InlineData("nonsense")]
    [InlineData("serve --nonsense")]
    [InlineData("serve --port")]
    [InlineData("token")]
    [InlineData("token nonsense")]
    [InlineData("token create")]
    [InlineData("token revoke")]
    [InlineData("doctor --port many")]
    [InlineData("accounts")]
    [InlineData("backup")]
    [InlineData("restore")]
    [InlineData("health --port many")]
    [InlineData("login")]
    [InlineData("login nonsense")]
    [InlineData("login matrix --sso --access-token-file x")]
    [InlineData("logout")]
    public async Task Wrong_words_are_told_apart_from_failures(string words) => Assert.Equal(2, await CommandLine.RunAsync(words.Split(' ')));

    [Theory]
    [InlineData("--port many")]
    [InlineData("--port 65536")]
    [InlineData("--port -1")]
    [InlineData("serve --port 23373x")]
    [InlineData("serve --host chat.example")]
    [InlineData("serve --host 300.0.0.1")]
    [InlineData("serve --host 0.0.0.0 --port 0")]
    [InlineData("serve --host :: --port 0")]
    [InlineData("serve --public-url http://chat.example --port 0")]
    [InlineData("mcp --url http://chat.example")]
    public async Task A_start_with_settings_that_cannot_be_is_refused(string words) =>
        Assert.Equal(1, await CommandLine.RunAsync([.. words.Split(' '), "--data-dir", Nowhere()]));

    [Theory]
    [InlineData("token list")]
    [InlineData("token create --name x")]
    [InlineData("token revoke tok_x")]
    [InlineData("accounts list")]
    [InlineData("doctor")]
    [InlineData("backup backup-of-nothing.tar")]
    [InlineData("restore no-such-backup.tar")]
    [InlineData("verify")]
    [InlineData("login matrix --homeserver example.org --sso")]
    [InlineData("logout matrix")]
    public async Task Without_an_installation_there_is_nothing_to_do_and_none_is_made(string words)
    {
        var folder = Nowhere();

        Assert.Equal(1, await CommandLine.RunAsync([.. words.Split(' '), "--data-dir", folder]));
        Assert.False(Directory.Exists(folder));
    }

    [Theory]
    [InlineData("--version")]
    [InlineData("--help")]
    [InlineData("token --help")]
    [InlineData("login matrix --help")]
    public async Task Who_asks_is_answered(string words) => Assert.Equal(0, await CommandLine.RunAsync(words.Split(' ')));

    [Theory]
    [InlineData("token create --name x --scopes everything", 1)]
    [InlineData("token create --name x --account local_nobody", 1)]
    [InlineData("token create --name x --chat nowhere", 1)]
    [InlineData("token create --name x --expires tomorrow", 1)]
    [InlineData("token revoke tok_nobody", 1)]
    [InlineData("token create --name x --scopes read --account local_owner --expires 30d --json", 0)]
    [InlineData("token list", 0)]
    [InlineData("accounts list --json", 0)]
    [InlineData("verify", 0)]
    [InlineData("verify --json", 0)]
    [InlineData("backup /nowhere/at/all.tar", 1)]
    public async Task Commands_work_beside_a_running_server(string words, int code)
    {
        await using var server = await TestServer.StartAsync();

        Assert.Equal(code, await CommandLine.RunAsync([.. words.Split(' '), "--data-dir", server.Folder.Path]));
    }

    [Theory]
    [InlineData("token list")]
    [InlineData("token create --name x")]
    [InlineData("accounts list")]
    public async Task A_command_does_not_touch_the_folder_of_a_running_server_of_another_version(string words)
    {
        await using var server = await TestServer.StartAsync();
        await server.StopAsync();
        SetSchema(server.Folder.DatabaseFile, Store.Schema.Latest - 1);
        var before = await File.ReadAllBytesAsync(server.Folder.DatabaseFile);
        await using var running = server.Folder.Lock();

        var refused = Assert.Throws<StartRefusedException>(() => server.Folder.OpenForCommand());

        Assert.Contains("another version", refused.Message, StringComparison.Ordinal);
        Assert.Equal(1, await CommandLine.RunAsync([.. words.Split(' '), "--data-dir", server.Folder.Path]));
        Assert.Equal(Store.Schema.Latest - 1, Database.SchemaOf(server.Folder.DatabaseFile));
        Assert.Equal(before, await File.ReadAllBytesAsync(server.Folder.DatabaseFile));
    }

    private static void SetSchema(string file, int schema)
    {
        using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"PRAGMA user_version = {schema}";
        command.ExecuteNonQuery();
    }

    [Fact]
    public async Task A_second_server_on_the_same_folder_does_not_start()
    {
        await using var server = await TestServer.StartAsync();

        Assert.Equal(1, await CommandLine.RunAsync(["serve", "--port", "0", "--data-dir", server.Folder.Path]));
    }

    private static string Nowhere() => Path.Combine(Path.GetTempPath(), "switchboard-test-" + Store.RandomText(16));
}
