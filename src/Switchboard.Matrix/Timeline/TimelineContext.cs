using System.Text.Json;
using Switchboard.Networks;

namespace Switchboard.Matrix.Timeline;

/// <summary>What the meaning of a room's events depends on.</summary>
internal sealed record TimelineContext
{
    /// <summary>The room.</summary>
    public required string Room { get; init; }

    /// <summary>The own user.</summary>
    public required string OwnUserId { get; init; }

    /// <summary>The time: nothing is dated later.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>Whether a user is the owner, under whatever identity.</summary>
    public required Func<string, bool> IsMe { get; init; }

    /// <summary>A user as known in the room.</summary>
    public required Func<string, RemoteUser> User { get; init; }

    /// <summary>Whether a user may notify everybody.</summary>
    public Func<string, bool> MayNotifyRoom { get; init; } = _ => true;

    /// <summary>Whether the owner's push rules point out a message with that content.</summary>
    public Func<MatrixEvent, JsonElement, bool> IsPointedOut { get; init; } = (_, _) => false;

    /// <summary>Whether the owner ignores a user.</summary>
    public Func<string, bool> IsIgnored { get; init; } = _ => false;

    /// <summary>The bot of the bridge that fills the room; <c>null</c> where there is none.</summary>
    public string? BridgeBot { get; init; }

    /// <summary>Whether a user is a bot of any bridge that the login has.</summary>
    public Func<string, bool> IsKnownBot { get; init; } = _ => false;

    /// <summary>Whether a redaction names its target in its content or beside it; <c>null</c> when the room's version is unknown.</summary>
    public bool? RedactsInContent { get; init; }

    /// <summary>Whether the homeserver speaks to its users here.</summary>
    public bool IsServerNotice { get; init; }

    /// <summary>The transaction of ours that an event came of, when the homeserver does not say.</summary>
    public Func<string, TransactionId?> Sent { get; init; } = _ => null;
}
