using FsCheck;
using FsCheck.Fluent;
using Switchboard.Matrix.Sending;

namespace Switchboard.Matrix.Tests.Sending;

public sealed class PlainTextTests
{
    [Theory]
    [InlineData("a &lt; b", "a < b")]
    [InlineData("a\nb", "a\nb")]
    [InlineData("<p>a</p><p>b</p>", "a\n\nb")]
    [InlineData("<p>a</p>\n<p>b</p>\n", "a\n\nb")]
    [InlineData("a<br>b<br/>c", "a\nb\nc")]
    [InlineData("<strong>a</strong> <em>b</em>c", "a bc")]
    [InlineData("x<b> y</b>", "x y")]
    [InlineData("<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>d", "• a\n• b\n  • c\nd")]
    [InlineData("<ol start=\"3\"><li>a</li><li>b</li></ol>", "3. a\n4. b")]
    [InlineData("<blockquote><p>a</p><p>b</p></blockquote>c", "> a\n\n> b\n\nc")]
    [InlineData("<blockquote>a<blockquote>b</blockquote></blockquote>", "> a\n> > b")]
    [InlineData("<pre><code>a\n  b\n</code></pre>c", "a\n  b\n\nc")]
    [InlineData("<a href=\"https://example.org/x\">here</a>.", "here (https://example.org/x).")]
    [InlineData("<a href=\"https://example.org/\">https://example.org</a>", "https://example.org")]
    [InlineData("<a href=\"mailto:a@b.c\">a@b.c</a>", "a@b.c")]
    [InlineData("<a href=\"https://matrix.to/#/@bob:hs.test\">Bob</a>: hi", "Bob: hi")]
    [InlineData("<h1>t</h1>x", "t\nx")]
    [InlineData("a<hr>b", "a\n---\nb")]
    [InlineData("<img src=\"mxc://a/b\" alt=\"cat\">!", "cat!")]
    [InlineData("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc")]
    [InlineData("a <unclosed", "a <unclosed")]
    public void Html_reads_well_as_text(string html, string expected) => Assert.Equal(expected, PlainText.Of(html));

    [Fact]
    public void Any_text_is_read() => Prop.ForAll(
        Gen.Elements("<p>", "</p>", "<li>", "<ol start=\"x\">", "</ul>", "<ul>", "<a href=\"", "\">", "</a>", "<pre>", "</blockquote>", "<blockquote>", "a", " ", "\n", "&amp;", "&#x;", "<", ">", "<br>", "\ud800")
            .ListOf().Select(parts => string.Concat(parts)).ToArbitrary(),
        html => PlainText.Of(html) is not null).QuickCheckThrowOnFailure();
}
