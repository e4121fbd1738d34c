using Switchboard.Core.Chats;
using Switchboard.Core.Messages;
using Switchboard.Networks;
using Switchboard.Sqlite;

namespace Switchboard.Core.Media;

/// <summary>
/// Uploaded files on their way into a message, a draft or a chat's picture. One lives 24 hours and may be used again until
/// then (open-questions.md §30); what was made of it keeps the content for itself.
/// </summary>
public sealed class Uploads(Database database, FileStore files, TimeProvider clock)
{
    /// <summary>The largest file taken, in bytes (rest.md §6).</summary>
    public const long Limit = 500L * 1024 * 1024;

    private static readonly TimeSpan Life = TimeSpan.FromHours(24);

    /// <summary>Registers content that is in the file store already.</summary>
    public async Task<Upload> AddAsync(
        Access.Access access, StoredFile stored, string? fileName, string? mimeType, CancellationToken cancellationToken)
    {
        MediaFacts facts;
        await using (var content = files.OpenRead(stored.Sha256))
        {
            facts = MediaInspector.Inspect(content, fileName, mimeType);
        }

        var info = new AttachmentInfo
        {
            Kind = KindOf(facts.MimeType),
            MimeType = facts.MimeType,
            FileName = MediaInspector.SafeFileName(fileName, facts.MimeType),
            FileSize = stored.Size,
            Width = facts.Width,
            Height = facts.Height,
            Duration = facts.Duration,
            Sha256 = stored.Sha256,
        };
        var upload = new Upload("upl_" + Store.RandomText(24), stored.Sha256, info, clock.GetUtcNow() + Life);
        await database.WriteAsync(
            db => db.InsertUpload(upload.Id, access.Token, upload.Sha256, info, upload.ExpiresAt), cancellationToken);
        return upload;
    }

    /// <summary>The upload whose file this path names, if this caller may use it. Nothing is opened.</summary>
    public Upload? FindByPath(Access.Access access, string path) => files.HashOfPath(path) is { } hash
        ? database.Read(db => db.UploadByHash(access, hash, clock.GetUtcNow()))
        : null;

    /// <summary>Puts an upload into a chat: the media row holds the content from now on.</summary>
    internal static Attachment Claim(Db db, Access.Access access, Chat chat, AttachmentRequest request, DateTimeOffset now)
    {
        var info = Describe(db, access, chat, request, now);
        return new Attachment(db.InsertMedia(chat.Key, null, null, info.Sha256, info), info);
    }

    /// <summary>What a file will be in this chat.</summary>
    /// <exception cref="RefusedException">The upload is unknown or expired, or the network does not take such files.</exception>
    internal static AttachmentInfo Describe(Db db, Access.Access access, Chat chat, AttachmentRequest request, DateTimeOffset now)
    {
        var upload = Demand(db, access, request.UploadId, now);
        var mimeType = request.MimeType ?? upload.Info.MimeType;
        var info = upload.Info with
        {
            Kind = request.Kind ?? KindOf(mimeType),
            MimeType = mimeType,
            FileName = request.FileName is null ? upload.Info.FileName : MediaInspector.SafeFileName(request.FileName, mimeType),
            Duration = request.Duration ?? upload.Info.Duration,
            Width = request.Width ?? upload.Info.Width,
            Height = request.Height ?? upload.Info.Height,
        };
        var capability = CapabilityOf(chat, info);
        if (capability is null || LevelOf(capability, mimeType) < CapabilityLevel.Partial)
            throw new RefusedException(Refusal.Unsupported, $"{chat.Network} does not take files of type {mimeType} like this in this chat.");
        if (capability.MaxSize is { } largest && info.FileSize > largest)
            throw RefusedException.Invalid("too_big", $"The file is larger than {chat.Network} takes.", "body", "attachment");
        return info;
    }

    /// <summary>An upload that the caller may use.</summary>
    /// <exception cref="RefusedException">It is unknown or expired.</exception>
    internal static Upload Demand(Db db, Access.Access access, string id, DateTimeOffset now) =>
        db.FindUpload(access, id, now) ?? throw new RefusedException(
            Refusal.NotFound, "Upload not found: it is unknown or older than 24 hours. Upload the file again.");

    /// <summary>Whether text may go with such a file in one message.</summary>
    internal static bool TakesCaption(Chat chat, AttachmentInfo info) => CapabilityOf(chat, info)?.Caption >= CapabilityLevel.Partial;

    /// <summary>How a file of this type is shown when nobody says (rest.md §5).</summary>
    internal static AttachmentKind KindOf(string mimeType) => mimeType switch
    {
        "image/gif" => AttachmentKind.Gif,
        _ when mimeType.StartsWith("image/", StringComparison.OrdinalIgnoreCase) && MediaInspector.IsSafeInline(mimeType) => AttachmentKind.Image,
        _ when mimeType.StartsWith("video/", StringComparison.OrdinalIgnoreCase) => AttachmentKind.Video,
        _ when mimeType.StartsWith("audio/", StringComparison.OrdinalIgnoreCase) => AttachmentKind.Audio,
        _ => AttachmentKind.File,
    };

    private static AttachmentCapabilities? CapabilityOf(Chat chat, AttachmentInfo info) => chat.Capabilities.Attachments.GetValueOrDefault(
        info.Kind switch
        {
            AttachmentKind.Image => "m.image",
            AttachmentKind.Video => "m.video",
            AttachmentKind.Audio => "m.audio",
            AttachmentKind.File => "m.file",
            AttachmentKind.Sticker => "m.sticker",
            AttachmentKind.VoiceNote => "org.matrix.msc3245.voice",
            AttachmentKind.Gif => "fi.mau.gif",
            _ => throw new InvalidOperationException($"Unknown attachment kind {info.Kind}."),
        });

    private static CapabilityLevel LevelOf(AttachmentCapabilities capability, string mimeType)
    {
        var types = capability.MimeTypes;
        return types.TryGetValue(mimeType, out var exact) ? exact
            : types.TryGetValue(mimeType.Split('/')[0] + "/*", out var family) ? family
            : types.GetValueOrDefault("*/*");
    }
}
