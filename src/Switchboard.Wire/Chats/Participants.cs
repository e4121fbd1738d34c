namespace Switchboard.Wire;

/// <summary>The members of a chat (objects.md §3).</summary>
public sealed record Participants
{
    /// <summary>Members, the other side of a direct chat first; cut to the number asked for.</summary>
    public required IReadOnlyList<Participant> Items { get; init; }

    /// <summary>There are more members than <see cref="Items"/> shows.</summary>
    public required bool HasMore { get; init; }

    /// <summary>Number of all members, me included.</summary>
    public required int Total { get; init; }
}
