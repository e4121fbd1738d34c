using System.Collections.Concurrent;
using System.Globalization;
using Switchboard.Testing;
using Xunit;

namespace Switchboard.Core.Tests.Logins;

public sealed class LargeRemovalTests
{
    [Fact]
    public async Task An_account_with_much_in_it_goes_bit_by_bit_while_others_send()
    {
        await using var home = await TestInstallation.StartAsync();
        await home.TellAsync(Make.ChatIs("mine"));
        await home.LogInAsync("bob");
        var chats = new List<string>();
        foreach (var chat in (string[])["b1", "b2", "b3"])
        {
            await home.Network.StreamOf("bob").TellAsync(
                [Make.ChatIs(chat, "bob"), .. Enumerable.Range(0, 1000).Select(i => Make.Says("ada", chat, $"${chat} {i}"))]);
            chats.Add(home.ChatId(chat, "bob"));
        }

        long Left() => home.Number("SELECT count(*) FROM message JOIN chat ON chat.key = chat WHERE chat.remote_id <> 'mine'")!.Value;
        var seen = new ConcurrentBag<long>();
        void Look() => seen.Add(Left());
        var log = home.LogEnd;
        home.Database.Committed += Look;
        var removal = Task.Run(() => home.Accounts.RemoveAsync(
            home.Owner, home.Accounts.Get(home.Owner, "scripted_bob"), CancellationToken.None));
        var sends = 0;
        do
        {
            await home.SendAsync("mine", (++sends).ToString(CultureInfo.InvariantCulture));
        }
        while (!removal.IsCompleted);
        await removal;
        home.Database.Committed -= Look;

        Assert.True(seen.Where(left => left is > 0 and < 3000).Distinct().Count() >= 3, "It all went at once.");
        Assert.Equal(0, Left());
        Assert.Equal(0, home.Number("SELECT count(*) FROM login WHERE remote_id = 'bob'"));
        Assert.Equal(sends, home.Number("SELECT count(*) FROM message"));
        Assert.Equal(1, home.Number("SELECT count(*) FROM chat"));
        Assert.Equal(0, home.Number("SELECT count(*) FROM message_search WHERE message_search MATCH 'hello'"));
        Assert.Equal(
            chats.Order(StringComparer.Ordinal).Select(id => $"chat.deleted [\"{id}\"]"),
            home.LogAfter(log).Where(entry => entry.StartsWith("chat.deleted", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Null(Integrity.Check(home.Database));
    }
}
