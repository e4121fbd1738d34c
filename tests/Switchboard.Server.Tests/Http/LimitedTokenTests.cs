using System.Net;
using Switchboard.Core.Chats;
using Switchboard.Server.Tests.Hosting;
using Xunit;

namespace Switchboard.Server.Tests.Http;

/// <summary>A token for one chat learns from no answer who else is there (auth.md §3).</summary>
public sealed class LimitedTokenTests
{
    [Fact]
    public async Task Answers_about_people_who_exist_and_who_do_not_are_the_same_bytes()
    {
        await using var server = await TestServer.StartAsync();
        var ada = await server.AddPersonAsync("ada", "Ada");
        var bob = await server.AddPersonAsync("bob", "Bob");
        await server.AddPersonAsync("eve", "Eve");
        var (mine, _) = await server.MeetAsync("local_owner", ada, "ada");
        var (known, _) = await server.MeetAsync("local_owner", bob, "bob");
        var domain = mine.Participants.First(participant => !participant.Contact.IsSelf).Contact.UserId.Split(':')[1];
        var token = await server.TokenAsync(chat: mine.Id);
        var started = new HashSet<string>(StringComparer.Ordinal);
        var created = new HashSet<string>(StringComparer.Ordinal);
        var grouped = new HashSet<string>(StringComparer.Ordinal);

        foreach (var (username, name) in new[] { ("bob", "Bob"), ("eve", "Eve"), ("owner", "Owner"), ("nobody", "Nobody") })
        {
            foreach (var user in new[]
            {
                $$"""{"id":"@{{username}}:{{domain}}"}""", $$"""{"username":"{{username}}"}""", $$"""{"fullName":"{{name}}"}""",
                $$"""{"email":"{{username}}@mail.example"}""", $$"""{"id":"{{username}}","username":"{{username}}","fullName":"{{name}}"}""",
            })
            {
                started.Add(await AnswerAsync(server, token, "/v1/chats/start", $$"""{"accountID":"local_owner","user":{{user}}}"""));
            }

            foreach (var (type, answers) in new[] { ("single", created), ("group", grouped) })
            {
                answers.Add(await AnswerAsync(
                    server, token, "/v1/chats",
                    $$"""{"accountID":"local_owner","type":"{{type}}","participantIDs":["@{{username}}:{{domain}}"],"title":"x"}"""));
            }
        }

        Assert.StartsWith("404 ", Assert.Single(started), StringComparison.Ordinal);
        Assert.StartsWith("404 ", Assert.Single(created), StringComparison.Ordinal);
        Assert.StartsWith("403 ", Assert.Single(grouped), StringComparison.Ordinal);
        Assert.Equal(known.Key, server.Get<Chats>().Get(Core.Access.Access.Owner, known.Id, 0).Key);
    }

    [Theory]
    [InlineData("""{"username":"ada"}""")]
    [InlineData("""{"fullName":"Ada"}""")]
    public async Task The_chat_that_it_is_for_can_be_started(string user)
    {
        await using var server = await TestServer.StartAsync();
        var ada = await server.AddPersonAsync("ada", "Ada");
        var (mine, _) = await server.MeetAsync("local_owner", ada, "ada");
        var token = await server.TokenAsync(chat: mine.Id);

        using var answer = await server.SendAsync(
            HttpMethod.Post, "/v1/chats/start", token, $$"""{"accountID":"local_owner","user":{{user}}}""");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        using var chat = await TestServer.JsonAsync(answer);
        Assert.Equal(mine.Id, chat.RootElement.GetProperty("chatID").GetString());
        Assert.Equal("existing", chat.RootElement.GetProperty("status").GetString());
    }

    private static async Task<string> AnswerAsync(TestServer server, string token, string path, string body)
    {
        using var answer = await server.SendAsync(HttpMethod.Post, path, token, body);
        var headers = answer.Headers.Concat(answer.Content.Headers).Where(header => header.Key != "Date")
            .OrderBy(header => header.Key, StringComparer.Ordinal).Select(header => $"{header.Key}: {string.Join(',', header.Value)}");
        return $"{(int)answer.StatusCode} {string.Join('\n', headers)}\n{await answer.Content.ReadAsStringAsync()}";
    }
}
