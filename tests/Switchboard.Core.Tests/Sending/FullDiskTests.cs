using Microsoft.Data.Sqlite;
using Switchboard.Core.Logins;
using Switchboard.Networks;
using Switchboard.Testing;
using Xunit;

namespace Switchboard.Core.Tests.Sending;

/// <summary>However long the disk was full, what waits goes on a few seconds after there is room.</summary>
public sealed class FullDiskTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    public static TheoryData<Exception> Fullness =>
    [
        new NetworkException(NetworkFailure.StorageFull, "No room."),
        new SqliteException("No room.", 13),
        new SqliteException("No room.", 10, 4874),
        new InvalidOperationException("Not stored.", new IOException("No room.", 28)),
    ];

    [Theory]
    [MemberData(nameof(Fullness))]
    public async Task A_send_is_tried_every_second_and_never_given_up(Exception full)
    {
        await using var home = await TestInstallation.StartAsync(new ScriptedNetwork { SendFailure = full });
        await home.TellAsync(Make.ChatIs("c1"));
        var id = await home.SendAsync("c1", "one");
        for (var minute = 0; minute < 30; minute++)
        {
            await home.UntilAsync(db => DueIn(home, db) == Soon);
            // Longer than sends are tried for at all, in steps that a growing pause would not fit in.
            home.Clock.Advance(TimeSpan.FromMinutes(1) - Soon);
            home.Pass(Soon);
        }

        await home.UntilAsync(db => DueIn(home, db) == Soon);
        home.Network.SendFailure = null;
        home.Pass(Soon);
        await home.UntilSentAsync(id);
        Assert.Single(home.Network.Delivered);
    }

    [Fact]
    public async Task A_login_that_finds_no_room_says_that_the_disk_is_full_until_there_is_room()
    {
        await using var home = await TestInstallation.StartAsync();
        await home.TellAsync(Make.ChatIs("c1"));
        await home.RestartAsync(() => home.Network.OpenFailure = new NetworkException(NetworkFailure.StorageFull, "No room."));
        var login = home.Number("SELECT key FROM login")!.Value;
        var refused = Assert.Throws<NetworkException>(() => home.Logins.OpenConnectionOf(login));
        Assert.Equal(NetworkFailure.StorageFull, refused.Kind);
        Assert.Contains("disk is full", refused.Message, StringComparison.Ordinal);
        home.Network.OpenFailure = null;
        var id = await home.SendAsync("c1", "one");
        // The login may not wait for its next try yet when the clock moves: then it is moved again, at the next commit.
        await home.UntilAsync(db =>
        {
            home.Pass(Soon);
            return db.QueryInt64("SELECT count(*) FROM outbox") == 0;
        });
        await home.UntilSentAsync(id);
        Assert.Equal(LoginHealth.Connected, home.Logins.HealthOf(login));
    }

    private static TimeSpan DueIn(TestInstallation home, Sqlite.Db db) =>
        DateTimeOffset.FromUnixTimeMilliseconds(db.QueryInt64("SELECT due_at FROM outbox")!.Value) - home.Clock.GetUtcNow();
}
