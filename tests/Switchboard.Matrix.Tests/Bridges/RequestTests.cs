using Switchboard.Matrix.Tests.Sending;
using Switchboard.Networks;

namespace Switchboard.Matrix.Tests.Bridges;

/// <summary>matrix.md §1.6, §2.1 and §4.1: strangers who ask through a bridge, and deletions as its network wants them.</summary>
public sealed class RequestTests
{
    private const string Bot = "@netbot:hs.test";
    private const string Request = """{"bridgebot":"@netbot:hs.test","protocol":{"id":"net"},"channel":{"id":"1","com.beeper.message_request":true}}""";
    private const string Ordinary = """{"bridgebot":"@netbot:hs.test","protocol":{"id":"net"},"channel":{"id":"1"}}""";
    private const string Features = """{"reply":2,"delete_chat":true,"delete_hide_placeholder":true,"message_request":{"accept_with_message":-2,"accept_with_button":2}}""";

    [Theory]
    [InlineData(Request, Features, true, true)]
    [InlineData(Request, """{"message_request":{"accept_with_message":2}}""", false, true)]
    [InlineData(Ordinary, Features, false, false)]
    public async Task A_request_that_no_message_answers_waits_for_a_button(string bridge, string features, bool isReadOnly, bool isRequest)
    {
        await using var line = await OpenAsync(bridge, features);

        var chat = line.Store.Room(Line.Room)!.ToChat();

        Assert.Equal((isReadOnly, isRequest), (chat.IsReadOnly, chat.Capabilities.MessageRequest is not null));
    }

    [Fact]
    public async Task A_request_is_accepted_by_telling_the_bridge()
    {
        await using var line = await OpenAsync(Request, Features);

        await line.Does.AcceptInvitationAsync(Line.Chat, CancellationToken.None);

        var sent = Assert.Single(line.Sent);
        Assert.Contains("/send/com.beeper.accept_message_request/", sent.Path, StringComparison.Ordinal);
        Assert.Equal("{}", sent.Body);
        Assert.Empty(line.Server.To("POST", "/_matrix/client/v3/join/"));
    }

    [Fact]
    public async Task A_request_is_declined_by_telling_the_bridge_and_leaving()
    {
        await using var line = await OpenAsync(Request, Features);

        await line.Does.DeclineInvitationAsync(Line.Chat, CancellationToken.None);

        var sent = Assert.Single(line.Sent);
        Assert.Contains("/send/com.beeper.delete_chat/", sent.Path, StringComparison.Ordinal);
        Assert.Equal("""{"delete_for_everyone":false,"from_message_request":true}""", sent.Body);
        Assert.Single(line.Server.To("POST", "/_matrix/client/v3/rooms/%21room%3Ahs.test/leave"));
    }

    [Fact]
    public async Task No_bridge_is_told_anything_in_an_encrypted_room()
    {
        await using var line = await OpenAsync(Request, Features, isEncrypted: true);

        await Assert.ThrowsAsync<NetworkException>(() => line.Does.AcceptInvitationAsync(Line.Chat, CancellationToken.None));
        await Assert.ThrowsAsync<NetworkException>(() => line.Does.DeclineInvitationAsync(Line.Chat, CancellationToken.None));

        Assert.Empty(line.Sent);
    }

    [Fact]
    public async Task An_invitation_is_accepted_by_going_in()
    {
        await using var line = await Line.OpenAsync();
        await line.KnowAsync(membership: "invite", state: [("m.bridge", Bot, Request), ("com.beeper.room_features", Bot, Features)]);

        await line.Does.AcceptInvitationAsync(Line.Chat, CancellationToken.None);

        Assert.Empty(line.Sent);
        Assert.Single(line.Server.To("POST", "/_matrix/client/v3/join/"));
    }

    [Theory]
    [InlineData(Features, """{"com.beeper.dont_render_redacted_placeholder":true}""")]
    [InlineData("{}", "{}")]
    public async Task A_deletion_leaves_no_trace_where_the_network_wants_none(string features, string body)
    {
        await using var line = await OpenAsync(Ordinary, features);

        await line.Does.DeleteForEveryoneAsync(Line.Chat, new("$1"), CancellationToken.None);

        Assert.Equal(body, Assert.Single(line.Sent).Body);
    }

    private static async Task<Line> OpenAsync(string bridge, string features, bool isEncrypted = false)
    {
        var line = await Line.OpenAsync();
        await line.KnowAsync(isEncrypted, state: [("m.bridge", Bot, bridge), ("com.beeper.room_features", Bot, features)]);
        return line;
    }
}
