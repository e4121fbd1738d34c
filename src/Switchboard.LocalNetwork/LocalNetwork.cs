using System.Reflection;
using Switchboard.Networks;
using Switchboard.Sqlite;

namespace Switchboard.LocalNetwork;

/// <summary>
/// The embedded network: people of one installation who write to each other, with nothing else installed. Durable in a
/// folder of its own (<c>local.db</c> and <c>media/</c>); it shares nothing with the server but the connector contract.
/// </summary>
/// <remarks>
/// Every change is one transaction: it is judged, written, and queued for each recipient, and its answer is remembered
/// under its transaction id. So after a crash at any point the change either happened for everybody or for nobody, and
/// asking again gives the first answer. A queued event stays until its recipient has acknowledged it.
/// </remarks>
public sealed partial class LocalNetwork : INetwork, IOffersFirstLogin, IAsyncDisposable
{
    /// <summary>The bridge's id and kind.</summary>
    internal const string Name = "local";

    /// <summary>What people read.</summary>
    internal const string Label = "Local";

    /// <summary>The one login flow and its one step.</summary>
    internal const string FlowId = "identity";

    private const string FirstUsername = "owner";
    private const string FirstDisplayName = "Owner";

    private readonly Database database;
    private readonly MediaFolder media;
    private readonly TimeProvider clock;
    private readonly TypingBoard typing;
    private readonly CancellationTokenSource stopping = new();
    private readonly Task sweeping;

    private LocalNetwork(Database database, MediaFolder media, string serverName, TimeProvider clock)
    {
        this.database = database;
        this.media = media;
        this.clock = clock;
        People = new People(serverName);
        typing = new TypingBoard(clock, (identity, change) => connections.GetValueOrDefault(identity)?.Offer(change));
        sweeping = SweepLoopAsync();
    }

    /// <inheritdoc/>
    public NetworkDescription Description { get; } = new()
    {
        BridgeId = Name,
        BridgeType = Name,
        Provider = BridgeProvider.Local,
        DisplayName = Label,
        SupportsMultipleAccounts = true,
        Provisioning = new()
        {
            CreateDirect = true,
            LookupUsername = true,
            ContactList = true,
            Search = true,
            CreateGroup = true,
        },
    };

    /// <inheritdoc/>
    public IReadOnlyList<LoginFlow> LoginFlows { get; } =
        [new(FlowId, "New identity", "Adds a person to this server, with an account, a user name and chats of their own.")];

    /// <summary>How identities look from outside.</summary>
    internal People People { get; }

    /// <summary>Opens the network in a folder, making it if needed (mode 0700).</summary>
    /// <param name="folder">Where it keeps everything.</param>
    /// <param name="serverName">The part of user ids behind the colon; must stay the same for a folder.</param>
    /// <param name="clock">Dates messages, ends typing and lets messages vanish.</param>
    /// <exception cref="NewerSchemaException">The folder is of a newer version.</exception>
    public static LocalNetwork Open(string folder, string serverName, TimeProvider clock)
    {
        Folders.Make(folder);
        var file = Path.Combine(folder, LocalFiles.DatabaseName);
        Folders.MakeFile(file);
        var media = new MediaFolder(Path.Combine(folder, LocalFiles.MediaName));
        var database = Database.Open(file, new Migrations(Assembly.GetExecutingAssembly()));
        return new LocalNetwork(database, media, serverName, clock);
    }

    /// <inheritdoc/>
    public async Task<ILoginProcess> StartLoginAsync(string flowId, StoredLogin? reconnect, CancellationToken cancellationToken)
    {
        if (flowId != FlowId)
            throw Refusals.Rejected($"The local network has no login flow \"{flowId}\"; it has \"{FlowId}\".");
        if (reconnect is null)
            return new LocalLogin(this);
        return new LocalLogin(this, await KeepIdentityAsync(reconnect.RemoteId, null, cancellationToken));
    }

    /// <inheritdoc/>
    public Task<NewLogin> MakeFirstLoginAsync(CancellationToken cancellationToken) =>
        KeepIdentityAsync(FirstUsername, FirstDisplayName, cancellationToken);

    /// <inheritdoc/>
    public async Task<INetworkConnection> OpenAsync(StoredLogin login, CancellationToken cancellationToken)
    {
        var identity = await ChangeAsync(change => OpenIdentity(change, login), cancellationToken);
        var connection = new LocalConnection(this, identity);
        Enter(connection);
        return connection;
    }

    /// <inheritdoc/>
    public async Task RemoveAsync(StoredLogin login, CancellationToken cancellationToken)
    {
        if (await ChangeAsync(change => RemoveIdentity(change, login), cancellationToken) is not { } removed)
            return;
        typing.StopEverywhere(removed.Id);
        if (connections.TryRemove(removed.Id, out var connection))
            connection.End(Refusals.Removed(removed.Username));
    }

    /// <summary>Ends every connection, finishes the writes that were accepted and closes the files.</summary>
    public async ValueTask DisposeAsync()
    {
        if (stopping.IsCancellationRequested)
            return;
        await stopping.CancelAsync();
        await sweeping;
        typing.Dispose();
        foreach (var connection in connections.Values)
        {
            connection.End(Refusals.Stopping());
        }

        await database.DisposeAsync();
        stopping.Dispose();
    }
}
