using System.Text.Json;
using Switchboard.Matrix.Timeline;

namespace Switchboard.Matrix.Bridges;

/// <summary>A timer of disappearing messages, of a room or of one message (matrix.md §1.2, messageExpirySeconds; §3.10).</summary>
/// <param name="Type"><c>after_send</c> or <c>after_read</c>, or what else a bridge may call it.</param>
/// <param name="Milliseconds">How long; more than zero.</param>
internal sealed record DisappearingTimer(string Type, long Milliseconds)
{
    /// <summary>The state event and the key of a message's content.</summary>
    public const string EventType = "com.beeper.disappearing_timer";

    /// <summary>Longest timer taken: a hundred years.</summary>
    private const long Longest = 100L * 365 * 24 * 3600 * 1000;

    /// <summary>How long.</summary>
    public TimeSpan Time => TimeSpan.FromMilliseconds(Milliseconds);

    /// <summary>Whether the time starts with the sending.</summary>
    public bool IsAfterSend => Type == "after_send";

    /// <summary>Reads the content; <c>null</c> for no timer (<c>{}</c> or an empty type).</summary>
    public static DisappearingTimer? Read(JsonElement content) =>
        content.Id("type") is { } type && content.Whole("timer") is > 0 and var timer
            ? new(type, Math.Min(timer, Longest))
            : null;
}
