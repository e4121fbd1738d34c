using FsCheck;
using FsCheck.Fluent;
using Switchboard.Matrix.Sending;
using Switchboard.Matrix.Store;

namespace Switchboard.Matrix.Tests.Sending;

public sealed class ReactionKeyTests
{
    [Theory]
    [InlineData("❤", "❤\uFE0F")]
    [InlineData("❤\uFE0F", "❤\uFE0F")]
    [InlineData("👍", "👍\uFE0F")]
    [InlineData("🎉", "🎉")]
    [InlineData("👩\u200D💻", "👩\u200D💻")]
    [InlineData("👍🏽", "👍🏽")]
    [InlineData("☝🏽", "☝🏽")]
    [InlineData("☝", "☝\uFE0F")]
    [InlineData("1\u20E3", "1\uFE0F\u20E3")]
    [InlineData("1", "1")]
    [InlineData("🏳\u200D🌈", "🏳\uFE0F\u200D🌈")]
    [InlineData("❤\u200D🔥", "❤\uFE0F\u200D🔥")]
    [InlineData("©", "©\uFE0F")]
    [InlineData("lgtm", "lgtm")]
    [InlineData("mxc://hs.test/abc", "mxc://hs.test/abc")]
    [InlineData("", "")]
    public void Emoji_that_can_show_as_text_get_the_selector(string key, string sent) => Assert.Equal(sent, ReactionKey.ToSend(key));

    [Fact]
    public void A_key_stays_the_same_key() => Prop.ForAll<string>(key =>
        key is null || key.Any(char.IsSurrogate) || ReactionKeys.Plain(ReactionKey.ToSend(key)) == ReactionKeys.Plain(key)).QuickCheckThrowOnFailure();
}
