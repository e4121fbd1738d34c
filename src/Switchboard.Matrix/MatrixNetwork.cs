using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Switchboard.Matrix.Api;
using Switchboard.Matrix.Login;
using Switchboard.Matrix.Store;
using Switchboard.Networks;
using Switchboard.Sqlite;

namespace Switchboard.Matrix;

/// <summary>
/// Matrix: homeservers with all that is on them, bridged networks included. One login is one user on one homeserver; what it needs
/// beside the server's own data is in one SQLite file for each, in a folder of its own.
/// </summary>
/// <remarks>
/// A user logs in once to an installation: the same user again renews the login there is, with the same accounts and, where the
/// homeserver allows it, the same device. Restarting opens the session that is there and never makes another.
/// </remarks>
public sealed class MatrixNetwork : INetwork
{
    /// <summary>
    /// The step, and its only field, in which a login asks before a secret goes to another machine without encryption; it is answered
    /// with <see cref="UnencryptedAgreed"/>.
    /// </summary>
    public const string UnencryptedStep = "unencrypted";

    /// <summary>The answer that agrees to it.</summary>
    public const string UnencryptedAgreed = "yes";

    private readonly string folder;
    private readonly TimeProvider clock;
    private readonly ILogger logger;
    private readonly LoginRegistry registry;
    private readonly LoginCalls calls;

    private MatrixNetwork(string folder, TimeProvider clock, ILogger logger)
    {
        (this.folder, this.clock, this.logger) = (folder, clock, logger);
        registry = new LoginRegistry(folder);
        calls = new LoginCalls(OpenApi, registry, logger);
    }

    /// <inheritdoc/>
    public NetworkDescription Description { get; } = new()
    {
        BridgeId = OwnAccount.Bridge,
        BridgeType = OwnAccount.Bridge,
        Provider = BridgeProvider.SelfHosted,
        DisplayName = OwnAccount.Network,
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
    [
        new(PasswordLogin.FlowId, "Password", "Logs in with the user name and password of an account on a Matrix homeserver."),
        new(TokenLogin.FlowId, "Access token", "Takes over a session of a Matrix account that was opened elsewhere for Switchboard."),
        new(SsoLogin.FlowId, "Single sign-on", "Logs in through the browser, where the homeserver offers that."),
    ];

    /// <summary>Opens the network in a folder, making it if needed (mode 0700).</summary>
    /// <param name="folder">Where it keeps everything.</param>
    /// <param name="clock">Dates what it does.</param>
    /// <param name="logger">For what an administrator should know; never holds contents, tokens or passwords.</param>
    public static MatrixNetwork Open(string folder, TimeProvider clock, ILogger<MatrixNetwork> logger)
    {
        Files.MakeFolder(folder);
        return new MatrixNetwork(folder, clock, logger);
    }

    /// <inheritdoc/>
    public Task<ILoginProcess> StartLoginAsync(string flowId, StoredLogin? reconnect, CancellationToken cancellationToken)
    {
        var known = reconnect is null ? null : LoginState.Parse(reconnect);
        var consent = new ClearTextConsent();
        return Task.FromResult<ILoginProcess>(new ConsentingLogin(consent, flowId switch
        {
            PasswordLogin.FlowId => new PasswordLogin(calls, known, consent),
            TokenLogin.FlowId => new TokenLogin(calls, known, consent),
            SsoLogin.FlowId => new SsoLogin(calls, known, consent),
            _ => throw new NetworkException(NetworkFailure.Rejected, $"Matrix has no login flow \"{flowId}\"."),
        }));
    }

    /// <inheritdoc/>
    public async Task<INetworkConnection> OpenAsync(StoredLogin login, CancellationToken cancellationToken)
    {
        var state = LoginState.Parse(login);
        registry.Confirm(new KnownLogin(login.RemoteId, state.AccountId, state.UserId, state.DeviceId, state.Homeserver));
        var api = OpenApi(state.Homeserver, state.AccessToken);
        try
        {
            await MatrixConnection.DemandThereAsync(api, state.UserId, cancellationToken);
            var session = new MatrixSession(state.UserId, state.DeviceId, state.AccountId);
            return new MatrixConnection(session, api, OpenStore(login.RemoteId, state), clock, logger);
        }
        catch
        {
            api.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task RemoveAsync(StoredLogin login, CancellationToken cancellationToken)
    {
        try
        {
            var state = LoginState.Parse(login);
            await calls.LogOutAsync(state.Homeserver, state.AccessToken, cancellationToken);
        }
        catch (NetworkException e) when (e.Kind is NetworkFailure.LoginExpired)
        {
            // What cannot be read cannot be logged out; the rest goes all the same.
        }

        foreach (var suffix in (ReadOnlySpan<string>)["", "-wal", "-shm"])
        {
            File.Delete(StoreFile(login.RemoteId) + suffix);
        }

        registry.Remove(login.RemoteId);
    }

    private MatrixStore OpenStore(string remoteId, LoginState state)
    {
        var file = StoreFile(remoteId);
        try
        {
            Files.Make(file);
            return MatrixStore.Open(file, state.UserId, state.AccountId);
        }
        catch (Exception e) when (DiskFull.Is(e))
        {
            throw new NetworkException(NetworkFailure.StorageFull, "The server's disk is full.", e);
        }
        catch (Exception e) when (e is SqliteException or IOException)
        {
            throw new NetworkException(NetworkFailure.Transient, $"What is kept of this login cannot be opened: {e.Message}", e);
        }
    }

    private string StoreFile(string remoteId) => Path.Combine(folder, Path.GetFileName(remoteId) + ".db");

    private MatrixApi OpenApi(Uri homeserver, string? token) => new(homeserver, MatrixHttp.Make(), clock) { AccessToken = token };

}
