using Switchboard.Matrix.Sending;

namespace Switchboard.Matrix.Tests.Sending;

public sealed class MatrixLinksTests
{
    private const string Bob = "<a href=\"https://matrix.to/#/@bob:hs.test\">@bob:hs.test</a>";

    [Theory]
    [InlineData("@bob:hs.test", Bob)]
    [InlineData("hi @bob:hs.test!", "hi " + Bob + "!")]
    [InlineData("(@bob:hs.test)", "(" + Bob + ")")]
    [InlineData("me@bob:hs.test", "me@bob:hs.test")]
    [InlineData("@bob:hs.tests", "@bob:hs.tests")]
    [InlineData("<code>@bob:hs.test</code>", "<code>@bob:hs.test</code>")]
    [InlineData("<a href=\"x\">@bob:hs.test</a> @bob:hs.test", "<a href=\"x\">@bob:hs.test</a> " + Bob)]
    [InlineData("nobody", "nobody")]
    public void Ids_of_people_become_links_where_they_stand_by_themselves(string html, string expected) =>
        Assert.Equal(expected, MatrixLinks.Add(html, ["@bob:hs.test"], _ => null));

    [Theory]
    [InlineData("hello @Bob", "hello <b>")]
    [InlineData("@bob: well", "<b>: well")]
    [InlineData("@bobby", "@bobby")]
    [InlineData("Bob", "Bob")]
    [InlineData("@bob:elsewhere.test", "@bob:elsewhere.test")]
    [InlineData("@Bob and @bob:hs.test", "<b> and <b>")]
    public void A_name_behind_an_at_sign_is_the_mention_of_who_bears_it(string html, string expected) => Assert.Equal(
        expected.Replace("<b>", "<a href=\"https://matrix.to/#/@bob:hs.test\">Bob</a>", StringComparison.Ordinal),
        MatrixLinks.Add(html, ["@bob:hs.test"], _ => "Bob"));

    [Fact]
    public void An_id_within_another_is_not_taken_for_it() => Assert.Equal(
        "<a href=\"https://matrix.to/#/@bob:hs.test:8448\">@bob:hs.test:8448</a> " + Bob,
        MatrixLinks.Add("@bob:hs.test:8448 @bob:hs.test", ["@bob:hs.test", "@bob:hs.test:8448"], _ => null));
}
