using FsCheck;
using FsCheck.Fluent;
using Switchboard.Matrix.Api;

namespace Switchboard.Matrix.Tests.Api;

public sealed class MediaAddressTests
{
    [Theory]
    [InlineData("mxc://example.org/AbC-_9")]
    [InlineData("mxc://example.org:8448/a")]
    [InlineData("mxc://[::1]:8448/a")]
    public void An_address_is_read_and_written_the_same(string text) => Assert.Equal(text, MediaAddress.Parse(text)?.ToString());

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("mxc://")]
    [InlineData("mxc://example.org")]
    [InlineData("mxc://example.org/")]
    [InlineData("mxc:///a")]
    [InlineData("mxc://../a")]
    [InlineData("mxc://example.org/..")]
    [InlineData("mxc://example.org/a/b")]
    [InlineData("mxc://example.org/a%2Fb")]
    [InlineData("mxc://example.org/a?b")]
    [InlineData("mxc://example.org/a#b")]
    [InlineData("mxc://example.org/a b")]
    [InlineData("mxc://exa mple.org/a")]
    [InlineData("mxc://user@example.org/a")]
    [InlineData("http://example.org/a")]
    public void What_could_leave_its_place_in_a_path_is_no_address(string? text) => Assert.Null(MediaAddress.Parse(text));

    [Fact]
    public void Whatever_is_read_stays_in_its_place_in_a_path() => Prop.ForAll<string, string>((server, id) =>
        MediaAddress.Parse($"mxc://{server}/{id}") is not { } found
        || (Array.TrueForAll([found.Server, found.Id], part => part.IndexOfAny(['/', '\\', '?', '#', '%', ' ']) < 0 && part is not ("." or ".."))
            && $"{found.Server}/{found.Id}" == $"{server}/{id}")).QuickCheckThrowOnFailure();
}
