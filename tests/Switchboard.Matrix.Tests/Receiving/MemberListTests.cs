using Switchboard.Matrix.Store;
using Switchboard.Matrix.Tests.Sending;
using Switchboard.Matrix.Tests.Sync;

namespace Switchboard.Matrix.Tests.Receiving;

/// <summary>matrix.md §6.5: who is in a room.</summary>
public sealed class MemberListTests
{
    private const string Path = "/_matrix/client/v3/rooms/%21room%3Ahs.test/members";

    [Fact]
    public async Task Who_is_not_told_has_left()
    {
        await using var line = await Line.OpenAsync();
        await line.KnowAsync();
        line.Server.On("GET", Path, $$"""{"chunk":[{{Answer.Member("@me:hs.test")}},7,{{Answer.Member("@cy:hs.test")}}]}""");

        await line.Does.LoadParticipantsAsync(Line.Chat, CancellationToken.None);

        Assert.Equal("leave", Membership(line, "@bob:hs.test"));
        Assert.Equal("join", Membership(line, "@cy:hs.test"));
    }

    [Fact]
    public async Task Of_a_list_longer_than_is_kept_silence_says_nothing()
    {
        await using var line = await Line.OpenAsync();
        await line.KnowAsync();
        line.Server.On("GET", Path, $$"""{"chunk":[{{string.Join(',', Enumerable.Range(0, 20_001).Select(i => Answer.Member($"@u{i}:hs.test")))}}]}""");

        await line.Does.LoadParticipantsAsync(Line.Chat, CancellationToken.None);

        Assert.Equal("join", Membership(line, "@bob:hs.test"));
        Assert.Equal("join", Membership(line, "@u19999:hs.test"));
    }

    private static string Membership(Line line, string user) => line.Store.Read(db => db.Member(Line.Room, user)!.Membership);
}
