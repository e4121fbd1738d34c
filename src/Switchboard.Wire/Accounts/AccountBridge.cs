using System.Text.Json.Serialization;

namespace Switchboard.Wire;

/// <summary>Where a bridge runs.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<BridgeProvider>))]
public enum BridgeProvider
{
    /// <summary>At a provider's.</summary>
    [JsonStringEnumMemberName("cloud")]
    Cloud,

    /// <summary>Elsewhere, run by the owner.</summary>
    [JsonStringEnumMemberName("self-hosted")]
    SelfHosted,

    /// <summary>Inside this server.</summary>
    [JsonStringEnumMemberName("local")]
    Local,

    /// <summary>Inside a client's operating system.</summary>
    [JsonStringEnumMemberName("platform-sdk")]
    PlatformSdk,
}

/// <summary>State of an account's connection.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AccountStatus>))]
public enum AccountStatus
{
    /// <summary>Up.</summary>
    [JsonStringEnumMemberName("connected")]
    Connected,

    /// <summary>Coming up.</summary>
    [JsonStringEnumMemberName("connecting")]
    Connecting,

    /// <summary>Up, and fetching what happened before.</summary>
    [JsonStringEnumMemberName("backfilling")]
    Backfilling,

    /// <summary>Waits to be connected.</summary>
    [JsonStringEnumMemberName("connection_required")]
    ConnectionRequired,

    /// <summary>Waits to be connected again.</summary>
    [JsonStringEnumMemberName("reconnect_required")]
    ReconnectRequired,

    /// <summary>The owner must do something on the network's side.</summary>
    [JsonStringEnumMemberName("attention_required")]
    AttentionRequired,

    /// <summary>Down.</summary>
    [JsonStringEnumMemberName("disconnected")]
    Disconnected,

    /// <summary>Switched off.</summary>
    [JsonStringEnumMemberName("disabled")]
    Disabled,
}

/// <summary>What connects an account.</summary>
public sealed record AccountBridge
{
    /// <summary>Bridge ID.</summary>
    public required string Id { get; init; }

    /// <summary>Kind of bridge.</summary>
    public required string Type { get; init; }

    /// <summary>Where it runs.</summary>
    public required BridgeProvider Provider { get; init; }
}
