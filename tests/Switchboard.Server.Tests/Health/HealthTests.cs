using System.Net;
using Microsoft.Data.Sqlite;
using Switchboard.Networks;
using Switchboard.Server.Commands;
using Switchboard.Server.Tests.Hosting;
using Xunit;

namespace Switchboard.Server.Tests.Health;

/// <summary>What supervisors and load balancers ask.</summary>
public sealed class HealthTests
{
    private const string Well = """{"status":"ok"}""";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    public async Task A_working_server_says_so_without_a_token_and_to_its_own_names_only(string path)
    {
        await using var server = await TestServer.StartAsync();
        using var answer = await server.SendAsync(HttpMethod.Get, path, null);
        using var head = await server.SendAsync(HttpMethod.Head, path, null);
        using var strange = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Host = "rebound.example" } };
        using var refused = await server.Http.SendAsync(strange, Stop);

        Assert.Equal(Well, await answer.Content.ReadAsStringAsync(Stop));
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.Forbidden], [answer.StatusCode, head.StatusCode, refused.StatusCode]);
    }

    [Fact]
    public async Task A_server_whose_networks_are_gone_is_alive_and_not_ready()
    {
        await using var server = await TestServer.StartAsync();
        await ((IAsyncDisposable)server.Get<IEnumerable<INetwork>>().Single(network => network.Description.BridgeId == "local")).DisposeAsync();

        Assert.Equal("""{"status":"not ready","parts":["networks"]}""", await ReadyTurnsAsync(server, HttpStatusCode.ServiceUnavailable));
        using var live = await server.SendAsync(HttpMethod.Get, "/health/live", null);
        Assert.Equal(HttpStatusCode.OK, live.StatusCode);
        Assert.Equal(1, await CommandLine.RunAsync(["health", "--port", $"{server.Address.Port}"]));
    }

    [Fact]
    public async Task A_server_that_cannot_write_is_not_ready_until_it_can_again()
    {
        await using var server = await TestServer.StartAsync();
        await using (var other = new SqliteConnection($"Data Source={server.Folder.DatabaseFile};Pooling=False"))
        {
            await other.OpenAsync(Stop);
            await using var held = await other.BeginTransactionAsync(Stop);

            Assert.Equal("""{"status":"not ready","parts":["database"]}""", await ReadyTurnsAsync(server, HttpStatusCode.ServiceUnavailable));
        }

        Assert.Equal(Well, await ReadyTurnsAsync(server, HttpStatusCode.OK));
        Assert.Equal(0, await CommandLine.RunAsync(["health", "--port", $"{server.Address.Port}"]));
    }

    [Fact]
    public async Task Asking_where_no_server_is_fails() => Assert.Equal(1, await CommandLine.RunAsync(["health", "--port", "1"]));

    [Fact]
    public async Task Numbers_are_there_only_when_they_are_wanted()
    {
        await using var server = await TestServer.StartAsync();
        using var answer = await server.SendAsync(HttpMethod.Get, "/metrics", server.Owner);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    private static async Task<string> ReadyTurnsAsync(TestServer server, HttpStatusCode wanted)
    {
        using var patience = new CancellationTokenSource(TestServer.Patience);
        while (true)
        {
            using var answer = await server.Http.GetAsync("/health/ready", patience.Token);
            if (answer.StatusCode == wanted)
                return await answer.Content.ReadAsStringAsync(patience.Token);
        }
    }
}
