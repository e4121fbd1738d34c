using Switchboard.Core.Messages;
using Switchboard.Networks;
using Switchboard.Testing;
using Xunit;

namespace Switchboard.Core.Tests.Receiving;

public sealed class PlaceholderTests
{
    [Fact]
    public async Task A_placeholder_gives_way_to_what_it_stood_for()
    {
        await using var home = await TestInstallation.StartAsync();
        await home.TellAsync(Make.ChatIs("c1"), Placeholder("$1"), Make.Says("ada", "c1", "$2", "after"));
        var before = home.Message("$1");
        Assert.True(before.IsPlaceholder);
        var log = home.LogEnd;
        var told = new RemoteEvent.MessageUpserted(Make.Message("c1", "$1", "ada", "secret plans") with
        {
            Mentions = [Make.UserId("me")],
            Attachments = [Make.Media("m1")],
        });
        await home.TellAsync(told);
        var after = home.Message("$1");
        Assert.Equal((before.Id, before.SortKey, "secret plans", "IMAGE", 1), (after.Id, after.SortKey, after.Text, after.Type, after.Attachments.Count));
        Assert.Equal((2, 1), (home.Chat("c1").Unread, home.Chat("c1").UnreadMentions));
        Assert.Single(home.LogAfter(log), line => line.StartsWith("message.upserted", StringComparison.Ordinal));
        Assert.Single(Find(home, "plans"));
        Assert.Empty(Find(home, "unreadable"));
        log = home.LogEnd;
        await home.TellAsync(told, Placeholder("$1"));
        Assert.Equal(log, home.LogEnd);
    }

    [Fact]
    public async Task A_placeholder_that_turns_out_deleted_or_hidden_is_not_unread()
    {
        await using var home = await TestInstallation.StartAsync();
        await home.TellAsync(Make.ChatIs("c1"), Placeholder("$1"), Placeholder("$2"));
        Assert.Equal(2, home.Chat("c1").Unread);
        await home.TellAsync(
            new RemoteEvent.MessageUpserted(Make.Message("c1", "$1", "ada", "") with { IsRemoved = true }),
            new RemoteEvent.MessageUpserted(Make.Message("c1", "$2", "ada", "x") with { IsHidden = true }));
        Assert.Equal(0, home.Chat("c1").Unread);
        Assert.Equal((true, true), (home.Message("$1").IsDeleted, home.Message("$2").IsHidden));
        Assert.Empty(home.Database.Read(Core.Verification.StoreChecks.Run));
    }

    [Fact]
    public async Task An_edit_that_could_be_read_stands_when_the_first_text_becomes_known()
    {
        await using var home = await TestInstallation.StartAsync();
        await home.TellAsync(Make.ChatIs("c1"), Placeholder("$1"), Make.Edits("c1", "$1", "second", Make.Start.AddMinutes(1)));
        await home.TellAsync(Make.Says("ada", "c1", "$1", "first"));
        Assert.Equal(("second", 1), (home.Message("$1").Text, home.Message("$1").EditCount));
    }

    [Fact]
    public async Task A_message_that_was_deleted_before_it_was_told_is_a_tombstone_and_no_news()
    {
        await using var home = await TestInstallation.StartAsync();
        await home.TellAsync(Make.ChatIs("c1"), Make.Says("ada", "c1", "$1", "stays"));
        var activity = home.Chat("c1").LastActivity;
        await home.TellAsync(new RemoteEvent.MessageUpserted(
            Make.Message("c1", "$2", "ada", "gone", Make.Start.AddHours(-1)) with { IsRemoved = true, Attachments = [Make.Media("m")] }));
        var gone = home.Message("$2");
        Assert.Equal((true, null, 0), (gone.IsDeleted, gone.Text, gone.Attachments.Count));
        Assert.Equal((1, activity), (home.Chat("c1").Unread, home.Chat("c1").LastActivity));
        Assert.Empty(Find(home, "gone"));
        Assert.Equal("stays", home.Chats.List(home.Owner, null, Make.Page(), _ => false).Items.Single().Preview!.Text);
        Assert.Empty(home.Database.Read(Core.Verification.StoreChecks.Run));
    }

    [Fact]
    public async Task What_else_a_network_tells_of_a_message_is_kept()
    {
        await using var home = await TestInstallation.StartAsync();
        var video = Make.Media("v", "clip.mp4", "video/mp4", AttachmentKind.Video);
        await home.TellAsync(
            Make.ChatIs("c1"),
            new RemoteEvent.MessageUpserted(Make.Message("c1", "$1", "ada", "Here") with
            {
                IsLocation = true,
                SenderName = "Ada at work",
                EditedAt = Make.Start.AddMinutes(1),
                Links = [new RemoteLink { Url = "https://a.example", Title = "A", OriginalUrl = "a.example", Summary = "s", Picture = Make.Media("p") }],
            }),
            new RemoteEvent.MessageUpserted(Make.Message("c1", "$2", "ada", "x") with
            {
                Attachments = [video with { Info = video.Info with { Poster = new RemoteMediaId("still") } }],
            }),
            new RemoteEvent.ReactionAdded(new("c1"), new("$2"), new(Make.UserId("ada")), ":blob:", Make.Media("blob", "blob.gif", "image/gif")));
        var place = home.Message("$1");
        Assert.Equal(("LOCATION", "Ada at work", 1, Make.Start.AddMinutes(1)), (place.Type, place.SenderName, place.EditCount, place.EditedAt));
        var link = place.Links.Single();
        Assert.Equal(("https://a.example", "A", "a.example", "s"), (link.Url, link.Title, link.OriginalUrl, link.Summary));
        foreach (var picture in new[] { link.PictureId, home.Message("$2").Attachments.Single().PosterId, home.Message("$2").Reactions.Single().PictureId })
        {
            await home.Media.FindAsync(home.Owner, home.Media.UrlOf(picture!), CancellationToken.None);
        }

        Assert.Equal(["media p", "media still", "media blob"], home.Network.Calls);
        // An older edit that is told late changes nothing.
        await home.TellAsync(Make.Edits("c1", "$1", "There", Make.Start));
        Assert.Equal("Here", home.Message("$1").Text);
        await home.TellAsync(Make.Unreacts("ada", "c1", "$2", ":blob:"), Make.Removes("c1", "$1"));
        Assert.Equal(2, home.Number("SELECT count(*) FROM media"));
        Assert.Empty(home.Message("$1").Links);
    }

    private static RemoteEvent.MessageUpserted Placeholder(string id) => new RemoteEvent.MessageUpserted(
        Make.Message("c1", id, "ada", "unreadable") with { IsPlaceholder = true });

    private static IReadOnlyList<Message> Find(TestInstallation home, string words) =>
        home.Search.Find(home.Owner, new MessageFilter { Query = words }, Make.Page(10)).Items;
}
