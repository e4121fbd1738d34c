using Switchboard.Networks;

namespace Switchboard.Core.Messages;

/// <summary>A message that is about to be stored.</summary>
internal sealed record NewMessage
{
    public required long Sender { get; init; }

    /// <summary>A name that the sender bears in this message alone.</summary>
    public string? SenderName { get; init; }

    public required bool IsMine { get; init; }

    public required DateTimeOffset SentAt { get; init; }

    public MessageText? Text { get; init; }

    public IReadOnlyList<Attachment> Attachments { get; init; } = [];

    public IReadOnlyList<Link> Links { get; init; } = [];

    public long? ReplyTo { get; init; }

    /// <summary>The network's id of the message it answers, when that is not known here.</summary>
    public RemoteMessageId? UnknownReplyTo { get; init; }

    public IReadOnlyList<string>? Mentions { get; init; } = [];

    public bool MentionsMe { get; init; }

    public bool IsNotice { get; init; }

    public bool IsLocation { get; init; }

    public bool IsHidden { get; init; }

    /// <summary>Hidden for no other reason than that its sender is ignored.</summary>
    public bool IsIgnored { get; init; }

    public bool IsDeleted { get; init; }

    public bool IsPlaceholder { get; init; }

    public DateTimeOffset? EditedAt { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    public RemoteMessageId? RemoteId { get; init; }

    public string? SendState { get; init; }

    /// <summary>Whether it can be seen, and so is found, counted and shown in the list of chats.</summary>
    public bool IsShown => !IsHidden && !IsDeleted;

    /// <summary>As on the wire.</summary>
    public string Type => Attachments.Count == 0
        ? IsNotice ? "NOTICE" : IsLocation ? "LOCATION" : "TEXT"
        : Attachments[0].Info switch
        {
            { Kind: AttachmentKind.Image } => "IMAGE",
            { Kind: AttachmentKind.Gif } gif => gif.MimeType.StartsWith("video/", StringComparison.Ordinal) ? "VIDEO" : "IMAGE",
            { Kind: AttachmentKind.Video } => "VIDEO",
            { Kind: AttachmentKind.Audio } => "AUDIO",
            { Kind: AttachmentKind.VoiceNote } => "VOICE",
            { Kind: AttachmentKind.Sticker } => "STICKER",
            { Kind: AttachmentKind.File } => "FILE",
            var info => throw new InvalidOperationException($"Unknown attachment kind {info.Kind}."),
        };
}
