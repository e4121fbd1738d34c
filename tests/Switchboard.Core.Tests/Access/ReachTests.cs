using Switchboard.Core.Chats;
using Switchboard.Core.Messages;
using Switchboard.Networks;
using Switchboard.Testing;
using Xunit;

namespace Switchboard.Core.Tests.Access;

/// <summary>What lies outside a token's limits looks to it like what does not exist, by every verb.</summary>
public sealed class ReachTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    public static TheoryData<string> Verbs => [.. Attempts.Keys];

    /// <summary>Verbs on the account, chat, message and file of the other login.</summary>
    private static Dictionary<string, Func<TestInstallation, Core.Access.Access, Task>> Attempts { get; } = new()
    {
        ["get chat"] = (home, access) => Now(() => home.Chats.Get(access, Chat(home), 1)),
        ["get chat by local id"] = (home, access) => Now(() => home.Chats.Get(access, $"{home.Number("SELECT key FROM chat WHERE remote_id = 'other'")}", 1)),
        ["update chat"] = (home, access) => home.Chats.UpdateAsync(access, Chat(home), new ChatChange { IsMuted = true }, None),
        ["archive"] = (home, access) => home.Chats.ArchiveAsync(access, Chat(home), true, None),
        ["read"] = (home, access) => home.Chats.MarkReadAsync(access, Chat(home), null, None),
        ["unread"] = (home, access) => home.Chats.MarkUnreadAsync(access, Chat(home), null, None),
        ["remind"] = (home, access) => home.Chats.SetReminderAsync(access, Chat(home), new Reminder(Make.Start.AddDays(1), false), None),
        ["notify"] = (home, access) => home.Chats.NotifyAnywayAsync(access, Chat(home), None),
        ["type"] = (home, access) => home.Chats.SetTypingAsync(access, Chat(home), true, None),
        ["draft"] = (home, access) => home.Chats.FillDraftAsync(access, Chat(home), "x", null, None),
        ["start chat"] = (home, access) => home.Chats.StartAsync(access, "scripted_bob", new PersonRequest { Username = "cyd" }, true, None),
        ["create chat"] = (home, access) => home.Chats.CreateAsync(access, "scripted_bob", false, [Make.UserId("cyd")], null, new RequestIdentity(null, [], false), None),
        ["list messages"] = (home, access) => Now(() => home.Messages.List(access, Chat(home), Make.Page())),
        ["get message"] = (home, access) => home.Messages.GetAsync(access, Chat(home), home.MessageId("$other"), None),
        ["get message through own chat"] = (home, access) => home.Messages.GetAsync(access, home.ChatId("mine"), home.MessageId("$other"), None),
        ["send"] = (home, access) => home.Messages.SendAsync(access, Chat(home), Make.Text("x"), Make.Identity("x"), None),
        ["reply across chats"] = (home, access) => home.Messages.SendAsync(
            access, home.ChatId("mine"), new SendRequest { Text = "x", ReplyTo = home.MessageId("$other") }, Make.Identity("x"), None),
        ["edit"] = (home, access) => home.Messages.EditAsync(access, Chat(home), home.MessageId("$other"), "x", None),
        ["delete"] = (home, access) => home.Messages.DeleteAsync(access, Chat(home), home.MessageId("$other"), true, None),
        ["react"] = (home, access) => home.Messages.ReactAsync(access, Chat(home), home.MessageId("$other"), "👍", null, None),
        ["unreact"] = (home, access) => home.Messages.UnreactAsync(access, Chat(home), home.MessageId("$other"), "👍", None),
        ["list contacts"] = (home, access) => Now(() => home.Contacts.List(access, "scripted_bob", null, Make.Page())),
        ["search contacts"] = (home, access) => home.Contacts.SearchAsync(access, "scripted_bob", "cyd", None),
        ["get account"] = (home, access) => Now(() => home.Accounts.Get(access, "scripted_bob")),
        ["open file"] = (home, access) => home.Media.FindAsync(access, Url(home), None),
    };

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task A_token_limited_to_an_account_finds_nothing_of_another(string verb)
    {
        await using var home = await WithTwoAccountsAsync();
        var access = await home.TokenAsync(accounts: ["scripted_me"]);
        await RefusedAsync(home, () => Attempts[verb](home, access));
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task A_token_limited_to_a_chat_finds_nothing_of_another_account(string verb)
    {
        await using var home = await WithTwoAccountsAsync();
        var access = await home.TokenAsync(chats: [home.ChatId("mine")]);
        await RefusedAsync(home, () => Attempts[verb](home, access));
    }

    [Fact]
    public async Task A_chat_is_found_by_its_networks_id_by_whoever_has_it_in_reach()
    {
        await using var home = await TestInstallation.StartAsync();
        await home.TellAsync(Make.ChatIs("!a:hs.test", "me", "ada"), Make.ChatIs("!b:hs.test", "me", "bob"));
        var apart = await home.TokenAsync(chats: [home.ChatId("!b:hs.test")]);

        Assert.Equal(home.ChatId("!a:hs.test"), home.Chats.Get(home.Owner, "!a:hs.test", 0).Id);
        Assert.Empty((await home.Messages.ListAsync(home.Owner, "!a:hs.test", Make.Page(), _ => false, CancellationToken.None)).Page!.Items);
        Assert.Equal(home.ChatId("!b:hs.test"), home.Chats.Get(apart, "!b:hs.test", 0).Id);
        Assert.Throws<RefusedException>(() => home.Chats.Get(apart, "!a:hs.test", 0));
        Assert.Throws<RefusedException>(() => home.Chats.Get(home.Owner, "!none:hs.test", 0));
    }

    [Fact]
    public async Task Lists_and_searches_show_only_what_is_in_reach()
    {
        await using var home = await WithTwoAccountsAsync();
        await home.TellAsync(Make.ChatIs("second", "me", "dan"), Make.Says("dan", "second", "$second", "hello there"));
        Core.Access.Access[] limited = [await home.TokenAsync(accounts: ["scripted_bob"]), await home.TokenAsync(chats: [home.ChatId("other", "bob")])];
        foreach (var access in limited)
        {
            Assert.Equal([home.ChatId("other", "bob")], home.Chats.List(access, null, Make.Page(), _ => false).Items.Select(item => item.Chat!.Id));
            Assert.Equal([home.ChatId("other", "bob")], home.Chats.Search(access, new ChatFilter(), Make.Page()).Items.Select(chat => chat.Id));
            Assert.Empty(home.Chats.List(access, ["scripted_me"], Make.Page(), _ => false).Items);
            Assert.Equal(["scripted_bob"], home.Accounts.List(access).Select(account => account.Id));
            Assert.Equal(["$other"], Found(home, access, new MessageFilter { Query = "hello" }));
            Assert.Equal(["$other"], Found(home, access, new MessageFilter()));
            Assert.Empty(Found(home, access, new MessageFilter { Chats = [home.ChatId("mine")] }));
            Assert.Empty(Found(home, access, new MessageFilter { Accounts = ["scripted_me"] }));
            Assert.Empty(Found(home, access, new MessageFilter { Sender = Make.UserId("dan") }));
            Assert.Equal(["Cyd"], home.Contacts.List(access, "scripted_bob", null, Make.Page()).Items.Select(contact => contact.FullName));
        }
    }

    [Fact]
    public async Task A_token_limited_to_a_chat_does_not_see_its_accounts_other_people()
    {
        await using var home = await WithTwoAccountsAsync();
        await home.TellAsync(Make.ChatIs("second", "me", "dan"));
        home.Network.Directory = [Make.User("eve")];
        var access = await home.TokenAsync(chats: [home.ChatId("mine")]);
        Assert.Equal(["Ada"], home.Contacts.List(access, "scripted_me", null, Make.Page()).Items.Select(contact => contact.FullName));
        Assert.Empty(await home.Contacts.SearchAsync(access, "scripted_me", "eve", None));
        await RefusedAsync(home, () => home.Chats.StartAsync(access, "scripted_me", new PersonRequest { Id = Make.UserId("eve") }, true, None));
        await RefusedAsync(
            home, () => home.Chats.CreateAsync(access, "scripted_me", true, [Make.UserId("eve")], null, new RequestIdentity(null, [], false), None), Refusal.Forbidden);
    }

    [Fact]
    public async Task A_token_limited_to_a_chat_is_told_the_same_of_people_who_exist_and_who_do_not()
    {
        await using var home = await WithTwoAccountsAsync();
        await home.TellAsync(Make.ChatIs("second", "me", "dan"), Make.ChatIs("group", "me", "ada", "finn"));
        home.Network.Directory = [Make.User("eve") with { Email = "eve@mail.example", PhoneNumber = "+4912345" }];
        var access = await home.TokenAsync(chats: [home.ChatId("mine"), home.ChatId("group")]);
        var said = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in (string[])["eve", "dan", "finn", "cyd", "me", "nobody"])
        {
            foreach (var person in (PersonRequest[])[
                new() { Id = Make.UserId(name) }, new() { Username = name }, new() { Username = "@" + name },
                new() { FullName = char.ToUpperInvariant(name[0]) + name[1..] }, new() { Email = $"{name}@mail.example" }, new() { PhoneNumber = "+4912345" }])
            {
                var refused = await Assert.ThrowsAsync<RefusedException>(() => home.Chats.StartAsync(access, "scripted_me", person, true, None));
                Assert.Equal(Refusal.NotFound, refused.Reason);
                said.Add(refused.Message);
            }
        }

        Assert.Single(said);
        Assert.Empty(home.Network.Calls);
        home.Network.ChatAnswer = () => Make.Chat("mine");
        var (own, created) = await home.Chats.StartAsync(access, "scripted_me", new PersonRequest { Username = "ada" }, true, None);
        Assert.Equal((home.ChatId("mine"), false), (own.Id, created));
    }

    [Fact]
    public async Task Only_a_token_without_limits_adds_or_removes_accounts()
    {
        await using var home = await WithTwoAccountsAsync();
        var access = await home.TokenAsync(accounts: ["scripted_me"]);
        await RefusedAsync(home, () => home.Sessions.StartAsync(access, ScriptedNetwork.Bridge, null, null, null, None), Refusal.Forbidden);
        await RefusedAsync(home, () => home.Accounts.RemoveAsync(access, home.Accounts.Get(access, "scripted_me"), None), Refusal.Forbidden);
        var session = await home.Sessions.StartAsync(home.Owner, ScriptedNetwork.Bridge, null, null, null, None);
        await RefusedAsync(home, () => Now(() => home.Sessions.Get(access, ScriptedNetwork.Bridge, session.Id)));
        await RefusedAsync(home, () => home.Sessions.CancelAsync(access, ScriptedNetwork.Bridge, session.Id, None));
        await RefusedAsync(home, () => home.Sessions.SubmitAsync(access, ScriptedNetwork.Bridge, session.Id, "name", new Dictionary<string, string>(), None));
    }

    [Fact]
    public async Task A_token_of_a_removed_account_reaches_nothing_also_when_the_account_comes_back()
    {
        await using var home = await WithTwoAccountsAsync();
        var (_, secret) = await home.Tokens.CreateAsync(new("agent", ["read"], ["scripted_bob"], [], null), None);
        await home.Accounts.RemoveAsync(home.Owner, home.Accounts.Get(home.Owner, "scripted_bob"), None);
        await home.LogInAsync("bob");
        await home.Network.StreamOf("bob").TellAsync(Make.ChatIs("other", "bob", "cyd"));
        var access = home.Tokens.Find(secret)!;
        Assert.False(access.IsUnlimited);
        Assert.Empty(home.Accounts.List(access));
        Assert.Empty(home.Chats.List(access, null, Make.Page(), _ => false).Items);
        Assert.Empty(Found(home, access, new MessageFilter()));
        await RefusedAsync(home, () => Now(() => home.Chats.Get(access, home.ChatId("other", "bob"), 1)));
    }

    [Fact]
    public async Task A_revoked_or_expired_token_is_none()
    {
        await using var home = await TestInstallation.StartAsync();
        var (token, secret) = await home.Tokens.CreateAsync(new("a", ["read"], [], [], TimeSpan.FromHours(1)), None);
        var (other, otherSecret) = await home.Tokens.CreateAsync(new("b", ["write"], [], [], null), None);
        Assert.True(home.Tokens.Find(secret) is { CanRead: true, CanWrite: false });
        home.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Null(home.Tokens.Find(secret));
        var access = home.Tokens.Find(otherSecret)!;
        Assert.True(await home.Tokens.RevokeAsync(other.Id, None));
        Assert.Null(home.Tokens.Find(otherSecret));
        Assert.Null(home.Tokens.Refresh(access.Token));
        Assert.False(await home.Tokens.RevokeAsync("tok_unknown", None));
        Assert.Equal(2, home.Tokens.List().Count);
        Assert.NotEqual(token.Id, other.Id);
    }

    [Fact]
    public async Task An_upload_can_be_used_by_its_own_token_and_by_the_owner_only()
    {
        await using var home = await WithTwoAccountsAsync();
        var (mine, others) = (await home.TokenAsync(accounts: ["scripted_me"]), await home.TokenAsync(accounts: ["scripted_bob"]));
        var upload = await home.UploadAsync([1, 2, 3], access: mine);
        var url = home.Media.UrlOf(upload);
        await RefusedAsync(home, () => home.Media.FindAsync(others, url, None));
        Assert.Null(home.Uploads.FindByPath(others, home.Files.PathOf(upload.Sha256)));
        Assert.Equal(upload.Sha256, (await home.Media.FindAsync(mine, url, None)).Sha256);
        Assert.Equal(upload.Sha256, (await home.Media.FindAsync(home.Owner, url, None)).Sha256);
        var attachment = new SendRequest { Attachment = new AttachmentRequest { UploadId = upload.Id } };
        await RefusedAsync(home, () => home.Messages.SendAsync(others, home.ChatId("other", "bob"), attachment, Make.Identity("x"), None));
    }

    private static string Chat(TestInstallation home) => home.ChatId("other", "bob");

    private static string Url(TestInstallation home) => home.Media.UrlOf(home.Database.Read(db => db.QueryText("SELECT id FROM media"))!);

    private static IEnumerable<string?> Found(TestInstallation home, Core.Access.Access access, MessageFilter filter) =>
        home.Search.Find(access, filter, Make.Page()).Items.Select(message => message.RemoteId?.Value);

    private static Task Now<T>(Func<T> verb)
    {
        verb();
        return Task.CompletedTask;
    }

    private static async Task RefusedAsync(TestInstallation home, Func<Task> verb, Refusal reason = Refusal.NotFound)
    {
        var log = home.LogEnd;
        var refused = await Assert.ThrowsAsync<RefusedException>(verb);
        Assert.Equal(reason, refused.Reason);
        Assert.Equal([], home.LogAfter(log));
        Assert.DoesNotContain(home.Network.Calls, call => call.Contains("other", StringComparison.Ordinal));
    }

    private static async Task<TestInstallation> WithTwoAccountsAsync()
    {
        var home = await TestInstallation.StartAsync();
        await home.TellAsync(Make.ChatIs("mine"), Make.Says("ada", "mine", "$mine", "hello"));
        await home.LogInAsync("bob");
        await home.Network.StreamOf("bob").TellAsync(
            Make.ChatIs("other", "bob", "cyd"),
            new RemoteEvent.MessageUpserted(Make.Message("other", "$other", "bob", "hello") with { Attachments = [Make.Media("file")] }),
            Make.Reacts("bob", "other", "$other", "👍"));
        return home;
    }
}
