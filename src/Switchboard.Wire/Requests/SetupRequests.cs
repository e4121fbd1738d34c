using System.Text.Json.Serialization;

namespace Switchboard.Wire;

/// <summary>Body of asking for a sign-in code (rest.md §7.2).</summary>
public sealed record SignInEmailInput
{
    /// <summary>The sign-in.</summary>
    [JsonPropertyName("setupRequestID")]
    public required string SetupRequestId { get; init; }

    /// <summary>Where to send the code.</summary>
    public required string Email { get; init; }
}

/// <summary>Body of answering with the code.</summary>
public sealed record SignInResponseInput
{
    /// <summary>The sign-in.</summary>
    [JsonPropertyName("setupRequestID")]
    public required string SetupRequestId { get; init; }

    /// <summary>The code.</summary>
    public required string Response { get; init; }
}

/// <summary>Body of making a new user.</summary>
public sealed record RegisterInput
{
    /// <summary>Must be <c>true</c>.</summary>
    public required bool AcceptTerms { get; init; }

    /// <summary>From the answer to the code.</summary>
    public required string LeadToken { get; init; }

    /// <summary>The sign-in.</summary>
    [JsonPropertyName("setupRequestID")]
    public required string SetupRequestId { get; init; }

    /// <summary>The name to take.</summary>
    public required string Username { get; init; }
}

/// <summary>Body of giving the recovery key, and of confirming a new one (rest.md §7.3).</summary>
public sealed record RecoveryKeyInput
{
    /// <summary>The key.</summary>
    public required string RecoveryKey { get; init; }
}

/// <summary>Body of asking for a new recovery key.</summary>
public sealed record ResetRecoveryKeyInput
{
    /// <summary>The key until now.</summary>
    public string? ExistingRecoveryKey { get; init; }
}

/// <summary>Body of asking for a verification.</summary>
public sealed record StartVerificationInput
{
    /// <summary>Whom to verify; myself when absent.</summary>
    [JsonPropertyName("userID")]
    public string? UserId { get; init; }
}

/// <summary>Body of a scanned code.</summary>
public sealed record ScanQrInput
{
    /// <summary>Content of the code.</summary>
    public required string Data { get; init; }
}
