using Switchboard.Matrix.Store;
using Switchboard.Matrix.Tests.Sending;
using Switchboard.Matrix.Tests.Sync;
using Switchboard.Networks;
using Switchboard.Testing;

namespace Switchboard.Matrix.Tests.Receiving;

/// <summary>matrix.md §3.4: a message of which an edit was taken back is read again, and nothing waits for that.</summary>
public sealed class RereadTests
{
    private const string EventPath = "/_matrix/client/v3/rooms/%21room%3Ahs.test/event/";

    private static readonly string[] Edited =
    [
        Answer.Joined(Line.Room, Answer.Room([Answer.Member("@bob:hs.test")], Answer.Text("$1", "first"), Answer.Edit("$e", "$1", "second"))),
        Answer.Joined(Line.Room, Answer.Timeline(Answer.Redaction("$r", "$e"))),
    ];

    private static readonly string After = Answer.Joined(Line.Room, Answer.Timeline(Answer.Text("$2", "and after")));

    [Fact]
    public async Task It_says_what_it_said_before()
    {
        await using var line = await Line.OpenAsync(new ManualClock());
        line.Server.On("GET", EventPath, Answer.Text("$1", "first"));

        var told = await line.ReceiveAsync(Edited);

        Assert.Equal("first", Assert.IsType<RemoteEvent.MessageEdited>(told[^1]).Text.Html);
        Assert.Empty(line.Store.Read(db => db.RereadsDue(DateTimeOffset.MaxValue, 1)));
    }

    [Fact]
    public async Task However_deep_an_edit_in_it_is_nested()
    {
        await using var line = await Line.OpenAsync(new ManualClock());
        line.Server.On("GET", EventPath, Answer.Text("$1", "first", more: $$""","deep":{{new string('[', 500)}}{{new string(']', 500)}}"""));

        Assert.Equal("first", (await line.ReceiveAsync(Edited)).OfType<RemoteEvent.MessageEdited>().Last().Text.Html);
    }

    [Theory]
    [InlineData(500, """{"errcode":"M_UNKNOWN"}""")]
    [InlineData(404, "<html>not found</html>")]
    [InlineData(429, """{"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":60000}""")]
    [InlineData(200, "{\"cut\":")]
    public async Task One_that_cannot_be_read_is_tried_again_later_and_holds_up_nothing(int status, string body)
    {
        var clock = new ManualClock();
        await using var line = await Line.OpenAsync(clock);
        line.Server.On("GET", EventPath, body, status);

        var told = await line.ReceiveAsync([.. Edited, After]);

        Assert.Contains(told, one => one is RemoteEvent.MessageUpserted { Message.Id.Value: "$2" });
        Assert.Single(line.Server.To("GET", EventPath));

        line.Server.On("GET", EventPath, Answer.Text("$1", "first"));
        clock.Advance(TimeSpan.FromMinutes(1));
        await line.RestartAsync();
        Assert.Equal("first", (await line.ReceiveAsync(After)).OfType<RemoteEvent.MessageEdited>().Last().Text.Html);
    }

    [Fact]
    public async Task One_that_can_never_be_read_is_given_up()
    {
        var clock = new ManualClock();
        await using var line = await Line.OpenAsync(clock);
        line.Server.On("GET", EventPath, "{}", 500);
        await line.ReceiveAsync(Edited);
        for (var i = 0; i < 10; i++)
        {
            clock.Advance(TimeSpan.FromDays(1));
            await line.ReceiveAsync(After);
        }

        Assert.Equal(5, line.Server.To("GET", EventPath).Count);
    }

    [Fact]
    public async Task One_that_is_refused_is_not_asked_for_again()
    {
        var clock = new ManualClock();
        await using var line = await Line.OpenAsync(clock);
        line.Server.On("GET", EventPath, FaultyHomeserver.Error("M_FORBIDDEN"), 403);
        await line.ReceiveAsync(Edited);
        clock.Advance(TimeSpan.FromDays(1));
        await line.ReceiveAsync(After);

        Assert.Single(line.Server.To("GET", EventPath));
    }
}
