using System.Net;
using Switchboard.Core.Access;
using Switchboard.Server.Http;
using Switchboard.Server.Spec;
using Switchboard.Server.Tests.Hosting;
using Xunit;

namespace Switchboard.Server.Tests.Http;

/// <summary>Every operation with every kind of token (auth.md §2, §3).</summary>
public sealed class AccessTests(TownFixture town) : IClassFixture<TownFixture>
{
    private static readonly Target Nothing = new();

    public static TheoryData<string> AllOperations => [.. Operations.All.Select(operation => operation.Id)];

    private TestServer Server => town.Server;

    private string Metadata => $"resource_metadata=\"{Server.Address.GetLeftPart(UriPartial.Authority)}/.well-known/oauth-protected-resource\"";

    [Theory]
    [MemberData(nameof(AllOperations))]
    public async Task Without_a_good_token_only_public_operations_answer(string id)
    {
        var operation = Find(id);
        var (gone, revoked) = await Server.MakeTokenAsync();
        await Server.Get<Tokens>().RevokeAsync(gone.Id, CancellationToken.None);
        var bad = new (string? Header, bool WasGiven)[]
        {
            (null, false),
            ("Basic b3duZXI6b3duZXI=", false),
            ("Bearer", false),
            ("Bearer not/a token, but \"something\"", true),
            ("Bearer sbt_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", true),
            ("Bearer " + Server.Owner[..^1], true),
            ("Bearer " + revoked, true),
            ("Bearer " + await Server.TokenAsync(life: TimeSpan.FromSeconds(-1)), true),
        };
        foreach (var (header, wasGiven) in bad)
        {
            using var answer = await AskAsync(operation, Nothing, header);

            Demand(operation, header, answer);
            if (operation.Access == Scope.Public)
            {
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
                continue;
            }

            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
            Assert.Equal(
                wasGiven ? $"Bearer error=\"invalid_token\", {Metadata}" : $"Bearer {Metadata}",
                Assert.Single(answer.Headers.NonValidated["WWW-Authenticate"]));
            if (operation.Method != "HEAD")
                await ErrorAsync(answer, "unauthorized", "Unauthorized:");
        }
    }

    [Theory]
    [MemberData(nameof(AllOperations))]
    public async Task A_token_without_the_scope_is_refused_and_one_with_it_is_not(string id)
    {
        var operation = Find(id);
        var (read, write) = (await Server.TokenAsync("read"), await Server.TokenAsync("write"));
        foreach (var (scope, token) in new[] { (Scope.Read, read), (Scope.Write, write) })
        {
            using var answer = await AskAsync(operation, Nothing, "Bearer " + token);

            Demand(operation, scope.ToString(), answer);
            Assert.NotEqual(HttpStatusCode.Unauthorized, answer.StatusCode);
            if (operation.Access == Scope.Public || operation.Access == scope)
            {
                Assert.NotEqual(HttpStatusCode.Forbidden, answer.StatusCode);
                continue;
            }

            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
            Assert.Equal(
                $"Bearer error=\"insufficient_scope\", scope=\"{operation.Access.ToString().ToLowerInvariant()}\", {Metadata}",
                Assert.Single(answer.Headers.NonValidated["WWW-Authenticate"]));
            if (operation.Method != "HEAD")
                await ErrorAsync(answer, "insufficient_scope", "");
        }
    }

    [Theory]
    [MemberData(nameof(AllOperations))]
    public async Task To_a_limited_token_what_lies_outside_is_as_if_it_did_not_exist(string id)
    {
        var operation = Find(id);
        var session = await Server.Get<Core.Logins.LoginSessions>().StartAsync(Access.Owner, "local", null, null, null, CancellationToken.None);
        var limits = new[]
        {
            await Server.TokenAsync(account: town.Theirs.Account),
            await Server.TokenAsync(chat: town.Theirs.Chat.Id),
            await Server.TokenAsync(account: town.Theirs.Account, chat: town.Theirs.Chat.Id),
        };
        foreach (var token in limits)
        {
            foreach (var outside in Outside(session.Id))
            {
                await AssertAlikeAsync(operation, token, outside);
            }
        }

        await Server.Get<Core.Logins.LoginSessions>().CancelAsync(Access.Owner, "local", session.Id, CancellationToken.None);
    }

    [Theory]
    [InlineData("/v1/messages/search?query=hello&chatIDs={0}", "chat")]
    [InlineData("/v1/messages/search?query=hello&accountIDs={0}", "account")]
    [InlineData("/v1/messages/search?query=hello&sender={0}", "person")]
    [InlineData("/v1/chats?accountIDs={0}", "account")]
    [InlineData("/v1/chats/search?query=a&accountIDs={0}", "account")]
    [InlineData("/v1/chats/search?cursor={0}", "chat")]
    [InlineData("/v1/chats/CHAT/messages?cursor={0}", "message")]
    public async Task Filters_and_cursors_of_a_limited_token_tell_nothing_of_what_lies_outside(string path, string what)
    {
        var (outside, missing) = what switch
        {
            "chat" => (town.Mine.Chat.Id, Nothing.Chat),
            "account" => (town.Mine.Account, Nothing.Account),
            "message" => (town.Mine.Message, Nothing.Message),
            _ => ("@nobody-knows:switchboard.localhost", "@nobody-else:switchboard.localhost"),
        };
        path = path.Replace("CHAT", Uri.EscapeDataString(town.Theirs.Chat.Id), StringComparison.Ordinal);
        var token = await Server.TokenAsync(account: town.Theirs.Account);
        using var one = await Server.SendAsync(HttpMethod.Get, string.Format(null, path, Uri.EscapeDataString(outside)), token);
        using var two = await Server.SendAsync(HttpMethod.Get, string.Format(null, path, Uri.EscapeDataString(missing)), token);

        Assert.Equal(two.StatusCode, one.StatusCode);
        Assert.Equal(await TextAsync(two, missing), await TextAsync(one, outside));
    }

    [Theory]
    [InlineData("/v1/accounts")]
    [InlineData("/v1/chats")]
    [InlineData("/v1/chats/search")]
    [InlineData("/v1/messages/search?query=hello")]
    [InlineData("/v1/search?query=hello")]
    [InlineData("/v1/bridges")]
    [InlineData("/v1/bridges/local/logins")]
    public async Task The_lists_of_a_limited_token_name_nothing_from_outside(string path)
    {
        var token = await Server.TokenAsync(account: town.Theirs.Account);
        using var answer = await Server.SendAsync(HttpMethod.Get, path, token);
        var text = await answer.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains(town.Theirs.Account, text, StringComparison.Ordinal);
        Assert.DoesNotContain(town.Mine.Account, text, StringComparison.Ordinal);
        Assert.DoesNotContain(town.Mine.Chat.Id, text, StringComparison.Ordinal);
    }

    private static Operation Find(string id) => Operations.All.Single(operation => operation.Id == id);

    /// <summary>What lies outside the limit of the second account, each with its counterpart that is nowhere.</summary>
    private IEnumerable<(Target Outside, Target Missing)> Outside(string session)
    {
        yield return (
            new Target { Account = town.Mine.Account, Chat = town.Mine.Chat.Id, Message = town.Mine.Message, Login = "owner", Session = session },
            Nothing);
        yield return (Nothing with { Chat = town.Mine.Chat.Key.ToString(null, null) }, Nothing with { Chat = "7654321" });
        var within = Nothing with { Account = town.Theirs.Account, Chat = town.Theirs.Chat.Id };
        yield return (within with { Message = town.Mine.Message }, within);
    }

    private async Task AssertAlikeAsync(Operation operation, string token, (Target Outside, Target Missing) pair)
    {
        var (outside, missing) = pair;
        // Nothing differs in what is asked: there is nothing to compare, and asking twice would do it twice.
        if (Samples.PathOf(operation, outside) == Samples.PathOf(operation, missing)
            && Samples.JsonOf(operation, outside) == Samples.JsonOf(operation, missing))
        {
            return;
        }

        using var one = await AskAsync(operation, outside, "Bearer " + token);
        using var two = await AskAsync(operation, missing, "Bearer " + token);
        Demand(operation, "limited", one);
        Demand(operation, "limited", two);
        Assert.Equal(two.StatusCode, one.StatusCode);
        Assert.Equal(
            await TextAsync(two, missing.Account, missing.Chat, missing.Message, missing.Login, missing.Session),
            await TextAsync(one, outside.Account, outside.Chat, outside.Message, outside.Login, outside.Session));
    }

    private async Task<HttpResponseMessage> AskAsync(Operation operation, Target target, string? authorization)
    {
        using var request = new HttpRequestMessage(new HttpMethod(operation.Method), Samples.PathOf(operation, target));
        request.Content = Samples.BodyOf(operation, target);
        if (authorization is not null)
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        return await Server.Http.SendAsync(request);
    }

    private static void Demand(Operation operation, string? how, HttpResponseMessage answer)
    {
        Assert.True((int)answer.StatusCode < 500, $"{operation.Id} with {how} answered {answer.StatusCode}.");
        Assert.True(answer.Headers.Contains(RequestGuard.VersionHeader), $"{operation.Id} with {how} does not say the version.");
    }

    private static async Task ErrorAsync(HttpResponseMessage answer, string code, string begins)
    {
        using var error = await TestServer.JsonAsync(answer);
        Assert.Equal(code, error.RootElement.GetProperty("code").GetString());
        Assert.StartsWith(begins, error.RootElement.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    private static async Task<string> TextAsync(HttpResponseMessage answer, params string[] ids)
    {
        var text = await answer.Content.ReadAsStringAsync();
        return ids.Aggregate(text, (left, id) => left.Replace($": {id}.", ": ID.", StringComparison.Ordinal)
            .Replace($"\"{id}\"", "\"ID\"", StringComparison.Ordinal));
    }
}
