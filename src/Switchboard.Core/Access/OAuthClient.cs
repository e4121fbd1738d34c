namespace Switchboard.Core.Access;

/// <summary>How a client came to be known.</summary>
public enum OAuthClientKind
{
    /// <summary>It registered itself (RFC 7591); nothing that it says of itself is verified.</summary>
    Registered,

    /// <summary>Its id is the address of a document that describes it; the address is verified by having been fetched.</summary>
    Document,
}

/// <summary>A program that may ask the owner to be let in.</summary>
public sealed record OAuthClient
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>How it came to be known.</summary>
    public required OAuthClientKind Kind { get; init; }

    /// <summary>What it calls itself, for people; without control characters.</summary>
    public required string Name { get; init; }

    /// <summary>Its page: http or https.</summary>
    public string? Uri { get; init; }

    /// <summary>Its picture: https.</summary>
    public string? Logo { get; init; }

    /// <summary>Where it may be sent back to.</summary>
    public required IReadOnlyList<string> RedirectUris { get; init; }

    /// <summary>When it became known.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}
