using System.Text.Json.Serialization;

namespace Switchboard.Wire;

/// <summary>How far a verification is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<VerificationStage>))]
public enum VerificationStage
{
    /// <summary>Asked for.</summary>
    [JsonStringEnumMemberName("requested")]
    Requested,

    /// <summary>Accepted.</summary>
    [JsonStringEnumMemberName("ready")]
    Ready,

    /// <summary>Emoji are there to compare.</summary>
    [JsonStringEnumMemberName("sas_ready")]
    SasReady,

    /// <summary>The other side has scanned the code.</summary>
    [JsonStringEnumMemberName("qr_scanned")]
    QrScanned,

    /// <summary>Finished.</summary>
    [JsonStringEnumMemberName("done")]
    Done,

    /// <summary>Given up.</summary>
    [JsonStringEnumMemberName("cancelled")]
    Cancelled,

    /// <summary>Failed.</summary>
    [JsonStringEnumMemberName("error")]
    Error,
}

/// <summary>Who asked for a verification.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<VerificationDirection>))]
public enum VerificationDirection
{
    /// <summary>The other side.</summary>
    [JsonStringEnumMemberName("incoming")]
    Incoming,

    /// <summary>This side.</summary>
    [JsonStringEnumMemberName("outgoing")]
    Outgoing,
}

/// <summary>What a verification is for.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<VerificationPurpose>))]
public enum VerificationPurpose
{
    /// <summary>To trust this device.</summary>
    [JsonStringEnumMemberName("login")]
    Login,

    /// <summary>To trust another device.</summary>
    [JsonStringEnumMemberName("device")]
    Device,
}

/// <summary>How two devices compare keys.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<VerificationMethod>))]
public enum VerificationMethod
{
    /// <summary>By scanning a code.</summary>
    [JsonStringEnumMemberName("qr")]
    Qr,

    /// <summary>By comparing emoji.</summary>
    [JsonStringEnumMemberName("sas")]
    Sas,
}

/// <summary>What can be done with a verification now.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<VerificationAction>))]
public enum VerificationAction
{
    /// <summary>Accept it.</summary>
    [JsonStringEnumMemberName("accept")]
    Accept,

    /// <summary>Give it up.</summary>
    [JsonStringEnumMemberName("cancel")]
    Cancel,

    /// <summary>Confirm that the other side has scanned.</summary>
    [JsonStringEnumMemberName("qr.confirmScanned")]
    QrConfirmScanned,

    /// <summary>Begin comparing emoji.</summary>
    [JsonStringEnumMemberName("sas.start")]
    SasStart,

    /// <summary>Confirm that the emoji agree.</summary>
    [JsonStringEnumMemberName("sas.confirm")]
    SasConfirm,
}

/// <summary>A verification of a device (objects.md §15).</summary>
public sealed record Verification
{
    /// <summary>Verification ID.</summary>
    public required string Id { get; init; }

    /// <summary>How far it is.</summary>
    public required VerificationStage State { get; init; }

    /// <summary>Who asked for it.</summary>
    public required VerificationDirection Direction { get; init; }

    /// <summary>What it is for.</summary>
    public required VerificationPurpose Purpose { get; init; }

    /// <summary>How it can be done.</summary>
    public required IReadOnlyList<VerificationMethod> Methods { get; init; }

    /// <summary>What can be done now.</summary>
    public required IReadOnlyList<VerificationAction> AvailableActions { get; init; }

    /// <summary>The device on the other side.</summary>
    public VerificationDevice? OtherDevice { get; init; }

    /// <summary>The user on the other side.</summary>
    [JsonPropertyName("otherUserID")]
    public string? OtherUserId { get; init; }

    /// <summary>The code to show.</summary>
    public VerificationQr? Qr { get; init; }

    /// <summary>The emoji to compare.</summary>
    public VerificationSas? Sas { get; init; }

    /// <summary>Why it failed.</summary>
    public VerificationError? Error { get; init; }
}

/// <summary>The device on the other side.</summary>
public sealed record VerificationDevice
{
    /// <summary>Device ID.</summary>
    public required string Id { get; init; }

    /// <summary>Name to show.</summary>
    public string? Name { get; init; }
}

/// <summary>A code to show.</summary>
public sealed record VerificationQr
{
    /// <summary>Content of the code.</summary>
    public required string Data { get; init; }
}

/// <summary>What to compare.</summary>
public sealed record VerificationSas
{
    /// <summary>Emoji.</summary>
    public required string Emojis { get; init; }

    /// <summary>The same as numbers.</summary>
    public string? Decimals { get; init; }
}

/// <summary>Why a verification failed.</summary>
public sealed record VerificationError
{
    /// <summary>For programs.</summary>
    public required string Code { get; init; }

    /// <summary>For people.</summary>
    public required string Reason { get; init; }
}
