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

    private static RemoteEvent.MessageEdited Edit(string id, string user, string text) =>
        new(new("c1"), new(id), new(text, false), [], Make.Start.AddMinutes(user == "eve" ? 2 : 1))
        {
            Sender = new(Make.UserId(user)),
        };
}
