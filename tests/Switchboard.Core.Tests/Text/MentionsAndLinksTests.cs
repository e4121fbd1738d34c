using System.Diagnostics;
using System.Text;
using Switchboard.Core.Text;
using Xunit;

namespace Switchboard.Core.Tests.Text;

public sealed class MentionsAndLinksTests
{
    private static readonly (string UserId, string? Username)[] People =
    [
        ("@bob:local", "bob"), ("@b2:local", "bob.smith"), ("@alice:local", "Alice"), ("@an-na:local", "an-na"),
        ("@noname:local", null), ("@li:local", "小李"), ("@second-bob:remote", "bob"), ("x123", "carol"),
    ];

    [Theory]
    [InlineData("hi @bob", "@bob:local")]
    [InlineData("@BOB, @alice!", "@bob:local @alice:local")]
    [InlineData("@alice @bob @Alice", "@alice:local @bob:local")]
    [InlineData("@bob.smith and (@bob).", "@b2:local @bob:local")]
    [InlineData("thanks @bob.", "@bob:local")]
    [InlineData("@bob's idea", "@bob:local")]
    [InlineData("@bob: look", "@bob:local")]
    [InlineData("@an-na-", "@an-na:local")]
    [InlineData("ask @noname:LOCAL.", "@noname:local")]
    [InlineData("@room: hello @carol", "@room x123")]
    [InlineData("🎉@bob🎉", "@bob:local")]
    [InlineData("你好@bob你好", "@bob:local")]
    [InlineData("@小李你好", "@li:local")]
    [InlineData("@second-bob:remote", "@second-bob:remote")]
    [InlineData("line\n@bob\nline", "@bob:local")]
    public void People_are_found(string text, string users) => Assert.Equal(users.Split(' '), Mentions.Find(text, People));

    [Theory]
    [InlineData("bob")]
    [InlineData("me@bob")]
    [InlineData("mail me@bob.org")]
    [InlineData("x.@bob y-@bob")]
    [InlineData("@bobby @bob_ @bob-x @bob.jones")]
    [InlineData("@bob:elsewhere")]
    [InlineData("@bob@example.org")]
    [InlineData("https://social.example/@bob")]
    [InlineData("@@bob @ bob @")]
    [InlineData("@roomy my@room")]
    [InlineData("@nobody")]
    [InlineData("\uD800@\uDC00")]
    public void Nobody_is_found(string text) => Assert.Empty(Mentions.Find(text, People));

    [Theory]
    [InlineData("http://a")]
    [InlineData("see HTTPS://Example.org.")]
    [InlineData("(https://[::1]/)")]
    [InlineData("x:// http:// https://例え.jp")]
    public void Addresses_are_found(string text) => Assert.True(Links.Contains(text));

    [Theory]
    [InlineData("")]
    [InlineData("http:// nothing")]
    [InlineData("ftp://a xhttp://a shttps://b web+http://c")]
    [InlineData("example.org http:/a https//b")]
    public void No_address_is_found(string text) => Assert.False(Links.Contains(text));

    [Theory]
    [InlineData("@")]
    [InlineData("@a ")]
    [InlineData(" @bob.")]
    [InlineData("://")]
    [InlineData("http://")]
    public void Huge_texts_stay_cheap(string piece)
    {
        var text = new StringBuilder().Insert(0, piece, 1_048_576 / piece.Length).ToString();
        var watch = Stopwatch.StartNew();
        Assert.True(Mentions.Find(text, People).Count <= 1);
        Assert.Equal(piece == "http://", Links.Contains(text));
        Assert.True(watch.Elapsed < TimeSpan.FromMinutes(1), $"took {watch.Elapsed}");
    }
}
