using Switchboard.Networks;
using Switchboard.Testing;
using Xunit;

namespace Switchboard.Core.Tests.Receiving;

public sealed class ReplacedChatTests
{
    [Fact]
    public async Task A_chat_that_goes_on_under_another_id_is_the_same_chat()
    {
        await using var home = await TestInstallation.StartAsync();
        await home.TellAsync(
            Make.ChatIs("old"), Make.Gap("old", "1"), Make.Says("ada", "old", "$1"), Make.Marks("old", new ChatMarks { IsPinned = true }));
        var id = home.ChatId("old");
        RemoteEvent[] upgrade =
        [
            new RemoteEvent.ChatReplaced(new("old"), new("new")),
            new RemoteEvent.ChatUpserted(Make.Chat("new") with { Title = "Anew" }),
            Make.Says("ada", "new", "$2"),
            // What still comes under the old id.
            Make.Reacts("ada", "old", "$1", "👍"), Make.Says("ada", "old", "$3"),
            new RemoteEvent.ChatUpserted(Make.Chat("old") with { IsReadOnly = true }),
            new RemoteEvent.ChatRemoved(new("old")),
        ];
        await home.TellAsync(upgrade);
        await home.TellAsync(upgrade);
        Assert.Equal(id, home.ChatId("new"));
        var chat = home.Chat("new");
        Assert.Equal(("Anew", true, false, 1), (chat.Title, chat.IsPinned, chat.IsReadOnly, home.Number("SELECT count(*) FROM chat")));
        Assert.Equal(["$3", "$2", "$1"], home.All("new").Select(message => message.RemoteId!.Value.Value));
        Assert.Single(home.Message("$1").Reactions);
        // The past lies where it was, and what is sent goes where the chat is now.
        home.Network.History = (_, _, _) => Task.FromResult(new RemoteHistory([Make.Says("ada", "old", "$0", "x", Make.Start.AddDays(-1))], null));
        var page = await home.Messages.ListAsync(home.Owner, id, Make.Page(10), _ => false, CancellationToken.None);
        Assert.Equal("$0", page.Page!.Items[^1].RemoteId!.Value.Value);
        Assert.Contains("history old 1", home.Network.Calls);
        await home.UntilSentAsync(await home.SendAsync("new", "on"));
        Assert.Equal("new", home.Network.Delivered.Single().Chat.Value);
        await home.TellAsync(new RemoteEvent.ChatRemoved(new("new")));
        Assert.Equal(0, home.Number("SELECT count(*) FROM chat"));
    }

    [Fact]
    public async Task An_invitation_to_what_a_chat_becomes_gives_way_and_a_chat_of_its_own_does_not()
    {
        await using var home = await TestInstallation.StartAsync();
        await home.TellAsync(Make.ChatIs("a"), Make.ChatIs("b"), Make.ChatIs("c"), Make.Says("ada", "c", "$1"));
        var (a, c) = (home.ChatId("a"), home.ChatId("c"));
        await home.TellAsync(new RemoteEvent.ChatReplaced(new("a"), new("b")), new RemoteEvent.ChatReplaced(new("b"), new("c")));
        Assert.Equal((a, c), (home.ChatId("b"), home.ChatId("c")));
        Assert.Equal(2, home.Number("SELECT count(*) FROM chat"));
    }

    [Fact]
    public async Task A_chat_may_change_its_account_within_its_login()
    {
        await using var home = await TestInstallation.StartAsync();
        var bridged = Make.Account() with { AccountId = "bridged", Self = Make.User("ghost"), Network = "Bridged" };
        await home.TellAsync(
            new RemoteEvent.AccountUpserted(bridged), Make.ChatIs("c1"), Make.Says("ada", "c1", "$1", "apple"), Make.Says("me", "c1", "$2", "banana"),
            Make.Reacts("ada", "c1", "$2", "👍"), Make.Reads("ada", "c1", "$2"));
        var (id, key) = (home.ChatId("c1"), home.MessageId("$2"));
        await home.TellAsync(new RemoteEvent.ChatUpserted(Make.Chat("c1", "ghost") with { AccountId = "bridged" }));
        var chat = home.Chats.Get(home.Owner, id, -1);
        Assert.Equal(("bridged", "Bridged", 2), (chat.AccountId, chat.Network, chat.Participants.Count));
        var mine = home.Messages.List(home.Owner, id, Make.Page()).Items[0];
        Assert.Equal((key, true, Make.UserId("ghost"), 1, 1), ($"{mine.Id}", mine.IsMine, mine.SenderId, mine.Reactions.Count, mine.SeenBy.Count));
        foreach (var (account, found) in new[] { ("bridged", 1), ("scripted_me", 0) })
        {
            var filter = new Core.Messages.MessageFilter { Query = "apple", Accounts = [account], Sender = Make.UserId("ada") };
            Assert.Equal(found, home.Search.Find(home.Owner, filter, Make.Page(10)).Items.Count);
        }

        Assert.Equal(1, home.Number("SELECT count(*) FROM chat"));
        Assert.Empty(home.Database.Read(Core.Verification.StoreChecks.Run));
    }

    [Fact]
    public async Task A_first_batch_in_pieces_moves_the_cursor_with_its_last()
    {
        await using var home = await TestInstallation.StartAsync();
        var login = home.Number("SELECT key FROM login")!.Value;
        await home.Ingest.ApplyAsync(login, new RemoteBatch([Make.ChatIs("c1")], null), CancellationToken.None);
        Assert.Null(home.Database.Read(db => db.QueryText("SELECT cursor FROM login")));
        await home.Ingest.ApplyAsync(login, new RemoteBatch([Make.ChatIs("c2")], "7"), CancellationToken.None);
        await home.Ingest.ApplyAsync(login, new RemoteBatch([Make.ChatIs("c3")], null), CancellationToken.None);
        Assert.Equal("7", home.Database.Read(db => db.QueryText("SELECT cursor FROM login")));
    }
}
