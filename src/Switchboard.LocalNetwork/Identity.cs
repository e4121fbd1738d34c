using Switchboard.Networks;

namespace Switchboard.LocalNetwork;

/// <summary>One person of this installation.</summary>
/// <param name="Id">The row.</param>
/// <param name="Username">Unique, lower case.</param>
/// <param name="DisplayName">What people call them, if they said.</param>
/// <param name="Active">Whether they are on the network now.</param>
/// <param name="Life">Names the time from being added to being removed; the login's state.</param>
/// <param name="Opened">Whether this life's login was ever opened.</param>
internal sealed record Identity(long Id, string Username, string? DisplayName, bool Active, string Life, bool Opened)
{
    /// <summary>The account's id for clients.</summary>
    public string AccountId => $"local_{Username}";
}

/// <summary>How identities look from outside: user ids of this server's name.</summary>
internal sealed class People(string serverName)
{
    /// <summary>The server part of every user and room id.</summary>
    public string ServerName => serverName;

    /// <summary>The fully qualified id of a user name.</summary>
    public UserId IdOf(string username) => new($"@{username}:{serverName}");

    /// <summary>The user name in an id of this server; <c>null</c> for any other text.</summary>
    public string? UsernameIn(string userId)
    {
        var end = userId.Length - serverName.Length - 1;
        return end > 1 && userId[0] == '@' && userId[end] == ':' && userId.EndsWith(serverName, StringComparison.OrdinalIgnoreCase)
            ? userId[1..end]
            : null;
    }

    /// <summary>The person as the contract describes one.</summary>
    public RemoteUser Describe(Identity identity) => new()
    {
        Id = IdOf(identity.Username),
        Username = identity.Username,
        FullName = identity.DisplayName,
        CannotMessage = !identity.Active,
    };

    /// <summary>The account as the contract describes one.</summary>
    public RemoteAccount DescribeAccount(Identity identity) => new()
    {
        AccountId = identity.AccountId,
        BridgeId = LocalNetwork.Name,
        BridgeType = LocalNetwork.Name,
        Provider = BridgeProvider.Local,
        Network = LocalNetwork.Label,
        Self = Describe(identity),
    };
}
