using System.Security.Cryptography;
using System.Text;
using Switchboard.Networks;

namespace Switchboard.LocalNetwork.Tests;

public sealed class MediaTests
{
    private static readonly string HashOfHello = Convert.ToHexStringLower(SHA256.HashData("hello"u8));

    [Fact]
    public async Task A_file_arrives_with_what_was_measured_of_it()
    {
        await using var town = Town.Open();
        var (ada, bob, chat) = await ConversationTests.ConversingAsync(town);

        var sent = await ada.SendAsync(chat, Town.Saying("look") with { Attachment = Town.Attachment("hello", "a.txt") });

        var message = (await bob.ReceivedAsync<RemoteEvent.MessageUpserted>()).Message;
        var media = Assert.Single(message.Attachments);
        Assert.Equal("look", message.Text!.Html);
        Assert.Equal(Assert.Single(sent.Media), media.Id);
        Assert.Equal(("a.txt", "text/plain"), (media.Info.FileName, media.Info.MimeType));
        Assert.Equal((5L, HashOfHello), (media.Info.FileSize!.Value, media.Info.Sha256));
        Assert.Equal("hello", await bob.OpenFileAsync(media.Id));
        Assert.Equal("hello", await ada.OpenFileAsync(media.Id));
        Assert.Equal([HashOfHello], town.Files);
    }

    [Fact]
    public async Task A_file_opens_for_the_members_of_its_chat_alone()
    {
        await using var town = Town.Open();
        var (ada, _, chat) = await ConversationTests.ConversingAsync(town);
        var eve = await town.AddAsync("eve");
        var sent = await ada.SendAsync(chat, new() { Attachment = Town.Attachment("hello") });
        var own = await eve.SendAsync(eve.Self, new() { Attachment = Town.Attachment("hello") });

        await Refused.AsAsync(NetworkFailure.NotFound, () => eve.OpenFileAsync(sent.Media[0]));
        await Refused.AsAsync(NetworkFailure.NotFound, () => eve.OpenFileAsync(new(HashOfHello)));
        await Refused.AsAsync(NetworkFailure.NotFound, () => eve.OpenFileAsync(new("../local.db")));
        Assert.Equal("hello", await eve.OpenFileAsync(own.Media[0]));
    }

    [Fact]
    public async Task A_file_stays_as_long_as_a_message_refers_to_it()
    {
        await using var town = Town.Open();
        var (ada, bob, chat) = await ConversationTests.ConversingAsync(town);
        var first = await ada.SendAsync(chat, new() { Attachment = Town.Attachment("hello") });
        var second = await bob.SendAsync(chat, new() { Attachment = Town.Attachment("hello") });

        await ada.DeleteAsync(chat, first);
        Assert.Equal("hello", await ada.OpenFileAsync(second.Media[0]));
        await Refused.AsAsync(NetworkFailure.NotFound, () => bob.OpenFileAsync(first.Media[0]));
        await bob.DeleteAsync(chat, second);

        Assert.Empty(town.Files);
    }

    [Fact]
    public async Task A_file_too_large_is_refused_before_it_is_read_and_while_it_is_read()
    {
        await using var town = Town.Open();
        var ada = await town.AddAsync("ada");
        var announced = Town.Attachment("x");
        announced = announced with { Info = announced.Info with { FileSize = LocalCapabilities.MaxFileSize + 1 } };
        using var folder = new MemoryStream(Encoding.UTF8.GetBytes("too long"));

        await Refused.AsAsync(NetworkFailure.Rejected, () => ada.SendAsync(ada.Self, new() { Attachment = announced }));
        await Refused.AsAsync(NetworkFailure.Rejected, () => town.Network.Media.StoreAsync(folder, 7, CancellationToken.None));

        Assert.Empty(town.Files);
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_can_be_sent_again()
    {
        await using var town = Town.Open();
        var ada = await town.AddAsync("ada");
        var missing = Town.Attachment("x") with { OpenRead = () => throw new FileNotFoundException("gone") };

        await Refused.AsAsync(NetworkFailure.Transient, () => ada.SendAsync(ada.Self, new() { Attachment = missing }, "t1"));
        var sent = await ada.SendAsync(ada.Self, new() { Attachment = Town.Attachment("x") }, "t1");

        Assert.Equal("x", await ada.OpenFileAsync(sent.Media[0]));
    }

    [Fact]
    public async Task A_refused_message_leaves_no_file_behind()
    {
        await using var town = Town.Open();
        var (ada, _, chat) = await ConversationTests.ConversingAsync(town);
        var message = new OutgoingMessage { Attachment = Town.Attachment("hello"), ReplyTo = new("$nothing") };

        await Refused.AsAsync(NetworkFailure.NotFound, () => ada.SendAsync(chat, message));

        Assert.Empty(town.Files);
    }

    [Fact]
    public async Task What_a_crash_left_without_a_message_goes_at_the_next_start()
    {
        await using var town = Town.Open();
        var ada = await town.AddAsync("ada");
        await ada.SendAsync(ada.Self, new() { Attachment = Town.Attachment("hello") });
        await File.WriteAllTextAsync(Path.Combine(town.Folder, "media", new string('a', 64)), "orphan");
        await File.WriteAllTextAsync(Path.Combine(town.Folder, "media", "unfinished.part"), "half");

        await town.Clock.TimersMadeAsync(1);
        await town.ReopenAsync();
        await town.Clock.TimersMadeAsync(2);

        Assert.Equal([HashOfHello], town.Files);
    }
}
