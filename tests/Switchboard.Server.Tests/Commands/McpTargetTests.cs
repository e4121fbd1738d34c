using Switchboard.Server.Commands;
using Switchboard.Server.Hosting;
using Switchboard.Server.Tests.Hosting;
using Xunit;

namespace Switchboard.Server.Tests.Commands;

/// <summary>Where <c>switchboard mcp</c> sends a token, and where it does not.</summary>
public sealed class McpTargetTests
{
    [Fact]
    public async Task The_owners_token_goes_to_the_server_of_its_folder_and_to_nobody_who_listens_where_one_was()
    {
        await using var server = await TestServer.StartAsync();
        var target = McpTarget.Of(null, null, server.Folder.Path);

        Assert.Equal((server.Address.Port, server.Owner), (target.Address()!.Port, target.Token));
        Assert.NotNull(McpTarget.Of(server.Address.AbsoluteUri, null, server.Folder.Path).Address());
        Assert.NotNull(McpTarget.Of($"http://localhost:{server.Address.Port}", null, server.Folder.Path).Address());
        foreach (var elsewhere in new[] { "http://127.0.0.1:9", "https://chat.example", $"https://127.0.0.1:{server.Address.Port}" })
        {
            Assert.Throws<StartRefusedException>(() => McpTarget.Of(elsewhere, null, server.Folder.Path));
            Assert.Throws<StartRefusedException>(() => McpTarget.Of(elsewhere, server.Folder.OwnerTokenFile, server.Folder.Path));
        }

        await server.StopAsync();
        Assert.Null(target.Address());
    }

    [Fact]
    public async Task A_token_of_its_own_goes_where_it_is_sent_but_over_no_network_in_the_clear()
    {
        await using var server = await TestServer.StartAsync();
        var file = Path.Combine(server.Folder.Path, "other.token");
        await File.WriteAllTextAsync(file, await server.TokenAsync());

        Assert.Equal(new Uri("https://chat.example"), McpTarget.Of("https://chat.example", file, server.Folder.Path).Address());
        Assert.Throws<StartRefusedException>(() => McpTarget.Of("http://chat.example", file, server.Folder.Path));
        Assert.Throws<StartRefusedException>(() => McpTarget.Of("http://10.0.0.1:23373", file, server.Folder.Path));
    }
}
