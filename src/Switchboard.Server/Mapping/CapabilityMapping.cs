using Switchboard.Networks;
using Switchboard.Wire;

namespace Switchboard.Server.Mapping;

/// <summary>Capabilities as the contract writes them (objects.md §4): all fields, so that nothing is left to guess.</summary>
internal static class CapabilityMapping
{
    /// <summary>The contract's shape.</summary>
    public static Wire.ChatCapabilities ToWire(Networks.ChatCapabilities capabilities) => new()
    {
        Formatting = Levels(capabilities.Formatting),
        Attachments = capabilities.Attachments.ToDictionary(pair => pair.Key, pair => new Wire.AttachmentCapabilities
        {
            MimeTypes = Levels(pair.Value.MimeTypes),
            Caption = (Level)pair.Value.Caption,
            MaxCaptionLength = pair.Value.MaxCaptionLength,
            MaxSize = pair.Value.MaxSize,
            MaxWidth = pair.Value.MaxWidth,
            MaxHeight = pair.Value.MaxHeight,
            MaxDuration = pair.Value.MaxDuration,
            ViewOnce = pair.Value.ViewOnce ? true : null,
        }),
        MaxTextLength = capabilities.MaxTextLength,
        LocationMessage = (Level)capabilities.LocationMessage,
        Poll = (Level)capabilities.Poll,
        Thread = (Level)capabilities.Thread,
        Reply = (Level)capabilities.Reply,
        Edit = (Level)capabilities.Edit,
        EditMaxCount = capabilities.EditMaxCount,
        EditMaxAge = (int?)capabilities.EditMaxAge?.TotalSeconds,
        Delete = (Level)capabilities.Delete,
        DeleteMaxAge = (int?)capabilities.DeleteMaxAge?.TotalSeconds,
        DeleteForMe = capabilities.DeleteForMe,
        MessageRequest = new Wire.MessageRequestCapabilities
        {
            AcceptWithMessage = (Level)(capabilities.MessageRequest?.AcceptWithMessage ?? CapabilityLevel.Unsupported),
            AcceptWithButton = (Level)(capabilities.MessageRequest?.AcceptWithButton ?? CapabilityLevel.Unsupported),
        },
        Reaction = (Level)capabilities.Reaction,
        ReactionCount = capabilities.ReactionCount,
        AllowedReactions = capabilities.AllowedReactions,
        CustomEmojiReactions = capabilities.CustomEmojiReactions,
        DisappearingTimer = capabilities.DisappearingTimer is { } timer ? ToWire(timer) : null,
        ReadReceipts = capabilities.ReadReceipts,
        TypingNotifications = capabilities.TypingNotifications,
        Archive = capabilities.Archive,
        MarkAsUnread = capabilities.MarkAsUnread,
        DeleteChat = capabilities.DeleteChat,
        DeleteChatForEveryone = capabilities.DeleteChatForEveryone,
        ParticipantActions = new Wire.ParticipantActionCapabilities
        {
            Ban = (Level)capabilities.ParticipantActions.Ban,
            Invite = (Level)capabilities.ParticipantActions.Invite,
            Kick = (Level)capabilities.ParticipantActions.Kick,
            Leave = (Level)capabilities.ParticipantActions.Leave,
            RevokeInvite = (Level)capabilities.ParticipantActions.RevokeInvite,
        },
        State = new ChatStateCapabilities
        {
            Title = State(capabilities.Title),
            Description = State(capabilities.Description),
            Avatar = State(capabilities.Avatar),
            DisappearingTimer = State(capabilities.Expiry),
        },
    };

    private static Wire.DisappearingTimerCapabilities ToWire(Networks.DisappearingTimerCapabilities timer) => new()
    {
        Types = timer.Types.Select(type => type == Networks.DisappearingTimerType.AfterRead
            ? Wire.DisappearingTimerType.AfterRead
            : Wire.DisappearingTimerType.AfterSend).ToList(),
        Timers = timer.Timers?.Select(length => (long)length.TotalMilliseconds).ToList(),
        OmitEmptyTimer = timer.OmitEmptyTimer ? true : null,
    };

    private static ChatStateCapability State(CapabilityLevel level) => new() { Level = (Level)level };

    private static Dictionary<string, Level> Levels(IReadOnlyDictionary<string, CapabilityLevel> levels) =>
        levels.ToDictionary(pair => pair.Key, pair => (Level)pair.Value);
}
