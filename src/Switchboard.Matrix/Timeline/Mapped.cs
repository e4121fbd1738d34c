using Switchboard.Networks;

namespace Switchboard.Matrix.Timeline;

/// <summary>What an event of a timeline means. A closed set.</summary>
internal abstract record Mapped
{
    private Mapped()
    {
    }

    /// <summary>A message, or a line that is not shown.</summary>
    public sealed record Message(RemoteMessage Content) : Mapped;

    /// <summary>A message's text was replaced.</summary>
    public sealed record Edit(string Target, MessageText Text, IReadOnlyList<string> Mentions, bool IsPointedOut) : Mapped;

    /// <summary>A reaction.</summary>
    public sealed record Reaction(string Target, string Key, RemoteMedia? Picture) : Mapped;

    /// <summary>Another event was taken back.</summary>
    public sealed record Redaction(string Target, bool LeavesNoTrace = false) : Mapped;

    /// <summary>What became of an event of ours.</summary>
    /// <param name="Target">That event.</param>
    /// <param name="Report">What the bridge says.</param>
    /// <param name="Notice">The line by which it said so, when people could read it.</param>
    public sealed record Status(string Target, SendReport Report, RemoteMessage? Notice = null) : Mapped;

    /// <summary>How a bridge is doing.</summary>
    public sealed record BridgeState(Bridges.BridgeState State, RemoteMessage Notice) : Mapped;
}
