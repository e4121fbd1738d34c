using Switchboard.Matrix.Tests.Sync;
using Switchboard.Matrix.Timeline;

namespace Switchboard.Matrix.Tests.Timeline;

/// <summary>matrix.md §3.1: state events are kept as hidden lines.</summary>
public sealed class NoticeTests
{
    [Theory]
    [InlineData("m.room.name", """{"name":"Club"}""", "Bob changed the title to Club")]
    [InlineData("m.room.name", "{}", "Bob removed the title")]
    [InlineData("m.room.topic", """{"topic":"T"}""", "Bob changed the description to T")]
    [InlineData("m.room.avatar", """{"url":"mxc://h/i"}""", "Bob changed the picture")]
    [InlineData("m.room.encryption", "{}", "Bob turned on end-to-end encryption")]
    public void State_is_told_in_words_and_hidden(string type, string content, string text)
    {
        var message = Assert.IsType<Mapped.Message>(Mapping.Of(Answer.State(type, content))).Content;

        Assert.True(message is { IsHidden: true, IsNotice: true });
        Assert.Equal(text, message.Text!.Html);
    }

    [Theory]
    [InlineData("join", "leave", "@bob:hs.test", "Bob joined")]
    [InlineData("invite", "leave", "@eve:hs.test", "@eve:hs.test invited Bob")]
    [InlineData("leave", "join", "@bob:hs.test", "Bob left")]
    [InlineData("leave", "join", "@eve:hs.test", "@eve:hs.test removed Bob")]
    [InlineData("leave", "invite", "@bob:hs.test", "Bob declined the invitation")]
    [InlineData("ban", "join", "@eve:hs.test", "@eve:hs.test banned Bob")]
    [InlineData("leave", "ban", "@eve:hs.test", "@eve:hs.test lifted the ban of Bob")]
    public void Coming_and_going_is_told_in_words(string now, string before, string sender, string text) => Assert.Equal(
        text,
        Assert.IsType<Mapped.Message>(Mapping.Of(
            $$"""{"type":"m.room.member","state_key":"@bob:hs.test","sender":"{{sender}}","event_id":"$m","origin_server_ts":1,"content":{"membership":"{{now}}"},"unsigned":{"prev_content":{"membership":"{{before}}"} } }"""))
            .Content.Text!.Html);

    [Fact]
    public void What_asks_to_be_left_out_is()
    {
        Assert.Null(Mapping.Of(Answer.State("m.room.name", """{"name":"x","com.beeper.exclude_from_timeline":true}""")));
        Assert.Null(Mapping.Of(Answer.State("org.example.state", "{}")));
    }
}
