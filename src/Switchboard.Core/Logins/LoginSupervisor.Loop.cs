using Microsoft.Extensions.Logging;
using Switchboard.Networks;

namespace Switchboard.Core.Logins;

/// <content>The loop of one login.</content>
public sealed partial class LoginSupervisor
{
    private async Task RunAsync(Login login, Running state)
    {
        var token = state.Stopping.Token;
        while (!token.IsCancellationRequested)
        {
            try
            {
                await using var connection = await state.Network.OpenAsync(login.Stored, token);
                await StayAsync(login, state, connection, token);
            }
            catch (OperationCanceledException) when (token.IsCancellationRequested)
            {
                break;
            }
            catch (NetworkException e) when (IsExpired(e))
            {
                state.SetClosed(LoginHealth.Expired);
                LogExpired(logger, login.Key);
                return;
            }
            catch (Exception e)
            {
                // A lost network, a full disk, or a fault of ours: nothing of the batch was stored, so it comes again, and a
                // loop must not end unseen.
                await PauseAsync(login, state, e, token);
                continue;
            }

            state.SetClosed(LoginHealth.Connecting, state.IsDiskFull);
            await Task.Delay(Backoff.For(0), clock, token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Receives until the connection must be closed. One that can be taken up again is, so that what it sends goes on.</summary>
    private async Task StayAsync(Login login, Running state, INetworkConnection connection, CancellationToken token)
    {
        while (true)
        {
            try
            {
                await ReceiveAsync(login, state, connection, token);
                return;
            }
            catch (Exception e) when (!token.IsCancellationRequested)
            {
                // Before the connection is closed, so that nobody is handed a closed one.
                state.SetClosed(IsExpired(e) ? LoginHealth.Expired : LoginHealth.Connecting, IsDiskFull(e));
                if (connection is not ISupportsResuming lasting || e is not NetworkException { Kind: NetworkFailure.Transient } lost)
                    throw;
                await ResumeAsync(login, state, lasting, lost, token);
            }
        }
    }

    private async Task ReceiveAsync(Login login, Running state, INetworkConnection connection, CancellationToken token)
    {
        state.IsCatchingUp = connection is ITellsWhenCaughtUp;
        state.SetOpen(connection);
        Opened?.Invoke();
        await foreach (var batch in connection.ReceiveAsync(database.Read(db => db.CursorOf(login.Key)), token))
        {
            await ingest.ApplyAsync(login.Key, batch, token);
            NoteProgress(state, batch);
            // Only what came from the network says that it is there: what is told before it was asked does not.
            if (batch.Cursor is not null)
                state.Failures = 0;
        }
    }

    private async Task ResumeAsync(
        Login login, Running state, ISupportsResuming connection, NetworkException lost, CancellationToken token)
    {
        for (var failure = lost; ;)
        {
            await PauseAsync(login, state, failure, token);
            try
            {
                await connection.ResumeAsync(token);
                return;
            }
            catch (NetworkException e) when (e.Kind is NetworkFailure.Transient)
            {
                failure = e;
            }
        }
    }

    private async Task PauseAsync(Login login, Running state, Exception e, CancellationToken token)
    {
        var isDiskFull = IsDiskFull(e);
        state.SetClosed(LoginHealth.Connecting, isDiskFull);
        state.Failures += isDiskFull ? 0 : 1;
        LogLost(logger, login.Key, state.Failures, e);
        var pause = isDiskFull ? Backoff.WhileDiskIsFull : Backoff.After(e, state.Failures);
        await Task.Delay(pause, clock, token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private void NoteProgress(Running state, RemoteBatch stored)
    {
        var wasCatchingUp = state.IsCatchingUp;
        state.IsCatchingUp = stored.Cursor is null;
        if (wasCatchingUp && !state.IsCatchingUp)
            CaughtUp?.Invoke();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Login {Login} lost its connection ({Failures} in a row)")]
    private static partial void LogLost(ILogger logger, long login, int failures, Exception e);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Login {Login} has expired; a person must log in again")]
    private static partial void LogExpired(ILogger logger, long login);
}
