using System.Text.Json.Serialization;

namespace Switchboard.Wire;

/// <summary>How far the delivery of a message has come.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SendState>))]
public enum SendState
{
    /// <summary>The network has it.</summary>
    [JsonStringEnumMemberName("SUCCESS")]
    Success,

    /// <summary>On its way.</summary>
    [JsonStringEnumMemberName("PENDING")]
    Pending,

    /// <summary>Failed; sending again may help.</summary>
    [JsonStringEnumMemberName("FAIL_RETRIABLE")]
    FailRetriable,

    /// <summary>Failed for good.</summary>
    [JsonStringEnumMemberName("FAIL_PERMANENT")]
    FailPermanent,
}

/// <summary>Delivery of one of my messages.</summary>
public sealed record SendStatus
{
    /// <summary>How far it has come.</summary>
    public required SendState Status { get; init; }

    /// <summary>Since when.</summary>
    public required DateTimeOffset Timestamp { get; init; }

    /// <summary>Why it failed, for programs.</summary>
    public string? Reason { get; init; }

    /// <summary>Why it failed, for people.</summary>
    public string? Message { get; init; }

    /// <summary>User IDs of those whose devices have it.</summary>
    public IReadOnlyList<string>? DeliveredToUsers { get; init; }

    /// <summary>Diagnostics, not for end users.</summary>
    public string? InternalError { get; init; }
}
