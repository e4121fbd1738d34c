using Switchboard.Networks;

namespace Switchboard.Core.Chats;

/// <summary>A chat of one account, as it is now (objects.md §2).</summary>
public sealed record Chat
{
    /// <summary>Row key; as text it is the local chat id.</summary>
    public required long Key { get; init; }

    /// <summary>The id for clients, in the form of a Matrix room id.</summary>
    public required string Id { get; init; }

    /// <summary>Row key of the account.</summary>
    public required long AccountKey { get; init; }

    /// <summary>Id of the account.</summary>
    public required string AccountId { get; init; }

    /// <summary>Row key of the login behind the account.</summary>
    public required long LoginKey { get; init; }

    /// <summary>User id of the account's owner.</summary>
    public required string SelfId { get; init; }

    /// <summary>The network's label.</summary>
    public required string Network { get; init; }

    /// <summary>The network's own id.</summary>
    public required RemoteChatId RemoteId { get; init; }

    /// <summary>Whether it is a group.</summary>
    public required bool IsGroup { get; init; }

    /// <summary>What is shown; never empty.</summary>
    public required string Title { get; init; }

    /// <summary>Topic.</summary>
    public string? Description { get; init; }

    /// <summary>Media id of the picture.</summary>
    public string? Avatar { get; init; }

    /// <summary>Nothing can be sent.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>Why not, in a sentence for people.</summary>
    public string? ReadOnlyReason { get; init; }

    /// <summary>The owner is only invited: nothing of it can be read yet.</summary>
    public bool IsInvitation { get; init; }

    /// <summary>Put away until something happens in it.</summary>
    public bool IsArchived { get; init; }

    /// <summary>Makes no noise.</summary>
    public bool IsMuted { get; init; }

    /// <summary>Kept at hand.</summary>
    public bool IsPinned { get; init; }

    /// <summary>Of little interest.</summary>
    public bool IsLowPriority { get; init; }

    /// <summary>Marked unread by hand.</summary>
    public bool IsMarkedUnread { get; init; }

    /// <summary>Sort value of the chat list.</summary>
    public required DateTimeOffset LastActivity { get; init; }

    /// <summary>Sort key of the newest message that was read; 0 when none was.</summary>
    public long LastRead { get; init; }

    /// <summary>Unread messages.</summary>
    public int Unread { get; init; }

    /// <summary>Unread messages that mention me.</summary>
    public int UnreadMentions { get; init; }

    /// <summary>After how many seconds new messages vanish.</summary>
    public int? ExpirySeconds { get; init; }

    /// <summary>What is written but not sent.</summary>
    public Draft? Draft { get; init; }

    /// <summary>When the chat comes back by itself.</summary>
    public Reminder? Reminder { get; init; }

    /// <summary>What can be done in it. Chats of equal capabilities share one object.</summary>
    public required ChatCapabilities Capabilities { get; init; }

    /// <summary>People in it, as many as were asked for.</summary>
    public IReadOnlyList<Participant> Participants { get; init; } = [];

    /// <summary>How many people are in it.</summary>
    public required int ParticipantCount { get; init; }

    /// <summary>Whether only some of the people in it are known.</summary>
    public bool IsPartial { get; init; }

    /// <summary>Row key of the capabilities.</summary>
    public required long CapabilityKey { get; init; }
}

/// <summary>A reminder (objects.md §6).</summary>
/// <param name="At">When it fires.</param>
/// <param name="DismissOnIncoming">Whether a message from somebody else drops it.</param>
public sealed record Reminder(DateTimeOffset At, bool DismissOnIncoming);

/// <summary>A draft (objects.md §5).</summary>
/// <param name="Text">Matrix HTML; may be empty when there are attachments.</param>
/// <param name="Attachments">In the order in which they were given.</param>
public sealed record Draft(string Text, IReadOnlyList<DraftAttachment> Attachments);

/// <summary>A file in a draft.</summary>
/// <param name="Id">Its key in the draft.</param>
/// <param name="MediaId">The media row that keeps the file.</param>
/// <param name="Sha256">Names its content in the file store.</param>
/// <param name="Info">What is known about it.</param>
public sealed record DraftAttachment(string Id, string MediaId, string Sha256, AttachmentInfo Info);

/// <summary>A person as one account knows them (objects.md §9).</summary>
public sealed record Contact
{
    /// <summary>Row key; 0 when the person is known only to the network.</summary>
    public long Key { get; init; }

    /// <summary>Fully qualified user id.</summary>
    public required string UserId { get; init; }

    /// <summary>Handle.</summary>
    public string? Username { get; init; }

    /// <summary>Display name.</summary>
    public string? FullName { get; init; }

    /// <summary>E.164.</summary>
    public string? PhoneNumber { get; init; }

    /// <summary>Unverified.</summary>
    public string? Email { get; init; }

    /// <summary>Media id of their picture.</summary>
    public string? Avatar { get; init; }

    /// <summary>No chat can be started with them.</summary>
    public bool CannotMessage { get; init; }

    /// <summary>The account's own identity.</summary>
    public bool IsSelf { get; init; }

    /// <summary>Folded name by which lists are sorted.</summary>
    internal string SortName { get; init; } = "";
}

/// <summary>A person in a chat (objects.md §3).</summary>
public sealed record Participant(Contact Contact, bool IsAdmin, bool IsPending, bool IsNetworkBot)
{
    /// <summary>Whether they serve the chat rather than talk in it: then they are listed, and do not count among its people.</summary>
    public bool IsService => IsNetworkBot && Contact.CannotMessage;
}
