namespace Switchboard.Wire;

/// <summary>A page of found messages and the chats they are in (objects.md §11).</summary>
public sealed record MessageSearchPage : Page<Message>
{
    /// <summary>Chat ID → chat, for every chat in the page.</summary>
    public required IReadOnlyDictionary<string, Chat> Chats { get; init; }
}

/// <summary>A <see cref="MessageSearchPage"/> whose chats were written before.</summary>
public sealed record RenderedSearchPage : Page<Message>
{
    /// <summary>Chat ID → chat, for every chat in the page.</summary>
    public required IReadOnlyDictionary<string, RawJson> Chats { get; init; }
}
