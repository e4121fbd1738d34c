using System.Net;
using Switchboard.Core.Access;
using Switchboard.Core.Chats;
using Switchboard.Core.Messages;
using Switchboard.Core.Paging;
using Switchboard.Server.Tests.Hosting;
using Switchboard.Testing;
using Xunit;

namespace Switchboard.Server.Tests.Http;

/// <summary>The same message changed twice, by the whole server.</summary>
public sealed class RepetitionTests
{
    [Fact]
    public async Task Both_sides_end_with_the_last_edit_though_the_clock_stands_still_or_is_set_back()
    {
        var clock = new ManualClock();
        await using var server = await TestServer.StartAsync(clock: clock);
        var ada = await server.AddPersonAsync("ada", "Ada");
        var (mine, theirs) = await server.MeetAsync("local_owner", ada, "ada");
        var message = await server.SayAsync(mine.Id, "zero");
        foreach (var text in (string[])["one", "two", "three", "four"])
        {
            if (text == "three")
                clock.Jump(TimeSpan.FromDays(-1));
            using var answer = await server.SendAsync(
                HttpMethod.Put, $"/v1/chats/{mine.Key}/messages/{message}", server.Owner, TestServer.WriteText(text));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal(text, Newest(server, mine).Text);
        }

        // What is said after it arrives after it, on either side.
        await server.SayAsync(mine.Id, "end");
        await server.UntilAsync(() => Newest(server, theirs).Text == "end" && Newest(server, mine).Text == "end");
        Assert.Equal("four", Newest(server, mine, 1).Text);
        Assert.Equal("four", Newest(server, theirs, 1).Text);
        Assert.Equal(Newest(server, mine, 1).EditedAt, Newest(server, theirs, 1).EditedAt);
    }

    [Fact]
    public async Task A_reactions_transaction_that_is_used_for_another_is_a_conflict()
    {
        await using var server = await TestServer.StartAsync();
        var own = await server.OwnChatAsync();
        var (first, second) = (await server.SayAsync(own.Id, "one"), await server.SayAsync(own.Id, "two"));
        async Task<(HttpStatusCode Status, string Body)> ReactAsync(string message, string key)
        {
            using var answer = await server.SendAsync(
                HttpMethod.Post, $"/v1/chats/{own.Key}/messages/{message}/reactions", server.Owner,
                $$"""{"reactionKey":"{{key}}","transactionID":"t1"}""");
            return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
        }

        var done = await ReactAsync(first, "👍");

        Assert.Equal(HttpStatusCode.OK, done.Status);
        Assert.Equal(HttpStatusCode.Conflict, (await ReactAsync(first, "👎")).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await ReactAsync(second, "👍")).Status);
        Assert.Equal(done, await ReactAsync(first, "👍"));
    }

    private static Message Newest(TestServer server, Chat chat, int before = 0) => server.Get<Core.Messages.Messages>()
        .List(Access.Owner, chat.Id, new PageRequest(null, PageDirection.Before, 10)).Items[before];
}
