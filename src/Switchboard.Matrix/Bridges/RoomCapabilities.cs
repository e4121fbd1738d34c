using Switchboard.Matrix.Sync;
using Switchboard.Networks;

namespace Switchboard.Matrix.Bridges;

/// <summary>
/// What the own user can do in a room: what its bridge offers, or what Matrix does where there is none (matrix.md §2.2), as far as
/// power levels let it.
/// </summary>
internal static class RoomCapabilities
{
    /// <summary>Longest text into a plain room, in characters: body and HTML together fit an event, encrypted too.</summary>
    public const int PlainTextLength = 20_000;

    private static readonly string[] Features =
    [
        "bold", "italic", "underline", "strikethrough", "inline_code", "code_block", "code_block.syntax_highlighting", "blockquote",
        "inline_link", "user_link", "room_link", "event_link", "unordered_list", "ordered_list", "ordered_list.start", "headers",
        "horizontal_line", "table", "details_summary", "spoiler", "spoiler.reason", "superscript", "subscript", "color.foreground",
        "color.background", "custom_emoji",
    ];

    private static readonly string[] Attachable =
        ["m.image", "m.video", "m.audio", "m.file", "org.matrix.msc3245.voice", "fi.mau.gif", "m.sticker"];

    /// <summary>The capabilities of a room.</summary>
    /// <param name="features">What its bridge says; <c>null</c> for a plain room.</param>
    /// <param name="power">Its power levels.</param>
    /// <param name="own">The own user.</param>
    /// <param name="isReadOnly">Whether nothing can be sent.</param>
    /// <param name="maxUpload">The homeserver's limit for files, bytes.</param>
    public static ChatCapabilities Of(RoomFeatures? features, PowerLevels power, string own, bool isReadOnly, long? maxUpload)
    {
        var capabilities = features?.Capabilities ?? Plain(power, own, maxUpload);
        capabilities = capabilities with
        {
            Title = AsFarAs(capabilities.Title, power.MaySetState(own, "m.room.name")),
            Description = AsFarAs(capabilities.Description, power.MaySetState(own, "m.room.topic")),
            Avatar = AsFarAs(capabilities.Avatar, power.MaySetState(own, "m.room.avatar")),
            Expiry = AsFarAs(capabilities.Expiry, power.MaySetState(own, DisappearingTimer.EventType)),
            Reaction = AsFarAs(capabilities.Reaction, power.MaySend(own, "m.reaction")),
            Delete = AsFarAs(capabilities.Delete, power.MaySend(own, "m.room.redaction")),
            ParticipantActions = Actions(capabilities.ParticipantActions, power, own),
        };
        return isReadOnly ? ReadOnly(capabilities) : capabilities;
    }

    private static ChatCapabilities Plain(PowerLevels power, string own, long? maxUpload)
    {
        var formatting = Features.ToDictionary(feature => feature, _ => CapabilityLevel.Full);
        formatting["at_room_mention"] = power.Of(own) >= power.NotifyRoom ? CapabilityLevel.Full : CapabilityLevel.Unsupported;
        // Clients vary.
        formatting["math"] = CapabilityLevel.Partial;
        return new()
        {
            Formatting = formatting,
            Attachments = Attachable.ToDictionary(kind => kind, kind => File(kind, maxUpload)),
            MaxTextLength = PlainTextLength,
            Reply = CapabilityLevel.Full,
            Thread = CapabilityLevel.Full,
            Edit = CapabilityLevel.Full,
            Reaction = CapabilityLevel.Full,
            LocationMessage = CapabilityLevel.Full,
            Poll = CapabilityLevel.Partial,
            Delete = CapabilityLevel.Full,
            CustomEmojiReactions = true,
            ReadReceipts = true,
            TypingNotifications = true,
            Archive = true,
            MarkAsUnread = true,
            DeleteChat = true,
            ParticipantActions = new()
            {
                Invite = CapabilityLevel.Full,
                Kick = CapabilityLevel.Full,
                Ban = CapabilityLevel.Full,
                RevokeInvite = CapabilityLevel.Full,
                Leave = CapabilityLevel.Full,
            },
            Title = CapabilityLevel.Full,
            Description = CapabilityLevel.Full,
            Avatar = CapabilityLevel.Full,
            Expiry = CapabilityLevel.Rejected,
        };
    }

    private static AttachmentCapabilities File(string kind, long? maxUpload) => new()
    {
        MimeTypes = new Dictionary<string, CapabilityLevel> { [kind == "m.sticker" ? "image/*" : "*/*"] = CapabilityLevel.Full },
        Caption = kind == "m.sticker" ? CapabilityLevel.Unsupported : CapabilityLevel.Full,
        MaxSize = maxUpload,
    };

    private static ParticipantActionCapabilities Actions(ParticipantActionCapabilities offered, PowerLevels power, string own)
    {
        var level = power.Of(own);
        return new()
        {
            Invite = AsFarAs(offered.Invite, level >= power.Invite),
            Kick = AsFarAs(offered.Kick, level >= power.Kick),
            Ban = AsFarAs(offered.Ban, level >= power.Ban),
            RevokeInvite = AsFarAs(offered.RevokeInvite, level >= power.Kick),
            Leave = offered.Leave,
        };
    }

    // What needs a message of ours cannot be done where none can be sent.
    private static ChatCapabilities ReadOnly(ChatCapabilities capabilities) => capabilities with
    {
        Reply = CapabilityLevel.Rejected,
        Thread = CapabilityLevel.Rejected,
        Edit = CapabilityLevel.Rejected,
        Reaction = CapabilityLevel.Rejected,
        LocationMessage = CapabilityLevel.Rejected,
        Poll = CapabilityLevel.Rejected,
        Delete = CapabilityLevel.Rejected,
    };

    private static CapabilityLevel AsFarAs(CapabilityLevel offered, bool may) => may ? offered : CapabilityLevel.Rejected;
}
