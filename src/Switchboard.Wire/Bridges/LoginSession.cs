using System.Text.Json.Serialization;

namespace Switchboard.Wire;

/// <summary>What a login session waits for, or how it ended.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LoginSessionStatus>))]
public enum LoginSessionStatus
{
    /// <summary>Values from the user.</summary>
    [JsonStringEnumMemberName("waiting_for_input")]
    WaitingForInput,

    /// <summary>Values from a signed-in browser.</summary>
    [JsonStringEnumMemberName("waiting_for_cookies")]
    WaitingForCookies,

    /// <summary>The user to act on what is shown.</summary>
    [JsonStringEnumMemberName("waiting_for_display")]
    WaitingForDisplay,

    /// <summary>Ended well.</summary>
    [JsonStringEnumMemberName("complete")]
    Complete,

    /// <summary>Given up.</summary>
    [JsonStringEnumMemberName("cancelled")]
    Cancelled,

    /// <summary>Ended badly.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,
}

/// <summary>A sign-in that is going on (objects.md §15).</summary>
public sealed record LoginSession
{
    /// <summary>The bridge.</summary>
    [JsonPropertyName("bridgeID")]
    public required string BridgeId { get; init; }

    /// <summary>Session ID.</summary>
    [JsonPropertyName("loginSessionID")]
    public required string LoginSessionId { get; init; }

    /// <summary>What it waits for, or how it ended.</summary>
    public required LoginSessionStatus Status { get; init; }

    /// <summary>What to do next.</summary>
    public LoginStep? CurrentStep { get; init; }

    /// <summary>The new account, once there is one.</summary>
    public Account? Account { get; init; }

    /// <summary>Its ID.</summary>
    [JsonPropertyName("accountID")]
    public string? AccountId { get; init; }

    /// <summary>The new login, once there is one.</summary>
    public BridgeLogin? Login { get; init; }

    /// <summary>Its ID.</summary>
    [JsonPropertyName("loginID")]
    public string? LoginId { get; init; }

    /// <summary>Why it failed.</summary>
    public ApiError? Error { get; init; }
}

/// <summary>The answer to giving up a login session.</summary>
public sealed record CancelLoginSessionOutput
{
    /// <summary>The bridge.</summary>
    [JsonPropertyName("bridgeID")]
    public required string BridgeId { get; init; }

    /// <summary>The session that is gone.</summary>
    [JsonPropertyName("loginSessionID")]
    public required string LoginSessionId { get; init; }

    /// <summary>Always <c>cancelled</c>.</summary>
    [Always("cancelled")]
    public string Status { get; } = "cancelled";
}
