using Switchboard.Core.Audit;
using Switchboard.Core.Changes;
using Switchboard.Core.History;
using Switchboard.Core.Logins;
using Switchboard.Core.Sending;
using Switchboard.Core.Timers;

namespace Switchboard.Server.Hosting;

/// <summary>
/// Owns the background loops. The networks are connected before the server listens, so the first request finds them; when it
/// stops, sends under way are finished or left in the outbox.
/// </summary>
internal sealed class Worker(
    LoginSupervisor logins, OutboxWorker outbox, ChangeFeed feed, Scheduler scheduler, HistoryFill history, AuditLog audit, SpareMemory memory)
    : IHostedService, IDisposable
{
    private readonly CancellationTokenSource stopping = new();
    private Task loops = Task.CompletedTask;

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await logins.StartAsync(cancellationToken);
        loops = Task.WhenAll(
            Task.Run(() => outbox.RunAsync(stopping.Token), CancellationToken.None),
            Task.Run(() => feed.RunAsync(stopping.Token), CancellationToken.None),
            Task.Run(() => scheduler.RunAsync(stopping.Token), CancellationToken.None),
            Task.Run(() => history.RunAsync(stopping.Token), CancellationToken.None),
            Task.Run(() => audit.RunAsync(stopping.Token), CancellationToken.None),
            Task.Run(() => memory.RunAsync(stopping.Token), CancellationToken.None));
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await stopping.CancelAsync();
        await loops.WaitAsync(cancellationToken);
        await logins.DisposeAsync();
    }

    /// <inheritdoc/>
    public void Dispose() => stopping.Dispose();
}
