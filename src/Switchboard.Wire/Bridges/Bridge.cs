using System.Text.Json.Serialization;

namespace Switchboard.Wire;

/// <summary>Whether an account can be added to a bridge.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<BridgeStatus>))]
public enum BridgeStatus
{
    /// <summary>Yes.</summary>
    [JsonStringEnumMemberName("available")]
    Available,

    /// <summary>No: it takes one account and has it.</summary>
    [JsonStringEnumMemberName("connected")]
    Connected,

    /// <summary>No: it is full.</summary>
    [JsonStringEnumMemberName("limit_reached")]
    LimitReached,

    /// <summary>Not now.</summary>
    [JsonStringEnumMemberName("temporarily_unavailable")]
    TemporarilyUnavailable,

    /// <summary>No: it is switched off.</summary>
    [JsonStringEnumMemberName("disabled")]
    Disabled,
}

/// <summary>A way to a network (objects.md §15).</summary>
public sealed record Bridge
{
    /// <summary>Bridge ID.</summary>
    public required string Id { get; init; }

    /// <summary>Kind of bridge.</summary>
    public required string Type { get; init; }

    /// <summary>Where it runs.</summary>
    public required BridgeProvider Provider { get; init; }

    /// <summary>Name to show.</summary>
    public required string DisplayName { get; init; }

    /// <summary>Whether an account can be added.</summary>
    public required BridgeStatus Status { get; init; }

    /// <summary>It takes more than one account.</summary>
    public required bool SupportsMultipleAccounts { get; init; }

    /// <summary>Accounts it serves.</summary>
    public required IReadOnlyList<Account> Accounts { get; init; }

    /// <summary>How many of them are in use.</summary>
    public required int ActiveAccountCount { get; init; }

    /// <summary>Label of the network.</summary>
    public string? Network { get; init; }

    /// <summary>The status in words.</summary>
    public string? StatusText { get; init; }
}
