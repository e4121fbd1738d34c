using Switchboard.Core.Receiving;
using Switchboard.Networks;
using Switchboard.Testing;
using Xunit;

namespace Switchboard.Core.Tests.Receiving;

public sealed class TypingTests
{
    [Fact]
    public async Task Typing_alone_writes_nothing_to_the_disk()
    {
        var folder = Directory.CreateTempSubdirectory("switchboard-core-").FullName;
        await using (var database = Store.Open(Path.Combine(folder, "switchboard.db")))
        {
            var commits = 0;
            database.Committed += () => Interlocked.Increment(ref commits);
            var ingest = new Ingest(database, new ServerIdentity("test.example"), new ManualClock());
            var typing = new RemoteEvent.TypingChanged(new RemoteChatId("c1"), [new UserId(Make.UserId("ada"))]);

            for (var i = 0; i < 100; i++)
            {
                await ingest.ApplyAsync(1, new RemoteBatch([typing, typing], $"{i}"), CancellationToken.None);
            }

            Assert.Equal(0, commits);
            await ingest.ApplyAsync(1, new RemoteBatch([typing, Make.ChatIs("c1")], "100"), CancellationToken.None);
            await ingest.ApplyAsync(1, new RemoteBatch([], "101"), CancellationToken.None);
            // Whoever waits for a write is answered before the listeners of commits are.
            await database.DisposeAsync();
            Assert.Equal(2, commits);
        }

        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task What_comes_with_typing_or_after_it_is_stored_with_its_cursor()
    {
        await using var home = await TestInstallation.StartAsync();
        var typing = new RemoteEvent.TypingChanged(new RemoteChatId("c1"), [new UserId(Make.UserId("ada"))]);
        await home.TellAsync(Make.ChatIs("c1"), typing);
        await home.TellAsync(typing);
        Assert.Equal(1, home.Number("SELECT CAST(cursor AS INTEGER) FROM login"));
        await home.TellAsync(typing, Make.Says("ada", "c1", "$1"));
        Assert.Equal(3, home.Number("SELECT CAST(cursor AS INTEGER) FROM login"));
        Assert.Single(home.All("c1"));
    }
}
