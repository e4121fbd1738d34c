using System.Text.Json.Serialization;

namespace Switchboard.Wire;

/// <summary>A person on a network, or a contact (objects.md §9).</summary>
public record User
{
    /// <summary>Stable key of the person.</summary>
    public required string Id { get; init; }

    /// <summary>Handle; not unique over networks.</summary>
    public string? Username { get; init; }

    /// <summary>Phone number in E.164 form.</summary>
    public string? PhoneNumber { get; init; }

    /// <summary>E-mail address, not verified.</summary>
    public string? Email { get; init; }

    /// <summary>Display name.</summary>
    public string? FullName { get; init; }

    /// <summary>Picture.</summary>
    [JsonPropertyName("imgURL")]
    public string? ImgUrl { get; init; }

    /// <summary>No chat can be started with this person.</summary>
    public bool? CannotMessage { get; init; }

    /// <summary>The account's own identity.</summary>
    public bool? IsSelf { get; init; }
}
