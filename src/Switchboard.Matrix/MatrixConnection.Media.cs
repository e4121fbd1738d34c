using Switchboard.Matrix.Api;
using Switchboard.Networks;

namespace Switchboard.Matrix;

/// <content>Files.</content>
internal sealed partial class MatrixConnection : ISupportsMedia
{
    /// <inheritdoc/>
    public Task<Stream> OpenMediaAsync(RemoteMediaId media, CancellationToken cancellationToken) =>
        MediaAddress.Parse(media.Value) is { } address
            ? api.DownloadAsync(address, cancellationToken)
            : throw new NetworkException(NetworkFailure.NotFound, "This is not the address of a file in Matrix.");
}
