using Switchboard.Core.Chats;
using Switchboard.Core.Messages;
using Switchboard.Networks;
using Switchboard.Testing;
using Xunit;

namespace Switchboard.Core.Tests.Chats;

public sealed class DraftTests
{
    [Fact]
    public async Task A_second_draft_is_refused_until_the_first_is_taken_away()
    {
        await using var home = await WithChatAsync();
        await DraftAsync(home, "one");
        var refused = await Assert.ThrowsAsync<RefusedException>(() => DraftAsync(home, "two"));
        Assert.Equal(Refusal.Conflict, refused.Reason);
        Assert.Equal("one", home.Chat("c1").Draft?.Text);
        await ChangeAsync(home, null);
        Assert.Null(home.Chat("c1").Draft);
        await DraftAsync(home, "**two**");
        Assert.Equal("<strong>two</strong>", home.Chat("c1").Draft?.Text);
        await ChangeAsync(home, new DraftRequest("", []));
        Assert.Null(home.Chat("c1").Draft);
    }

    [Fact]
    public async Task A_refused_draft_changes_nothing_else_of_the_same_request()
    {
        await using var home = await WithChatAsync();
        await DraftAsync(home, "one");
        await Assert.ThrowsAsync<RefusedException>(() => home.Chats.UpdateAsync(
            home.Owner, home.ChatId("c1"),
            new ChatChange { IsPinned = true, Title = new("x"), Draft = new(new DraftRequest("two", [])) }, CancellationToken.None));
        Assert.False(home.Chat("c1").IsPinned);
        Assert.Empty(home.Network.Calls);
    }

    [Fact]
    public async Task Two_drafts_at_the_same_time_make_one()
    {
        await using var home = await WithChatAsync();
        var tries = Enumerable.Range(0, 8).Select(i => DraftAsync(home, $"d{i}")).ToList();
        await Task.WhenAll(tries).ContinueWith(_ => { }, TaskScheduler.Default);
        Assert.Equal(1, tries.Count(one => one.IsCompletedSuccessfully));
    }

    [Fact]
    public async Task A_draft_with_an_unknown_upload_is_refused()
    {
        await using var home = await WithChatAsync();
        var refused = await Assert.ThrowsAsync<RefusedException>(() =>
            ChangeAsync(home, new DraftRequest("x", [KeyValuePair.Create("a", new AttachmentRequest { UploadId = "upl_none" })])));
        Assert.Equal(Refusal.NotFound, refused.Reason);
        Assert.Null(home.Chat("c1").Draft);
    }

    [Fact]
    public async Task A_focus_fills_a_draft_only_where_there_is_none()
    {
        await using var home = await WithChatAsync();
        await home.Chats.FillDraftAsync(home.Owner, home.ChatId("c1"), "one", null, CancellationToken.None);
        await home.Chats.FillDraftAsync(home.Owner, home.ChatId("c1"), "two", null, CancellationToken.None);
        Assert.Equal("one", home.Chat("c1").Draft?.Text);
    }

    [Fact]
    public async Task A_network_without_an_ability_refuses_it_and_stays_as_it_was()
    {
        await using var home = await TestInstallation.StartAsync(new ScriptedNetwork(bare: true));
        await home.TellAsync(Make.ChatIs("c1"), Make.Says("me", "c1", "$1"));
        var (chat, message, log) = (home.ChatId("c1"), home.MessageId("$1"), home.LogEnd);
        Func<Task>[] verbs =
        [
            () => home.Messages.EditAsync(home.Owner, chat, message, "x", CancellationToken.None),
            () => home.Messages.DeleteAsync(home.Owner, chat, message, true, CancellationToken.None),
            () => home.Messages.ReactAsync(home.Owner, chat, message, "👍", null, CancellationToken.None),
            () => home.Chats.UpdateAsync(home.Owner, chat, new ChatChange { Title = new("x") }, CancellationToken.None),
            () => home.Chats.NotifyAnywayAsync(home.Owner, chat, CancellationToken.None),
            () => home.Chats.SetTypingAsync(home.Owner, chat, true, CancellationToken.None),
        ];
        foreach (var verb in verbs)
        {
            Assert.Equal(Refusal.Unsupported, (await Assert.ThrowsAsync<RefusedException>(verb)).Reason);
        }

        Assert.Equal([], home.LogAfter(log));
    }

    [Fact]
    public async Task Search_pages_go_on_though_a_chat_was_put_aside_between_them()
    {
        await using var home = await WithChatAsync();
        await home.TellAsync(Make.ChatIs("c2", "me", "bob"));
        await home.TellAsync([.. Enumerable.Range(0, 4).Select(i => Make.Says("ada", "c1", $"${i}", "apple"))]);
        var first = home.Search.Find(home.Owner, new MessageFilter { Query = "apple" }, Make.Page(2));
        await home.Chats.UpdateAsync(home.Owner, home.ChatId("c2"), new ChatChange { IsLowPriority = true }, CancellationToken.None);
        var second = home.Search.Find(home.Owner, new MessageFilter { Query = "apple" }, Make.Page(2, first.OldestCursor));
        Assert.Equal(["$1", "$0"], second.Items.Select(message => message.RemoteId?.Value));
    }

    private static Task<Chat> DraftAsync(TestInstallation home, string text) => ChangeAsync(home, new DraftRequest(text, []));

    private static Task<Chat> ChangeAsync(TestInstallation home, DraftRequest? draft) =>
        home.Chats.UpdateAsync(home.Owner, home.ChatId("c1"), new ChatChange { Draft = new(draft) }, CancellationToken.None);

    private static async Task<TestInstallation> WithChatAsync()
    {
        var home = await TestInstallation.StartAsync();
        await home.TellAsync(new RemoteEvent.ChatUpserted(Make.Chat("c1")));
        return home;
    }
}
