using System.Text.Json.Serialization;

namespace Switchboard.Wire;

/// <summary>The answer to a search over everything.</summary>
public sealed record UnifiedSearchOutput
{
    /// <summary>What was found.</summary>
    public required UnifiedSearchResults Results { get; init; }
}

/// <summary>What a search over everything found.</summary>
public sealed record UnifiedSearchResults
{
    /// <summary>Chats whose title or network matches.</summary>
    public required IReadOnlyList<Chat> Chats { get; init; }

    /// <summary>Groups with a matching member.</summary>
    [JsonPropertyName("in_groups")]
    public required IReadOnlyList<Chat> InGroups { get; init; }

    /// <summary>First page of matching messages.</summary>
    public required MessageSearchPage Messages { get; init; }
}

/// <summary>A <see cref="UnifiedSearchOutput"/> whose chats were written before.</summary>
/// <param name="Results">What was found.</param>
public sealed record RenderedSearchOutput(RenderedSearchResults Results);

/// <summary><see cref="UnifiedSearchResults"/> whose chats were written before.</summary>
public sealed record RenderedSearchResults
{
    /// <summary>Chats whose title or network matches.</summary>
    public required IReadOnlyList<RawJson> Chats { get; init; }

    /// <summary>Groups with a matching member.</summary>
    [JsonPropertyName("in_groups")]
    public required IReadOnlyList<RawJson> InGroups { get; init; }

    /// <summary>First page of matching messages.</summary>
    public required RenderedSearchPage Messages { get; init; }
}
