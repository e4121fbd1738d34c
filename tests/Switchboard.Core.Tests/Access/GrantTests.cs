using Switchboard.Core.Access;
using Xunit;

namespace Switchboard.Core.Tests.Access;

/// <summary>Decisions of the owner, and codes that are good once, for a minute, and for one client alone (auth.md §6, §7).</summary>
public sealed class GrantTests
{
    [Fact]
    public async Task A_code_gives_a_token_with_what_the_owner_chose()
    {
        await using var desk = new Desk();
        var request = await desk.AskAsync(resource: "http://localhost/v0/mcp");
        var code = await desk.AllowAsync(request, new GrantChoice(["read"], [], [], TimeSpan.FromHours(1)));

        var token = Assert.IsType<Redeemed.Token>(await desk.PresentAsync(code));

        var access = desk.Tokens.Find(token.Secret)!;
        Assert.Equal("read", token.Scopes);
        Assert.Equal(TimeSpan.FromHours(1), token.Life);
        Assert.Equal((true, false, AccessKind.Client), (access.CanRead, access.CanWrite, access.Kind));
        Assert.Equal(request.Client.Id, access.ClientId);
        Assert.Equal("http://localhost/v0/mcp", access.Resource);
        desk.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Null(desk.Tokens.Find(token.Secret));
    }

    [Fact]
    public async Task A_code_that_comes_again_gives_nothing_and_ends_what_it_gave()
    {
        await using var desk = new Desk();
        var code = await desk.AllowAsync(await desk.AskAsync());
        var token = Assert.IsType<Redeemed.Token>(await desk.PresentAsync(code));

        Assert.IsType<Redeemed.Nothing>(await desk.PresentAsync(code, presented => presented with { Verifier = new string('x', 43) }));

        Assert.Null(desk.Tokens.Find(token.Secret));
    }

    [Fact]
    public async Task A_code_is_good_for_less_than_a_minute()
    {
        await using var desk = new Desk();
        var (early, late) = (await desk.AllowAsync(await desk.AskAsync()), await desk.AllowAsync(await desk.AskAsync()));

        desk.Clock.Advance(TimeSpan.FromSeconds(59));
        Assert.IsType<Redeemed.Token>(await desk.PresentAsync(early));
        desk.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.IsType<Redeemed.Nothing>(await desk.PresentAsync(late));
    }

    [Theory]
    [InlineData("client")]
    [InlineData("redirect")]
    [InlineData("verifier")]
    [InlineData("resource")]
    public async Task A_code_presented_with_something_wrong_is_used_up(string wrong)
    {
        await using var desk = new Desk();
        var code = await desk.AllowAsync(await desk.AskAsync(resource: "http://localhost"));

        var first = await desk.PresentAsync(code, presented => wrong switch
        {
            "client" => presented with { ClientId = "cli_another" },
            "redirect" => presented with { RedirectUri = "http://127.0.0.1:4001/callback" },
            "verifier" => presented with { Verifier = Desk.Verifier + "x" },
            _ => presented with { Resource = "http://localhost/v0/mcp" },
        });

        Assert.Equal(wrong == "resource", Assert.IsType<Redeemed.Nothing>(first).IsTarget);
        Assert.IsType<Redeemed.Nothing>(await desk.PresentAsync(code));
    }

    [Theory]
    [InlineData("")]
    [InlineData("sbc_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("sbt_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task A_code_that_nobody_got_gives_nothing(string code)
    {
        await using var desk = new Desk();

        Assert.IsType<Redeemed.Nothing>(await desk.PresentAsync(code));
    }

    [Fact]
    public async Task A_request_is_decided_once()
    {
        await using var desk = new Desk();
        var (allowed, denied) = (await desk.AskAsync(), await desk.AskAsync());
        await desk.AllowAsync(allowed);
        await desk.Grants.DenyAsync(denied, CancellationToken.None);

        foreach (var request in new[] { allowed, denied })
        {
            Assert.True(desk.Grants.IsDecided(request.Id));
            var again = await Assert.ThrowsAsync<RefusedException>(() => desk.AllowAsync(request));
            Assert.Equal(Refusal.Conflict, again.Reason);
            await Assert.ThrowsAsync<RefusedException>(() => desk.Grants.DenyAsync(request, CancellationToken.None));
        }
    }

    [Fact]
    public async Task The_owner_gives_no_more_than_was_asked_for_and_nothing_that_is_not_there()
    {
        await using var desk = new Desk();
        var request = await desk.AskAsync(["read"]);

        Assert.Equal(Refusal.Invalid, (await Assert.ThrowsAsync<RefusedException>(() => desk.AllowAsync(request))).Reason);
        var nowhere = new GrantChoice(["read"], ["nowhere"], [], null);
        Assert.Equal(Refusal.NotFound, (await Assert.ThrowsAsync<RefusedException>(() => desk.AllowAsync(request, nowhere))).Reason);
        Assert.False(desk.Grants.IsDecided(request.Id));
    }

    [Fact]
    public async Task A_bearer_may_end_its_token_and_a_client_not_that_of_another()
    {
        await using var desk = new Desk();
        var request = await desk.AskAsync();
        var token = Assert.IsType<Redeemed.Token>(await desk.PresentAsync(await desk.AllowAsync(request)));

        Assert.False(await desk.Tokens.RevokeSecretAsync(token.Secret, "cli_another", CancellationToken.None));
        Assert.NotNull(desk.Tokens.Find(token.Secret));
        Assert.True(await desk.Tokens.RevokeSecretAsync(token.Secret, request.Client.Id, CancellationToken.None));
        Assert.Null(desk.Tokens.Find(token.Secret));
        Assert.True(await desk.Tokens.RevokeSecretAsync("sbt_unknown", null, CancellationToken.None));
    }

    [Fact]
    public async Task Clients_that_nobody_lets_in_make_place_for_new_ones_and_those_let_in_stay()
    {
        await using var desk = new Desk();
        var request = await desk.AskAsync();
        Assert.IsType<Redeemed.Token>(await desk.PresentAsync(await desk.AllowAsync(request)));
        var waiting = await desk.AskAsync();
        for (var i = 0; i < OAuthClients.WaitingAtMost; i++)
        {
            await desk.AskAsync();
        }

        Assert.NotNull(desk.Clients.Find(request.Client.Id));
        Assert.Null(desk.Clients.Find(waiting.Client.Id));
    }

    [Fact]
    public async Task The_secrets_are_nowhere_in_the_database()
    {
        await using var desk = new Desk();
        var code = await desk.AllowAsync(await desk.AskAsync());
        var token = Assert.IsType<Redeemed.Token>(await desk.PresentAsync(code));
        var oneTime = await desk.Sessions.MakeCodeAsync(CancellationToken.None);
        var session = await desk.Sessions.SignInWithCodeAsync(await desk.Sessions.MakeCodeAsync(CancellationToken.None), CancellationToken.None);
        await desk.Sessions.SetPasswordAsync("a password of ours", null, CancellationToken.None);
        var path = desk.Database.Path;

        var kept = string.Concat(Directory.EnumerateFiles(Path.GetDirectoryName(path)!).Select(Content));

        Assert.Contains("Helper", kept, StringComparison.Ordinal);
        foreach (var secret in new[] { code, token.Secret, oneTime, session!.Secret, session.Key, "a password of ours" })
        {
            Assert.DoesNotContain(secret, kept, StringComparison.Ordinal);
        }
    }

    private static string Content(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(stream, System.Text.Encoding.Latin1);
        return reader.ReadToEnd();
    }
}
