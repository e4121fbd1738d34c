using System.Net.WebSockets;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Switchboard.Server.Tests.Hosting;
using Switchboard.Server.Tests.Http;
using Xunit;

namespace Switchboard.Server.Tests.Streams;

/// <summary>Whatever is said on the socket is answered, and the connection stays (events.md §2, §3).</summary>
public sealed class SocketCommandsTests(TownFixture town) : IClassFixture<TownFixture>
{
    private const string Good = """{"type":"subscriptions.set","chatIDs":["!a:b","7"],"requestID":"r1","app":{"state":true}}""";

    [Fact]
    public async Task Any_command_is_answered_and_the_connection_stays()
    {
        using var listener = await Listener.ConnectAsync(town.Server);
        // The property runs its cases by itself and cannot await them.
        await Task.Run(() => Prop.ForAll(
            ArbMap.Default.ArbFor<int>(),
            seed => AnswersAsync(listener, new Random(seed)).GetAwaiter().GetResult()).Check(Config.QuickThrowOnFailure.WithMaxTest(500)));

        await listener.SendAsync(Good);
        Assert.Equal("r1", (string?)(await listener.NextAsync())["requestID"]);
    }

    [Theory]
    [InlineData("", "INVALID_PAYLOAD")]
    [InlineData("nonsense", "INVALID_PAYLOAD")]
    [InlineData("[]", "INVALID_PAYLOAD")]
    [InlineData("{}", "INVALID_COMMAND")]
    [InlineData("""{"type":7}""", "INVALID_COMMAND")]
    [InlineData("""{"type":"subscriptions.add","chatIDs":[]}""", "INVALID_COMMAND")]
    [InlineData("""{"type":"subscriptions.set"}""", "INVALID_PAYLOAD")]
    [InlineData("""{"type":"subscriptions.set","chatIDs":null}""", "INVALID_PAYLOAD")]
    [InlineData("""{"type":"subscriptions.set","chatIDs":[1]}""", "INVALID_PAYLOAD")]
    [InlineData("""{"type":"subscriptions.set","chatIDs":[""]}""", "INVALID_PAYLOAD")]
    [InlineData("""{"type":"subscriptions.set","chatIDs":["*","a"]}""", "INVALID_PAYLOAD")]
    [InlineData("""{"type":"subscriptions.set","chatIDs":["\ud800"]}""", "INVALID_PAYLOAD")]
    [InlineData("""{"type":"subscriptions.set","chatIDs":[],"extra":1}""", "INVALID_PAYLOAD")]
    [InlineData("""{"type":"subscriptions.set","chatIDs":[],"requestID":5}""", "INVALID_PAYLOAD")]
    [InlineData("""{"type":"subscriptions.set","chatIDs":[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]}""", "INVALID_PAYLOAD")]
    public async Task A_bad_command_is_refused_with_its_code(string command, string code)
    {
        using var listener = await Listener.ConnectAsync(town.Server);

        await listener.SendAsync(command);

        var answer = await listener.NextAsync();
        Assert.Equal(("error", code), ((string?)answer["type"], (string?)answer["code"]));
    }

    [Fact]
    public async Task A_binary_frame_is_refused()
    {
        using var listener = await Listener.ConnectAsync(town.Server);

        await listener.SendAsync(Encoding.UTF8.GetBytes(Good), WebSocketMessageType.Binary);

        Assert.Equal("INVALID_PAYLOAD", (string?)(await listener.NextAsync())["code"]);
    }

    [Fact]
    public async Task Text_that_is_not_utf_8_ends_the_connection_as_the_protocol_says_and_the_server_goes_on()
    {
        using var listener = await Listener.ConnectAsync(town.Server);
        await listener.SendAsync([0xC3, 0x28], WebSocketMessageType.Text);

        Assert.True(await listener.EndAsync() is null or WebSocketCloseStatus.InvalidPayloadData or WebSocketCloseStatus.NormalClosure);
        using var next = await Listener.ToAllAsync(town.Server);
    }

    private static async Task AnswersAsync(Listener listener, Random random)
    {
        var text = random.Next(3) == 0 ? Mangled.Json(random) : Encoding.UTF8.GetString(Mangled.Spoil(random, Good));
        await listener.SendAsync(Encoding.UTF8.GetBytes(text), random.Next(10) == 0 ? WebSocketMessageType.Binary : WebSocketMessageType.Text);

        // A spoiled command may still be a good one and subscribe to all: events in between are no answer.
        var answer = await listener.NextAsync(frame => frame.ContainsKey("code") || (string?)frame["type"] == "subscriptions.updated");
        Assert.True((string?)answer["code"] is null or "INVALID_COMMAND" or "INVALID_PAYLOAD", text);
    }
}
