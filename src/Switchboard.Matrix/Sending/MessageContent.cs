using System.Text.Json;
using Switchboard.Matrix.Api;
using Switchboard.Networks;

namespace Switchboard.Matrix.Sending;

/// <summary>Writes messages as Matrix events (matrix.md §4.1). Pure: the same in, the same out.</summary>
internal static class MessageContent
{
    private const string Everybody = "@room";
    private const string HtmlFormat = "org.matrix.custom.html";
    private const string MessageType = "m.room.message";
    private const string StickerType = "m.sticker";

    /// <summary>A message.</summary>
    /// <param name="message">What to say.</param>
    /// <param name="media">Where its attachment is by now; <c>null</c> without one.</param>
    /// <param name="frame">Its surroundings.</param>
    public static OutgoingEvent Make(OutgoingMessage message, MediaAddress? media, MessageFrame frame)
    {
        var content = Json.Object(json =>
        {
            if (message.Attachment is { } attachment && media is { } address)
                WriteAttachment(json, attachment.Info, message.Text, address, People(message.Mentions, frame), frame);
            else
                WriteText(json, "m.text", message.Text ?? new MessageText("", false), People(message.Mentions, frame), frame, "");
            WriteMentions(json, message.Mentions, frame, frame.ReplyToSender);
            WriteRelation(json, message.ReplyTo, frame);
            WriteTimer(json, frame);
        });
        return new OutgoingEvent(message.Attachment?.Info.Kind is AttachmentKind.Sticker ? StickerType : MessageType, content);
    }

    /// <summary>New text for a message of ours.</summary>
    /// <param name="target">The event that is edited: the first, never an edit.</param>
    /// <param name="text">The new text.</param>
    /// <param name="mentions">Whom the new text mentions.</param>
    /// <param name="before">Whom the text so far mentions: they are not notified again.</param>
    /// <param name="messageType">The message's <c>msgtype</c>, which stays.</param>
    /// <param name="frame">Its surroundings; a reply's relation stays with the first event.</param>
    public static OutgoingEvent Edit(
        RemoteMessageId target, MessageText text, IReadOnlyList<string> mentions, IReadOnlyCollection<string> before, string messageType,
        MessageFrame frame)
    {
        var people = People(mentions, frame);
        var content = Json.Object(json =>
        {
            WriteText(json, messageType, text, people, frame, "* ");
            WriteMentions(json, mentions.Where(user => !before.Contains(user)).ToList(), frame, null);
            json.WriteStartObject("m.new_content");
            WriteText(json, messageType, text, people, frame, "");
            WriteMentions(json, mentions, frame, null);
            json.WriteEndObject();
            json.WriteStartObject("m.relates_to");
            json.WriteString("rel_type", "m.replace");
            json.WriteString("event_id", target.Value);
            json.WriteEndObject();
        });
        return new OutgoingEvent(MessageType, content);
    }

    /// <summary>A reaction.</summary>
    public static OutgoingEvent Reaction(RemoteMessageId target, string key) => new("m.reaction", Json.Object(json =>
    {
        json.WriteStartObject("m.relates_to");
        json.WriteString("rel_type", "m.annotation");
        json.WriteString("event_id", target.Value);
        json.WriteString("key", ReactionKey.ToSend(key));
        json.WriteEndObject();
    }));

    /// <summary>That a stranger's request is accepted.</summary>
    public static OutgoingEvent Acceptance() => new("com.beeper.accept_message_request", Json.Object(static _ => { }));

    /// <summary>That a stranger's request is not wanted.</summary>
    public static OutgoingEvent Rejection() => new("com.beeper.delete_chat", Json.Object(static json =>
    {
        json.WriteBoolean("delete_for_everyone", false);
        json.WriteBoolean("from_message_request", true);
    }));

    private static List<string> People(IReadOnlyList<string> mentions, MessageFrame frame) => mentions
        .Where(user => user != Everybody && user != frame.OwnUserId && user.StartsWith('@') && user.Contains(':', StringComparison.Ordinal))
        .Distinct(StringComparer.Ordinal)
        .ToList();

    private static void WriteText(
        Utf8JsonWriter json, string messageType, MessageText text, IReadOnlyList<string> people, MessageFrame frame, string prefix)
    {
        json.WriteString("msgtype", messageType);
        WriteBody(json, text, people, frame, prefix);
    }

    private static void WriteBody(Utf8JsonWriter json, MessageText text, IReadOnlyList<string> people, MessageFrame frame, string prefix)
    {
        json.WriteString("body", prefix + PlainText.Of(text.IsFormatted ? text.Html : NoTags(text.Html)));
        var html = MatrixLinks.Add(text.Html, people, frame.NameOf);
        if (!text.IsFormatted && html == text.Html)
            return;
        json.WriteString("format", HtmlFormat);
        json.WriteString("formatted_body", prefix + (text.IsFormatted ? html : html.Replace("\n", "<br>", StringComparison.Ordinal)));
    }

    // Unformatted text holds no tag by its contract; were there one, it would be read as what it shows.
    private static string NoTags(string html) => html.Replace("<", "&lt;", StringComparison.Ordinal);

    private static void WriteAttachment(
        Utf8JsonWriter json, AttachmentInfo info, MessageText? caption, MediaAddress address, IReadOnlyList<string> people,
        MessageFrame frame)
    {
        var name = info.FileName is { Length: > 0 } given ? given : "file";
        if (info.Kind is AttachmentKind.Sticker)
        {
            json.WriteString("body", caption is null ? name : PlainText.Of(caption.Html));
        }
        else
        {
            json.WriteString("msgtype", MessageTypeOf(info));
            json.WriteString("filename", name);
            if (caption is null)
                json.WriteString("body", name);
            else
                WriteBody(json, caption, people, frame, "");
        }

        json.WriteString("url", address.ToString());
        json.WriteStartObject("info");
        WriteInfo(json, info);
        json.WriteEndObject();
        if (info.Kind is AttachmentKind.VoiceNote)
            WriteVoice(json, info);
    }

    private static string MessageTypeOf(AttachmentInfo info) => info.Kind switch
    {
        AttachmentKind.Image => "m.image",
        AttachmentKind.Video => "m.video",
        AttachmentKind.Gif => info.MimeType.StartsWith("video/", StringComparison.OrdinalIgnoreCase) ? "m.video" : "m.image",
        AttachmentKind.Audio or AttachmentKind.VoiceNote => "m.audio",
        AttachmentKind.File or AttachmentKind.Sticker => "m.file",
        _ => throw new ArgumentOutOfRangeException(nameof(info)),
    };

    private static void WriteInfo(Utf8JsonWriter json, AttachmentInfo info)
    {
        json.WriteString("mimetype", info.MimeType);
        if (info.FileSize is { } size)
            json.WriteNumber("size", size);
        if (info.Width is > 0 and var width && info.Height is > 0 and var height)
        {
            json.WriteNumber("w", width);
            json.WriteNumber("h", height);
        }

        if (Milliseconds(info) is { } duration)
            json.WriteNumber("duration", duration);
        if (info.Kind is AttachmentKind.Gif)
        {
            json.WriteBoolean("fi.mau.gif", true);
            json.WriteBoolean("is_animated", true);
        }
    }

    private static void WriteVoice(Utf8JsonWriter json, AttachmentInfo info)
    {
        json.WriteStartObject("org.matrix.msc3245.voice");
        json.WriteEndObject();
        json.WriteStartObject("org.matrix.msc1767.audio");
        if (Milliseconds(info) is { } duration)
            json.WriteNumber("duration", duration);
        json.WriteEndObject();
    }

    private static long? Milliseconds(AttachmentInfo info) =>
        info.Duration is { } seconds && double.IsFinite(seconds) && seconds is >= 0 and < 1e9 ? (long)Math.Round(seconds * 1000) : null;

    private static void WriteMentions(Utf8JsonWriter json, IReadOnlyList<string> mentions, MessageFrame frame, string? also)
    {
        var people = People(also is null ? mentions : [.. mentions, also], frame);
        json.WriteStartObject("m.mentions");
        if (people.Count > 0)
        {
            json.WriteStartArray("user_ids");
            foreach (var user in people)
            {
                json.WriteStringValue(user);
            }

            json.WriteEndArray();
        }

        if (frame.MayNotifyRoom && mentions.Contains(Everybody, StringComparer.Ordinal))
            json.WriteBoolean("room", true);
        json.WriteEndObject();
    }

    private static void WriteRelation(Utf8JsonWriter json, RemoteMessageId? replyTo, MessageFrame frame)
    {
        if (replyTo is not { } target)
            return;
        json.WriteStartObject("m.relates_to");
        if (frame.ThreadRoot is { } root)
        {
            json.WriteString("rel_type", "m.thread");
            json.WriteString("event_id", root);
            json.WriteBoolean("is_falling_back", false);
        }

        json.WriteStartObject("m.in_reply_to");
        json.WriteString("event_id", target.Value);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteTimer(Utf8JsonWriter json, MessageFrame frame)
    {
        if (frame.Timer is not { } timer)
            return;
        json.WriteStartObject("com.beeper.disappearing_timer");
        if (timer.Milliseconds > 0)
        {
            json.WriteString("type", timer.Type);
            json.WriteNumber("timer", timer.Milliseconds);
        }

        json.WriteEndObject();
    }
}
