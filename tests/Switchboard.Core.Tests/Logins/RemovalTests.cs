using Switchboard.Core.Chats;
using Switchboard.Networks;
using Switchboard.Testing;
using Xunit;

namespace Switchboard.Core.Tests.Logins;

public sealed class RemovalTests
{
    // The logs and the answers given outlive what they speak of, and so does who is let in; capabilities and counters say nothing about
    // anybody.
    private static readonly string[] Kept =
    [
        "change", "request", "capability", "counter", "token", "upload", "search_word",
        "audit", "oauth_client", "oauth_grant", "owner_password", "sign_in_code",
    ];

    [Fact]
    public async Task An_account_that_is_removed_leaves_no_rows()
    {
        await using var home = await TestInstallation.StartAsync(new ScriptedNetwork { HoldsSends = true });
        await FillAsync(home);
        Assert.DoesNotContain(0, Counts(home).Values);
        await home.Accounts.RemoveAsync(home.Owner, home.Accounts.Get(home.Owner, "scripted_me"), CancellationToken.None);
        Assert.All(Counts(home), count => Assert.Equal((count.Key, 0), (count.Key, count.Value)));
        Assert.Contains("remove me", home.Network.Calls);
        Assert.Null(Integrity.Check(home.Database));
    }

    [Fact]
    public async Task An_account_that_is_removed_takes_nothing_of_another()
    {
        await using var home = await TestInstallation.StartAsync(new ScriptedNetwork { HoldsSends = true });
        await FillAsync(home);
        var before = Counts(home);
        await home.LogInAsync("bob");
        await home.Network.StreamOf("bob").TellAsync(
            Make.ChatIs("c1", "bob", "ada"), Make.Says("ada", "c1", "$b", "mine"), Make.Reacts("bob", "c1", "$b", "👍"));
        var log = home.LogEnd;
        var chat = home.ChatId("c1", "bob");
        Assert.Equal(["scripted_bob"], await home.Accounts.RemoveAsync(
            home.Owner, home.Accounts.Get(home.Owner, "scripted_bob"), CancellationToken.None));
        Assert.Equal(before, Counts(home));
        Assert.Equal([$"chat.deleted [\"{chat}\"]"], home.LogAfter(log));
    }

    [Fact]
    public async Task A_chat_that_is_removed_leaves_no_rows()
    {
        await using var home = await TestInstallation.StartAsync(new ScriptedNetwork { HoldsSends = true });
        await home.TellAsync(Make.ChatIs("c0"));
        var before = Counts(home);
        await FillAsync(home);
        await home.TellAsync(new RemoteEvent.ChatRemoved(new RemoteChatId("c1")));
        var after = Counts(home);
        // People stay known, and what a token is limited to stays a limit.
        string[] people = ["contact", "token_account"];
        Assert.Equal(before.Where(count => !people.Contains(count.Key)), after.Where(count => !people.Contains(count.Key)));
    }

    [Fact]
    public async Task What_is_asked_of_an_account_that_is_being_removed_waits_for_the_end_of_it()
    {
        await using var home = await TestInstallation.StartAsync();
        var login = home.Number("SELECT key FROM login")!.Value;
        Task<INetworkConnection>? asked = null;
        await home.Logins.RemoveAsync(
            login,
            async () =>
            {
                asked = home.Logins.ConnectionOfAsync(login, CancellationToken.None);
                Assert.False(asked.IsCompleted);
                await home.Database.WriteAsync(db => db.Execute("DELETE FROM login"), CancellationToken.None);
                return "gone";
            },
            CancellationToken.None);
        var failure = await Assert.ThrowsAsync<NetworkException>(() => asked!);
        Assert.Equal(NetworkFailure.NotFound, failure.Kind);
    }

    [Fact]
    public async Task What_is_asked_of_an_account_whose_removal_fails_is_answered_by_it()
    {
        await using var home = await TestInstallation.StartAsync();
        var login = home.Number("SELECT key FROM login")!.Value;
        Task<INetworkConnection>? asked = null;
        await Assert.ThrowsAsync<InvalidOperationException>(() => home.Logins.RemoveAsync<string>(
            login,
            () =>
            {
                asked = home.Logins.ConnectionOfAsync(login, CancellationToken.None);
                throw new InvalidOperationException("The disk fails.");
            },
            CancellationToken.None));
        Assert.NotNull(await asked!);
    }

    [Fact]
    public async Task A_login_that_expires_waits_for_a_person_and_works_again_after_a_new_login()
    {
        await using var home = await TestInstallation.StartAsync();
        await home.TellAsync(Make.ChatIs("c1"));
        var login = home.Number("SELECT key FROM login")!.Value;
        home.Network.StreamOf("me").Break(new NetworkException(NetworkFailure.LoginExpired, "Log in again."));
        var failure = await Assert.ThrowsAsync<NetworkException>(async () =>
        {
            while (true)
            {
                await home.Logins.ConnectionOfAsync(login, CancellationToken.None);
                await Task.Yield();
            }
        });
        Assert.Equal(NetworkFailure.LoginExpired, failure.Kind);
        Assert.Equal(Core.Logins.LoginHealth.Expired, home.Logins.HealthOf(login));
        await home.LogInAsync("me");
        Assert.Equal(Core.Logins.LoginHealth.Connected, home.Logins.HealthOf(login));
        await home.TellAsync(Make.Says("ada", "c1", "$1"));
        Assert.Single(home.All("c1"));
    }

    private static async Task FillAsync(TestInstallation home)
    {
        var chat = Make.Chat("c1", "me", "ada", "bob") with { Avatar = Make.Media("avatar") };
        await home.TellAsync(
            Make.ChatIs("before c1"), new RemoteEvent.ChatReplaced(new RemoteChatId("before c1"), new RemoteChatId("c1")),
            new RemoteEvent.ChatUpserted(chat),
            Make.Says("ada", "c1", "$1"), Make.Says("me", "c1", "$2"), Make.Says("ada", "c1", "$3"),
            Make.Reacts("ada", "c1", "$2", "👍"), Make.Reads("ada", "c1", "$3"), Make.Reads("bob", "c1", "$unknown"), Make.Gap("c1", "t"),
            Make.Removes("c1", "$missing"));
        await home.Messages.DeleteAsync(home.Owner, home.ChatId("c1"), home.MessageId("$3"), false, CancellationToken.None);
        var upload = await home.UploadAsync([1, 2]);
        await home.Chats.UpdateAsync(
            home.Owner, home.ChatId("c1"),
            new ChatChange { Draft = new(new DraftRequest("x", [KeyValuePair.Create("a", new Core.Messages.AttachmentRequest { UploadId = upload.Id })])) },
            CancellationToken.None);
        await home.TokenAsync(["scripted_me"], [home.ChatId("c1")]);
        await home.SendAsync("c1", "on its way");
        await home.Network.NextSendAsync();
    }

    private static SortedDictionary<string, long> Counts(TestInstallation home)
    {
        // Of the search indexes the shadow tables that hold documents are counted; the others are SQLite's own.
        var tables = home.Database.Read(db => db.Query(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '%_search%'",
            row => row.GetString(0))).Except(Kept).ToDictionary(name => name, name => home.Number($"SELECT count(*) FROM {name}")!.Value);
        tables["message words"] = home.Number("SELECT count(*) FROM message_search WHERE message_search MATCH '\":c10001\" OR \":c10002\" OR \":c10003\"'")!.Value;
        tables["chat words"] = home.Number("SELECT count(*) FROM chat_search WHERE chat_search MATCH 'scripted'")!.Value;
        return new SortedDictionary<string, long>(tables);
    }
}
