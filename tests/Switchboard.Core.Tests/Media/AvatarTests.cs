using Switchboard.Networks;
using Switchboard.Testing;
using Xunit;

namespace Switchboard.Core.Tests.Media;

public sealed class AvatarTests
{
    private static readonly byte[] Png = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0];

    [Fact]
    public async Task A_person_has_a_picture_that_is_fetched_when_it_is_wanted_and_kept()
    {
        await using var home = await TestInstallation.StartAsync(new ScriptedNetwork { MediaContent = Png });
        await home.TellAsync(With("face"));
        var avatar = home.Chat("c1").Participants[0].Contact.Avatar!;
        Assert.Empty(home.Network.Calls);
        for (var time = 0; time < 2; time++)
        {
            var file = await home.Media.FindAsync(home.Owner, home.Media.UrlOf(avatar), CancellationToken.None);
            Assert.Equal("image/png", file.Info.MimeType);
        }

        Assert.Equal(["media face"], home.Network.Calls);
        // Nothing swept away that a person bears.
        home.Clock.Advance(TimeSpan.FromHours(3));
        await home.Scheduler.CleanAsync(CancellationToken.None);
        await home.Media.FindAsync(home.Owner, home.Media.UrlOf(avatar), CancellationToken.None);
        Assert.Single(home.Network.Calls);
        // Told without one it stays; another takes its place under another name.
        await home.TellAsync(Make.ChatIs("c1"));
        Assert.Equal(avatar, home.Chat("c1").Participants[0].Contact.Avatar);
        await home.TellAsync(With("other face"));
        Assert.NotEqual(avatar, home.Chat("c1").Participants[0].Contact.Avatar);
    }

    [Fact]
    public async Task Who_may_not_see_a_person_may_not_see_the_picture()
    {
        await using var home = await TestInstallation.StartAsync();
        await home.TellAsync(With("face"), Make.ChatIs("c2", "me", "bob"));
        var url = home.Media.UrlOf(home.Chat("c1").Participants[0].Contact.Avatar!);
        await home.Media.FindAsync(await home.TokenAsync(chats: [home.ChatId("c1")]), url, CancellationToken.None);
        var apart = await home.TokenAsync(chats: [home.ChatId("c2")]);
        Assert.Equal(
            Refusal.NotFound, (await Assert.ThrowsAsync<RefusedException>(() => home.Media.FindAsync(apart, url, CancellationToken.None))).Reason);
    }

    [Fact]
    public async Task A_file_and_a_picture_are_found_by_the_addresses_that_their_network_gives_them()
    {
        await using var home = await TestInstallation.StartAsync(new ScriptedNetwork { MediaContent = Png });
        await home.TellAsync(
            With("mxc://hs.test/face"), Make.ChatIs("c2", "me", "bob"),
            new RemoteEvent.MessageUpserted(Make.Message("c1", "m1", "ada", "") with { Text = null, Attachments = [Make.Media("mxc://hs.test/Pic")] }));
        var apart = await home.TokenAsync(chats: [home.ChatId("c2")]);
        foreach (var address in (string[])["mxc://hs.test/face", "mxc://hs.test/Pic"])
        {
            Assert.Equal("image/png", (await home.Media.FindAsync(home.Owner, address, CancellationToken.None)).Info.MimeType);
            Assert.Equal(Refusal.NotFound, (await Assert.ThrowsAsync<RefusedException>(
                () => home.Media.FindAsync(apart, address, CancellationToken.None))).Reason);
        }

        // Nothing that nobody in reach ever bore is fetched.
        await Assert.ThrowsAsync<RefusedException>(() => home.Media.FindAsync(home.Owner, "mxc://hs.test/other", CancellationToken.None));
        Assert.Equal(["media mxc://hs.test/face", "media mxc://hs.test/Pic"], home.Network.Calls);
    }

    private static RemoteEvent.ChatUpserted With(string picture) => new RemoteEvent.ChatUpserted(Make.Chat("c1") with
    {
        Participants =
        [
            new RemoteParticipant(Make.User("ada") with { Avatar = Make.Media(picture, "face.jpg", "image/jpeg") }),
            new RemoteParticipant(Make.User("me")),
        ],
    });
}
