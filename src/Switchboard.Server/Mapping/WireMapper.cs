using System.Globalization;
using System.Runtime.CompilerServices;
using Switchboard.Core.History;
using Switchboard.Core.Logins;
using Switchboard.Core.Media;
using Switchboard.Networks;
using Switchboard.Server.Hosting;
using Switchboard.Wire;
using Domain = Switchboard.Core;

namespace Switchboard.Server.Mapping;

/// <summary>Turns what the core knows into the contract's shapes, and does nothing else.</summary>
internal sealed class WireMapper(
    MediaLibrary media, FileStore files, LoginSupervisor logins, HistoryFill history, ServerOptions options)
{
    // Thousands of chats share a few sets of capabilities.
    private readonly ConditionalWeakTable<Networks.ChatCapabilities, Wire.ChatCapabilities> capabilities = [];

    /// <summary>A chat; URLs in it begin with the address by which the client reached us.</summary>
    public Chat ToWire(Domain.Chats.Chat chat, string baseUrl) => new()
    {
        Id = chat.Id,
        LocalChatId = chat.Key.ToString(CultureInfo.InvariantCulture),
        AccountId = chat.AccountId,
        Network = chat.Network,
        Title = chat.Title,
        Type = chat.IsGroup ? ChatType.Group : ChatType.Single,
        Participants = new Participants
        {
            Items = chat.Participants.Select(participant => ToWire(participant, baseUrl)).ToList(),
            HasMore = chat.Participants.Count(participant => !participant.IsService) < chat.ParticipantCount,
            Total = chat.ParticipantCount,
        },
        UnreadCount = chat.Unread,
        UnreadMentionsCount = chat.UnreadMentions,
        Description = chat.Description,
        ImgUrl = chat.Avatar is null ? null : ServeUrl(baseUrl, media.UrlOf(chat.Avatar)),
        IsReadOnly = chat.IsReadOnly,
        IsArchived = chat.IsArchived,
        IsMuted = chat.IsMuted,
        IsPinned = chat.IsPinned,
        IsLowPriority = chat.IsLowPriority,
        IsMarkedUnread = chat.IsMarkedUnread,
        LastActivity = chat.LastActivity,
        LastReadMessageSortKey = chat.LastRead == 0 ? null : SortKey(chat.LastRead),
        MessageExpirySeconds = chat.ExpirySeconds,
        Draft = chat.Draft is null ? null : ToWire(chat.Draft),
        Reminder = chat.Reminder is null
            ? null
            : new Reminder { RemindAt = chat.Reminder.At, DismissOnIncomingMessage = chat.Reminder.DismissOnIncoming },
        Capabilities = capabilities.GetValue(chat.Capabilities, CapabilityMapping.ToWire),
    };

    /// <summary>A message.</summary>
    public Message ToWire(Domain.Messages.Message message) => new()
    {
        Id = message.Id.ToString(CultureInfo.InvariantCulture),
        ChatId = message.ChatId,
        AccountId = message.AccountId,
        SenderId = message.SenderId,
        SenderName = message.SenderName,
        Timestamp = message.SentAt,
        SortKey = SortKey(message.SortKey),
        Type = message.IsHidden ? null : TypeOf(message.Type),
        Text = message.Text,
        EditedTimestamp = message.EditedAt,
        IsSender = message.IsMine,
        IsUnread = message.IsUnread,
        IsDeleted = message.IsDeleted ? true : null,
        IsHidden = message.IsHidden ? true : null,
        LinkedMessageId = message.ReplyTo?.ToString(CultureInfo.InvariantCulture),
        Mentions = message.Mentions,
        Attachments = message.Attachments.Select(ToWire).ToList(),
        Links = message.Links.Select(ToWire).ToList(),
        Reactions = message.Reactions.Select(reaction => new Reaction
        {
            Id = message.OneReactionEach ? reaction.UserId : reaction.UserId + reaction.Key,
            ReactionKey = reaction.Key,
            ParticipantId = reaction.UserId,
            Emoji = Domain.Text.Emoji.IsOne(reaction.Key),
            ImgUrl = reaction.PictureId is null ? null : media.UrlOf(reaction.PictureId),
        }).ToList(),
        Seen = ToWire(message.SeenBy, message.InGroup),
        SendStatus = message.SendStatus is null ? null : ToWire(message.SendStatus),
    };

    /// <summary>A person.</summary>
    public User ToWire(Domain.Chats.Contact contact, string baseUrl) => new()
    {
        Id = contact.UserId,
        Username = contact.Username,
        FullName = contact.FullName,
        PhoneNumber = contact.PhoneNumber,
        Email = contact.Email,
        ImgUrl = contact.Avatar is null ? null : ServeUrl(baseUrl, media.UrlOf(contact.Avatar)),
        CannotMessage = contact.CannotMessage ? true : null,
        IsSelf = contact.IsSelf,
    };

    /// <summary>An account.</summary>
    public Account ToWire(Domain.Accounts.Account account, string baseUrl) => new()
    {
        AccountId = account.Id,
        Bridge = new AccountBridge
        {
            Id = account.BridgeId,
            Type = account.BridgeType,
            Provider = account.Provider == "local" ? Wire.BridgeProvider.Local : Wire.BridgeProvider.SelfHosted,
        },
        User = ToWire(account.Self, baseUrl),
        Network = account.Network,
        Status = StatusOf(account),
        StatusText = logins.HealthOf(account.LoginKey) switch
        {
            LoginHealth.Connected => account.StateText,
            LoginHealth.Connecting => null,
            LoginHealth.Expired => "The login is no longer good. Log in again.",
            var health => throw new InvalidOperationException($"Unknown health {health}."),
        },
        LoginId = account.LoginRemoteId,
    };

    /// <summary>An uploaded file.</summary>
    public UploadAssetOutput ToWire(Upload upload, string baseUrl) => new()
    {
        UploadId = upload.Id,
        FileName = upload.Info.FileName,
        MimeType = upload.Info.MimeType,
        FileSize = upload.Info.FileSize,
        SrcUrl = options.MediaUrls == MediaUrls.File ? FileUrl(upload.Sha256) : ServeUrl(baseUrl, media.UrlOf(upload)),
        Width = upload.Info.Width,
        Height = upload.Info.Height,
        Duration = upload.Info.Duration,
    };

    /// <summary>Where a file that is on this machine can be fetched.</summary>
    public string DownloadUrl(LocalFile file, string url, string baseUrl) =>
        options.MediaUrls == MediaUrls.File ? FileUrl(file.Sha256) : ServeUrl(baseUrl, url);

    /// <summary>A sort key: sixteen digits, so that comparing as text and as number agree (objects.md §1).</summary>
    public static string SortKey(long key) => key.ToString("D16", CultureInfo.InvariantCulture);

    private Participant ToWire(Domain.Chats.Participant participant, string baseUrl) => new(ToWire(participant.Contact, baseUrl))
    {
        IsAdmin = participant.IsAdmin,
        IsPending = participant.IsPending ? true : null,
        IsNetworkBot = participant.IsNetworkBot ? true : null,
    };

    /// <summary>Without its login an account is what the login is; with it, what its own bridge is.</summary>
    private AccountStatus StatusOf(Domain.Accounts.Account account) => logins.HealthOf(account.LoginKey) switch
    {
        LoginHealth.Connecting => AccountStatus.Connecting,
        LoginHealth.Expired => AccountStatus.ReconnectRequired,
        LoginHealth.Connected => account.State switch
        {
            AccountState.Connected when logins.IsCatchingUp(account.LoginKey) || history.IsFilling(account.LoginKey) => AccountStatus.Backfilling,
            AccountState.Connected => AccountStatus.Connected,
            AccountState.Connecting => AccountStatus.Connecting,
            AccountState.Disconnected => AccountStatus.Disconnected,
            AccountState.ReconnectRequired => AccountStatus.ReconnectRequired,
            AccountState.AttentionRequired => AccountStatus.AttentionRequired,
            _ => throw new InvalidOperationException($"Unknown state {account.State}."),
        },
        var health => throw new InvalidOperationException($"Unknown health {health}."),
    };

    private LinkPreview ToWire(Domain.Messages.Link link) => new()
    {
        Url = link.Url,
        Title = link.Title,
        OriginalUrl = link.OriginalUrl,
        Summary = link.Summary,
        Img = link.PictureId is null ? null : media.UrlOf(link.PictureId),
        ImgSize = link.Picture is null ? null : Size(link.Picture),
    };

    private Attachment ToWire(Domain.Messages.Attachment attachment)
    {
        var info = attachment.Info;
        var isVideo = info.MimeType.StartsWith("video/", StringComparison.Ordinal);
        var url = media.UrlOf(attachment.MediaId);
        return new Attachment
        {
            Type = info.Kind switch
            {
                AttachmentKind.Image or AttachmentKind.Sticker => AttachmentType.Img,
                AttachmentKind.Gif => isVideo ? AttachmentType.Video : AttachmentType.Img,
                AttachmentKind.Video => AttachmentType.Video,
                AttachmentKind.Audio or AttachmentKind.VoiceNote => AttachmentType.Audio,
                AttachmentKind.File => AttachmentType.Unknown,
                _ => throw new InvalidOperationException($"Unknown attachment kind {info.Kind}."),
            },
            Id = url,
            SrcUrl = options.MediaUrls == MediaUrls.File && info.Sha256 is { } hash && files.Exists(hash) ? FileUrl(hash) : url,
            MimeType = info.MimeType,
            FileName = info.FileName,
            FileSize = info.FileSize,
            IsGif = info.Kind == AttachmentKind.Gif ? true : null,
            IsSticker = info.Kind == AttachmentKind.Sticker ? true : null,
            IsVoiceNote = info.Kind == AttachmentKind.VoiceNote ? true : null,
            Duration = info.Duration,
            PosterImg = attachment.PosterId is null ? null : media.UrlOf(attachment.PosterId),
            Size = Size(info),
        };
    }

    private ChatDraft ToWire(Domain.Chats.Draft draft) => new()
    {
        Text = draft.Text,
        Attachments = draft.Attachments.ToDictionary(attachment => attachment.Id, attachment => new DraftAttachment
        {
            Id = attachment.Id,
            Type = attachment.Info.Kind switch
            {
                AttachmentKind.Gif => DraftAttachmentType.Gif,
                AttachmentKind.VoiceNote => DraftAttachmentType.RecordedAudio,
                _ => DraftAttachmentType.File,
            },
            MimeType = attachment.Info.MimeType,
            FileName = attachment.Info.FileName,
            FilePath = options.MediaUrls == MediaUrls.File ? files.PathOf(attachment.Sha256) : media.UrlOf(attachment.MediaId),
            FileSize = attachment.Info.FileSize,
            AudioDurationSeconds = attachment.Info.Duration,
            Size = Size(attachment.Info),
        }),
    };

    private static Dimensions? Size(AttachmentInfo info) =>
        info.Width is null && info.Height is null ? null : new Dimensions { Width = info.Width, Height = info.Height };

    private static Seen? ToWire(IReadOnlyList<Domain.Messages.Seen> seen, bool inGroup) => seen.Count == 0
        ? null
        : inGroup
            ? new Seen.ByEach(seen.ToDictionary(mark => mark.UserId, mark => SeenMark.SeenAt(mark.At)))
            : new Seen.ByOne(SeenMark.SeenAt(seen[0].At));

    private static SendStatus ToWire(Domain.Messages.SendStatus status) => new()
    {
        Status = status.State switch
        {
            Domain.Messages.SendStatus.Pending => SendState.Pending,
            Domain.Messages.SendStatus.Success => SendState.Success,
            Domain.Messages.SendStatus.Retriable => SendState.FailRetriable,
            Domain.Messages.SendStatus.Permanent => SendState.FailPermanent,
            var state => throw new InvalidOperationException($"Unknown send state {state}."),
        },
        Timestamp = status.At,
        Reason = status.Reason,
        Message = status.Error,
        InternalError = status.InternalError,
        DeliveredToUsers = status.DeliveredTo,
    };

    private static MessageType TypeOf(string type) => type switch
    {
        "TEXT" => MessageType.Text,
        "NOTICE" => MessageType.Notice,
        "IMAGE" => MessageType.Image,
        "VIDEO" => MessageType.Video,
        "VOICE" => MessageType.Voice,
        "AUDIO" => MessageType.Audio,
        "FILE" => MessageType.File,
        "STICKER" => MessageType.Sticker,
        "LOCATION" => MessageType.Location,
        "REACTION" => MessageType.Reaction,
        _ => throw new InvalidOperationException($"Unknown message type {type}."),
    };

    private static string ServeUrl(string baseUrl, string url) => $"{baseUrl}/v1/assets/serve?url={Uri.EscapeDataString(url)}";

    private string FileUrl(string sha256) => new Uri(files.PathOf(sha256)).AbsoluteUri;
}
