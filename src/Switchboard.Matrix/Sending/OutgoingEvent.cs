namespace Switchboard.Matrix.Sending;

/// <summary>An event to send.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Content">Its content, one JSON object.</param>
internal sealed record OutgoingEvent(string Type, ReadOnlyMemory<byte> Content);

/// <summary>What of a room and of a message's surroundings decides how the message is written.</summary>
internal sealed record MessageFrame
{
    /// <summary>The login's own user, who is never mentioned.</summary>
    public required string OwnUserId { get; init; }

    /// <summary>Whether the own user may notify everybody.</summary>
    public bool MayNotifyRoom { get; init; }

    /// <summary>The root of the thread that the answered message is in.</summary>
    public string? ThreadRoot { get; init; }

    /// <summary>Who wrote the answered message.</summary>
    public string? ReplyToSender { get; init; }

    /// <summary>The room's timer, in a room where messages carry it; an empty type for one that is off.</summary>
    public (string Type, long Milliseconds)? Timer { get; init; }

    /// <summary>What people are called.</summary>
    public Func<string, string?> NameOf { get; init; } = static _ => null;
}
