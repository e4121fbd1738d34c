using Switchboard.Core.Accounts;
using Switchboard.Server.Commands;
using Switchboard.Server.Tests.Hosting;
using Xunit;

namespace Switchboard.Server.Tests.Commands;

/// <summary>
/// Logging in and out at the command line, through the running server or without one. That a login succeeds is proved with a real
/// homeserver in tests/compat.
/// </summary>
public sealed class LoginCommandTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Logging_out_removes_the_account_whether_or_not_the_server_runs(bool runs)
    {
        await using var server = await TestServer.StartAsync();
        var helper = await server.AddPersonAsync("helper");
        if (!runs)
            await server.StopAsync();

        var first = await RunAsync(server, "logout", helper);
        var second = await RunAsync(server, "logout", helper);

        Assert.Equal((0, 1), (first, second));
        await using var database = server.Folder.OpenForCommand();
        Assert.Equal(["local_owner"], AccountList.All(database).Select(account => account.Id));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_login_that_does_not_succeed_leaves_no_account(bool runs)
    {
        await using var server = await TestServer.StartAsync();
        var password = Path.Combine(server.Folder.Path, "password");
        await File.WriteAllTextAsync(password, "secret\n");
        if (!runs)
            await server.StopAsync();

        Assert.Equal(1, await RunAsync(server, "login", "matrix", "--homeserver", "http://127.0.0.1:1", "--user", "@ada:hs.test", "--password-file", password));
        Assert.Equal(1, await RunAsync(server, "login", "matrix", "--user", "ada", "--password-file", password + "-not-there"));
        Assert.Equal(1, await RunAsync(server, "login", "matrix", "--account", "matrix", "--password-file", password));

        await using var database = server.Folder.OpenForCommand();
        Assert.Equal(["local_owner"], AccountList.All(database).Select(account => account.Id));
    }

    [Fact]
    public async Task Where_the_server_listens_is_noted_while_it_does()
    {
        await using var server = await TestServer.StartAsync();

        Assert.Equal(server.Address, server.Folder.ReadAddress());
        await server.StopAsync();
        Assert.Null(server.Folder.ReadAddress());
    }

    [Fact]
    public async Task A_folder_that_is_taken_by_a_server_that_does_not_say_where_it_listens_is_left_alone()
    {
        await using var server = await TestServer.StartAsync();
        await server.StopAsync();
        await using var taken = server.Folder.Lock();

        Assert.Equal(1, await RunAsync(server, "logout", "local_owner"));
    }

    private static Task<int> RunAsync(TestServer server, params string[] words) =>
        CommandLine.RunAsync([.. words, "--data-dir", server.Folder.Path]);
}
