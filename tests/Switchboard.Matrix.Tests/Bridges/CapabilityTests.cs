using System.Text.Json;
using Switchboard.Matrix.Bridges;
using Switchboard.Matrix.Sync;
using Switchboard.Networks;

namespace Switchboard.Matrix.Tests.Bridges;

/// <summary>matrix.md §2.1 and §2.2, field by field.</summary>
public sealed class CapabilityTests
{
    private const string Own = "@ada:hs.test";

    private const string Whole =
        """
        {"id":"v1","formatting":{"bold":2,"table":0,"bad":"x"},
         "file":{"m.image":{"mime_types":{"image/*":2,"image/svg":-2},"caption":1,"max_caption_length":100,"max_size":1000,"max_width":10,"max_height":20,"max_duration":30,"view_once":true}},
         "state":{"m.room.name":{"level":2},"m.room.topic":{"level":0},"com.beeper.disappearing_timer":{"level":1}},
         "member_actions":{"ban":2,"kick":1,"leave":2,"revoke_invite":-1,"invite":2},
         "max_text_length":4096,"location_message":1,"poll":2,"thread":-1,"reply":2,"edit":2,"edit_max_count":5,"edit_max_age":900,
         "delete":1,"delete_max_age":3600,"delete_for_me":true,"delete_hide_placeholder":true,
         "disappearing_timer":{"types":["after_read","","after_send"],"timers":[1000,0,"2000"],"omit_empty_timer":true},
         "reaction":2,"reaction_count":1,"allowed_reactions":["👍"],"custom_emoji_reactions":true,"read_receipts":true,
         "typing_notifications":true,"archive":false,"mark_as_unread":false,"delete_chat":true,"delete_chat_for_everyone":true,
         "message_request":{"accept_with_message":2,"accept_with_button":-2}}
        """;

    [Fact]
    public void Every_field_of_the_features_is_read()
    {
        var features = FeatureReader.Read(Json(Whole));
        var can = features.Capabilities;

        Assert.Equal((CapabilityLevel.Full, CapabilityLevel.Unsupported), (can.Formatting["bold"], can.Formatting["table"]));
        var image = can.Attachments["m.image"];
        Assert.Equal((CapabilityLevel.Full, CapabilityLevel.Rejected), (image.MimeTypes["image/*"], image.MimeTypes["image/svg"]));
        Assert.Equal((CapabilityLevel.Partial, 100, 1000L, 10, 20, 30, true),
            (image.Caption, image.MaxCaptionLength, image.MaxSize, image.MaxWidth, image.MaxHeight, image.MaxDuration, image.ViewOnce));
        Assert.Equal((CapabilityLevel.Full, CapabilityLevel.Rejected, CapabilityLevel.Rejected, CapabilityLevel.Partial),
            (can.Title, can.Description, can.Avatar, can.Expiry));
        Assert.Equal(new ParticipantActionCapabilities
        {
            Ban = CapabilityLevel.Full,
            Kick = CapabilityLevel.Partial,
            Leave = CapabilityLevel.Full,
            RevokeInvite = CapabilityLevel.Dropped,
            Invite = CapabilityLevel.Full,
        }, can.ParticipantActions);
        Assert.Equal((4096, CapabilityLevel.Partial, CapabilityLevel.Full, CapabilityLevel.Dropped, CapabilityLevel.Full),
            (can.MaxTextLength, can.LocationMessage, can.Poll, can.Thread, can.Reply));
        Assert.Equal((CapabilityLevel.Full, 5, TimeSpan.FromMinutes(15)), (can.Edit, can.EditMaxCount, can.EditMaxAge));
        Assert.Equal((CapabilityLevel.Partial, TimeSpan.FromHours(1), true), (can.Delete, can.DeleteMaxAge, can.DeleteForMe));
        Assert.Equal([DisappearingTimerType.AfterRead, DisappearingTimerType.AfterSend], can.DisappearingTimer!.Types);
        Assert.Equal([TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2)], can.DisappearingTimer.Timers!);
        Assert.True(can.DisappearingTimer.OmitEmptyTimer && features.OmitsEmptyTimer && features.HidesRedacted && features.AcceptsWithMessage);
        Assert.Equal((CapabilityLevel.Full, 1, true), (can.Reaction, can.ReactionCount, can.CustomEmojiReactions));
        Assert.Equal(["👍"], can.AllowedReactions!);
        Assert.True(can is { ReadReceipts: true, TypingNotifications: true, DeleteChat: true, DeleteChatForEveryone: true });
        Assert.True(can is { Archive: true, MarkAsUnread: true }, "our own server offers both, whatever the bridge says");
        Assert.Equal((CapabilityLevel.Full, CapabilityLevel.Rejected), (can.MessageRequest!.AcceptWithMessage, can.MessageRequest.AcceptWithButton));
    }

    [Fact]
    public void What_is_missing_is_not_there()
    {
        var can = FeatureReader.Read(Json("{}")).Capabilities;

        Assert.Equal((CapabilityLevel.Unsupported, CapabilityLevel.Unsupported, CapabilityLevel.Rejected), (can.Reply, can.Edit, can.Title));
        Assert.Empty(can.Attachments);
        Assert.True(can is { MaxTextLength: null, AllowedReactions: null, DisappearingTimer: null, MessageRequest: null, ReadReceipts: false });
    }

    [Fact]
    public void Levels_out_of_range_are_the_nearest() =>
        Assert.Equal((CapabilityLevel.Full, CapabilityLevel.Rejected), (
            FeatureReader.Level(Json("""{"reply":99}"""), "reply"), FeatureReader.Level(Json("""{"reply":-99}"""), "reply")));

    [Fact]
    public void A_plain_room_can_do_what_Matrix_can()
    {
        var can = RoomCapabilities.Of(null, Power("{}"), Own, isReadOnly: false, maxUpload: 77);

        Assert.Equal(7, can.Attachments.Count);
        Assert.Equal((77L, CapabilityLevel.Full), (can.Attachments["m.image"].MaxSize, can.Attachments["m.image"].MimeTypes["*/*"]));
        Assert.Equal(["image/*"], can.Attachments["m.sticker"].MimeTypes.Keys);
        Assert.Equal((CapabilityLevel.Full, CapabilityLevel.Partial, CapabilityLevel.Rejected), (can.Edit, can.Poll, can.Expiry));
        Assert.True(can is { CustomEmojiReactions: true, DeleteForMe: false, ReactionCount: null, DeleteChat: true, DeleteChatForEveryone: false });
        Assert.Equal((CapabilityLevel.Rejected, CapabilityLevel.Rejected, CapabilityLevel.Full, CapabilityLevel.Full),
            (can.Title, can.ParticipantActions.Kick, can.ParticipantActions.Invite, can.ParticipantActions.Leave));
        Assert.Equal(CapabilityLevel.Unsupported, can.Formatting["at_room_mention"]);
    }

    [Fact]
    public void Power_gives_and_takes()
    {
        var admin = RoomCapabilities.Of(null, Power("""{"users":{"@ada:hs.test":100}}"""), Own, isReadOnly: false, maxUpload: null);
        var bridged = RoomCapabilities.Of(FeatureReader.Read(Json(Whole)), Power("{}"), Own, isReadOnly: false, maxUpload: null);

        Assert.Equal((CapabilityLevel.Full, CapabilityLevel.Full, CapabilityLevel.Full), (admin.Title, admin.ParticipantActions.Ban, admin.Formatting["at_room_mention"]));
        Assert.Equal((CapabilityLevel.Rejected, CapabilityLevel.Rejected), (bridged.Title, bridged.ParticipantActions.Ban));
    }

    [Fact]
    public void Where_nothing_can_be_sent_nothing_is_offered() => Assert.Equal(
        (CapabilityLevel.Rejected, CapabilityLevel.Rejected, CapabilityLevel.Rejected),
        RoomCapabilities.Of(null, Power("{}"), Own, isReadOnly: true, maxUpload: null) is var can ? (can.Reply, can.Edit, can.Reaction) : default);

    private static PowerLevels Power(string json) => new(Json(json), [], creatorsAreAboveAll: false);

    private static JsonElement Json(string json) => JsonDocument.Parse(json).RootElement;
}
