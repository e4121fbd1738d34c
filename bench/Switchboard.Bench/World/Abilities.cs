using Switchboard.Networks;

namespace Switchboard.Bench.World;

/// <summary>Capabilities of a network that can do most things, as large on the wire as those of real ones.</summary>
internal static class Abilities
{
    private static readonly string[] Features =
    [
        "bold", "italic", "underline", "strikethrough", "inline_code", "code_block", "blockquote", "inline_link",
        "unordered_list", "ordered_list", "headers", "user_link", "at_room_mention", "spoiler",
    ];

    private static readonly string[] Kinds = ["m.image", "m.video", "m.audio", "m.file", "m.sticker", "org.matrix.msc3245.voice", "fi.mau.gif"];

    private static readonly ChatCapabilities Direct = new()
    {
        Formatting = Features.ToDictionary(feature => feature, _ => CapabilityLevel.Full),
        Attachments = Kinds.ToDictionary(kind => kind, _ => new AttachmentCapabilities
        {
            MimeTypes = new Dictionary<string, CapabilityLevel> { ["*/*"] = CapabilityLevel.Full },
            Caption = CapabilityLevel.Full,
            MaxCaptionLength = 65_536,
            MaxSize = 500L * 1024 * 1024,
        }),
        MaxTextLength = 65_536,
        Reply = CapabilityLevel.Full,
        Edit = CapabilityLevel.Full,
        Delete = CapabilityLevel.Full,
        DeleteForMe = true,
        Reaction = CapabilityLevel.Full,
        CustomEmojiReactions = true,
        ReadReceipts = true,
        TypingNotifications = true,
        Archive = true,
        MarkAsUnread = true,
    };

    private static readonly ChatCapabilities Group = Direct with { Title = CapabilityLevel.Full, Description = CapabilityLevel.Full };

    /// <summary>What can be done in such a chat.</summary>
    public static ChatCapabilities Of(bool isGroup) => isGroup ? Group : Direct;
}
