using Switchboard.Networks;

namespace Switchboard.Matrix;

internal sealed partial class MatrixConnection
{
    /// <inheritdoc/>
    public Task<SentMessage> SendAsync(
        RemoteChatId chat, TransactionId transaction, OutgoingMessage message, CancellationToken cancellationToken) =>
        throw new NetworkException(NetworkFailure.Transient, "Sending is not ready.");
}
