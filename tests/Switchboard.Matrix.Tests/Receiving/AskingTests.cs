using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Switchboard.Matrix.Tests.Sending;
using Switchboard.Testing;

namespace Switchboard.Matrix.Tests.Receiving;

/// <summary>matrix.md §6.1: what is asked for, and from where on.</summary>
public sealed class AskingTests
{
    private const string SyncPath = "/_matrix/client/v3/sync";

    [Fact]
    public async Task Everything_but_presence_is_asked_for_and_members_as_they_speak()
    {
        await using var line = await Line.OpenAsync(new ManualClock());

        await line.ReceiveAsync("""{"next_batch":"s1"}""", """{"next_batch":"s2"}""");

        var asked = line.Server.To("GET", SyncPath).Select(call => QueryHelpers.ParseQuery(call.Query)).ToList();
        Assert.All(asked, query => Assert.Equal(("offline", "true"), (query["set_presence"].Single(), query["use_state_after"].Single())));
        Assert.Equal([null, "s1", "s2"], asked.Select(query => query.TryGetValue("since", out var since) ? since.Single() : null));
        using var filter = JsonDocument.Parse(asked[1]["filter"].Single()!);
        Assert.Equal("""["*"]""", filter.RootElement.GetProperty("presence").GetProperty("not_types").GetRawText());
        var room = filter.RootElement.GetProperty("room");
        Assert.False(room.GetProperty("include_leave").GetBoolean());
        Assert.True(room.GetProperty("state").GetProperty("lazy_load_members").GetBoolean());
        Assert.True(room.GetProperty("timeline").GetProperty("lazy_load_members").GetBoolean());
        Assert.False(room.GetProperty("timeline").GetProperty("unread_thread_notifications").GetBoolean());
        // A kind that is listed here and another that is added later would not be told of what there is already.
        Assert.DoesNotContain("\"types\"", asked[1]["filter"].Single()!, StringComparison.Ordinal);
        Assert.False(filter.RootElement.TryGetProperty("account_data", out _) || room.TryGetProperty("account_data", out _));
        Assert.InRange(Limit(asked[0]["filter"].Single()!), 1, 20);
        Assert.InRange(Limit(asked[1]["filter"].Single()!), 20, 50);
    }

    [Fact]
    public async Task An_answer_that_was_not_taken_in_whole_is_asked_for_again_from_where_it_began()
    {
        await using var line = await Line.OpenAsync(new ManualClock());
        await line.ReceiveAsync("""{"next_batch":"s1"}""");

        await Assert.ThrowsAnyAsync<Exception>(() => line.ReceiveAsync("""{"next_batch":"s2","rooms":{"join":"""));
        await line.RestartAsync();
        await line.ReceiveAsync("""{"next_batch":"s3"}""");

        Assert.Equal(
            [null, "s1", "s1", "s1", "s3"],
            line.Server.To("GET", SyncPath).Select(call => QueryHelpers.ParseQuery(call.Query).TryGetValue("since", out var since) ? since.Single() : null));
    }

    private static int Limit(string filter)
    {
        using var json = JsonDocument.Parse(filter);
        return json.RootElement.GetProperty("room").GetProperty("timeline").GetProperty("limit").GetInt32();
    }
}
