using Switchboard.Matrix.Store;
using Switchboard.Matrix.Tests.Sending;
using Switchboard.Matrix.Tests.Sync;
using Switchboard.Networks;

namespace Switchboard.Matrix.Tests.Receiving;

/// <summary>matrix.md §6.4: pages of the past, whatever stands in them.</summary>
public sealed class PastTests
{
    private const string Path = "/_matrix/client/v3/rooms/%21room%3Ahs.test/messages";

    [Fact]
    public async Task One_event_however_deep_keeps_no_other_from_being_read()
    {
        await using var line = await Line.OpenAsync();
        await line.KnowAsync();
        var deep = Answer.Text("$2", "deep", more: $$""","x":{{new string('[', 5000)}}{{new string(']', 5000)}}""");
        line.Server.On("GET", Path, Page("older", Answer.Text("$3", "c"), deep, Answer.Text("$1", "a")));

        var page = await line.Does.LoadOlderAsync(Line.Chat, "t", 50, CancellationToken.None);

        Assert.Equal(["$1", "$2", "$3"], page.Events.OfType<RemoteEvent.MessageUpserted>().Select(told => told.Message.Id.Value));
        Assert.Equal("older", page.Next);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("{\"chunk\":[{\"a\":")]
    public async Task What_is_no_page_is_asked_for_again_and_never_the_beginning(string body)
    {
        await using var line = await Line.OpenAsync();
        await line.KnowAsync();
        line.Server.On("GET", Path, body);

        Assert.Equal(NetworkFailure.Transient, (await Assert.ThrowsAsync<NetworkException>(
            () => line.Does.LoadOlderAsync(Line.Chat, "t", 50, CancellationToken.None))).Kind);
    }

    [Fact]
    public async Task What_a_bridge_said_long_ago_of_how_it_is_doing_counts_no_more()
    {
        await using var line = await Line.OpenAsync();
        await line.KnowAsync();
        await line.Store.WriteAsync(
            db =>
            {
                db.SaveAccount(new AccountRow("whatsapp") { Bridge = "whatsapp", BridgeType = "whatsapp", Network = "WhatsApp", Bot = "@whatsappbot:hs.test" });
                db.SaveTrust("!management:hs.test", "@whatsappbot:hs.test");
                return true;
            },
            CancellationToken.None);
        line.Server.On("GET", Path, Page("older", BridgeSays("$1", "BAD_CREDENTIALS", 1000)));

        await line.Does.LoadOlderAsync(Line.Chat, "t", 50, CancellationToken.None);
        Assert.Equal(AccountState.Connected, State(line));

        await line.ReceiveAsync(Answer.Joined(Line.Room, Answer.Timeline(BridgeSays("$2", "CONNECTED", 3000), BridgeSays("$3", "LOGGED_OUT", 2000))));
        Assert.Equal(AccountState.Connected, State(line));

        await line.ReceiveAsync(Answer.Joined(Line.Room, Answer.Timeline(BridgeSays("$4", "LOGGED_OUT", 4000))));
        Assert.Equal(AccountState.ReconnectRequired, State(line));
    }

    private static AccountState State(Line line) => line.Store.Read(db => db.Account("whatsapp")!.State);

    private static string BridgeSays(string id, string state, long at) => Answer.Message(
        id, $$$"""{"msgtype":"m.notice","body":"x","fi.mau.bridge_state":{"state_event":"{{{state}}}"}}""", "@whatsappbot:hs.test", at);

    private static string Page(string end, params string[] newestFirst) => $$"""{"chunk":[{{string.Join(',', newestFirst)}}],"end":"{{end}}"}""";
}
