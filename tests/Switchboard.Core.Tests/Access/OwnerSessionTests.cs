using Switchboard.Core.Access;
using Xunit;

namespace Switchboard.Core.Tests.Access;

/// <summary>The owner at a browser.</summary>
public sealed class OwnerSessionTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task A_one_time_code_signs_in_once()
    {
        await using var desk = new Desk();
        var code = await desk.Sessions.MakeCodeAsync(None);

        var session = await desk.Sessions.SignInWithCodeAsync(code, None);

        Assert.True(Find(desk, session!)!.IsOwner);
        Assert.Null(await desk.Sessions.SignInWithCodeAsync(code, None));
    }

    [Fact]
    public async Task A_one_time_code_is_good_for_ten_minutes()
    {
        await using var desk = new Desk();
        var code = await desk.Sessions.MakeCodeAsync(None);
        desk.Clock.Advance(OwnerSessions.CodeLife);

        Assert.Null(await desk.Sessions.SignInWithCodeAsync(code, None));
    }

    [Fact]
    public async Task A_session_is_no_bearer_token_and_a_bearer_token_no_session()
    {
        await using var desk = new Desk();
        var session = (await desk.Sessions.SignInWithCodeAsync(await desk.Sessions.MakeCodeAsync(None), None))!;
        var owner = await desk.Tokens.CreateOwnerAsync(None);

        Assert.Null(desk.Tokens.Find(session.Secret));
        Assert.Null(desk.Tokens.Find(session.Key));
        Assert.Null(desk.Sessions.Find(owner, session.Key));
        Assert.Null(desk.Tokens.Find(Secrets.TokenPrefix + session.Secret[4..]));
        Assert.Equal(["Owner"], desk.Tokens.List().Select(token => token.Name));
    }

    [Fact]
    public async Task A_session_ends_by_itself_and_when_it_is_ended()
    {
        await using var desk = new Desk();
        var (one, two) = (await SignInAsync(desk), await SignInAsync(desk));
        await desk.Sessions.EndAsync(Find(desk, one)!, None);

        Assert.Null(Find(desk, one));
        Assert.NotNull(Find(desk, two));
        desk.Clock.Advance(OwnerSessions.Life);
        Assert.Null(Find(desk, two));
    }

    [Fact]
    public async Task A_new_password_signs_everybody_out_but_who_set_it()
    {
        await using var desk = new Desk();
        var (mine, other) = (await SignInAsync(desk), await SignInAsync(desk));

        await desk.Sessions.SetPasswordAsync("correct horse battery", Find(desk, mine), None);

        Assert.NotNull(Find(desk, mine));
        Assert.Null(Find(desk, other));
        Assert.True(desk.Sessions.HasPassword);
        Assert.NotNull(await desk.Sessions.SignInWithPasswordAsync("correct horse battery", None));
        Assert.Null(await desk.Sessions.SignInWithPasswordAsync("Correct horse battery", None));
    }

    [Fact]
    public async Task Without_a_password_none_signs_in_and_a_short_one_is_refused()
    {
        await using var desk = new Desk();

        Assert.Null(await desk.Sessions.SignInWithPasswordAsync("", None));
        await Assert.ThrowsAsync<RefusedException>(() => desk.Sessions.SetPasswordAsync("short", null, None));
        await desk.Sessions.SetPasswordAsync("long enough 1", null, None);
        await desk.Sessions.SetPasswordAsync(null, null, None);
        Assert.False(desk.Sessions.HasPassword);
        Assert.Null(await desk.Sessions.SignInWithPasswordAsync("long enough 1", None));
    }

    [Fact]
    public async Task What_is_over_is_forgotten_and_the_rest_stays()
    {
        await using var desk = new Desk();
        var request = await desk.AskAsync();
        var lasting = Assert.IsType<Redeemed.Token>(await desk.PresentAsync(await desk.AllowAsync(request)));
        var unused = (await desk.AskAsync()).Client;
        await desk.Sessions.MakeCodeAsync(None);
        await SignInAsync(desk);
        desk.Clock.Advance(TimeSpan.FromDays(61));

        await desk.Database.WriteAsync(db => db.ForgetAccess(desk.Clock.GetUtcNow()), None);

        Assert.NotNull(desk.Clients.Find(request.Client.Id));
        Assert.NotNull(desk.Tokens.Find(lasting.Secret));
        Assert.Null(desk.Clients.Find(unused.Id));
        Assert.Equal(0, Count("sign_in_code"));
        Assert.Equal(0, Count("oauth_grant"));
        Assert.Equal(0, Count("token WHERE kind = 'session'"));

        long? Count(string from) => desk.Database.Read(db => db.QueryInt64($"SELECT count(*) FROM {from}"));
    }

    [Fact]
    public async Task A_cookie_without_the_key_of_its_own_page_is_nobody()
    {
        await using var desk = new Desk();
        var (mine, other) = (await SignInAsync(desk), await SignInAsync(desk));

        Assert.NotNull(desk.Sessions.Find(mine.Secret, mine.Key));
        foreach (var key in new[] { "", "sbk_", mine.Secret, other.Key, mine.Key + "A", mine.Key[..^1], Secrets.Make(Secrets.PageKeyPrefix) })
        {
            Assert.Null(desk.Sessions.Find(mine.Secret, key));
        }

        Assert.Null(desk.Sessions.Find(mine.Key, mine.Secret));
    }

    private static Core.Access.Access? Find(Desk desk, SignedIn session) => desk.Sessions.Find(session.Secret, session.Key);

    private static async Task<SignedIn> SignInAsync(Desk desk) =>
        (await desk.Sessions.SignInWithCodeAsync(await desk.Sessions.MakeCodeAsync(None), None))!;
}
