using Switchboard.Wire;

namespace Switchboard.Server.Tests.Wire;

/// <summary>Made-up objects of the contract.</summary>
internal static class Samples
{
    public static readonly DateTimeOffset Time = new(2026, 3, 4, 5, 6, 7, 890, TimeSpan.Zero);

    public static User Me { get; } = new() { Id = "@ada:local", Username = "ada", FullName = "Ada", IsSelf = true };

    public static User Grace { get; } = new()
    {
        Id = "@grace:local",
        Username = "grace",
        PhoneNumber = "+15550100042",
        Email = "grace@example.org",
        FullName = "Grace Hopper 🚢",
        ImgUrl = "mxc://example.org/grace",
        CannotMessage = false,
        IsSelf = false,
    };

    public static Account Account { get; } = new()
    {
        AccountId = "local_ada",
        Bridge = new() { Id = "local", Type = "local", Provider = BridgeProvider.Local },
        User = Me,
        Network = "Local",
        Status = AccountStatus.Connected,
        StatusText = "Connected",
        LoginId = "ada",
    };

    public static BridgeLogin Login { get; } = new()
    {
        BridgeId = "local",
        LoginId = "ada",
        Status = BridgeLoginStatus.Connected,
        RemoveScopes = [RemoveScope.CurrentDevice, RemoveScope.AllDevices],
        AccountIds = ["local_ada"],
        StatusText = "Connected",
        User = Me,
    };

    public static Chat MinimalChat { get; } = new()
    {
        Id = "!k3Vd9sQpTz:example.org",
        AccountId = "local_ada",
        Network = "Local",
        Title = "Grace Hopper 🚢",
        Type = ChatType.Single,
        Participants = new() { Items = [], HasMore = true, Total = 2 },
        UnreadCount = 0,
    };

    public static Chat FullChat { get; } = MinimalChat with
    {
        LocalChatId = "10313",
        Type = ChatType.Group,
        Participants = new()
        {
            Items = [new(Grace) { IsAdmin = true, IsPending = false, IsNetworkBot = false }, new(Me)],
            HasMore = false,
            Total = 2,
        },
        UnreadCount = 3,
        UnreadMentionsCount = 1,
        Description = "Übungen <für> alle & jeden",
        ImgUrl = "http://127.0.0.1:23373/v1/assets/serve?url=mxc%3A%2F%2Fexample.org%2Fa",
        IsReadOnly = true,
        IsArchived = true,
        IsMuted = true,
        IsPinned = true,
        IsLowPriority = true,
        IsMarkedUnread = true,
        LastActivity = Time,
        LastReadMessageSortKey = "0000455171049984",
        MessageExpirySeconds = 86400,
        Draft = new()
        {
            Text = "<b>soon</b>",
            Attachments = new Dictionary<string, DraftAttachment>
            {
                ["a1"] = new()
                {
                    Id = "a1",
                    Type = DraftAttachmentType.RecordedAudio,
                    MimeType = "audio/ogg",
                    FileName = "note.ogg",
                    FilePath = "/uploads/note.ogg",
                    FileSize = 512,
                    StickerId = "s1",
                    AudioDurationSeconds = 2.5,
                    Size = new() { Width = 640, Height = 480 },
                },
            },
        },
        Reminder = new() { RemindAt = Time, DismissOnIncomingMessage = true },
        Snooze = new() { SnoozeUntil = Time, UserSnoozedAt = Time },
        Capabilities = Capabilities,
        Labels = [new() { Id = "l1", Name = "Work" }],
    };

    public static Message MinimalMessage { get; } = new()
    {
        Id = "1343993",
        ChatId = "!k3Vd9sQpTz:example.org",
        AccountId = "local_ada",
        SenderId = "@grace:local",
        Timestamp = Time,
        SortKey = "0000455171049984",
    };

    public static Message FullMessage { get; } = MinimalMessage with
    {
        SenderName = "Grace Hopper 🚢",
        Type = MessageType.Image,
        Text = "See you at <b>7</b> – 東京 👍",
        EditedTimestamp = Time,
        IsSender = true,
        IsUnread = true,
        IsDeleted = false,
        IsHidden = false,
        LinkedMessageId = "1343990",
        Mentions = ["@ada:local", "@room"],
        Attachments = [Attachment],
        Links =
        [
            new()
            {
                Url = "https://example.org/a",
                Title = "Example",
                OriginalUrl = "https://exa.mple/a",
                Summary = "A page.",
                Favicon = "https://example.org/favicon.ico",
                Img = "https://example.org/a.png",
                ImgSize = new() { Width = 1200, Height = 630 },
            },
        ],
        Reactions = [new() { Id = "@ada:local👍", ReactionKey = "👍", ParticipantId = "@ada:local", Emoji = true, ImgUrl = "mxc://a/b" }],
        Seen = new Seen.ByOne(SeenMark.Yes),
        SendStatus = new()
        {
            Status = SendState.FailRetriable,
            Timestamp = Time,
            Reason = "network",
            Message = "The network is away.",
            DeliveredToUsers = ["@grace:local"],
            InternalError = "timeout",
        },
    };

    private static Attachment Attachment => new()
    {
        Type = AttachmentType.Img,
        Id = "mxc://example.org/aB3",
        SrcUrl = "mxc://example.org/aB3",
        MimeType = "image/png",
        FileName = "map.png",
        FileSize = 51234,
        IsGif = false,
        IsSticker = false,
        IsVoiceNote = false,
        Duration = 12.4,
        PosterImg = "mxc://example.org/poster",
        Size = new() { Width = 640, Height = 480 },
        Transcription = new() { Text = "hello", Engine = "ear", Language = "en" },
    };

    private static ChatCapabilities Capabilities => new()
    {
        Formatting = new Dictionary<string, Level> { ["bold"] = Level.Full, ["spoiler"] = Level.Dropped },
        Attachments = new Dictionary<string, AttachmentCapabilities>
        {
            ["m.image"] = new()
            {
                MimeTypes = new Dictionary<string, Level> { ["image/*"] = Level.Full, ["image/tiff"] = Level.Rejected },
                Caption = Level.Full,
                MaxCaptionLength = 1024,
                MaxSize = 5_000_000_000,
                MaxWidth = 4000,
                MaxHeight = 3000,
                MaxDuration = 60,
                ViewOnce = true,
            },
        },
        MaxTextLength = 4096,
        LocationMessage = Level.Unsupported,
        Poll = Level.Unsupported,
        Thread = Level.Unsupported,
        Reply = Level.Full,
        Edit = Level.Full,
        EditMaxCount = 10,
        EditMaxAge = 900,
        Delete = Level.Partial,
        DeleteMaxAge = 172800,
        DeleteForMe = true,
        MessageRequest = new() { AcceptWithMessage = Level.Full, AcceptWithButton = Level.Unsupported },
        Reaction = Level.Full,
        ReactionCount = 1,
        AllowedReactions = ["👍", "❤️"],
        CustomEmojiReactions = false,
        DisappearingTimer = new()
        {
            Types = [DisappearingTimerType.AfterRead, DisappearingTimerType.AfterSend],
            Timers = [86_400_000],
            OmitEmptyTimer = true,
        },
        ReadReceipts = true,
        TypingNotifications = true,
        Archive = true,
        MarkAsUnread = true,
        DeleteChat = true,
        DeleteChatForEveryone = false,
        ParticipantActions = new()
        {
            Ban = Level.Full,
            Invite = Level.Full,
            Kick = Level.Full,
            Leave = Level.Full,
            RevokeInvite = Level.Full,
        },
        State = new()
        {
            Title = new() { Level = Level.Full },
            Description = new() { Level = Level.Full },
            Avatar = new() { Level = Level.Full },
            DisappearingTimer = new() { Level = Level.Full },
        },
    };
}
