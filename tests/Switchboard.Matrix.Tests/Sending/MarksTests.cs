using Switchboard.Networks;

namespace Switchboard.Matrix.Tests.Sending;

public sealed class MarksTests
{
    private const string Own = "/_matrix/client/v3/user/%40me%3Ahs.test/rooms/%21room%3Ahs.test/";

    public static TheoryData<ChatMarks, string> Calls => new()
    {
        { new ChatMarks { IsPinned = true }, "DELETE tags/m.lowpriority, PUT tags/m.favourite" },
        { new ChatMarks { IsPinned = false }, "DELETE tags/m.favourite" },
        { new ChatMarks { IsLowPriority = true }, "DELETE tags/m.favourite, PUT tags/m.lowpriority" },
        { new ChatMarks { IsPinned = true, IsLowPriority = true }, "DELETE tags/m.favourite, PUT tags/m.lowpriority" },
        { new ChatMarks { IsPinned = false, IsLowPriority = false }, "DELETE tags/m.favourite, DELETE tags/m.lowpriority" },
        { new ChatMarks { IsPinned = true, IsLowPriority = false }, "DELETE tags/m.lowpriority, PUT tags/m.favourite" },
        { new ChatMarks { IsMarkedUnread = true }, "PUT account_data/m.marked_unread" },
        { new ChatMarks { IsArchived = true }, "PUT account_data/com.beeper.inbox.done" },
        { new ChatMarks(), "" },
    };

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task Marks_become_tags_and_account_data(ChatMarks marks, string expected)
    {
        await using var line = await Line.OpenAsync();

        await line.Does.SetMarksAsync(Line.Chat, marks, CancellationToken.None);

        Assert.Equal(expected, string.Join(", ", line.Server.Calls.Select(call => $"{call.Method} {call.Path.Replace(Own, "", StringComparison.Ordinal)}")));
    }

    [Fact]
    public async Task Archiving_dates_and_taking_out_again_empties()
    {
        await using var line = await Line.OpenAsync(new Testing.ManualClock());

        await line.Does.SetMarksAsync(Line.Chat, new ChatMarks { IsArchived = true }, CancellationToken.None);
        await line.Does.SetMarksAsync(Line.Chat, new ChatMarks { IsArchived = false }, CancellationToken.None);

        Assert.Equal(["""{"updated_ts":1767225600000}""", "{}"], line.Server.Calls.Select(call => call.Body));
    }

    [Fact]
    public async Task Muting_is_a_rule_that_unmuting_takes_away_with_those_of_other_clients()
    {
        await using var line = await Line.OpenAsync();
        line.Server.On("GET", "/_matrix/client/v3/pushrules/global/room/", """{"actions":["dont_notify"]}""");

        await line.Does.SetMarksAsync(Line.Chat, new ChatMarks { IsMuted = true }, CancellationToken.None);
        await line.Does.SetMarksAsync(Line.Chat, new ChatMarks { IsMuted = false }, CancellationToken.None);

        Assert.Equal(
            """{"conditions":[{"kind":"event_match","key":"room_id","pattern":"!room:hs.test"}],"actions":[]}""",
            Assert.Single(line.Server.To("PUT", "/_matrix/client/v3/pushrules/global/override/%21room%3Ahs.test")).Body);
        Assert.Single(line.Server.To("DELETE", "/_matrix/client/v3/pushrules/global/override/%21room%3Ahs.test"));
        Assert.Single(line.Server.To("DELETE", "/_matrix/client/v3/pushrules/global/room/%21room%3Ahs.test"));
    }

    [Fact]
    public async Task A_rule_by_which_somebody_wants_to_be_notified_stays()
    {
        await using var line = await Line.OpenAsync();
        line.Server.On("GET", "/_matrix/client/v3/pushrules/global/room/", """{"actions":["notify"]}""")
            .On("DELETE", "/_matrix/client/v3/pushrules/", FaultyHomeserver.Error("M_NOT_FOUND"), 404);

        await line.Does.SetMarksAsync(Line.Chat, new ChatMarks { IsMuted = false }, CancellationToken.None);

        Assert.Empty(line.Server.To("DELETE", "/_matrix/client/v3/pushrules/global/room/"));
    }

    [Fact]
    public async Task Reading_moves_both_markers()
    {
        await using var line = await Line.OpenAsync();

        await line.Does.MarkReadAsync(Line.Chat, new("$1"), CancellationToken.None);

        Assert.Equal(
            """{"m.fully_read":"$1","m.read":"$1"}""", Assert.Single(line.Server.To("POST", "/_matrix/client/v3/rooms/%21room%3Ahs.test/read_markers")).Body);
    }

    [Fact]
    public async Task Declining_what_is_gone_is_no_failure()
    {
        await using var line = await Line.OpenAsync();
        line.Server.On("POST", "/_matrix/client/v3/rooms/", FaultyHomeserver.Error("M_FORBIDDEN"), 403);

        await line.Does.DeclineInvitationAsync(Line.Chat, CancellationToken.None);

        Assert.Equal(2, line.Server.Calls.Count);
    }
}
