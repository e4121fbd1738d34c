namespace Switchboard.Networks;

/// <summary>Why a network did not do what was asked.</summary>
public enum NetworkFailure
{
    /// <summary>Not now: no connection, time-out, overload. The same call may succeed later.</summary>
    Transient,

    /// <summary>The login is no longer good; a person must log in again.</summary>
    LoginExpired,

    /// <summary>Never: the network understood and refuses.</summary>
    Rejected,

    /// <summary>What was named does not exist there.</summary>
    NotFound,

    /// <summary>
    /// The disk of this server has no room for what the network keeps on it. The same call succeeds when there is room again,
    /// so it is tried again soon and for as long as it takes.
    /// </summary>
    StorageFull,
}

/// <summary>
/// The one failure that a connector reports. The message is a sentence for people: what happened and what they can do;
/// it holds no message text, token or key.
/// </summary>
public sealed class NetworkException(NetworkFailure kind, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What kind of failure, which decides what happens next.</summary>
    public NetworkFailure Kind { get; } = kind;

    /// <summary>
    /// How long the network wants to be left in peace, which the server keeps to; <c>null</c> leaves it to the server's back-off.
    /// </summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>
    /// Whether the network's administrators have limited the account, which no other call and no new login changes: clients are
    /// answered 403 (matrix.md §4.4).
    /// </summary>
    public bool IsAccountLimited { get; init; }

    /// <summary>
    /// Whether the network was never asked, because what it should have been given is missing on this server: it refused nothing, and
    /// what waits behind goes on without that.
    /// </summary>
    public bool IsUnasked { get; init; }
}
