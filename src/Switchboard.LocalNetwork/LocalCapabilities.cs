using Switchboard.Networks;

namespace Switchboard.LocalNetwork;

/// <summary>What can be done in each sort of room; keep it true when <see cref="LocalConnection"/> changes.</summary>
internal static class LocalCapabilities
{
    /// <summary>The largest file, in bytes.</summary>
    public const long MaxFileSize = 500L * 1024 * 1024;

    /// <summary>The longest text, in characters.</summary>
    public const int MaxTextLength = 65536;

    private static readonly string[] Features =
    [
        "bold", "italic", "underline", "strikethrough", "inline_code", "code_block", "blockquote", "inline_link",
        "unordered_list", "ordered_list", "headers", "user_link", "at_room_mention", "spoiler",
    ];

    private static readonly string[] Attachable =
    [
        "m.image", "m.video", "m.audio", "m.file", "m.sticker", "org.matrix.msc3245.voice", "fi.mau.gif",
    ];

    private static readonly ChatCapabilities Direct = new()
    {
        Formatting = Features.ToDictionary(feature => feature, _ => CapabilityLevel.Full),
        Attachments = Attachable.ToDictionary(kind => kind, _ => AnyFile()),
        MaxTextLength = MaxTextLength,
        Reply = CapabilityLevel.Full,
        Edit = CapabilityLevel.Full,
        Delete = CapabilityLevel.Full,
        DeleteForMe = true,
        Reaction = CapabilityLevel.Full,
        CustomEmojiReactions = true,
        DisappearingTimer = new() { Types = [DisappearingTimerType.AfterSend] },
        ReadReceipts = true,
        TypingNotifications = true,
        Archive = true,
        MarkAsUnread = true,
        Expiry = CapabilityLevel.Full,
    };

    private static readonly ChatCapabilities Self = Direct with { ReadReceipts = false, TypingNotifications = false };

    private static readonly ChatCapabilities Group = Direct with
    {
        Title = CapabilityLevel.Full,
        Description = CapabilityLevel.Full,
        Avatar = CapabilityLevel.Full,
    };

    /// <summary>What can be done in a room of that sort.</summary>
    public static ChatCapabilities Of(RoomKind kind) => kind switch
    {
        RoomKind.Direct => Direct,
        RoomKind.Self => Self,
        RoomKind.Group => Group,
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    private static AttachmentCapabilities AnyFile() => new()
    {
        MimeTypes = new Dictionary<string, CapabilityLevel> { ["*/*"] = CapabilityLevel.Full },
        Caption = CapabilityLevel.Full,
        MaxCaptionLength = MaxTextLength,
        MaxSize = MaxFileSize,
    };
}
