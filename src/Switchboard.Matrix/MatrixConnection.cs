using System.Text.Json;
using Microsoft.Extensions.Logging;
using Switchboard.Matrix.Api;
using Switchboard.Matrix.Sending;
using Switchboard.Matrix.Store;
using Switchboard.Networks;

namespace Switchboard.Matrix;

/// <summary>
/// One login's connection to its homeserver: what it receives comes from <c>/sync</c>, what it sends goes out as single calls.
/// </summary>
/// <remarks>
/// It owns its calls and its store and closes both. Whatever it sends into a room passes <see cref="EncryptionGuard"/>; only state,
/// which Matrix never encrypts, and what is not part of the room's history (typing, receipts, marks) does not.
/// </remarks>
internal sealed partial class MatrixConnection(
    MatrixSession session, MatrixApi api, MatrixStore store, TimeProvider clock, ILogger logger) : ITellsWhenCaughtUp, ISupportsResuming
{
    private static readonly TimeSpan PatienceForOpening = TimeSpan.FromSeconds(10);

    private readonly EncryptionGuard guard = new(api, store);

    /// <summary>Makes sure that the homeserver is there and takes the token: an account that says it is connected is.</summary>
    /// <exception cref="NetworkException">It is not, or does not.</exception>
    public static async Task DemandThereAsync(MatrixApi api, string userId, CancellationToken cancellationToken)
    {
        using var answer = await api.GetAsync("v3/account/whoami", PatienceForOpening, cancellationToken);
        if (answer.RootElement.Text("user_id") != userId)
        {
            throw new NetworkException(
                NetworkFailure.LoginExpired, "The homeserver takes this session for somebody else's. Log in again.");
        }
    }

    /// <inheritdoc/>
    public Task ResumeAsync(CancellationToken cancellationToken) => DemandThereAsync(api, session.UserId, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        directWrites.Dispose();
        api.Dispose();
        await store.DisposeAsync();
    }

    private static string RoomPath(string room) => "v3/rooms/" + MatrixApi.Escape(room);

    private string OwnPath => "v3/user/" + MatrixApi.Escape(session.UserId);

    /// <summary>The room that a chat is now: the last of those that took each other's place.</summary>
    private string RoomOf(RemoteChatId chat)
    {
        var room = chat.Value;
        for (var steps = 0; steps < 10 && store.Room(room)?.ReplacedBy is { } next; steps++)
        {
            room = next;
        }

        return room;
    }

    private async Task<JsonDocument> PutAsync(string path, ReadOnlyMemory<byte> json, CancellationToken cancellationToken) =>
        await api.SendAsync(HttpMethod.Put, path, json, cancellationToken);

    private async Task PutAsync(string path, Action<Utf8JsonWriter> members, CancellationToken cancellationToken)
    {
        using var answer = await api.SendAsync(HttpMethod.Put, path, Json.Object(members), cancellationToken);
    }

    private async Task PostAsync(string path, Action<Utf8JsonWriter> members, CancellationToken cancellationToken)
    {
        using var answer = await api.SendAsync(HttpMethod.Post, path, Json.Object(members), cancellationToken);
    }

    /// <summary>Takes something away; what is not there is away already.</summary>
    private async Task DeleteAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await api.SendAsync(HttpMethod.Delete, path, ReadOnlyMemory<byte>.Empty, cancellationToken);
        }
        catch (NetworkException e) when (e.Kind is NetworkFailure.NotFound)
        {
            // As wanted.
        }
    }
}
