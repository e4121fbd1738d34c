using Microsoft.Extensions.Logging;
using Switchboard.Matrix.Api;
using Switchboard.Matrix.Store;
using Switchboard.Networks;

namespace Switchboard.Matrix;

/// <summary>
/// One login's connection to its homeserver: what it receives comes from <c>/sync</c>, what it sends goes out as single calls.
/// </summary>
internal sealed partial class MatrixConnection(
    MatrixSession session, MatrixApi api, MatrixStore store, TimeProvider clock, ILogger logger) : INetworkConnection
{
    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        api.Dispose();
        store.Dispose();
        return ValueTask.CompletedTask;
    }
}
