using System.Text.Json;
using Switchboard.Matrix.Bridges;
using Switchboard.Networks;

namespace Switchboard.Matrix.Timeline;

/// <summary>Messages of every kind (matrix.md §3.1 to §3.4, §3.8, §3.10).</summary>
internal static class MessageMapper
{
    private const int MostMentions = 200;

    /// <summary>What every message has: who, when, where, and whether it is there any more.</summary>
    public static RemoteMessage Envelope(MatrixEvent source, TimelineContext context) => new()
    {
        Chat = new(context.Room),
        Id = new(source.Id),
        Sender = context.User(context.IsMe(source.Sender) ? context.OwnUserId : source.Sender),
        SentAt = MatrixTime.Of(source.At, context.Now),
        IsRemoved = source.IsRedacted,
        IsIgnored = context.IsIgnored(source.Sender),
        IsHidden = LeavesNoTrace(source.Unsigned.Child("redacted_because").Child("content")),
        Transaction = source.Unsigned.Id("transaction_id") is { } transaction ? new(transaction)
            : source.Sender == context.OwnUserId ? context.Sent(source.Id)
            : null,
    };

    /// <summary>Whether a redaction with that content asks that nobody sees that there was something (§3.2, isDeleted).</summary>
    public static bool LeavesNoTrace(JsonElement redaction) => redaction.Is("com.beeper.dont_render_redacted_placeholder");

    /// <summary>An <c>m.room.message</c> that is no edit; <c>null</c> when there is nothing in it.</summary>
    public static RemoteMessage? Message(MatrixEvent source, Relations relations, TimelineContext context)
    {
        var envelope = Envelope(source, context) with { ReplyTo = relations.ReplyTo is { } target ? new(target) : null };
        if (source.IsRedacted)
            return envelope;
        var edit = BundledEdit(source);
        var content = edit is null ? source.Content : edit.Content.Child("m.new_content");
        var type = content.Id("msgtype") ?? "m.text";
        var message = envelope with
        {
            Text = TextOf(source, content, relations.NamesReply || edit is not null, context),
            Attachments = FilesOf(type, content),
            Mentions = Mentions(source, content, context),
            IsPointedOut = context.IsPointedOut(source, content),
            SenderName = MessageProfile.Read(content)?.Name,
            Links = LinkPreviews.Of(content),
            EditedAt = edit is null ? null : MatrixTime.Of(edit.At, context.Now),
            ExpiresAt = Expiry(source),
            IsLocation = type == "m.location",
            IsNotice = type is "m.notice" or "m.server_notice",
            IsHidden = type == "m.key.verification.request" || source.Content.Is("com.beeper.exclude_from_timeline"),
        };
        return message.Text is null && message.Attachments.Count == 0 ? null : message;
    }

    /// <summary>A sticker.</summary>
    public static RemoteMessage Sticker(MatrixEvent source, TimelineContext context)
    {
        var relations = Relations.Read(source.Content);
        var envelope = Envelope(source, context) with { ReplyTo = relations.ReplyTo is { } target ? new(target) : null };
        if (source.IsRedacted)
            return envelope;
        // The body says what it shows: it names the file and is no caption.
        return Attachments.Of("m.sticker", source.Content) is { } sticker
            ? envelope with
            {
                Attachments = [sticker],
                Mentions = Mentions(source, source.Content, context),
                IsPointedOut = context.IsPointedOut(source, source.Content),
                ExpiresAt = Expiry(source),
            }
            : envelope with { Text = BodyText.Plain(source.Content.Text("body") is { Length: > 0 } body ? body : "Sticker") };
    }

    /// <summary>A poll as text; <c>null</c> when there is none in it.</summary>
    public static RemoteMessage? Poll(MatrixEvent source, TimelineContext context)
    {
        var envelope = Envelope(source, context) with
        {
            ReplyTo = Relations.Read(source.Content).ReplyTo is { } target ? new(target) : null,
        };
        if (source.IsRedacted)
            return envelope;
        var edit = BundledEdit(source);
        return Polls.Text(edit?.Content.Child("m.new_content") ?? source.Content) is { } text
            ? envelope with
            {
                Text = text,
                Mentions = Mentions(source, source.Content, context),
                IsPointedOut = context.IsPointedOut(source, source.Content),
                EditedAt = edit is null ? null : MatrixTime.Of(edit.At, context.Now),
            }
            : null;
    }

    /// <summary>A content's text or caption, by its <c>msgtype</c>.</summary>
    public static MessageText? TextOf(MatrixEvent source, JsonElement content, bool isReply, TimelineContext context)
    {
        var type = content.Id("msgtype") ?? "m.text";
        var profile = MessageProfile.Read(content);
        if (Attachments.IsFileType(type))
        {
            var caption = Attachments.HasCaption(content) ? BodyText.Of(content, isReply, profile) : null;
            // A file that nobody here can open is at least named.
            return FilesOf(type, content).Count > 0 || caption is not null ? caption : BodyText.Plain(Unreadable(content));
        }

        return type switch
        {
            "com.beeper.gallery" => Gallery(content),
            "m.location" => BodyText.Of(content, isReply) ?? Place(content),
            "m.emote" => Emote(BodyText.Of(content, isReply, profile), profile?.Name ?? NameOf(source.Sender, context)),
            _ => BodyText.Of(content, isReply, profile),
        };
    }

    /// <summary>Who is mentioned; <c>null</c> when the sender's client does not tell (matrix.md §3.2, mentions).</summary>
    public static IReadOnlyList<string>? Mentions(MatrixEvent source, JsonElement content, TimelineContext context)
    {
        var mentions = content.Child("m.mentions");
        if (mentions.ValueKind != JsonValueKind.Object)
            return null;
        var users = mentions.Child("user_ids").Items(MostMentions).Select(item => item.AsId()).OfType<string>()
            .Select(user => context.IsMe(user) ? context.OwnUserId : user).Distinct().ToList();
        if (mentions.Is("room") && context.MayNotifyRoom(source.Sender))
            users.Add("@room");
        return users;
    }

    /// <summary>The newest edit that the homeserver told with its target, when it is a valid one (§3.4).</summary>
    private static MatrixEvent? BundledEdit(MatrixEvent source)
    {
        var edit = MatrixEvent.Read(source.Unsigned.Child("m.relations").Child("m.replace"));
        return edit is { StateKey: null } && edit.Sender == source.Sender && edit.Type == source.Type
            && edit.Content.Child("m.new_content").ValueKind == JsonValueKind.Object ? edit : null;
    }

    private static List<RemoteMedia> FilesOf(string type, JsonElement content)
    {
        if (type == "com.beeper.gallery")
            return Attachments.OfGallery(content);
        return Attachments.IsFileType(type) && Attachments.Of(type, content) is { } file ? [file] : [];
    }

    private static string Unreadable(JsonElement content) => Attachments.IsEncrypted(content)
        ? $"{Attachments.NameOf(content)} (an encrypted file, which this server cannot read yet)"
        : Attachments.NameOf(content);

    private static MessageText? Gallery(JsonElement content) =>
        content.Text("com.beeper.gallery.caption_html", BodyText.Longest) is { Length: > 0 } html ? new(html, true)
        : content.Text("com.beeper.gallery.caption", BodyText.Longest) is { Length: > 0 } caption ? BodyText.Plain(caption)
        : null;

    private static MessageText? Place(JsonElement content) =>
        (content.Id("geo_uri") ?? content.Child("org.matrix.msc3488.location", "m.location").Id("uri")) is { } place
            ? BodyText.Plain(place)
            : null;

    private static MessageText? Emote(MessageText? text, string name) =>
        text is null ? null : text with { Html = $"* {BodyText.Escape(name)} {text.Html}" };

    private static string NameOf(string user, TimelineContext context) =>
        context.User(context.IsMe(user) ? context.OwnUserId : user).FullName ?? Ghosts.Localpart(user);

    // A timer that starts with reading is the bridge's to keep: it redacts.
    private static DateTimeOffset? Expiry(MatrixEvent source)
    {
        if (DisappearingTimer.Read(source.Content.Child(DisappearingTimer.EventType)) is not { IsAfterSend: true } timer)
            return null;
        var latest = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();
        return DateTimeOffset.FromUnixTimeMilliseconds(Math.Min(Math.Clamp(source.At, 0, latest) + timer.Milliseconds, latest));
    }
}
