using System.Text.Json;
using Switchboard.Matrix.Timeline;
using Switchboard.Networks;

namespace Switchboard.Matrix.Bridges;

/// <summary>Reads <c>com.beeper.room_features</c> field by field (matrix.md §2.1).</summary>
internal static class FeatureReader
{
    private const int Most = 200;

    /// <summary>Reads the content of the state event.</summary>
    public static RoomFeatures Read(JsonElement content)
    {
        var timer = content.Child("disappearing_timer");
        var request = content.Child("message_request");
        return new RoomFeatures(new ChatCapabilities
        {
            Formatting = Levels(content.Child("formatting")),
            Attachments = content.Child("file").Entries(Most).DistinctBy(entry => entry.Key)
                .ToDictionary(entry => entry.Key, entry => File(entry.Value)),
            MaxTextLength = Limit(content, "max_text_length"),
            LocationMessage = Level(content, "location_message"),
            Poll = Level(content, "poll"),
            Thread = Level(content, "thread"),
            Reply = Level(content, "reply"),
            Edit = Level(content, "edit"),
            EditMaxCount = Limit(content, "edit_max_count"),
            EditMaxAge = Seconds(content, "edit_max_age"),
            Delete = Level(content, "delete"),
            DeleteMaxAge = Seconds(content, "delete_max_age"),
            DeleteForMe = content.Is("delete_for_me"),
            Reaction = Level(content, "reaction"),
            ReactionCount = Limit(content, "reaction_count"),
            AllowedReactions = content.Has("allowed_reactions")
                ? [.. content.Child("allowed_reactions").Items(1000).Select(item => item.AsId()).OfType<string>()]
                : null,
            CustomEmojiReactions = content.Is("custom_emoji_reactions"),
            DisappearingTimer = timer.ValueKind == JsonValueKind.Object ? Timer(timer) : null,
            ReadReceipts = content.Is("read_receipts"),
            TypingNotifications = content.Is("typing_notifications"),
            // Our own server offers both, whether the bridge passes them on or not.
            Archive = true,
            MarkAsUnread = true,
            DeleteChat = content.Is("delete_chat"),
            DeleteChatForEveryone = content.Is("delete_chat_for_everyone"),
            MessageRequest = request.ValueKind == JsonValueKind.Object
                ? new()
                {
                    AcceptWithMessage = Level(request, "accept_with_message"),
                    AcceptWithButton = Level(request, "accept_with_button"),
                }
                : null,
            ParticipantActions = Actions(content.Child("member_actions")),
            Title = State(content, "m.room.name"),
            Description = State(content, "m.room.topic"),
            Avatar = State(content, "m.room.avatar"),
            Expiry = State(content, DisappearingTimer.EventType),
        })
        {
            HidesRedacted = content.Is("delete_hide_placeholder"),
            OmitsEmptyTimer = timer.Is("omit_empty_timer"),
            AcceptsWithMessage = Level(request, "accept_with_message") > 0,
        };
    }

    /// <summary>A level; what is missing or malformed is 0, what is out of range is the nearest.</summary>
    public static CapabilityLevel Level(JsonElement json, string name) => LevelOf(json.Child(name)) ?? CapabilityLevel.Unsupported;

    private static CapabilityLevel? LevelOf(JsonElement json) =>
        json.AsWhole() is { } number ? (CapabilityLevel)Math.Clamp(number, -2, 2) : null;

    private static Dictionary<string, CapabilityLevel> Levels(JsonElement map) => map.Entries(Most).DistinctBy(entry => entry.Key)
        .ToDictionary(entry => entry.Key, entry => LevelOf(entry.Value) ?? CapabilityLevel.Unsupported);

    private static AttachmentCapabilities File(JsonElement file) => new()
    {
        MimeTypes = Levels(file.Child("mime_types")),
        Caption = Level(file, "caption"),
        MaxCaptionLength = Limit(file, "max_caption_length"),
        MaxSize = file.Whole("max_size") is > 0 and var size ? size : null,
        MaxWidth = Limit(file, "max_width"),
        MaxHeight = Limit(file, "max_height"),
        MaxDuration = Limit(file, "max_duration"),
        ViewOnce = file.Is("view_once"),
    };

    private static DisappearingTimerCapabilities Timer(JsonElement timer) => new()
    {
        Types = [.. timer.Child("types").Items(Most).Select(item => item.AsId() switch
        {
            "after_send" => DisappearingTimerType.AfterSend,
            "after_read" => DisappearingTimerType.AfterRead,
            _ => (DisappearingTimerType?)null,
        }).OfType<DisappearingTimerType>()],
        Timers = timer.Has("timers")
            ? [.. timer.Child("timers").Items(Most).Select(item => item.AsWhole()).OfType<long>()
                .Where(milliseconds => milliseconds is > 0 and < 100L * 365 * 24 * 3600 * 1000)
                .Select(milliseconds => TimeSpan.FromMilliseconds(milliseconds))]
            : null,
        OmitEmptyTimer = timer.Is("omit_empty_timer"),
    };

    private static ParticipantActionCapabilities Actions(JsonElement actions) => new()
    {
        Ban = Level(actions, "ban"),
        Kick = Level(actions, "kick"),
        Leave = Level(actions, "leave"),
        RevokeInvite = Level(actions, "revoke_invite"),
        Invite = Level(actions, "invite"),
    };

    // Not listed, or at most 0: it cannot be changed.
    private static CapabilityLevel State(JsonElement content, string type) =>
        Level(content.Child("state").Child(type), "level") is > 0 and var level ? level : CapabilityLevel.Rejected;

    private static int? Limit(JsonElement json, string name) =>
        json.Whole(name) is > 0 and var number ? (int)Math.Min(number, int.MaxValue) : null;

    private static TimeSpan? Seconds(JsonElement json, string name) =>
        json.Whole(name) is > 0 and var number ? TimeSpan.FromSeconds(Math.Min(number, int.MaxValue)) : null;
}
