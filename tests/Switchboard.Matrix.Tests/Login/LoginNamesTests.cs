using FsCheck;
using FsCheck.Fluent;
using Switchboard.Matrix.Login;

namespace Switchboard.Matrix.Tests.Login;

public sealed class LoginNamesTests
{
    [Theory]
    [InlineData("@ada:example.org", "ada_example.org")]
    [InlineData("@a_b:example.org:8448", "a_b_example.org~3a8448")]
    [InlineData("@a/../b:example.org", "a~2f..~2fb_example.org")]
    [InlineData("@.hidden:example.org", "~2ehidden_example.org")]
    [InlineData("@Äda=x:[::1]", "~c3~84da~3dx_~5b~3a~3a1~5d")]
    public void A_login_is_named_after_its_user(string user, string name) => Assert.Equal(name, LoginNames.RemoteIdOf(user));

    [Fact]
    public void Two_users_never_have_one_name_and_every_name_is_safe_as_a_file() => Prop.ForAll<Tuple<string?, string?>, Tuple<string?, string?>>((one, other) =>
    {
        var (a, b) = (UserOf(one), UserOf(other));
        var (first, second) = (LoginNames.RemoteIdOf(a), LoginNames.RemoteIdOf(b));
        return (a == b) == (first == second) && first.Length <= 140
            && first.All(letter => char.IsAsciiLetterOrDigit(letter) || "_-.~".Contains(letter, StringComparison.Ordinal)) && first[0] != '.';
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_name_that_would_be_too_long_for_a_file_is_cut_and_still_its_own()
    {
        var a = LoginNames.RemoteIdOf("@" + new string('ü', 100) + "a:example.org");
        var b = LoginNames.RemoteIdOf("@" + new string('ü', 100) + "b:example.org");

        Assert.True(a.Length <= 120);
        Assert.NotEqual(a, b);
    }

    // Letters that no user id holds stand for others: half a surrogate cannot be written at all.
    private static string UserOf(Tuple<string?, string?> parts) =>
        "@" + string.Concat((parts.Item1 ?? "").Where(letter => letter != ':' && !char.IsSurrogate(letter)))
        + ":" + string.Concat((parts.Item2 ?? "").Where(letter => !char.IsSurrogate(letter)));
}
