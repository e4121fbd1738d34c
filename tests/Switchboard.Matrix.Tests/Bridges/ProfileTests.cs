using Microsoft.AspNetCore.Http;
using Switchboard.Matrix.Store;
using Switchboard.Matrix.Tests.Sending;
using Switchboard.Matrix.Tests.Sync;
using Switchboard.Networks;
using Switchboard.Testing;

namespace Switchboard.Matrix.Tests.Bridges;

/// <summary>matrix.md §1.2: phone, e-mail and handle of the other person in a bridged direct chat, and who is to be found there.</summary>
public sealed class ProfileTests : IAsyncDisposable
{
    private const string Portal = "!portal:hs.test";
    private const string Bot = "@whatsappbot:hs.test";
    private const string Joe = "@whatsapp_42:hs.test";
    private const string Nothing = """{"next_batch":"s1"}""";
    private const string Sync = "/_matrix/client/v3/sync";
    private const string Profile = "/_matrix/client/v3/profile/%40whatsapp_42";

    private readonly ManualClock clock = new();
    private Line line = null!;

    public ValueTask DisposeAsync() => line.DisposeAsync();

    [Fact]
    public async Task They_are_asked_for_once_beside_the_sync_and_told()
    {
        await OpenAsync();

        var told = await ReceiveAsync(Answer.Joined(Portal, Room("dm")));
        await ReceiveAsync(Answer.Joined(Portal, Answer.Room([Answer.Member(Joe, name: "Joe B")])));

        var joe = Chats(told).Last().Participants.Single(one => one.User.Id.Value == Joe).User;
        Assert.Equal(("+49123", "joe@example.org", "joe"), (joe.PhoneNumber, joe.Email, joe.Username));
        Assert.Null(Chats(told).First().Participants.Single(one => one.User.Id.Value == Joe).User.PhoneNumber);
        Assert.Single(line.Server.To("GET", Profile));
    }

    [Fact]
    public async Task They_are_asked_for_again_after_a_day()
    {
        await OpenAsync();
        await ReceiveAsync(Answer.Joined(Portal, Room("dm")));

        clock.Advance(MatrixConnection.ProfileAge);
        await ReceiveAsync();

        Assert.Equal(2, line.Server.To("GET", Profile).Count);
    }

    [Fact]
    public async Task A_profile_that_cannot_be_had_now_is_asked_for_later()
    {
        await OpenAsync();
        line.Server.On("GET", Profile, FaultyHomeserver.Error("M_NOT_FOUND"), 404);
        await ReceiveAsync(Answer.Joined(Portal, Room("dm")));
        line.Server.On("GET", Profile, """{"com.beeper.bridge.identifiers":["tel:+49123"]}""");
        Assert.Empty(Due);

        clock.Advance(TimeSpan.FromMinutes(10));

        var told = await ReceiveAsync();
        Assert.Contains(Chats(told), chat => chat.Participants.Any(one => one.User.PhoneNumber == "+49123"));
    }

    [Theory]
    [InlineData("group_dm", Joe)]
    [InlineData("dm", "@mallory:hs.test")]
    public async Task Neither_groups_nor_who_is_no_ghost_is_asked_about(string type, string other)
    {
        await OpenAsync();

        await ReceiveAsync(Answer.Joined(Portal, Room(type, other)));

        Assert.Empty(Due);
        Assert.Empty(line.Server.To("GET", "/_matrix/client/v3/profile/%40whatsapp_42"));
        Assert.Empty(line.Server.To("GET", "/_matrix/client/v3/profile/%40mallory"));
    }

    [Fact]
    public async Task Neither_the_bot_nor_the_own_ghost_is_found_among_people()
    {
        await OpenAsync();
        await ReceiveAsync(
            Answer.Joined("!management:hs.test", Answer.Room(
                [Answer.Create(Bot), Answer.Member("@me:hs.test", more: ",\"is_direct\":true"), Answer.Member(Bot, name: "whatsapp bot")])),
            Answer.Joined(Portal, Room("dm")),
            Answer.Joined(Portal, Answer.Room([Answer.Member("@whatsapp_mine:hs.test", name: "Me")])));

        var found = await line.Does.SearchAsync("whatsapp", "whatsapp", 10, CancellationToken.None);

        Assert.Equal([Joe], found.Select(user => user.Id.Value));
        Assert.Empty(await line.Does.SearchAsync("matrix", "whatsapp bot", 10, CancellationToken.None));
    }

    [Fact]
    public async Task The_bot_is_listed_as_one_wherever_it_is()
    {
        await OpenAsync();

        var told = await ReceiveAsync(
            Answer.Joined(Portal, Room("dm")),
            Answer.Joined("!management:hs.test", Answer.Room([Answer.Create(Bot), Answer.Member("@me:hs.test"), Answer.Member(Bot)])));

        var chat = Chats(told).Last(one => one.Id.Value == "!management:hs.test");
        Assert.True(chat.Participants.Single(one => one.User.Id.Value == Bot).IsNetworkBot);
        Assert.Equal("matrix", chat.AccountId);
    }

    private IEnumerable<string> Due => line.Store.Read(db => db.ProfilesDue(clock.GetUtcNow(), 10)).Select(one => one.User);

    private async Task OpenAsync()
    {
        line = await Line.OpenAsync(clock);
        line.Server.On("GET", "/_matrix/client/v3/profile/", "{}").On("POST", "/_matrix/client/v3/user_directory/search", """{"results":[]}""")
            .On("GET", Profile, """{"com.beeper.bridge.identifiers":["tel:+49123","mailto:joe@example.org","whatsapp:joe"]}""");
    }

    // Receives until nothing is to be asked any more, and then what comes of it.
    private async Task<List<RemoteEvent>> ReceiveAsync(params string[] answers)
    {
        using var stop = new CancellationTokenSource();
        var told = new List<RemoteEvent>();
        var left = new Queue<string>([Nothing, .. answers]);
        var isQuiet = false;
        line.Server.On("GET", Sync, async context =>
        {
            if (left.TryDequeue(out var next))
            {
                await context.Response.WriteAsync(next);
                return;
            }

            while (Due.Any())
            {
                await Task.Yield();
            }

            if (isQuiet)
                await stop.CancelAsync();
            isQuiet = true;
            await context.Response.WriteAsync(Nothing);
        });
        try
        {
            await foreach (var batch in line.Does.ReceiveAsync("s0", stop.Token))
            {
                told.AddRange(batch.Events);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // As wanted.
        }

        return told;
    }

    private static string Room(string type, string other = Joe) => Answer.Room(
    [
        Answer.Create(Bot), Answer.Member("@me:hs.test"), Answer.Member(Bot), Answer.Member(other, name: "Joe"),
        .. Answer.Bridge(Answer.BridgeInfo("42", "mine", type)),
    ]);

    private static List<RemoteChat> Chats(IEnumerable<RemoteEvent> events) => [.. events.OfType<RemoteEvent.ChatUpserted>().Select(told => told.Chat)];
}
