namespace Switchboard.Wire;

/// <summary>When a chat comes back to the inbox (objects.md §6).</summary>
public sealed record Reminder
{
    /// <summary>When it fires.</summary>
    public DateTimeOffset? RemindAt { get; init; }

    /// <summary>It is dropped when someone else writes first.</summary>
    public bool? DismissOnIncomingMessage { get; init; }
}

/// <summary>A chat put off until later; read only.</summary>
public sealed record Snooze
{
    /// <summary>When it ends.</summary>
    public DateTimeOffset? SnoozeUntil { get; init; }

    /// <summary>When it was set.</summary>
    public DateTimeOffset? UserSnoozedAt { get; init; }
}
