using Switchboard.Core.Chats;
using Switchboard.Core.Messages;
using Switchboard.Networks;
using Switchboard.Testing;
using Xunit;

namespace Switchboard.Core.Tests.Receiving;

/// <summary>What the owner wrote and what is known of messages when two chats become one.</summary>
public sealed class MergedChatTests
{
    private static readonly RemoteEvent Merge = new RemoteEvent.ChatReplaced(new("old"), new("new"));

    [Theory]
    [InlineData("one", "two", "one\n\ntwo")]
    [InlineData("one\nmore", "**two**", "one<br>more<br><br><strong>two</strong>")]
    [InlineData("1 < 2", "2 > 1", "1 &lt; 2\n\n2 &gt; 1")]
    [InlineData("same", "same", "same")]
    [InlineData("one", null, "one")]
    [InlineData(null, "two", "two")]
    public async Task Of_two_drafts_the_other_stands_below_the_one(string? old, string? other, string expected)
    {
        await using var home = await WithChatsAsync();
        if (old is not null)
            await DraftAsync(home, "old", old);
        if (other is not null)
            await DraftAsync(home, "new", other);

        await home.TellAsync(Merge, Merge);

        Assert.Equal(expected, home.Chat("new").Draft?.Text);
    }

    [Fact]
    public async Task Files_of_two_drafts_are_in_the_one_each_under_a_name_of_its_own()
    {
        await using var home = await WithChatsAsync();
        await DraftAsync(home, "old", "one", ("a", "first.txt"));
        await DraftAsync(home, "new", "", ("a", "second.txt"), ("a_2", "third.txt"));

        await home.TellAsync(Merge);

        var draft = home.Chat("new").Draft!;
        Assert.Equal("one", draft.Text);
        Assert.Equal(["first.txt", "second.txt", "third.txt"], draft.Attachments.Select(file => file.Info.FileName));
        Assert.Equal(3, draft.Attachments.Select(file => file.Id).Distinct().Count());
        Assert.All(draft.Attachments, file => Assert.Equal(
            1, home.Number("SELECT count(*) FROM media m JOIN chat c ON c.key = m.chat WHERE m.id = $id", ("$id", file.MediaId))));
        await home.Chats.UpdateAsync(home.Owner, home.ChatId("new"), new ChatChange { Draft = new(null) }, CancellationToken.None);
        Assert.Equal(0, home.Number("SELECT count(*) FROM media"));
    }

    [Fact]
    public async Task Who_has_seen_a_message_that_both_hold_has_seen_it()
    {
        await using var home = await WithChatsAsync();
        await home.TellAsync(
            Make.Says("me", "old", "$1"), Make.Says("me", "new", "$1"),
            Make.Reads("ada", "old", "$1", Make.Start.AddMinutes(1)), Make.Reads("ada", "new", "$1", Make.Start.AddMinutes(2)),
            Make.Reads("bob", "new", "$1", Make.Start.AddMinutes(3)));

        await home.TellAsync(Merge);

        Assert.Equal(
            [(Make.UserId("ada"), Make.Start.AddMinutes(2)), (Make.UserId("bob"), Make.Start.AddMinutes(3))],
            home.Message("$1").SeenBy.Select(seen => (seen.UserId, seen.At)).Order());
    }

    private static async Task<TestInstallation> WithChatsAsync()
    {
        var home = await TestInstallation.StartAsync();
        await home.TellAsync(Make.ChatIs("old"), Make.ChatIs("new"));
        return home;
    }

    private static async Task DraftAsync(TestInstallation home, string chat, string text, params (string Id, string Name)[] files)
    {
        var attachments = new List<KeyValuePair<string, AttachmentRequest>>();
        foreach (var (id, name) in files)
        {
            var upload = await home.UploadAsync([1, 2, 3, (byte)attachments.Count], name);
            attachments.Add(KeyValuePair.Create(id, new AttachmentRequest { UploadId = upload.Id }));
        }

        await home.Chats.UpdateAsync(
            home.Owner, home.ChatId(chat), new ChatChange { Draft = new(new DraftRequest(text, attachments)) }, CancellationToken.None);
    }
}
