using System.Text.Json.Serialization;

namespace Switchboard.Wire;

/// <summary>What may be attached as one kind of message.</summary>
public sealed record AttachmentCapabilities
{
    /// <summary>MIME type or pattern → level; a missing type is refused.</summary>
    public required IReadOnlyDictionary<string, Level> MimeTypes { get; init; }

    /// <summary>Text with the attachment.</summary>
    public Level? Caption { get; init; }

    /// <summary>Longest caption in characters.</summary>
    public int? MaxCaptionLength { get; init; }

    /// <summary>Largest file in bytes.</summary>
    public long? MaxSize { get; init; }

    /// <summary>Widest picture in pixels.</summary>
    public int? MaxWidth { get; init; }

    /// <summary>Tallest picture in pixels.</summary>
    public int? MaxHeight { get; init; }

    /// <summary>Longest recording in seconds.</summary>
    public int? MaxDuration { get; init; }

    /// <summary>The attachment can be made to vanish after one view.</summary>
    public bool? ViewOnce { get; init; }
}

/// <summary>How a message request from a stranger can be accepted.</summary>
public sealed record MessageRequestCapabilities
{
    /// <summary>By answering.</summary>
    public Level? AcceptWithMessage { get; init; }

    /// <summary>By saying so.</summary>
    public Level? AcceptWithButton { get; init; }
}

/// <summary>What starts the timer of a disappearing message.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DisappearingTimerType>))]
public enum DisappearingTimerType
{
    /// <summary>Reading it.</summary>
    [JsonStringEnumMemberName("afterRead")]
    AfterRead,

    /// <summary>Sending it.</summary>
    [JsonStringEnumMemberName("afterSend")]
    AfterSend,
}

/// <summary>Disappearing messages. Unlike <see cref="Chat.MessageExpirySeconds"/>, timers here are in milliseconds.</summary>
public sealed record DisappearingTimerCapabilities
{
    /// <summary>What may start the timer.</summary>
    public IReadOnlyList<DisappearingTimerType>? Types { get; init; }

    /// <summary>The only lifetimes possible, in milliseconds; absent means any.</summary>
    public IReadOnlyList<long>? Timers { get; init; }

    /// <summary>A chat without timer is described by leaving the timer out.</summary>
    public bool? OmitEmptyTimer { get; init; }
}

/// <summary>What can be done with members.</summary>
public sealed record ParticipantActionCapabilities
{
    /// <summary>Remove and keep out.</summary>
    public Level? Ban { get; init; }

    /// <summary>Add.</summary>
    public Level? Invite { get; init; }

    /// <summary>Remove.</summary>
    public Level? Kick { get; init; }

    /// <summary>Leave oneself.</summary>
    public Level? Leave { get; init; }

    /// <summary>Take an invitation back.</summary>
    public Level? RevokeInvite { get; init; }
}

/// <summary>Which properties of the chat can be changed.</summary>
public sealed record ChatStateCapabilities
{
    /// <summary>The title.</summary>
    public ChatStateCapability? Title { get; init; }

    /// <summary>The topic.</summary>
    public ChatStateCapability? Description { get; init; }

    /// <summary>The picture.</summary>
    public ChatStateCapability? Avatar { get; init; }

    /// <summary>The lifetime of messages.</summary>
    public ChatStateCapability? DisappearingTimer { get; init; }
}

/// <summary>How well one property can be changed.</summary>
public sealed record ChatStateCapability
{
    /// <summary>The level.</summary>
    public required Level Level { get; init; }
}
