using Switchboard.Matrix.Tests.Sync;
using Switchboard.Matrix.Timeline;
using Switchboard.Networks;

namespace Switchboard.Matrix.Tests.Timeline;

/// <summary>matrix.md §3.1, §3.2: event type and common fields.</summary>
public sealed class MessageTests
{
    [Theory]
    [InlineData("""{"msgtype":"m.text","body":"a < b"}""", "a &lt; b", false)]
    [InlineData("""{"body":"no type"}""", "no type", false)]
    [InlineData("""{"msgtype":"org.example.new","body":"shown"}""", "shown", false)]
    [InlineData("""{"msgtype":"m.text","body":"x","format":"org.matrix.custom.html","formatted_body":"<b>x</b>"}""", "<b>x</b>", true)]
    [InlineData("""{"msgtype":"m.text","body":"x","format":"other","formatted_body":"<b>x</b>"}""", "x", false)]
    [InlineData("""{"msgtype":"m.emote","body":"waves"}""", "* Bob waves", false)]
    public void Text_is_the_body_or_its_html(string content, string html, bool isFormatted) =>
        Assert.Equal(new MessageText(html, isFormatted), Mapping.Message(content).Text);

    [Fact]
    public void A_notice_is_a_notice() => Assert.True(Mapping.Message("""{"msgtype":"m.notice","body":"x"}""").IsNotice);

    [Fact]
    public void A_notice_of_the_server_counts_only_in_its_room()
    {
        const string Content = """{"msgtype":"m.server_notice","body":"x"}""";

        Assert.Null(Mapping.Of(Answer.Message("$1", Content)));
        Assert.True(Mapping.Message(Content, context: Mapping.Context with { IsServerNotice = true }).IsNotice);
    }

    [Theory]
    [InlineData("""{"msgtype":"m.location","body":"Home","geo_uri":"geo:1,2"}""", "Home")]
    [InlineData("""{"msgtype":"m.location","geo_uri":"geo:1,2;u=3"}""", "geo:1,2;u=3")]
    [InlineData("""{"msgtype":"m.location","org.matrix.msc3488.location":{"uri":"geo:3,4"}}""", "geo:3,4")]
    public void A_location_is_named_by_its_text(string content, string text)
    {
        var message = Mapping.Message(content);

        Assert.True(message.IsLocation);
        Assert.Equal(text, message.Text!.Html);
    }

    [Theory]
    [InlineData("org.matrix.msc3381.poll.start", """{"org.matrix.msc3381.poll.start":{"question":{"org.matrix.msc1767.text":"Tea?"},"answers":[{"org.matrix.msc1767.text":"Yes"},{"org.matrix.msc1767.text":"No"}]}}""")]
    [InlineData("m.poll.start", """{"m.poll":{"question":{"m.text":[{"body":"Tea?"}]},"answers":[{"m.text":[{"body":"Yes"}]},{"m.text":[{"body":"No"}]}]}}""")]
    public void A_poll_is_question_and_answers_as_text(string type, string content) =>
        Assert.Equal("📊 Tea?\n• Yes\n• No", Mapping.Message(content, type: type).Text!.Html);

    [Fact]
    public void A_request_to_verify_keys_is_hidden() =>
        Assert.True(Mapping.Message("""{"msgtype":"m.key.verification.request","body":"x"}""").IsHidden);

    [Theory]
    [InlineData("org.matrix.msc3381.poll.response")]
    [InlineData("org.matrix.msc3381.poll.end")]
    [InlineData("m.call.invite")]
    [InlineData("m.key.verification.start")]
    [InlineData("com.beeper.transcription")]
    [InlineData("com.beeper.delete_chat")]
    public void What_is_no_message_tells_nothing(string type) => Assert.Null(Mapping.Of(Answer.Message("$1", """{"body":"x"}""", type: type)));

    [Fact]
    public void What_cannot_be_decrypted_is_a_placeholder()
    {
        var message = Mapping.Message("""{"algorithm":"m.megolm.v1.aes-sha2","ciphertext":"x"}""", type: "m.room.encrypted");

        Assert.True(message.IsPlaceholder);
        Assert.Equal(TimelineMapper.Undecryptable, message.Text!.Html);
        Assert.Null(Mapping.Of(Answer.Message(
            "$1", """{"ciphertext":"x","m.relates_to":{"rel_type":"m.replace","event_id":"$0"}}""", type: "m.room.encrypted")));
    }

    [Fact]
    public void A_message_redacted_before_it_came_is_a_tombstone()
    {
        var message = Mapping.Message("{}", ""","unsigned":{"redacted_because":{"type":"m.room.redaction"}}""");

        Assert.True(message.IsRemoved);
        Assert.Null(message.Text);
    }

    [Fact]
    public void The_future_is_clamped_to_now() => Assert.Equal(
        Mapping.Context.Now,
        Assert.IsType<Mapped.Message>(Mapping.Of(Answer.Text("$1", "x", at: long.MaxValue))).Content.SentAt);

    [Fact]
    public void A_second_identity_of_the_owner_is_told_as_the_own() =>
        Assert.Equal("@ada:hs.test", Mapping.Message("""{"body":"x"}""", sender: "@whatsapp_me:hs.test").Sender.Id.Value);

    [Fact]
    public void The_echo_of_a_send_names_its_transaction()
    {
        Assert.Equal("t1", Mapping.Message("""{"body":"x"}""", ""","unsigned":{"transaction_id":"t1"}""").Transaction!.Value.Value);
        Assert.Equal("t2", Mapping.Message("""{"body":"x"}""", context: Mapping.Context with { Sent = _ => new("t2") }, sender: "@ada:hs.test").Transaction!.Value.Value);
    }

    [Fact]
    public void What_ignored_people_write_is_hidden() =>
        Assert.True(Mapping.Message("""{"body":"x"}""", context: Mapping.Context with { IsIgnored = _ => true }).IsIgnored);

    [Fact]
    public void Mentions_are_null_when_the_event_has_none_and_empty_when_it_says_so()
    {
        Assert.Null(Mapping.Message("""{"body":"x"}""").Mentions);
        Assert.Equal([], Mapping.Message("""{"body":"x","m.mentions":{}}""").Mentions!);
        Assert.Equal(
            ["@ada:hs.test", "@x:y", "@room"],
            Mapping.Message("""{"body":"x","m.mentions":{"user_ids":["@whatsapp_me:hs.test",7,"@x:y","@x:y"],"room":true}}""").Mentions!);
        Assert.Equal([], Mapping.Message("""{"body":"x","m.mentions":{"room":true}}""", context: Mapping.Context with { MayNotifyRoom = _ => false }).Mentions!);
    }

    [Theory]
    [InlineData("""{"type":"after_send","timer":60000}""", 65_000L)]
    [InlineData("""{"type":"after_read","timer":60000}""", null)]
    [InlineData("{}", null)]
    public void A_timer_counts_from_sending(string timer, long? expires) => Assert.Equal(
        expires, Mapping.Message($$"""{"body":"x","com.beeper.disappearing_timer":{{timer}} }""").ExpiresAt?.ToUnixTimeMilliseconds());

    [Fact]
    public void A_name_for_one_message_overrides_and_its_fallback_goes()
    {
        var message = Mapping.Message(
            """{"body":"Eve: hi","com.beeper.per_message_profile":{"id":"1","displayname":"Eve","has_fallback":true}}""");
        Assert.Equal(("Eve", "hi"), (message.SenderName, message.Text!.Html));

        message = Mapping.Message(
            """{"body":"Eve: hi","format":"org.matrix.custom.html","formatted_body":"<strong data-mx-profile-fallback>Eve: </strong><i>hi</i>","m.per_message_profile":{"displayname":"Eve","has_fallback":true}}""");
        Assert.Equal("<i>hi</i>", message.Text!.Html);
    }

    [Fact]
    public void Previews_of_links_are_the_senders()
    {
        var link = Assert.Single(Mapping.Message(
            """{"body":"x","com.beeper.linkpreviews":[{"matched_url":"https://a.b","og:url":"https://a.b/c","og:title":"T","og:description":"D","og:image":"mxc://h/i","og:image:width":"10"},{"og:url":"javascript:x"},7]}""").Links);

        Assert.Equal(("https://a.b/c", "https://a.b", "T", "D"), (link.Url, link.OriginalUrl, link.Title, link.Summary));
        Assert.Equal(10, link.Picture!.Info.Width);
    }
}
