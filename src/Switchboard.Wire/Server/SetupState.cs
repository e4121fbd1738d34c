using System.Text.Json.Serialization;

namespace Switchboard.Wire;

/// <summary>How far the server is from being usable (rest.md §7.1).</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SetupStage>))]
public enum SetupStage
{
    /// <summary>Nobody is signed in.</summary>
    [JsonStringEnumMemberName("needs-login")]
    NeedsLogin,

    /// <summary>Starting.</summary>
    [JsonStringEnumMemberName("initializing")]
    Initializing,

    /// <summary>Signing keys are missing.</summary>
    [JsonStringEnumMemberName("needs-cross-signing-setup")]
    NeedsCrossSigningSetup,

    /// <summary>This device is not trusted yet.</summary>
    [JsonStringEnumMemberName("needs-verification")]
    NeedsVerification,

    /// <summary>Secrets are missing.</summary>
    [JsonStringEnumMemberName("needs-secrets")]
    NeedsSecrets,

    /// <summary>The first sync is not done.</summary>
    [JsonStringEnumMemberName("needs-first-sync")]
    NeedsFirstSync,

    /// <summary>Usable.</summary>
    [JsonStringEnumMemberName("ready")]
    Ready,
}

/// <summary>Whether the server is ready for use (objects.md §15).</summary>
public sealed record SetupState
{
    /// <summary>How far it is.</summary>
    public required SetupStage State { get; init; }

    /// <summary>State of end-to-end encryption.</summary>
    public required EndToEndState E2ee { get; init; }

    /// <summary>The Matrix session behind the server.</summary>
    public MatrixSession? Matrix { get; init; }

    /// <summary>The verification that is going on.</summary>
    public Verification? Verification { get; init; }
}

/// <summary>State of end-to-end encryption.</summary>
public sealed record EndToEndState
{
    /// <summary>Encryption has started.</summary>
    public required bool Initialized { get; init; }

    /// <summary>Secret storage is there.</summary>
    public required bool SecretStorage { get; init; }

    /// <summary>Signing keys are there.</summary>
    public required bool CrossSigning { get; init; }

    /// <summary>This device is trusted.</summary>
    public required bool Verified { get; init; }

    /// <summary>Keys are backed up.</summary>
    public required bool KeyBackup { get; init; }

    /// <summary>The first sync is done.</summary>
    public required bool FirstSyncDone { get; init; }

    /// <summary>The user has kept the recovery key.</summary>
    public required bool HasBackedUpRecoveryKey { get; init; }

    /// <summary>When the recovery key was made, in milliseconds since 1970.</summary>
    public double? RecoveryKeyGeneratedAt { get; init; }

    /// <summary>Which secrets this device holds.</summary>
    public required EndToEndSecrets Secrets { get; init; }
}

/// <summary>Which secrets this device holds.</summary>
public sealed record EndToEndSecrets
{
    /// <summary>Master key.</summary>
    public required bool MasterKey { get; init; }

    /// <summary>Self-signing key.</summary>
    public required bool SelfSigningKey { get; init; }

    /// <summary>User-signing key.</summary>
    public required bool UserSigningKey { get; init; }

    /// <summary>Key of the key backup.</summary>
    public required bool MegolmBackupKey { get; init; }

    /// <summary>Recovery key.</summary>
    public required bool RecoveryKey { get; init; }
}

/// <summary>A Matrix session.</summary>
public sealed record MatrixSession
{
    /// <summary>Matrix user ID.</summary>
    [JsonPropertyName("userID")]
    public required string UserId { get; init; }

    /// <summary>Device ID.</summary>
    [JsonPropertyName("deviceID")]
    public required string DeviceId { get; init; }

    /// <summary>Address of the homeserver.</summary>
    public required string Homeserver { get; init; }
}
