using Switchboard.Core.Messages;

namespace Switchboard.Core.Chats;

/// <summary>Which inbox a chat is in (rest.md §4).</summary>
public enum Inbox
{
    /// <summary>Neither archived nor of low priority.</summary>
    Primary,

    /// <summary>Of low priority and not archived.</summary>
    LowPriority,

    /// <summary>Archived.</summary>
    Archive,
}

/// <summary>Which chats are wanted (rest.md §4, search).</summary>
public sealed record ChatFilter
{
    /// <summary>Words that must all begin some word of the title or network, or of a participant's name.</summary>
    public string? Query { get; init; }

    /// <summary>Whether <see cref="Query"/> speaks of participants.</summary>
    public bool InParticipants { get; init; }

    /// <summary>One inbox only.</summary>
    public Inbox? Inbox { get; init; }

    /// <summary>Groups only, or direct chats only.</summary>
    public bool? IsGroup { get; init; }

    /// <summary>Chats with something unread only.</summary>
    public bool UnreadOnly { get; init; }

    /// <summary>Muted chats too.</summary>
    public bool IncludeMuted { get; init; } = true;

    /// <summary>Only later ones.</summary>
    public DateTimeOffset? ActiveAfter { get; init; }

    /// <summary>Only earlier ones.</summary>
    public DateTimeOffset? ActiveBefore { get; init; }

    /// <summary>Only of these accounts; <c>null</c> means all.</summary>
    public IReadOnlyList<string>? Accounts { get; init; }
}

/// <summary>A change to a chat; what is absent stays (rest.md §4, PATCH).</summary>
public sealed record ChatChange
{
    /// <summary>A new title; <c>null</c> inside takes it away.</summary>
    public Given<string?>? Title { get; init; }

    /// <summary>A new topic; <c>null</c> inside takes it away.</summary>
    public Given<string?>? Description { get; init; }

    /// <summary>A new picture, as upload id or URL of ours; <c>null</c> inside takes it away.</summary>
    public Given<string?>? Picture { get; init; }

    /// <summary>A new timer in seconds; 0 or <c>null</c> inside switches it off.</summary>
    public Given<int?>? ExpirySeconds { get; init; }

    /// <summary>A new draft; <c>null</c> inside takes it away.</summary>
    public Given<DraftRequest?>? Draft { get; init; }

    /// <summary>Archive or bring back.</summary>
    public bool? IsArchived { get; init; }

    /// <summary>Of little interest or not.</summary>
    public bool? IsLowPriority { get; init; }

    /// <summary>Silent or not.</summary>
    public bool? IsMuted { get; init; }

    /// <summary>Kept at hand or not.</summary>
    public bool? IsPinned { get; init; }

    /// <summary>Whether the network has a part in it.</summary>
    internal bool ConcernsNetwork => (Title, Description, Picture, ExpirySeconds) is not (null, null, null, null);
}

/// <summary>A value that was given, which may itself be <c>null</c>.</summary>
public sealed record Given<T>(T Value);

/// <summary>A draft as a client writes it.</summary>
/// <param name="Text">Plain text or Markdown.</param>
/// <param name="Attachments">Uploads by their key in the draft.</param>
/// <param name="IsPlain">Whether the text is plain for certain, whatever it looks like.</param>
public sealed record DraftRequest(
    string Text, IReadOnlyList<KeyValuePair<string, AttachmentRequest>> Attachments, bool IsPlain = false);

/// <summary>A person to start a chat with, as a client knows them (rest.md §4, start).</summary>
public sealed record PersonRequest
{
    /// <summary>User id.</summary>
    public string? Id { get; init; }

    /// <summary>Handle.</summary>
    public string? Username { get; init; }

    /// <summary>Number.</summary>
    public string? PhoneNumber { get; init; }

    /// <summary>Address.</summary>
    public string? Email { get; init; }

    /// <summary>Display name.</summary>
    public string? FullName { get; init; }
}
