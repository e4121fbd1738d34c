using Switchboard.Core.Chats;
using Switchboard.Core.Paging;
using Xunit;

namespace Switchboard.Server.Tests.Hosting;

/// <summary>A running server with two people who know each other; shared by the tests of a class.</summary>
public sealed class TownFixture : IAsyncLifetime
{
    internal TestServer Server { get; private set; } = null!;

    /// <summary>The first account, and the chat and message in it.</summary>
    internal (string Account, Chat Chat, string Message) Mine { get; private set; }

    /// <summary>The second account, and the same chat and message as it has them.</summary>
    internal (string Account, Chat Chat, string Message) Theirs { get; private set; }

    public async ValueTask InitializeAsync()
    {
        Server = await TestServer.StartAsync();
        var ada = await Server.AddPersonAsync("ada", "Ada");
        var (mine, theirs) = await Server.MeetAsync("local_owner", ada, "ada");
        var message = await Server.SayAsync(mine.Id, "hello there");
        string? received = null;
        await Server.UntilAsync(() => (received = MessagesOf(theirs).FirstOrDefault()) is not null);
        Mine = ("local_owner", mine, message);
        Theirs = (ada, theirs, received!);
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    private IEnumerable<string> MessagesOf(Chat chat) => Server.Get<Core.Messages.Messages>()
        .List(Core.Access.Access.Owner, chat.Id, new PageRequest(null, PageDirection.Before, 10))
        .Items.Select(message => message.Id.ToString(System.Globalization.CultureInfo.InvariantCulture));
}
