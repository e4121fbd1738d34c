using Switchboard.Matrix.Login;
using Switchboard.Networks;

namespace Switchboard.Matrix;

/// <summary>The account of a login on Matrix itself, as against those on bridged networks behind it.</summary>
internal static class OwnAccount
{
    /// <summary>The bridge's id and kind.</summary>
    public const string Bridge = "matrix";

    /// <summary>What people read.</summary>
    public const string Network = "Matrix";

    /// <summary>The account.</summary>
    /// <param name="session">Whose.</param>
    /// <param name="displayName">The user's name for people, as the homeserver tells it.</param>
    /// <param name="picture">The user's picture.</param>
    public static RemoteAccount Of(MatrixSession session, string? displayName, RemoteMedia? picture) => new()
    {
        AccountId = session.AccountId,
        BridgeId = Bridge,
        BridgeType = Bridge,
        Provider = BridgeProvider.SelfHosted,
        Network = Network,
        Self = new RemoteUser
        {
            Id = new UserId(session.UserId),
            Username = LoginNames.LocalPart(session.UserId),
            FullName = displayName is { Length: > 0 } ? displayName : null,
            Avatar = picture,
        },
    };
}
