using Switchboard.Networks;

namespace Switchboard.Core.Accounts;

/// <summary>An account as clients see it (objects.md §10).</summary>
public sealed record Account
{
    /// <summary>Row key.</summary>
    public required long Key { get; init; }

    /// <summary>Id for clients.</summary>
    public required string Id { get; init; }

    /// <summary>Row key of the login behind it.</summary>
    public required long LoginKey { get; init; }

    /// <summary>The network's own name for the login.</summary>
    public required string LoginRemoteId { get; init; }

    /// <summary>Bridge id of the network that holds the login.</summary>
    public required string LoginNetwork { get; init; }

    /// <summary>Bridge id.</summary>
    public required string BridgeId { get; init; }

    /// <summary>Bridge type.</summary>
    public required string BridgeType { get; init; }

    /// <summary><c>local</c> or <c>self-hosted</c>.</summary>
    public required string Provider { get; init; }

    /// <summary>Label for people.</summary>
    public required string Network { get; init; }

    /// <summary>How the bridge behind it is doing, as far as the network tells.</summary>
    public AccountState State { get; init; }

    /// <summary>More about the state, for people.</summary>
    public string? StateText { get; init; }

    /// <summary>The account's own identity.</summary>
    public required Chats.Contact Self { get; init; }
}
