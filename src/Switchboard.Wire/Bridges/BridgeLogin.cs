using System.Text.Json.Serialization;

namespace Switchboard.Wire;

/// <summary>State of a login.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<BridgeLoginStatus>))]
public enum BridgeLoginStatus
{
    /// <summary>Up.</summary>
    [JsonStringEnumMemberName("connected")]
    Connected,

    /// <summary>Coming up.</summary>
    [JsonStringEnumMemberName("connecting")]
    Connecting,

    /// <summary>The network wants a new sign-in.</summary>
    [JsonStringEnumMemberName("needs_login")]
    NeedsLogin,

    /// <summary>Ended.</summary>
    [JsonStringEnumMemberName("logged_out")]
    LoggedOut,

    /// <summary>Not known.</summary>
    [JsonStringEnumMemberName("unknown")]
    Unknown,
}

/// <summary>How far removing a login reaches.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RemoveScope>))]
public enum RemoveScope
{
    /// <summary>This server only.</summary>
    [JsonStringEnumMemberName("current-device")]
    CurrentDevice,

    /// <summary>Everywhere.</summary>
    [JsonStringEnumMemberName("all-devices")]
    AllDevices,
}

/// <summary>A sign-in at a network; it may bring several accounts (objects.md §15).</summary>
public sealed record BridgeLogin
{
    /// <summary>The bridge.</summary>
    [JsonPropertyName("bridgeID")]
    public required string BridgeId { get; init; }

    /// <summary>Login ID.</summary>
    [JsonPropertyName("loginID")]
    public required string LoginId { get; init; }

    /// <summary>Its state.</summary>
    public required BridgeLoginStatus Status { get; init; }

    /// <summary>The ways it can be removed.</summary>
    public required IReadOnlyList<RemoveScope> RemoveScopes { get; init; }

    /// <summary>Accounts it brought.</summary>
    [JsonPropertyName("accountIDs")]
    public IReadOnlyList<string>? AccountIds { get; init; }

    /// <summary>The state in words.</summary>
    public string? StatusText { get; init; }

    /// <summary>Who is signed in.</summary>
    public User? User { get; init; }
}

/// <summary>The answer to removing a login.</summary>
public sealed record RemoveLoginOutput
{
    /// <summary>The bridge.</summary>
    [JsonPropertyName("bridgeID")]
    public required string BridgeId { get; init; }

    /// <summary>The login that is gone.</summary>
    [JsonPropertyName("loginID")]
    public required string LoginId { get; init; }

    /// <summary>How far the removal reached.</summary>
    public required RemoveScope Scope { get; init; }

    /// <summary>Always <c>removed</c>.</summary>
    [Always("removed")]
    public string Status { get; } = "removed";

    /// <summary>Accounts that went with it.</summary>
    [JsonPropertyName("affectedAccountIDs")]
    public IReadOnlyList<string>? AffectedAccountIds { get; init; }
}
