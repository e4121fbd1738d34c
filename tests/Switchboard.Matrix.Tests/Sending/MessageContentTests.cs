using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Switchboard.Matrix.Api;
using Switchboard.Matrix.Sending;
using Switchboard.Networks;

namespace Switchboard.Matrix.Tests.Sending;

public sealed class MessageContentTests
{
    private static readonly MessageFrame Plain = new() { OwnUserId = "@me:hs.test" };
    private static readonly MediaAddress File = MediaAddress.Parse("mxc://hs.test/abc")!.Value;

    [Fact]
    public void Plain_text_has_no_formatting() => Check(
        new OutgoingMessage { Text = new MessageText("1 &lt; 2 &amp; so on\nnext", false) },
        """{"msgtype":"m.text","body":"1 < 2 & so on\nnext","m.mentions":{}}""");

    [Fact]
    public void Formatted_text_has_both() => Check(
        new OutgoingMessage { Text = new MessageText("<strong>a</strong> &lt;b", true) },
        """{"msgtype":"m.text","body":"a <b","format":"org.matrix.custom.html","formatted_body":"<strong>a</strong> &lt;b","m.mentions":{}}""");

    [Fact]
    public void Who_is_mentioned_is_linked_and_told_but_never_oneself() => Check(
        new OutgoingMessage { Text = new MessageText("hi @bob:hs.test", false), Mentions = ["@bob:hs.test", "@me:hs.test", "@bob:hs.test"] },
        """
        {"msgtype":"m.text","body":"hi @bob:hs.test","format":"org.matrix.custom.html",
         "formatted_body":"hi <a href=\"https://matrix.to/#/@bob:hs.test\">Bob &amp; co</a>","m.mentions":{"user_ids":["@bob:hs.test"]}}
        """,
        Plain with { NameOf = _ => "Bob & co" });

    [Theory]
    [InlineData(true, """{"room":true}""")]
    [InlineData(false, "{}")]
    public void Everybody_is_notified_by_those_who_may(bool may, string expected) => Check(
        new OutgoingMessage { Text = new MessageText("@room", false), Mentions = ["@room"] },
        $$"""{"msgtype":"m.text","body":"@room","m.mentions":{{expected}}}""", Plain with { MayNotifyRoom = may });

    [Fact]
    public void An_answer_names_the_message_and_notifies_its_writer() => Check(
        new OutgoingMessage { Text = new MessageText("yes", false), ReplyTo = new RemoteMessageId("$1") },
        """{"msgtype":"m.text","body":"yes","m.mentions":{"user_ids":["@bob:hs.test"]},"m.relates_to":{"m.in_reply_to":{"event_id":"$1"}}}""",
        Plain with { ReplyToSender = "@bob:hs.test" });

    [Fact]
    public void An_answer_in_a_thread_stays_in_it() => Check(
        new OutgoingMessage { Text = new MessageText("yes", false), ReplyTo = new RemoteMessageId("$1") },
        """
        {"msgtype":"m.text","body":"yes","m.mentions":{},
         "m.relates_to":{"rel_type":"m.thread","event_id":"$0","is_falling_back":false,"m.in_reply_to":{"event_id":"$1"}}}
        """,
        Plain with { ThreadRoot = "$0", ReplyToSender = "@me:hs.test" });

    [Theory]
    [InlineData("after_read", 5000, """{"type":"after_read","timer":5000}""")]
    [InlineData("", 0, "{}")]
    public void A_rooms_timer_is_in_its_messages(string type, long milliseconds, string expected) => Check(
        new OutgoingMessage { Text = new MessageText("x", false) },
        $$"""{"msgtype":"m.text","body":"x","m.mentions":{},"com.beeper.disappearing_timer":{{expected}}}""", Plain with { Timer = (type, milliseconds) });

    [Theory]
    [InlineData(AttachmentKind.Image, "image/png", "m.image", "")]
    [InlineData(AttachmentKind.Video, "video/mp4", "m.video", "")]
    [InlineData(AttachmentKind.Audio, "audio/ogg", "m.audio", "")]
    [InlineData(AttachmentKind.File, "text/plain", "m.file", "")]
    [InlineData(AttachmentKind.Gif, "video/mp4", "m.video", ",\"fi.mau.gif\":true,\"is_animated\":true")]
    [InlineData(AttachmentKind.Gif, "image/gif", "m.image", ",\"fi.mau.gif\":true,\"is_animated\":true")]
    public void A_file_is_sent_as_what_it_is(AttachmentKind kind, string mimeType, string type, string more) => Check(
        new OutgoingMessage { Attachment = Attachment(kind, mimeType) },
        $$$"""
        {"msgtype":"{{{type}}}","filename":"a.bin","body":"a.bin","url":"mxc://hs.test/abc",
         "info":{"mimetype":"{{{mimeType}}}","size":7,"w":3,"h":4,"duration":1500{{{more}}}},"m.mentions":{}}
        """);

    [Fact]
    public void A_voice_note_says_that_it_is_one() => Check(
        new OutgoingMessage { Attachment = Attachment(AttachmentKind.VoiceNote, "audio/ogg") },
        """
        {"msgtype":"m.audio","filename":"a.bin","body":"a.bin","url":"mxc://hs.test/abc",
         "info":{"mimetype":"audio/ogg","size":7,"w":3,"h":4,"duration":1500},
         "org.matrix.msc3245.voice":{},"org.matrix.msc1767.audio":{"duration":1500},"m.mentions":{}}
        """);

    [Fact]
    public void A_caption_stands_beside_the_files_name() => Check(
        new OutgoingMessage { Attachment = Attachment(AttachmentKind.Image, "image/png"), Text = new MessageText("<em>look</em>", true) },
        """
        {"msgtype":"m.image","filename":"a.bin","body":"look","format":"org.matrix.custom.html","formatted_body":"<em>look</em>",
         "url":"mxc://hs.test/abc","info":{"mimetype":"image/png","size":7,"w":3,"h":4,"duration":1500},"m.mentions":{}}
        """);

    [Fact]
    public void A_sticker_is_an_event_of_its_own_kind()
    {
        var message = new OutgoingMessage { Attachment = Attachment(AttachmentKind.Sticker, "image/webp") };

        Assert.Equal("m.sticker", MessageContent.Make(message, File, Plain).Type);
        Check(message, """{"body":"a.bin","url":"mxc://hs.test/abc","info":{"mimetype":"image/webp","size":7,"w":3,"h":4,"duration":1500},"m.mentions":{}}""");
    }

    [Fact]
    public void An_edit_holds_the_new_text_whole_and_notifies_only_the_newly_mentioned()
    {
        var edit = MessageContent.Edit(
            new RemoteMessageId("$1"), new MessageText("<b>new</b>", true), ["@bob:hs.test", "@eve:hs.test"], ["@bob:hs.test"], "m.text", Plain);

        Same(
            """
            {"msgtype":"m.text","body":"* new","format":"org.matrix.custom.html","formatted_body":"* <b>new</b>","m.mentions":{"user_ids":["@eve:hs.test"]},
             "m.new_content":{"msgtype":"m.text","body":"new","format":"org.matrix.custom.html","formatted_body":"<b>new</b>",
               "m.mentions":{"user_ids":["@bob:hs.test","@eve:hs.test"]}},
             "m.relates_to":{"rel_type":"m.replace","event_id":"$1"}}
            """,
            edit.Content);
    }

    [Fact]
    public void Whatever_is_written_is_one_valid_object() => Prop.ForAll<string?, bool, string?>((text, formatted, name) =>
    {
        var message = new OutgoingMessage
        {
            Text = text is null ? null : new MessageText(text, formatted),
            Attachment = name is null ? null : Attachment(AttachmentKind.File, "text/plain", name),
            Mentions = ["@bob:hs.test", text ?? "", "@room"],
        };
        using var json = JsonDocument.Parse(MessageContent.Make(message, name is null ? null : File, Plain).Content);
        return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("body", out _);
    }).QuickCheckThrowOnFailure();

    private static OutgoingAttachment Attachment(AttachmentKind kind, string mimeType, string name = "a.bin") => new(
        new AttachmentInfo { Kind = kind, MimeType = mimeType, FileName = name, FileSize = 7, Width = 3, Height = 4, Duration = 1.5 },
        () => Stream.Null);

    private static void Check(OutgoingMessage message, string expected, MessageFrame? frame = null) =>
        Same(expected, MessageContent.Make(message, message.Attachment is null ? null : File, frame ?? Plain).Content);

    private static void Same(string expected, ReadOnlyMemory<byte> actual)
    {
        using var wanted = JsonDocument.Parse(expected);
        using var found = JsonDocument.Parse(actual);
        Assert.True(JsonElement.DeepEquals(wanted.RootElement, found.RootElement), found.RootElement.GetRawText());
    }
}
