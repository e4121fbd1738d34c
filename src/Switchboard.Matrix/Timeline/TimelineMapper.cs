using Switchboard.Matrix.Bridges;
using Switchboard.Matrix.Store;
using Switchboard.Networks;

namespace Switchboard.Matrix.Timeline;

/// <summary>
/// What an event means: the table of matrix.md §3.1. Reads nothing but the event and its context, and throws for no event.
/// </summary>
internal static class TimelineMapper
{
    /// <summary>What stands for a message that cannot be read.</summary>
    public const string Undecryptable = "Encrypted message: this server cannot read it yet.";

    /// <summary>The event's meaning; <c>null</c> when it has none for us.</summary>
    public static Mapped? Map(MatrixEvent source, TimelineContext context)
    {
        if (source.StateKey is not null)
            return State(source, context);
        return source.Type switch
        {
            "m.room.message" => Message(source, context),
            "m.sticker" => new Mapped.Message(MessageMapper.Sticker(source, context)),
            "m.room.encrypted" => Encrypted(source, context),
            "m.reaction" => Reaction(source),
            "m.room.redaction" => Redaction(source, context),
            SendStatus.EventType => source.Sender == context.BridgeBot ? SendStatus.Read(source, context.Now) : null,
            _ when Polls.IsStart(source.Type) => Shown(MessageMapper.Poll(source, context)),
            _ => null,
        };
    }

    private static Mapped.Message? Shown(RemoteMessage? message) => message is null ? null : new(message);

    private static Mapped.Message? State(MatrixEvent state, TimelineContext context) =>
        Notices.Text(state, user => context.User(user).FullName ?? user) is { } text
            ? new Mapped.Message(MessageMapper.Envelope(state, context) with
            {
                Text = BodyText.Plain(text),
                IsNotice = true,
                IsHidden = true,
            })
            : null;

    private static Mapped? Message(MatrixEvent source, TimelineContext context)
    {
        var relations = Relations.Read(source.Content);
        if (relations.Type == "m.replace")
            return source.IsRedacted ? null : Edit(source, relations, context);
        if (source.Content.Text("msgtype") == "m.server_notice" && !context.IsServerNotice)
            return null;
        if (MessageMapper.Message(source, relations, context) is not { } message)
            return null;
        var isBot = source.Sender == context.BridgeBot;
        if (isBot && relations.ReplyTo is { } target && SendStatus.ReadNotice(source, relations, context.Now) is { } report)
            return new Mapped.Status(target, report, message with { IsHidden = true });
        return BridgeState.Read(source.Sender, source.Content) is { } state && (isBot || context.IsKnownBot(source.Sender))
            ? new Mapped.BridgeState(state, message)
            : new Mapped.Message(message);
    }

    // That the target is not itself an edit, of the same sender, is seen to where the target is known.
    private static Mapped.Edit? Edit(MatrixEvent source, Relations relations, TimelineContext context)
    {
        var replacement = source.Content.Child("m.new_content");
        return relations.Target is not { } target || replacement.ValueKind != System.Text.Json.JsonValueKind.Object
            ? null
            : new(target, MessageMapper.TextOf(source, replacement, isReply: true, context) ?? BodyText.Plain(""),
                MessageMapper.Mentions(source, replacement, context) ?? [], context.IsPointedOut(source, replacement));
    }

    private static Mapped.Message? Encrypted(MatrixEvent source, TimelineContext context) =>
        // Relations stay in clear: an edit or a reaction is no message of its own.
        Relations.Read(source.Content).Type is "m.replace" or "m.annotation" or "m.reference" ? null
            : new(MessageMapper.Envelope(source, context) with
            {
                Text = source.IsRedacted ? null : BodyText.Plain(Undecryptable),
                IsPlaceholder = !source.IsRedacted,
                ReplyTo = Relations.Read(source.Content).ReplyTo is { } target ? new(target) : null,
                Mentions = null,
            });

    private static Mapped.Reaction? Reaction(MatrixEvent source)
    {
        if (source.IsRedacted || Relations.Read(source.Content) is not { Type: "m.annotation", Target: { } target, Key: { } key })
            return null;
        if (Api.MediaAddress.Parse(key) is not { } picture)
            return key.StartsWith("mxc:", StringComparison.Ordinal) ? null : new(target, ReactionKeys.Canonical(key), null);
        var name = (source.Content.Text("com.beeper.reaction.shortcode", 100) ?? source.Content.Text("shortcode", 100))?.Trim(':');
        return new(target, key, new RemoteMedia(new(picture.ToString()), new()
        {
            Kind = AttachmentKind.Image,
            MimeType = "image/*",
            FileName = string.IsNullOrWhiteSpace(name) ? "emoji" : name,
        }));
    }

    // Before room version 11 beside the content, from then on in it. What stands at the other place the homeserver did not check.
    private static Mapped.Redaction? Redaction(MatrixEvent source, TimelineContext context)
    {
        var target = context.RedactsInContent switch
        {
            true => source.Content.Id("redacts"),
            false => source.Redacts,
            null => source.Content.Id("redacts") ?? source.Redacts,
        };
        return target is not null && !source.IsRedacted ? new(target, MessageMapper.LeavesNoTrace(source.Content)) : null;
    }
}
