using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using FsCheck;
using FsCheck.Fluent;
using Switchboard.Core.Text;
using Xunit;

namespace Switchboard.Core.Tests.Text;

public sealed partial class MatrixHtmlTests
{
    [Theory]
    [InlineData("hello")]
    [InlineData("  leading\n\n\n  and trailing  \n")]
    [InlineData("    four blanks\n\tand a tab")]
    [InlineData("one\r\ntwo\n\nthree")]
    [InlineData("2 * 3 * 4 = 24")]
    [InlineData("snake_case_name and 5_000")]
    [InlineData("see https://example.org/a_b_c?x=1")]
    [InlineData("#hashtag @bob -5 +1 1.5")]
    [InlineData("\"quoted sentence\"")]
    [InlineData("[brackets] (and) ~tilde~")]
    [InlineData("C:\\temp\\file")]
    [InlineData("-")]
    [InlineData("#")]
    [InlineData(">")]
    [InlineData("***")]
    [InlineData("```")]
    [InlineData("[note]: important")]
    [InlineData("")]
    [InlineData("\0")]
    public void Text_without_markup_stays_as_it_is(string text)
    {
        var message = MatrixHtml.FromInput(text);
        Assert.False(message.IsFormatted);
        Assert.Equal(MatrixHtml.Escape(text), message.Html);
    }

    [Theory]
    [InlineData("a < b && c > d", "a &lt; b &amp;&amp; c &gt; d")]
    [InlineData("<b>raw</b>", "&lt;b&gt;raw&lt;/b&gt;")]
    [InlineData("AT&amp;T &lt;", "AT&amp;amp;T &amp;lt;")]
    [InlineData("vector<std::string>", "vector&lt;std::string&gt;")]
    [InlineData(@"\*not bold\* \_", "*not bold* _")]
    [InlineData("[x](javascript:alert)", "x")]
    [InlineData("\"a < b > c\"", "\"a &lt; b &gt; c\"")]
    [InlineData("\"List<string>\"", "\"List&lt;string&gt;\"")]
    public void Text_that_only_looks_like_markup_is_escaped(string text, string html)
    {
        var message = MatrixHtml.FromInput(text);
        Assert.Equal(html, message.Html);
        Assert.False(message.IsFormatted);
    }

    [Theory]
    [InlineData("**bold** _it_ ~~gone~~ `c<d`", "<strong>bold</strong> <em>it</em> <del>gone</del> <code>c&lt;d</code>")]
    [InlineData("*a*\nb", "<em>a</em><br>b")]
    [InlineData("*a*\n\nb", "<p><em>a</em></p><p>b</p>")]
    [InlineData("# T\ntext", "<h1>T</h1><p>text</p>")]
    [InlineData("- a\n- b", "<ul><li>a</li><li>b</li></ul>")]
    [InlineData("3. a\n4. b", "<ol start=\"3\"><li>a</li><li>b</li></ol>")]
    [InlineData("> q\n\nr", "<blockquote><p>q</p></blockquote><p>r</p>")]
    [InlineData("```cs\na < b\n\nc\n```", "<pre><code class=\"language-cs\">a &lt; b\n\nc\n</code></pre>")]
    [InlineData("a\n\n---\n\nb", "<p>a</p><hr><p>b</p>")]
    [InlineData("[x](https://e.org \"t\")", "<a href=\"https://e.org\">x</a>")]
    [InlineData("[x](matrix:u/a:b)", "<a href=\"matrix:u/a:b\">x</a>")]
    [InlineData("<https://e.org/?a&b>", "<a href=\"https://e.org/?a&amp;b\">https://e.org/?a&amp;b</a>")]
    [InlineData("<me@e.org>", "<a href=\"mailto:me@e.org\">me@e.org</a>")]
    [InlineData("![pic](https://e.org/p.png)", "<a href=\"https://e.org/p.png\">pic</a>")]
    [InlineData("**b** ![pic](data:image/png;base64,AA)", "<strong>b</strong> pic")]
    [InlineData("[![i](https://e.org/i)](https://e.org)", "<a href=\"https://e.org\">i</a>")]
    [InlineData("**b** <i>x</i>", "<strong>b</strong> &lt;i&gt;x&lt;/i&gt;")]
    [InlineData("[x][1]\n\n[1]: https://e.org", "<a href=\"https://e.org\">x</a>")]
    [InlineData("**b**\n\n[1]: important", "<p><strong>b</strong></p><p>[1]: important</p>")]
    public void Markdown_becomes_html(string text, string html)
    {
        var message = MatrixHtml.FromInput(text);
        Assert.Equal(html, message.Html);
        Assert.True(message.IsFormatted);
    }

    [Theory]
    [InlineData("\"<b>x</b> & y\"", "<b>x</b> &amp; y", true)]
    [InlineData(" \"line<br>two\\n\\u00e9\" ", "line<br>two\né", true)]
    [InlineData("\"<script>alert(1)</script>hi <font>f</font>\"", "hi f", false)]
    public void A_json_string_with_a_tag_is_html(string text, string html, bool isFormatted)
    {
        var message = MatrixHtml.FromInput(text);
        Assert.Equal(html, message.Html);
        Assert.Equal(isFormatted, message.IsFormatted);
    }

    [Theory]
    [InlineData("<B CLASS=x onclick=y>a</B>", "<b>a</b>")]
    [InlineData("<a href=' https://e.org/?q=\"&amp;r '>x</a>", "<a href=\"https://e.org/?q=&quot;&amp;r\">x</a>")]
    [InlineData("<a href=\"java&#10;script:x\">x</a>", "x")]
    [InlineData("<a href=/relative>x</a>", "x")]
    [InlineData("<a href=javascript:x href=https://e.org>x</a>", "x")]
    [InlineData("<img src=https://e.org/x.png alt='a &lt; b'>", "a &lt; b")]
    [InlineData("<img src='mxc://e.org/abc' alt=x width=10 height=1e3>", "<img src=\"mxc://e.org/abc\" alt=\"x\" width=\"10\">")]
    [InlineData("<img src='mxc://e.org/../x' alt=x>", "x")]
    [InlineData(
        "<span data-mx-color=\"#ff00AA\" data-mx-bg-color=red data-mx-spoiler>x</span>",
        "<span data-mx-color=\"#ff00AA\" data-mx-spoiler=\"\">x</span>")]
    [InlineData("<code class=\"x language-rust\">x</code>", "<code class=\"language-rust\">x</code>")]
    [InlineData("<mx-reply><blockquote>q</blockquote></mx-reply>a", "a")]
    [InlineData("<mx-reply>a", "a")]
    [InlineData("a<!-- x > <b> -->b<!doctype html><?pi?></>c", "abc")]
    [InlineData("<style>p{}</style><svg><script>x</script><p>t</svg>", "<p>t</p>")]
    [InlineData("<b><i>x</b>y</i>", "<b><i>x</i></b>y")]
    [InlineData("<p>a<p>b<ul><li>1<li>2</ul>", "<p>a</p><p>b</p><ul><li>1</li><li>2</li></ul>")]
    [InlineData("I <3 you & a<b", "I &lt;3 you &amp; a&lt;b")]
    [InlineData("<br/>a</br></b>", "<br>a")]
    [InlineData("a&#0;&#7;b", "ab")]
    public void Foreign_html_is_reduced(string html, string expected)
    {
        var message = MatrixHtml.Sanitize(html);
        Assert.Equal(expected, message.Html);
        Assert.Equal(LooksFormatted().IsMatch(expected), message.IsFormatted);
    }

    [Theory]
    [InlineData("plain\n text", "plain\n text")]
    [InlineData("a &amp;amp; b\n&lt;c&gt; &#233;", "a &amp; b\n<c> é")]
    [InlineData("<p>a</p>\n<p>b <b>c</b></p>", "a\nb c")]
    [InlineData("a<br>b<br />\nc", "a\nb\nc")]
    [InlineData("<ul><li>a</li><li>b</li></ul>c", "a\nb\nc")]
    [InlineData("<pre><code>x\n  y\n</code></pre>z", "x\n  y\nz")]
    [InlineData("<mx-reply><blockquote>old</blockquote></mx-reply>new", "new")]
    [InlineData("<table><tr><td>a</td><td>b</td></tr></table>", "a b")]
    [InlineData("hi <img alt=':wave:' src='mxc://a/b'>!", "hi :wave:!")]
    [InlineData("a <!-- no --> <script>no</script> b", "a b")]
    public void Html_becomes_plain_text(string html, string text) => Assert.Equal(text, MatrixHtml.ToPlainText(html));

    [Fact]
    public void Whatever_comes_in_what_goes_out_is_the_matrix_subset() => Prop.ForAll(Texts.Any, text =>
    {
        var sent = MatrixHtml.FromInput(text);
        var received = MatrixHtml.Sanitize(text);
        AssertSafe(sent.Html, sent.IsFormatted);
        AssertSafe(received.Html, received.IsFormatted);
        Assert.Equal(received, MatrixHtml.Sanitize(received.Html));
        AssertSafe(MatrixHtml.Sanitize(sent.Html).Html, sent.IsFormatted);
    }).Check(Texts.Thorough);

    [Fact]
    public void Escaped_text_reads_back() =>
        Prop.ForAll(Texts.Any, text => MatrixHtml.ToPlainText(MatrixHtml.Escape(text)) == text).Check(Texts.Thorough);

    [Fact]
    public void Plain_words_come_back_unchanged()
    {
        var words = Gen.Elements(
            "word", "Ünï", "東京", "👍🏽", "don't", "a,", "b.", "(c)", "e@f.org", "50%", "x/y", "\n", "\n\n", " ", "it's?!");
        Prop.ForAll(Arb.From(words.ListOf()), list =>
        {
            var text = string.Join(' ', list);
            return MatrixHtml.FromInput(text) is { IsFormatted: false } message && message.Html == text;
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(">")]
    [InlineData("> ")]
    [InlineData("*")]
    [InlineData("*a")]
    [InlineData("*a_ ")]
    [InlineData("_a ")]
    [InlineData("[")]
    [InlineData("[](")]
    [InlineData("![")]
    [InlineData("[a]: b\n")]
    [InlineData("`")]
    [InlineData("- ")]
    [InlineData("1. ")]
    [InlineData("<")]
    [InlineData("<a href=\"")]
    [InlineData("<a=\"'")]
    [InlineData("<b>")]
    [InlineData("</b>")]
    [InlineData("<p>")]
    [InlineData("<b><p>")]
    [InlineData("<mx-reply>")]
    [InlineData("<script>")]
    [InlineData("<style></style>")]
    [InlineData("<!--")]
    [InlineData("<!-->")]
    [InlineData("<table><td>")]
    [InlineData("&")]
    [InlineData("&lt;")]
    [InlineData("&#")]
    [InlineData("\\")]
    [InlineData("|a|b\n")]
    [InlineData("a\n=\n")]
    public void Huge_hostile_texts_stay_cheap(string piece)
    {
        var watch = Stopwatch.StartNew();
        foreach (var size in (int[])[120, 3_900, 20_000, 65_536, 1_048_576])
        {
            var text = new StringBuilder().Insert(0, piece, size / piece.Length).ToString();
            AssertShallow(MatrixHtml.FromInput(text).Html);
            var quotable = text.Replace("\\", "", StringComparison.Ordinal).Replace('"', '\'').Replace('\n', ' ');
            AssertShallow(MatrixHtml.FromInput($"\"<i>{quotable}\"").Html);
            AssertShallow(MatrixHtml.Sanitize(text).Html);
            Assert.NotNull(MatrixHtml.ToPlainText(text));
        }
        Assert.True(watch.Elapsed < TimeSpan.FromMinutes(1), $"took {watch.Elapsed}");
    }

    [Fact]
    public void Deep_markdown_within_the_parsers_limits_is_cut_at_the_depth_of_matrix()
    {
        var message = MatrixHtml.FromInput(new StringBuilder().Insert(0, "> ", 50).Append("**a _b").Append("_**").ToString());
        AssertSafe(message.Html, message.IsFormatted);
        Assert.True(message.IsFormatted);
    }

    private static void AssertShallow(string html)
    {
        int depth = 0, deepest = 0;
        foreach (Match tag in AnyTag().Matches(html))
        {
            if (tag.Value is "<br>" or "<hr>" || tag.Value.StartsWith("<img ", StringComparison.Ordinal)) continue;
            depth += tag.Value[1] == '/' ? -1 : 1;
            deepest = Math.Max(depth, deepest);
            Assert.True(depth >= 0);
        }
        Assert.Equal(0, depth);
        Assert.InRange(deepest, 0, 100);
    }

    private static void AssertSafe(string html, bool isFormatted)
    {
        AssertShallow(html);
        var body = new HtmlParser().ParseDocument($"<!doctype html><body>{html}</body>").Body!;
        Assert.True(isFormatted || body.QuerySelector("*") is null, html);
        foreach (var element in body.QuerySelectorAll("*"))
        {
            Assert.Contains(element.LocalName, AllowedTags);
            foreach (var attribute in element.Attributes) AssertAllowed(element, attribute);
        }
    }

    private static void AssertAllowed(IElement element, IAttr attribute)
    {
        var allowed = element.LocalName switch
        {
            "a" => "href target",
            "img" => "src alt title width height",
            "ol" => "start",
            "code" => "class",
            "span" => "data-mx-color data-mx-bg-color data-mx-spoiler data-mx-maths",
            "div" => "data-mx-maths",
            _ => "",
        };
        Assert.Contains(attribute.Name, allowed.Split(' '));
        if (attribute.Name == "href") Assert.Matches("^(?i)(https?|ftp|mailto|magnet|matrix):", attribute.Value);
        if (attribute.Name == "src") Assert.StartsWith("mxc://", attribute.Value, StringComparison.Ordinal);
        if (attribute.Name == "class") Assert.StartsWith("language-", attribute.Value, StringComparison.Ordinal);
    }

    private static readonly string[] AllowedTags =
        ("del h1 h2 h3 h4 h5 h6 blockquote p a ul ol sup sub li b i u strong em s code hr br div table thead tbody tr th td "
        + "caption pre span img details summary").Split(' ');

    [GeneratedRegex("<[a-z]")]
    private static partial Regex LooksFormatted();

    [GeneratedRegex("</?[a-z][^>]*>")]
    private static partial Regex AnyTag();
}
