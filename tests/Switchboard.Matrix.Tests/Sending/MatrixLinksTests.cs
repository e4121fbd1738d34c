using Switchboard.Matrix.Sending;

namespace Switchboard.Matrix.Tests.Sending;

public sealed class MatrixLinksTests
{
    private const string Bob = "<a href=\"https://matrix.to/#/%40bob%3Ahs.test\">@bob:hs.test</a>";

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

    [Fact]
    public void An_id_within_another_is_not_taken_for_it() => Assert.Equal(
        "<a href=\"https://matrix.to/#/%40bob%3Ahs.test%3A8448\">@bob:hs.test:8448</a> " + Bob,
        MatrixLinks.Add("@bob:hs.test:8448 @bob:hs.test", ["@bob:hs.test", "@bob:hs.test:8448"], _ => null));
}
