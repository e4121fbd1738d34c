namespace Switchboard.Networks;

/// <summary>What clients are told about a kind of network (objects.md §10 and §15).</summary>
public sealed record NetworkDescription
{
    /// <summary>Names the bridge instance on this installation, such as <c>local</c> or <c>matrix</c>.</summary>
    public required string BridgeId { get; init; }

    /// <summary>The kind of bridge, such as <c>local</c>, <c>matrix</c>, <c>whatsapp</c>.</summary>
    public required string BridgeType { get; init; }

    /// <summary>Where the connector runs.</summary>
    public required BridgeProvider Provider { get; init; }

    /// <summary>The label that people read, such as <c>WhatsApp</c>.</summary>
    public required string DisplayName { get; init; }

    /// <summary>Whether one installation may hold several logins at once.</summary>
    public required bool SupportsMultipleAccounts { get; init; }

    /// <summary>
    /// How many messages one account may send per minute unless the owner sets another limit; <c>null</c> means no
    /// limit. Networks that punish automation should say a modest number.
    /// </summary>
    public int? SendsPerMinute { get; init; }

    /// <summary>How people are found and chats are made on this network.</summary>
    public required ProvisioningCapabilities Provisioning { get; init; }
}

/// <summary>Where a connector runs, as clients see it (objects.md §10).</summary>
public enum BridgeProvider
{
    /// <summary>Built into this server.</summary>
    Local,

    /// <summary>Another program of the owner's.</summary>
    SelfHosted,
}

/// <summary>What of looking people up and of making groups a network can do (objects.md §15).</summary>
public sealed record ProvisioningCapabilities
{
    /// <summary>A direct chat can be opened with a person who was looked up.</summary>
    public bool CreateDirect { get; init; }

    /// <summary>People can be looked up by telephone number.</summary>
    public bool LookupPhone { get; init; }

    /// <summary>People can be looked up by e-mail address.</summary>
    public bool LookupEmail { get; init; }

    /// <summary>People can be looked up by user name.</summary>
    public bool LookupUsername { get; init; }

    /// <summary>The network gives a list of contacts.</summary>
    public bool ContactList { get; init; }

    /// <summary>People can be searched for by part of a name.</summary>
    public bool Search { get; init; }

    /// <summary>Groups can be made.</summary>
    public bool CreateGroup { get; init; }
}

/// <summary>
/// A kind of network: how one logs in to it, and how a login's connection is opened. One instance serves the whole
/// process; every member may be called from several threads at once.
/// </summary>
public interface INetwork
{
    /// <summary>What clients are told about this network. Never changes while the process runs.</summary>
    NetworkDescription Description { get; }

    /// <summary>The ways to log in; at least one.</summary>
    IReadOnlyList<LoginFlow> LoginFlows { get; }

    /// <summary>
    /// Starts a login by the flow of that id, which is one of <see cref="LoginFlows"/>. When
    /// <paramref name="reconnect"/> is given the person wants that login to work again, not a new one.
    /// </summary>
    /// <exception cref="NetworkException">The network refuses or cannot be reached.</exception>
    Task<ILoginProcess> StartLoginAsync(string flowId, StoredLogin? reconnect, CancellationToken cancellationToken);

    /// <summary>Opens the connection of a stored login. Called again after a connection was lost.</summary>
    /// <exception cref="NetworkException">
    /// <see cref="NetworkFailure.LoginExpired"/> when a person must log in anew; otherwise it is tried again later.
    /// </exception>
    Task<INetworkConnection> OpenAsync(StoredLogin login, CancellationToken cancellationToken);

    /// <summary>
    /// Logs out and forgets what the network keeps for this login. Called before the server drops its own data and
    /// called again if the process dies in between, so an unknown login is not an error.
    /// </summary>
    Task RemoveAsync(StoredLogin login, CancellationToken cancellationToken);
}

/// <summary>
/// A network that works without anybody's credentials and gives a new installation its first account. Called at every
/// start while the installation has no login of this network; must give the same login every time.
/// </summary>
public interface IOffersFirstLogin
{
    /// <summary>Makes the owner's login, or gives the one made before.</summary>
    Task<NewLogin> MakeFirstLoginAsync(CancellationToken cancellationToken);
}

/// <summary>A login as the server keeps it.</summary>
/// <param name="RemoteId">The network's own name for the login; unique within the network, safe in a URL.</param>
/// <param name="State">What the connector needs to open it again; opaque to the server, never logged or shown.</param>
public sealed record StoredLogin(string RemoteId, string State)
{
    /// <summary>For logs: without the state, which holds the login's secrets.</summary>
    public override string ToString() => $"login {RemoteId}";
}

/// <summary>A login that a person or a network has just completed.</summary>
/// <param name="Login">What to store.</param>
/// <param name="Accounts">The accounts known at once; more may come as <see cref="RemoteEvent.AccountUpserted"/>.</param>
public sealed record NewLogin(StoredLogin Login, IReadOnlyList<RemoteAccount> Accounts)
{
    /// <summary>Chats known at once: they are there when the login is complete. More may come as events, these too.</summary>
    public IReadOnlyList<RemoteChat> Chats { get; init; } = [];
}

/// <summary>One account behind a login. A login to a homeserver brings one for every bridge on it.</summary>
public sealed record RemoteAccount
{
    /// <summary>
    /// The account's id for clients, unique in the installation and safe in a URL, such as <c>local_ada</c>. It never
    /// changes for the same account.
    /// </summary>
    public required string AccountId { get; init; }

    /// <summary>Names the bridge behind it.</summary>
    public required string BridgeId { get; init; }

    /// <summary>The kind of bridge behind it.</summary>
    public required string BridgeType { get; init; }

    /// <summary>Where that bridge runs.</summary>
    public required BridgeProvider Provider { get; init; }

    /// <summary>The network's label for people.</summary>
    public required string Network { get; init; }

    /// <summary>The owner of the account on that network.</summary>
    public required RemoteUser Self { get; init; }

    /// <summary>
    /// How the bridge behind it is doing, as far as the network tells; that the login itself is connected the server knows.
    /// </summary>
    public AccountState State { get; init; }

    /// <summary>More about the state, for people.</summary>
    public string? StateText { get; init; }
}

/// <summary>How an account behind a login is doing (objects.md §10, <c>status</c>).</summary>
public enum AccountState
{
    /// <summary>As far as the network tells, well.</summary>
    Connected,

    /// <summary>The bridge is getting in touch with its network.</summary>
    Connecting,

    /// <summary>The bridge has lost its network for a while and tries by itself.</summary>
    Disconnected,

    /// <summary>A person must log in to the bridged network again.</summary>
    ReconnectRequired,

    /// <summary>Something is wrong that a person should look at.</summary>
    AttentionRequired,
}
