namespace Switchboard.Core;

/// <summary>Wakes one loop. A set that comes while the loop is busy is not lost: the next wait returns at once.</summary>
internal sealed class Signal
{
    private readonly Lock gate = new();
    private TaskCompletionSource source = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Set()
    {
        lock (gate)
        {
            source.TrySetResult();
        }
    }

    /// <summary>Waits until set, until the time is over, or until stopped; never throws.</summary>
    public async Task WaitAsync(TimeSpan atMost, TimeProvider clock, CancellationToken stopping)
    {
        Task set;
        lock (gate)
        {
            set = source.Task;
        }

        using var timer = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        await Task.WhenAny(set, Task.Delay(atMost, clock, timer.Token));
        await timer.CancelAsync();
        lock (gate)
        {
            if (source.Task.IsCompleted)
                source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}
