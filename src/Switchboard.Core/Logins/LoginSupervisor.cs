using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Switchboard.Core.Receiving;
using Switchboard.Networks;
using Switchboard.Sqlite;

namespace Switchboard.Core.Logins;

/// <summary>How a login is doing.</summary>
public enum LoginHealth
{
    /// <summary>Being opened, or waiting to be tried again.</summary>
    Connecting,

    /// <summary>Open.</summary>
    Connected,

    /// <summary>A person must log in anew.</summary>
    Expired,
}

/// <summary>
/// Keeps every login connected: opens it, stores what it receives, backs off when it is lost. One loop a login, all owned
/// by this class; a login that has expired leaves its loop and waits for a person.
/// </summary>
public sealed partial class LoginSupervisor(
    IEnumerable<INetwork> networks, Database database, Ingest ingest, TimeProvider clock, ILogger<LoginSupervisor> logger) : IAsyncDisposable
{
    private static readonly TimeSpan WaitForConnection = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, INetwork> networks = networks.ToDictionary(network => network.Description.BridgeId);
    private readonly ConcurrentDictionary<long, Running> running = new();
    // Logins that are being removed, until it is known how that ended.
    private readonly ConcurrentDictionary<long, Task> leaving = new();
    private readonly CancellationTokenSource stopping = new();
    // Adding, reconnecting and removing take turns: a login has one loop or none.
    private readonly SemaphoreSlim changing = new(1);
    private bool disposed;

    /// <summary>Called when a login was opened.</summary>
    public event Action? Opened;

    /// <summary>Called when what a login brings at first is stored.</summary>
    public event Action? CaughtUp;

    /// <summary>The kinds of network there are.</summary>
    public IEnumerable<INetwork> Networks => networks.Values;

    /// <summary>The network of that bridge id.</summary>
    public INetwork? FindNetwork(string bridgeId) => networks.GetValueOrDefault(bridgeId);

    /// <summary>
    /// Makes the first login of networks that offer one, then opens every login. Returns when each has been tried once, so
    /// that a network on this machine is there when the first request comes.
    /// </summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var (bridgeId, network) in networks)
        {
            if (network is not IOffersFirstLogin first || database.Read(db => db.Logins()).Exists(login => login.Network == bridgeId))
                continue;
            var login = await first.MakeFirstLoginAsync(cancellationToken);
            await ingest.StoreLoginAsync(bridgeId, login, cancellationToken);
        }

        var logins = database.Read(db => db.Logins()).FindAll(login => networks.ContainsKey(login.Network));
        foreach (var login in logins)
        {
            Start(login);
        }

        await Task.WhenAll(logins.Select(login => running[login.Key].TriedOnce)).WaitAsync(cancellationToken);
    }

    /// <summary>Stores a completed login and opens it.</summary>
    /// <returns>Its row key.</returns>
    public async Task<long> AddAsync(string bridgeId, NewLogin login, CancellationToken cancellationToken)
    {
        await changing.WaitAsync(cancellationToken);
        try
        {
            var stored = await ingest.StoreLoginAsync(bridgeId, login, CancellationToken.None);
            await StopAsync(stored.Key);
            await Start(stored).TriedOnce.WaitAsync(cancellationToken);
            return stored.Key;
        }
        finally
        {
            changing.Release();
        }
    }

    /// <summary>
    /// Closes a login, has its network forget it, then carries out <paramref name="forget"/>. When any of it fails the login
    /// is opened again, so that the removal can be repeated.
    /// </summary>
    /// <returns>What <paramref name="forget"/> returned; <c>null</c> when somebody else had removed the login before.</returns>
    internal async Task<T?> RemoveAsync<T>(long key, Func<Task<T>> forget, CancellationToken cancellationToken)
        where T : class
    {
        await changing.WaitAsync(cancellationToken);
        try
        {
            // As it is now that it is our turn: it may be gone, have a new state, or have come back as another one.
            if (database.Read(db => db.LoginByKey(key)) is not { } login)
                return null;
            var left = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            leaving[key] = left.Task;
            try
            {
                await StopAsync(key);
                await networks[login.Network].RemoveAsync(login.Stored, CancellationToken.None);
                return await forget();
            }
            catch
            {
                if (database.Read(db => db.LoginExists(key)))
                    Start(login);
                throw;
            }
            finally
            {
                leaving.TryRemove(key, out _);
                left.SetResult();
            }
        }
        finally
        {
            changing.Release();
        }
    }

    /// <summary>Closes a login and waits until nothing more of it is stored.</summary>
    private async Task StopAsync(long login)
    {
        if (running.TryRemove(login, out var stopped))
            await stopped.StopAsync();
    }

    /// <summary>The network of a login that is open or being opened.</summary>
    public NetworkDescription? DescriptionOf(long login) =>
        running.TryGetValue(login, out var found) ? found.Network.Description : null;

    /// <summary>How a login is doing.</summary>
    public LoginHealth HealthOf(long login) => running.TryGetValue(login, out var found) ? found.Health : LoginHealth.Connecting;

    /// <summary>Whether every login is open, but for those that wait for a person.</summary>
    public bool IsConnected => running.Values.All(login => login.Health != LoginHealth.Connecting);

    /// <summary>The open connection of a login, without waiting for one.</summary>
    /// <exception cref="NetworkException">There is none now.</exception>
    public INetworkConnection OpenConnectionOf(long login) =>
        running.TryGetValue(login, out var found) && found.Opened is { IsCompletedSuccessfully: true } opened
            ? opened.Result
            : throw NotConnected(found);

    /// <summary>
    /// The open connection of a login, waiting a few seconds for one that is being opened, or until it is known whether a
    /// login that is being removed is gone.
    /// </summary>
    /// <exception cref="NetworkException">There is none now, or not any more.</exception>
    public async Task<INetworkConnection> ConnectionOfAsync(long login, CancellationToken cancellationToken)
    {
        Running? found = null;
        try
        {
            if (leaving.TryGetValue(login, out var left))
                await left.WaitAsync(WaitForConnection, clock, cancellationToken);
            if (running.TryGetValue(login, out found) && found.Health != LoginHealth.Expired)
                return await found.Opened.WaitAsync(WaitForConnection, clock, cancellationToken);
        }
        catch (TimeoutException)
        {
            // Said below in words that help.
        }

        throw found is null && !database.Read(db => db.LoginExists(login))
            ? new NetworkException(NetworkFailure.NotFound, "Account not found: it was removed.")
            : NotConnected(found);
    }

    /// <summary>The open connection of a login, and a token that is cancelled when the login is stopped.</summary>
    /// <exception cref="NetworkException">There is none now, or not any more.</exception>
    internal async Task<(INetworkConnection Connection, CancellationToken Ended)> LifeOfAsync(long login, CancellationToken cancellationToken)
    {
        var connection = await ConnectionOfAsync(login, cancellationToken);
        return running.TryGetValue(login, out var found) ? (connection, found.Ended) : throw NotConnected(null);
    }

    /// <summary>Whether what a login brings at first is still coming in.</summary>
    public bool IsCatchingUp(long login) => running.TryGetValue(login, out var found) && found.IsCatchingUp;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (disposed)
            return;
        disposed = true;
        await stopping.CancelAsync();
        foreach (var login in running.Keys)
        {
            await StopAsync(login);
        }

        stopping.Dispose();
        changing.Dispose();
    }

    private static NetworkException NotConnected(Running? login) => login switch
    {
        { Health: LoginHealth.Expired } =>
            new(NetworkFailure.LoginExpired, "This account is logged out of its network. Log in again."),
        { IsDiskFull: true } =>
            new(NetworkFailure.StorageFull, "The server's disk is full, so this account is not connected. Free some space and try again."),
        // Asking again costs nobody anything: what waits goes out as soon as there is a connection.
        _ => new(NetworkFailure.Transient, "This account is not connected to its network at the moment. Try again soon.") { RetryAfter = Backoff.WhileNotConnected },
    };

    private static bool IsExpired(Exception e) => e is NetworkException { Kind: NetworkFailure.LoginExpired };

    private static bool IsDiskFull(Exception e) => e is NetworkException { Kind: NetworkFailure.StorageFull } || DiskFull.Is(e);

    private Running Start(Login login)
    {
        var started = new Running(networks[login.Network], CancellationTokenSource.CreateLinkedTokenSource(stopping.Token));
        running[login.Key] = started;
        started.Loop = Task.Run(() => RunAsync(login, started));
        return started;
    }
}
