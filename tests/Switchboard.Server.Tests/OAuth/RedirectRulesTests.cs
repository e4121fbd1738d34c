using Switchboard.Server.OAuth;
using Xunit;

namespace Switchboard.Server.Tests.OAuth;

/// <summary>Where a client may be sent back to (auth.md §5).</summary>
public sealed class RedirectRulesTests
{
    [Theory]
    [InlineData("http://127.0.0.1/callback")]
    [InlineData("http://127.0.0.1:52345/callback?x=1")]
    [InlineData("http://[::1]:1/")]
    [InlineData("http://localhost")]
    [InlineData("https://app.example/oauth/callback")]
    [InlineData("com.example.app:/callback")]
    [InlineData("cursor://anysphere.cursor-deeplink/mcp/auth")]
    [InlineData("vscode://publisher.extension/done")]
    public void Loopback_https_and_schemes_of_apps_may_be_registered(string uri) => Assert.Null(RedirectRules.ProblemOf(uri));

    [Theory]
    [InlineData("")]
    [InlineData("/callback")]
    [InlineData("callback")]
    [InlineData("http://app.example/callback")]
    [InlineData("http://127.0.0.1.evil.example/")]
    [InlineData("http://localhost.evil.example/")]
    [InlineData("http://localhost@evil.example/")]
    [InlineData("http://127.0.0.1:80@evil.example/")]
    [InlineData("http://127.0.0.1:123456/")]
    [InlineData("http://192.168.1.5/")]
    [InlineData("http://0.0.0.0/")]
    [InlineData("https://user@app.example/")]
    [InlineData("https://app.example/#fragment")]
    [InlineData("https:app.example")]
    [InlineData("https://")]
    [InlineData("https://app.example/a b")]
    [InlineData("https://app.example/\"onload=")]
    [InlineData("https://app.example\\@evil.example/")]
    [InlineData("https://app.example/\u202e")]
    [InlineData("javascript:alert(1)")]
    [InlineData("JavaScript://x/%0aalert(1)")]
    [InlineData("data:text/html,hello")]
    [InlineData("vbscript://x")]
    [InlineData("file:///etc/passwd")]
    [InlineData("blob:https://app.example/x")]
    [InlineData("mailto:me@example.org")]
    [InlineData("ws://127.0.0.1/")]
    [InlineData("app:callback")]
    [InlineData("smb://files.example/share")]
    [InlineData("ldap://directory.example/x")]
    [InlineData("ms-word://x")]
    [InlineData("ms-appinstaller://?source=https://app.example")]
    [InlineData("search-ms://query=x")]
    [InlineData("itms-services://x")]
    [InlineData("x-apple.systempreferences:com.apple")]
    public void Nothing_else_may(string uri) => Assert.NotNull(RedirectRules.ProblemOf(uri));

    [Theory]
    [InlineData("http://127.0.0.1/callback", "http://127.0.0.1:52345/callback", true)]
    [InlineData("http://127.0.0.1:1/callback", "http://127.0.0.1:2/callback", true)]
    [InlineData("http://[::1]/callback", "http://[::1]:2/callback", true)]
    [InlineData("http://localhost:1/c?a=b", "http://localhost:9/c?a=b", true)]
    [InlineData("https://app.example/callback", "https://app.example/callback", true)]
    [InlineData("http://127.0.0.1/callback", "http://127.0.0.1:52345/other", false)]
    [InlineData("http://127.0.0.1/callback", "http://127.0.0.1:52345/callback/", false)]
    [InlineData("http://127.0.0.1/callback", "http://127.0.0.1:52345/callback?x=1", false)]
    [InlineData("http://127.0.0.1/callback", "http://127.0.0.1:52345/callback#x", false)]
    [InlineData("http://127.0.0.1/callback", "http://localhost:52345/callback", false)]
    [InlineData("http://127.0.0.1/callback", "http://127.0.0.1:1@evil.example/callback", false)]
    [InlineData("http://127.0.0.1/callback", "https://127.0.0.1/callback", false)]
    [InlineData("https://app.example/callback", "https://app.example:8443/callback", false)]
    [InlineData("https://app.example/callback", "https://app.example/callback/", false)]
    [InlineData("https://app.example/callback", "https://app.example/callback/../evil", false)]
    [InlineData("https://app.example/callback", "https://APP.example/callback", false)]
    [InlineData("https://app.example/callback", "https://app.example.evil.example/callback", false)]
    public void An_address_is_good_to_the_letter_but_for_the_port_of_a_loopback_one(string registered, string asked, bool allowed) =>
        Assert.Equal(allowed, RedirectRules.Allows(registered, asked));

    [Fact]
    public void Parameters_go_behind_those_that_are_there()
    {
        Assert.Equal("https://a.example/?code=a%26b&state=%20", RedirectRules.With("https://a.example/", ("code", "a&b"), ("none", null), ("state", " ")));
        Assert.Equal("https://a.example/?x=1&code=c", RedirectRules.With("https://a.example/?x=1", ("code", "c")));
    }

    [Theory]
    [InlineData("Plain name", "Plain name")]
    [InlineData("  two \t\r\n lines ", "two lines")]
    [InlineData("right\u202eleft\u200b\u2066", "rightleft")]
    [InlineData("\u0000\u001b[31m", "[31m")]
    [InlineData("", "nobody")]
    [InlineData("\u200b", "nobody")]
    [InlineData(null, "nobody")]
    [InlineData("<script>alert(1)</script>", "<script>alert(1)</script>")]
    public void A_name_is_one_line_that_is_read_as_it_stands(string? given, string expected) => Assert.Equal(expected, ClientText.Name(given, "nobody"));

    [Fact]
    public void A_name_is_not_endless() => Assert.Equal(100, ClientText.Name(new string('x', 5000), "").Length);

    [Theory]
    [InlineData("https://app.example/", false, true)]
    [InlineData("http://app.example/", false, true)]
    [InlineData("http://app.example/", true, false)]
    [InlineData("javascript:alert(1)", false, false)]
    [InlineData("https://me@app.example/", false, false)]
    [InlineData("nonsense", false, false)]
    [InlineData("", true, true)]
    public void A_page_of_a_client_is_of_the_web(string given, bool needsTls, bool good) => Assert.Equal(good, ClientText.TryUri(given, needsTls, out _));
}
