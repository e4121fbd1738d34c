using Switchboard.Matrix.Tests.Sync;
using Switchboard.Matrix.Timeline;

namespace Switchboard.Matrix.Tests.Timeline;

/// <summary>matrix.md §3.4, §3.5: replies, threads, edits, redactions, reactions.</summary>
public sealed class RelationTests
{
    [Theory]
    [InlineData("""{"m.in_reply_to":{"event_id":"$0"}}""", "$0")]
    [InlineData("""{"rel_type":"m.thread","event_id":"$r","m.in_reply_to":{"event_id":"$0"}}""", "$0")]
    [InlineData("""{"rel_type":"m.thread","event_id":"$r","is_falling_back":true,"m.in_reply_to":{"event_id":"$0"}}""", null)]
    [InlineData("""{"rel_type":"m.thread","event_id":"$r"}""", null)]
    public void The_answered_message_is_linked_but_not_a_threads_fallback(string relation, string? target) =>
        Assert.Equal(target, Mapping.Message($$"""{"body":"x","m.relates_to":{{relation}} }""").ReplyTo?.Value);

    [Theory]
    [InlineData("> <@x:y> one\\n> two\\n\\nreal", "real")]
    [InlineData("> * <@x:y> waves\\n\\nreal", "real")]
    [InlineData("> my own quotation\\n\\nreal", "&gt; my own quotation\n\nreal")]
    public void Quoted_lines_before_an_answer_go(string body, string left) => Assert.Equal(
        left, Mapping.Message($$"""{"body":"{{body}}","m.relates_to":{"m.in_reply_to":{"event_id":"$0"} } }""").Text!.Html);

    [Fact]
    public void The_same_lines_stay_where_nothing_is_answered() =>
        Assert.StartsWith("&gt; &lt;@x:y&gt;", Mapping.Message("""{"body":"> <@x:y> one\n\nreal"}""").Text!.Html, StringComparison.Ordinal);

    [Theory]
    [InlineData("<mx-reply><blockquote>q</blockquote></mx-reply><b>real</b>", "<b>real</b>")]
    [InlineData("<MX-REPLY>q</MX-REPLY>real", "real")]
    [InlineData("real", "real")]
    public void The_quoted_html_before_an_answer_goes(string html, string left) => Assert.Equal(left, BodyText.WithoutReply(html));

    [Fact]
    public void An_edit_replaces_the_text()
    {
        var edit = Assert.IsType<Mapped.Edit>(Mapping.Of(Answer.Edit("$e", "$1", "new")));

        Assert.Equal(("$1", "new"), (edit.Target, edit.Text.Html));
    }

    [Theory]
    [InlineData("""{"body":"* x","m.relates_to":{"rel_type":"m.replace","event_id":"$1"}}""")]
    [InlineData("""{"body":"* x","m.new_content":7,"m.relates_to":{"rel_type":"m.replace","event_id":"$1"}}""")]
    [InlineData("""{"body":"* x","m.new_content":{"body":"x"},"m.relates_to":{"rel_type":"m.replace"}}""")]
    public void An_edit_without_a_whole_new_content_or_target_is_none(string content) => Assert.Null(Mapping.Of(Answer.Message("$e", content)));

    [Fact]
    public void An_edit_told_with_its_message_counts_when_it_is_the_senders()
    {
        static string Bundle(string sender) =>
            ""","unsigned":{"m.relations":{"m.replace":""" + Answer.Edit("$e", "$1", "new", sender, 7000) + "}}";

        var own = Mapping.Message("""{"body":"old","m.relates_to":{"m.in_reply_to":{"event_id":"$0"}}}""", Bundle("@bob:hs.test"));
        Assert.Equal(("new", 7000L, "$0"), (own.Text!.Html, own.EditedAt!.Value.ToUnixTimeMilliseconds(), own.ReplyTo!.Value.Value));
        Assert.Equal("old", Mapping.Message("""{"body":"old"}""", Bundle("@eve:hs.test")).Text!.Html);
    }

    [Fact]
    public void What_is_redacted_is_read_in_both_places()
    {
        Assert.Equal(new Mapped.Redaction("$1"), Mapping.Of(Answer.Redaction("$r", "$1")));
        Assert.Equal(new Mapped.Redaction("$1"), Mapping.Of(Answer.Message("$r", "{}", type: "m.room.redaction", more: ""","redacts":"$1" """)));
    }

    [Theory]
    [InlineData("👍", "👍")]
    [InlineData("👍\uFE0F", "👍")]
    [InlineData("❤", "❤\uFE0F")]
    [InlineData("❤\uFE0F", "❤\uFE0F")]
    [InlineData("1\u20E3", "1\uFE0F\u20E3")]
    [InlineData("☝🏽", "☝🏽")]
    [InlineData("text", "text")]
    public void Keys_of_reactions_have_one_form(string key, string told) =>
        Assert.Equal(told, Assert.IsType<Mapped.Reaction>(Mapping.Of(Answer.Reaction("$r", "$1", key))).Key);

    [Fact]
    public void A_picture_as_reaction_has_its_picture_and_name()
    {
        var reaction = Assert.IsType<Mapped.Reaction>(Mapping.Of(Answer.Message(
            "$r", """{"m.relates_to":{"rel_type":"m.annotation","event_id":"$1","key":"mxc://h/party"},"com.beeper.reaction.shortcode":":party:"}""", type: "m.reaction")));

        Assert.Equal(("mxc://h/party", "mxc://h/party", "party"), (reaction.Key, reaction.Picture!.Id.Value, reaction.Picture.Info.FileName));
        Assert.Null(Mapping.Of(Answer.Reaction("$r", "$1", "mxc://../../x")));
    }
}
