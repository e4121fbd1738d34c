namespace Switchboard.Networks;

/// <summary>
/// One live login. <see cref="ReceiveAsync"/> runs once at a time; every other member may be called from several
/// threads while it runs. Optional abilities are further interfaces on the same object (<c>Abilities.cs</c>), asked
/// with <c>is</c>.
/// </summary>
public interface INetworkConnection : IAsyncDisposable
{
    /// <summary>
    /// Yields batches until cancelled. Asking for the next batch acknowledges the previous one: it is stored by then,
    /// together with its cursor. A batch may come again after a crash, so ids must be stable. Events of one chat come in
    /// their order.
    /// </summary>
    /// <param name="cursor">The cursor of the last stored batch; <c>null</c> for a login that never received.</param>
    /// <param name="cancellationToken">Ends the stream.</param>
    /// <exception cref="NetworkException">The connection is lost or the login is no longer good.</exception>
    IAsyncEnumerable<RemoteBatch> ReceiveAsync(string? cursor, CancellationToken cancellationToken);

    /// <summary>
    /// Delivers a message. May be called again with the same <paramref name="transaction"/> after a crash or a failure
    /// and must then deliver nothing twice and give the same answer. The network need not echo the message to this
    /// login; if it does, the echo carries <see cref="RemoteMessage.Transaction"/>.
    /// </summary>
    /// <exception cref="NetworkException">
    /// <see cref="NetworkFailure.Transient"/> is tried again; <see cref="NetworkFailure.Rejected"/> ends the send.
    /// </exception>
    Task<SentMessage> SendAsync(
        RemoteChatId chat, TransactionId transaction, OutgoingMessage message, CancellationToken cancellationToken);
}

/// <summary>The network's answer to a send.</summary>
/// <param name="Id">The network's id for the message.</param>
/// <param name="Media">The network's ids for its attachments, in the order in which they were given.</param>
public sealed record SentMessage(RemoteMessageId Id, IReadOnlyList<RemoteMediaId> Media)
{
    /// <summary>
    /// Whether the message has only reached what stands before the network proper, such as a bridge that will report: it stays
    /// pending until <see cref="RemoteEvent.SendStatusChanged"/>.
    /// </summary>
    public bool AwaitsReport { get; init; }
}

/// <summary>What a person sends.</summary>
public sealed record OutgoingMessage
{
    /// <summary>Text or caption; <c>null</c> for a bare attachment.</summary>
    public MessageText? Text { get; init; }

    /// <summary>The attachment; <c>null</c> for text alone.</summary>
    public OutgoingAttachment? Attachment { get; init; }

    /// <summary>The message this answers.</summary>
    public RemoteMessageId? ReplyTo { get; init; }

    /// <summary>People to notify; <c>@room</c> stands for everybody (objects.md §7).</summary>
    public IReadOnlyList<string> Mentions { get; init; } = [];

    /// <summary>Who wrote the message this answers, if known.</summary>
    public UserId? ReplyToSender { get; init; }

    /// <summary>When it vanishes, counted from its sending; <c>null</c> means never.</summary>
    public TimeSpan? ExpiresAfter { get; init; }
}

/// <summary>Text of a message.</summary>
/// <param name="Html">The Matrix subset of HTML; text without markup has only <c>&amp; &lt; &gt;</c> escaped.</param>
/// <param name="IsFormatted">Whether there is markup, so that the text must be sent with its formatting.</param>
public sealed record MessageText(string Html, bool IsFormatted);

/// <summary>A file to send.</summary>
/// <param name="Info">What is known about it.</param>
/// <param name="OpenRead">Opens its content from the start; may be called again for a retry.</param>
public sealed record OutgoingAttachment(AttachmentInfo Info, Func<Stream> OpenRead);

/// <summary>What is known about a file in a message (objects.md §8).</summary>
public sealed record AttachmentInfo
{
    /// <summary>How it is shown.</summary>
    public required AttachmentKind Kind { get; init; }

    /// <summary>MIME type.</summary>
    public required string MimeType { get; init; }

    /// <summary>Its name for people.</summary>
    public required string FileName { get; init; }

    /// <summary>Bytes.</summary>
    public long? FileSize { get; init; }

    /// <summary>Pixels.</summary>
    public int? Width { get; init; }

    /// <summary>Pixels.</summary>
    public int? Height { get; init; }

    /// <summary>Seconds.</summary>
    public double? Duration { get; init; }

    /// <summary>A still picture of it that the network holds.</summary>
    public RemoteMediaId? Poster { get; init; }

    /// <summary>SHA-256 of the content, lower-case hex, of a file to send; what a network says of it is not trusted.</summary>
    public string? Sha256 { get; init; }
}

/// <summary>How an attachment is sent and shown (rest.md §5, <c>attachment.type</c>).</summary>
public enum AttachmentKind
{
    /// <summary>Any file.</summary>
    File,

    /// <summary>A picture.</summary>
    Image,

    /// <summary>A video.</summary>
    Video,

    /// <summary>Sound.</summary>
    Audio,

    /// <summary>A moving picture that loops.</summary>
    Gif,

    /// <summary>Sound recorded on the spot.</summary>
    VoiceNote,

    /// <summary>A sticker.</summary>
    Sticker,
}
