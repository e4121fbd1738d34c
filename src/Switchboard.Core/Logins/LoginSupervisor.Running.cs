using Switchboard.Networks;

namespace Switchboard.Core.Logins;

/// <content>What is known of one login.</content>
public sealed partial class LoginSupervisor
{
    /// <summary>The loop of one login and what others may know of it.</summary>
    private sealed class Running(INetwork network, CancellationTokenSource stopping)
    {
        private readonly TaskCompletionSource tried = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly Lock gate = new();
        private TaskCompletionSource<INetworkConnection> opened = NewSource();

        public INetwork Network { get; } = network;

        public CancellationTokenSource Stopping { get; } = stopping;

        // Kept beside its source, which is gone when the login is.
        public CancellationToken Ended { get; } = stopping.Token;

        /// <summary>Whether the last batch was followed by more of the same.</summary>
        public bool IsCatchingUp { get; set; }

        /// <summary>How often its network was lost since it last told something. Its loop's alone.</summary>
        public int Failures { get; set; }

        public Task Loop { get; set; } = Task.CompletedTask;

        public LoginHealth Health { get; private set; }

        /// <summary>Whether it is closed because what it brings finds no room.</summary>
        public bool IsDiskFull { get; private set; }

        public Task TriedOnce => tried.Task;

        public Task<INetworkConnection> Opened
        {
            get
            {
                lock (gate)
                {
                    return opened.Task;
                }
            }
        }

        public void SetOpen(INetworkConnection connection)
        {
            lock (gate)
            {
                opened.TrySetResult(connection);
                Health = LoginHealth.Connected;
                IsDiskFull = false;
            }

            tried.TrySetResult();
        }

        public void SetClosed(LoginHealth health, bool isDiskFull = false)
        {
            lock (gate)
            {
                if (opened.Task.IsCompleted)
                    opened = NewSource();
                Health = health;
                IsDiskFull = isDiskFull;
            }

            tried.TrySetResult();
        }

        public async Task StopAsync()
        {
            await Stopping.CancelAsync();
            await Loop;
            tried.TrySetResult();
            Stopping.Dispose();
        }

        private static TaskCompletionSource<INetworkConnection> NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
