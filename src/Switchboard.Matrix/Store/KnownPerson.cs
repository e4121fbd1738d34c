namespace Switchboard.Matrix.Store;

/// <summary>A person of whom rooms or profiles have told.</summary>
/// <param name="UserId">The Matrix user.</param>
/// <param name="Name">Display name.</param>
/// <param name="Avatar">Their picture, <c>mxc://…</c>.</param>
internal sealed record KnownPerson(string UserId, string? Name, string? Avatar)
{
    /// <summary>Handle on a bridged network.</summary>
    public string? Username { get; init; }

    /// <summary>E.164.</summary>
    public string? PhoneNumber { get; init; }

    /// <summary>Unverified.</summary>
    public string? Email { get; init; }

    /// <summary>Whether it belongs to a bridge or its network.</summary>
    public bool IsBot { get; init; }
}
