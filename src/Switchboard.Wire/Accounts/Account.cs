using System.Text.Json.Serialization;

namespace Switchboard.Wire;

/// <summary>One identity of the owner on one network (objects.md §10).</summary>
public sealed record Account
{
    /// <summary>Account ID, used in routes and filters.</summary>
    [JsonPropertyName("accountID")]
    public required string AccountId { get; init; }

    /// <summary>What connects it.</summary>
    public required AccountBridge Bridge { get; init; }

    /// <summary>Who I am there.</summary>
    public required User User { get; init; }

    /// <summary>Label of the network; absent when unknown.</summary>
    public string? Network { get; init; }

    /// <summary>State of the connection.</summary>
    public AccountStatus? Status { get; init; }

    /// <summary>The state in words.</summary>
    public string? StatusText { get; init; }

    /// <summary>The login that brought the account.</summary>
    [JsonPropertyName("loginID")]
    public string? LoginId { get; init; }
}
