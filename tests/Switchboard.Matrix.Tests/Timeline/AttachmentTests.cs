using Switchboard.Networks;

namespace Switchboard.Matrix.Tests.Timeline;

/// <summary>matrix.md §3.3: attachments.</summary>
public sealed class AttachmentTests
{
    [Theory]
    [InlineData("m.image", "", AttachmentKind.Image)]
    [InlineData("m.image", "\"info\":{\"mimetype\":\"image/gif\"},", AttachmentKind.Gif)]
    [InlineData("m.video", "", AttachmentKind.Video)]
    [InlineData("m.video", "\"info\":{\"fi.mau.gif\":true},", AttachmentKind.Gif)]
    [InlineData("m.audio", "", AttachmentKind.Audio)]
    [InlineData("m.audio", "\"org.matrix.msc3245.voice\":{},", AttachmentKind.VoiceNote)]
    [InlineData("m.file", "", AttachmentKind.File)]
    public void The_kind_follows_from_type_and_flags(string type, string more, AttachmentKind kind) => Assert.Equal(
        kind, Assert.Single(Mapping.Message($$"""{"msgtype":"{{type}}",{{more}}"body":"a","url":"mxc://h/i"}""").Attachments).Info.Kind);

    [Theory]
    [InlineData("\"body\":\"a.png\"", "a.png", null)]
    [InlineData("\"body\":\"a.png\",\"filename\":\"a.png\"", "a.png", null)]
    [InlineData("\"body\":\"look\",\"filename\":\"a.png\"", "a.png", "look")]
    [InlineData("\"filename\":\"a.png\"", "a.png", null)]
    [InlineData("\"body\":\"\"", "file", null)]
    public void The_body_is_a_caption_only_beside_another_file_name(string content, string name, string? caption)
    {
        var message = Mapping.Message($$"""{"msgtype":"m.image","url":"mxc://h/i",{{content}}}""");

        Assert.Equal((name, caption), (Assert.Single(message.Attachments).Info.FileName, message.Text?.Html));
    }

    [Fact]
    public void Numbers_may_be_strings_or_fractions_and_durations_become_seconds()
    {
        var info = Assert.Single(Mapping.Message(
            """{"msgtype":"m.video","body":"v","url":"mxc://h/i","info":{"w":"640","h":480.0,"size":"12","duration":1500,"mimetype":"Video/MP4; x=y","thumbnail_url":"mxc://h/t"}}""").Attachments).Info;

        Assert.Equal((640, 480, 12L, 1.5, "video/mp4", "mxc://h/t"), (info.Width, info.Height, info.FileSize, info.Duration, info.MimeType, info.Poster?.Value));
    }

    [Theory]
    [InlineData("""{"w":-1,"h":1e300,"size":-5,"duration":"x","mimetype":"../etc"}""")]
    [InlineData("""[1]""")]
    [InlineData("null")]
    public void Nonsense_in_the_info_is_passed_over(string info)
    {
        var found = Assert.Single(Mapping.Message($$"""{"msgtype":"m.image","body":"v","url":"mxc://h/i","info":{{info}}}""").Attachments).Info;

        Assert.Equal((null, null, null, null, "application/octet-stream"), (found.Width, found.Height, found.FileSize, found.Duration, found.MimeType));
    }

    [Theory]
    [InlineData("http://evil/x")]
    [InlineData("mxc://../x")]
    [InlineData("mxc://h/../x")]
    [InlineData("mxc://h")]
    public void Only_safe_addresses_are_files(string url)
    {
        var message = Mapping.Message($$"""{"msgtype":"m.image","body":"a.png","url":"{{url}}"}""");

        Assert.Empty(message.Attachments);
        Assert.Equal("a.png", message.Text!.Html);
    }

    [Fact]
    public void An_encrypted_file_is_named_and_not_offered()
    {
        var message = Mapping.Message("""{"msgtype":"m.file","body":"a.pdf","file":{"url":"mxc://h/i","v":"v2"}}""");

        Assert.Empty(message.Attachments);
        Assert.Contains("a.pdf", message.Text!.Html, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sticker_has_no_text()
    {
        var message = Mapping.Message("""{"body":"a cat","url":"mxc://h/i","info":{}}""", type: "m.sticker");

        Assert.Null(message.Text);
        Assert.Equal((AttachmentKind.Sticker, "a cat"), (Assert.Single(message.Attachments).Info.Kind, message.Attachments[0].Info.FileName));
    }

    [Fact]
    public void A_gallery_is_one_message_with_several_pictures()
    {
        var message = Mapping.Message(
            """{"msgtype":"com.beeper.gallery","body":"x","com.beeper.gallery.caption":"Trip","com.beeper.gallery.images":[{"msgtype":"m.image","body":"1","url":"mxc://h/1"},{"msgtype":"m.video","body":"2","url":"mxc://h/2"},3]}""");

        Assert.Equal("Trip", message.Text!.Html);
        Assert.Equal([AttachmentKind.Image, AttachmentKind.Video], message.Attachments.Select(file => file.Info.Kind));
    }
}
