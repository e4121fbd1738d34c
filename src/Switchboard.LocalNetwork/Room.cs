namespace Switchboard.LocalNetwork;

/// <summary>The three sorts of room.</summary>
internal enum RoomKind
{
    /// <summary>Two people.</summary>
    Direct,

    /// <summary>One person's notes.</summary>
    Self,

    /// <summary>Any number of people.</summary>
    Group,
}

/// <summary>A room's own row.</summary>
internal sealed record Room(
    long Id, string RemoteId, RoomKind Kind, string? Title, string? Description, StoredAttachment? Avatar, TimeSpan? Expiry,
    DateTimeOffset CreatedAt);

/// <summary>A room as one of its members has it.</summary>
/// <param name="Room">The room.</param>
/// <param name="RemoteId">Its id outside.</param>
/// <param name="Kind">Its sort.</param>
/// <param name="Since">Messages up to this one do not exist for the member.</param>
/// <param name="ReadUpTo">The last message read.</param>
/// <param name="IsReadOnly">Whether the other person of a direct room is gone.</param>
internal sealed record Membership(long Room, string RemoteId, RoomKind Kind, long Since, long ReadUpTo, bool IsReadOnly);

/// <summary>A message's own row.</summary>
/// <param name="Seq">Its place in the order of all messages.</param>
/// <param name="RemoteId">Its id outside.</param>
/// <param name="Sender">Who sent it.</param>
/// <param name="Deleted">Whether its content is gone.</param>
/// <param name="ExpiresAt">When it vanishes.</param>
internal sealed record Message(long Seq, string RemoteId, long Sender, bool Deleted, DateTimeOffset? ExpiresAt)
{
    /// <summary>Whether there is nothing left to change at that moment.</summary>
    public bool IsGone(DateTimeOffset now) => Deleted || ExpiresAt <= now;
}
