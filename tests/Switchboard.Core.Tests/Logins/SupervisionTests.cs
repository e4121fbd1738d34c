using Switchboard.Core.Logins;
using Switchboard.Networks;
using Switchboard.Testing;
using Xunit;

namespace Switchboard.Core.Tests.Logins;

/// <summary>Logins that are added, made to work again and removed, also at the same time and also when it fails half way.</summary>
public sealed class SupervisionTests
{
    [Fact]
    public async Task However_logins_come_and_go_none_has_two_connections()
    {
        await using var home = await TestInstallation.StartAsync();
        for (var round = 0; round < 20; round++)
        {
            await home.LogInAsync("bob");
            var bob = home.Accounts.Get(home.Owner, "scripted_bob");
            await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(async () =>
            {
                if (i % 4 == 3)
                    await Removed(home, bob);
                else
                    await home.LogInAsync("bob");
            })));

            var exists = home.Number("SELECT 1 FROM login WHERE remote_id = 'bob'") is not null;
            Assert.Equal(exists ? 1 : 0, home.Network.OpenOf("bob"));
            if (exists)
            {
                // Whoever removes finds it there and takes it away for good.
                await home.Accounts.RemoveAsync(home.Owner, home.Accounts.Get(home.Owner, "scripted_bob"), CancellationToken.None);
                Assert.Equal(0, home.Network.OpenOf("bob"));
            }
        }

        Assert.Equal(1, home.Network.MostOpen);
        Assert.Equal(1, home.Network.OpenOf("me"));
    }

    [Fact]
    public async Task Of_two_removals_at_once_one_removes_and_the_other_finds_nothing_any_more()
    {
        await using var home = await TestInstallation.StartAsync();
        await home.LogInAsync("bob");
        var bob = home.Accounts.Get(home.Owner, "scripted_bob");

        var removed = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Removed(home, bob))));

        Assert.Single(removed, done => done);
        Assert.Single(home.Network.Calls, "remove bob");
    }

    [Fact]
    public async Task A_removal_that_fails_leaves_the_login_open_and_can_be_repeated()
    {
        await using var home = await TestInstallation.StartAsync();
        var login = await home.LogInAsync("bob");
        var bob = home.Accounts.Get(home.Owner, "scripted_bob");
        home.Network.CallFailure = new NetworkException(NetworkFailure.Transient, "Not now.");

        await Assert.ThrowsAsync<NetworkException>(() => home.Accounts.RemoveAsync(home.Owner, bob, CancellationToken.None));

        await home.Logins.ConnectionOfAsync(login, CancellationToken.None);
        Assert.Equal(1, home.Network.OpenOf("bob"));
        await home.Network.StreamOf("bob").TellAsync(Make.ChatIs("c1", "bob"), Make.Says("ada", "c1", "$1"));
        Assert.Equal(1, home.Number("SELECT count(*) FROM message"));
        home.Network.CallFailure = null;
        Assert.Equal(["scripted_bob"], await home.Accounts.RemoveAsync(home.Owner, bob, CancellationToken.None));
        Assert.Equal((0, 1), (home.Network.OpenOf("bob"), home.Network.MostOpen));
        Assert.Equal(0, home.Number("SELECT count(*) FROM message"));
    }

    [Fact]
    public async Task A_login_that_could_not_be_stored_is_finished_by_repeating_its_step()
    {
        await using var home = await TestInstallation.StartAsync();
        var session = await home.Sessions.StartAsync(home.Owner, ScriptedNetwork.Bridge, null, null, null, CancellationToken.None);
        Task<LoginSession> Submit() => home.Sessions.SubmitAsync(
            home.Owner, ScriptedNetwork.Bridge, session.Id, "name", new Dictionary<string, string> { ["name"] = "bob" }, CancellationToken.None);
        await home.Database.WriteAsync(
            db => db.Script("CREATE TRIGGER full BEFORE INSERT ON login BEGIN SELECT RAISE(ABORT, 'no room'); END"), CancellationToken.None);
        for (var i = 0; i < 2; i++)
        {
            Assert.Contains("no room", (await Assert.ThrowsAnyAsync<Exception>(Submit)).Message, StringComparison.Ordinal);
            var waiting = home.Sessions.Get(home.Owner, ScriptedNetwork.Bridge, session.Id);
            Assert.Equal((LoginSessionStatus.WaitingForInput, null), (waiting.Status, waiting.Error));
        }

        await home.Database.WriteAsync(db => db.Script("DROP TRIGGER full"), CancellationToken.None);
        var done = await Submit();

        Assert.Equal((LoginSessionStatus.Complete, "scripted_bob"), (done.Status, done.Account?.Id));
        Assert.Equal(done, await Submit());
        Assert.Equal((1, 1), (home.Network.OpenOf("bob"), home.Network.MostOpen));
    }

    [Fact]
    public async Task What_is_being_sent_goes_on_while_its_network_tells_nothing()
    {
        await using var home = await TestInstallation.StartAsync(new ScriptedNetwork { HoldsSends = true });
        await home.TellAsync(Make.ChatIs("c1"));
        var id = await home.SendAsync("c1", "one");
        var sending = await home.Network.NextSendAsync();

        home.Network.OpenFailure = NotNow;
        await BreakAsync(home, NotNow);
        home.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((LoginHealth.Connecting, 1), (home.Logins.HealthOf(1), home.Network.OpenOf("me")));
        home.Network.OpenFailure = null;
        await AskedAgainAsync(home);

        sending.Accept();
        await home.UntilSentAsync(id);
        Assert.Equal((1, 1, 1), (home.Network.Opened, home.Network.OpenOf("me"), home.Network.Attempts.Count));
    }

    [Theory]
    [InlineData(NetworkFailure.LoginExpired, true)]
    [InlineData(NetworkFailure.Rejected, false)]
    public async Task A_connection_that_cannot_be_taken_up_again_is_closed(NetworkFailure kind, bool isExpired)
    {
        await using var home = await TestInstallation.StartAsync();
        home.Network.OpenFailure = new NetworkException(kind, "Not like this.");
        await BreakAsync(home, NotNow);
        while (home.Network.OpenOf("me") > 0 || (isExpired && home.Logins.HealthOf(1) != LoginHealth.Expired))
        {
            home.Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        home.Network.OpenFailure = null;
        if (isExpired)
            return;
        await AskedAgainAsync(home);
        Assert.Equal((2, 1), (home.Network.Opened, home.Network.OpenOf("me")));
    }

    [Fact]
    public async Task A_network_that_asks_for_peace_gets_it()
    {
        await using var home = await TestInstallation.StartAsync();
        await BreakAsync(home, new NetworkException(NetworkFailure.Transient, "Later.") { RetryAfter = TimeSpan.FromMinutes(20) });

        home.Clock.Advance(TimeSpan.FromMinutes(20) - TimeSpan.FromSeconds(1));
        Assert.Single(home.Network.StreamOf("me").Cursors);
        await AskedAgainAsync(home);
    }

    [Theory]
    [InlineData(null, 1, 500)]
    [InlineData(100, 1, 500)]
    [InlineData(90_000, 1, 90_000)]
    [InlineData(7_200_000, 1, 3_600_000)]
    [InlineData(1_000, 20, 60_000)]
    public void A_pause_is_never_shorter_than_what_was_asked_for_and_never_longer_than_an_hour(int? asked, int failures, int expected)
    {
        var failure = new NetworkException(NetworkFailure.Transient, "Later.")
        {
            RetryAfter = asked is { } wait ? TimeSpan.FromMilliseconds(wait) : null,
        };
        Assert.Equal(TimeSpan.FromMilliseconds(expected), Backoff.After(failure, failures));
    }

    private static NetworkException NotNow => new(NetworkFailure.Transient, "Not now.");

    private static async Task BreakAsync(TestInstallation home, NetworkException with)
    {
        var timers = home.Clock.TimersMade;
        home.Network.StreamOf("me").Break(with);
        // It waits for its time.
        await home.Clock.TimersMadeAsync(timers + 1).WaitAsync(Patience.Longest);
    }

    private static async Task AskedAgainAsync(TestInstallation home)
    {
        var asked = home.Network.StreamOf("me").OpenedAsync(2);
        while (!asked.IsCompleted)
        {
            home.Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await asked;
    }

    private static async Task<bool> Removed(TestInstallation home, Core.Accounts.Account account)
    {
        try
        {
            await home.Accounts.RemoveAsync(home.Owner, account, CancellationToken.None);
            return true;
        }
        catch (RefusedException e) when (e.Reason == Refusal.NotFound)
        {
            return false;
        }
    }
}
