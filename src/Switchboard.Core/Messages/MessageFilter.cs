namespace Switchboard.Core.Messages;

/// <summary>A kind of media to search for (rest.md §5).</summary>
public enum MediaKind
{
    /// <summary>Any of the others.</summary>
    Any,

    /// <summary>Videos.</summary>
    Video,

    /// <summary>Pictures.</summary>
    Image,

    /// <summary>Links in the text.</summary>
    Link,

    /// <summary>Sound and all other files.</summary>
    File,
}

/// <summary>Which messages are wanted (rest.md §5, search).</summary>
public sealed record MessageFilter
{
    /// <summary>Words that must all be in it.</summary>
    public string? Query { get; init; }

    /// <summary>Only in these chats, by id or local id; <c>null</c> means all.</summary>
    public IReadOnlyList<string>? Chats { get; init; }

    /// <summary>Only of these accounts; <c>null</c> means all.</summary>
    public IReadOnlyList<string>? Accounts { get; init; }

    /// <summary>Only in groups, or only in direct chats.</summary>
    public bool? InGroup { get; init; }

    /// <summary>Only with any of these.</summary>
    public IReadOnlyList<MediaKind> Media { get; init; } = [];

    /// <summary><c>me</c>, <c>others</c>, or a user id.</summary>
    public string? Sender { get; init; }

    /// <summary>Only later ones.</summary>
    public DateTimeOffset? After { get; init; }

    /// <summary>Only earlier ones.</summary>
    public DateTimeOffset? Before { get; init; }

    /// <summary>In muted chats too.</summary>
    public bool IncludeMuted { get; init; } = true;

    /// <summary>Not in chats of low priority.</summary>
    public bool ExcludeLowPriority { get; init; } = true;
}
