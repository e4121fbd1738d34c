using System.Collections.Concurrent;
using Switchboard.Matrix.Api;
using Switchboard.Matrix.Store;
using Switchboard.Networks;

namespace Switchboard.Matrix.Sending;

/// <summary>Keeps events in clear out of encrypted rooms.</summary>
/// <remarks>
/// A room counts as encrypted when it ever was, as far as anybody says: this login's own store, which never forgets it; this
/// connection; or the homeserver, which is asked right before each event, because encryption may have been switched on a moment
/// ago, or while this server was not running, and its sync may not have told yet. Whatever the homeserver answers but that the room
/// has no such state counts as a no. What is left is the time that one request takes.
/// </remarks>
internal sealed class EncryptionGuard(MatrixApi api, MatrixStore store)
{
    private readonly ConcurrentDictionary<string, bool> encrypted = new(StringComparer.Ordinal);

    /// <summary>Refuses when the room is known to be encrypted; asks nobody.</summary>
    /// <exception cref="NetworkException"><see cref="NetworkFailure.Rejected"/>: it is.</exception>
    public void DemandNotKnownEncrypted(string room)
    {
        if (encrypted.ContainsKey(room) || store.Room(room) is { IsEncrypted: true })
            throw Refusal();
    }

    /// <summary>Refuses unless the room is not encrypted at this moment.</summary>
    /// <exception cref="NetworkException"><see cref="NetworkFailure.Rejected"/>: it is; or it could not be found out.</exception>
    public async Task DemandClearAsync(string room, CancellationToken cancellationToken)
    {
        DemandNotKnownEncrypted(room);
        try
        {
            using var state = await api.GetAsync($"v3/rooms/{MatrixApi.Escape(room)}/state/m.room.encryption/", cancellationToken);
            encrypted[room] = true;
            throw Refusal();
        }
        catch (NetworkException e) when (e is { Kind: NetworkFailure.NotFound, InnerException: MatrixError { Code: "M_NOT_FOUND" } })
        {
            // What sync brought while the homeserver answered counts too.
            DemandNotKnownEncrypted(room);
        }
    }

    private static NetworkException Refusal() => new(
        NetworkFailure.Rejected,
        "This chat is end-to-end encrypted, which this server cannot do yet. Nothing was sent: use another client for it.");
}
