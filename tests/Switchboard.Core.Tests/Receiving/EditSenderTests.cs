using Switchboard.Networks;
using Switchboard.Testing;
using Xunit;

namespace Switchboard.Core.Tests.Receiving;

/// <summary>Where the network does not see to it, only a message's sender may edit it.</summary>
public sealed class EditSenderTests
{
    [Fact]
    public async Task Nobody_edits_for_another()
    {
        await using var home = await TestInstallation.StartAsync();
        await home.TellAsync(Make.ChatIs("c1"), Make.Says("ada", "c1", "$1", "mine"), Edit("$1", "eve", "hers"));
        Assert.Equal("mine", home.Message("$1").Text);
        await home.TellAsync(Edit("$1", "ada", "mine indeed"));
        Assert.Equal("mine indeed", home.Message("$1").Text);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_the_owner_did_early_under_another_name_is_the_owners_when_its_message_comes(bool isInChat)
    {
        await using var home = await TestInstallation.StartAsync();
        var before = Make.Start.AddDays(-1);
        home.Network.History = Make.Past(10, Make.Says("me", "c1", "$1", "mine", before), Make.Says("ada", "c1", "$2", "hers", before));
        string[] people = isInChat ? ["ada", "ghost"] : ["ada"];
        await home.TellAsync(
            Make.ChatIs("c1", "me", people), Make.Gap("c1", "2"), Make.Says("ada", "c1", "$9"),
            Edit("$1", "ghost", "mine indeed"), Edit("$1", "eve", "eve's"), Edit("$2", "ghost", "mine too"),
            Make.Reacts("ghost", "c1", "$2", "👍"));

        await home.TellAsync(Make.ChatIs("c1"), new RemoteEvent.SenderIsOwner(new("c1"), new(Make.UserId("ghost"))));
        await home.Messages.ListAsync(home.Owner, home.ChatId("c1"), Make.Page(10), _ => false, CancellationToken.None);

        Assert.Equal(("mine indeed", "hers"), (home.Message("$1").Text, home.Message("$2").Text));
        Assert.Equal(Make.UserId("me"), Assert.Single(home.Message("$2").Reactions).UserId);
    }

    [Fact]
    public async Task What_the_owner_did_early_stays_the_owners_when_the_chat_goes_to_an_account_of_another_name()
    {
        await using var home = await TestInstallation.StartAsync();
        home.Network.History = Make.Past(10, Make.Says("ghost", "c1", "$1", "mine", Make.Start.AddDays(-1)));
        await home.TellAsync(Make.ChatIs("c1"), Make.Gap("c1", "1"), Make.Says("ada", "c1", "$9"), Edit("$1", "me", "mine indeed"));

        await home.TellAsync(
            new RemoteEvent.AccountUpserted(Make.Account("ghost")), new RemoteEvent.ChatUpserted(Make.Chat("c1", "ghost")));
        await home.Messages.ListAsync(home.Owner, home.ChatId("c1", "ghost"), Make.Page(10), _ => false, CancellationToken.None);

        Assert.Equal(1, home.Number("SELECT count(*) FROM message WHERE text = 'mine indeed' AND is_mine = 1"));
    }

    private static RemoteEvent.MessageEdited Edit(string id, string user, string text) =>
        new(new("c1"), new(id), new(text, false), [], Make.Start.AddMinutes(user == "eve" ? 2 : 1))
        {
            Sender = new(Make.UserId(user)),
        };
}
