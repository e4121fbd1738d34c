namespace Switchboard.Testing;

/// <summary>A clock that stands still until a test moves it. Timers fire, in their order, while it is moved.</summary>
public sealed class ManualClock : TimeProvider
{
    private readonly Lock access = new();
    private readonly List<ManualTimer> timers = [];
    private readonly List<(int Count, TaskCompletionSource Reached)> waiting = [];
    private int timersMade;
    private DateTimeOffset now;
    private TimeSpan jumped;

    /// <summary>Starts at the first moment of 2026, or at another one.</summary>
    public ManualClock(DateTimeOffset? start = null) => now = start ?? new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => Zone;

    /// <summary>Where the clock hangs.</summary>
    public TimeZoneInfo Zone { get; init; } = TimeZoneInfo.Utc;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        lock (access)
        {
            return now;
        }
    }

    /// <inheritdoc/>
    public override long GetTimestamp()
    {
        lock (access)
        {
            return (now - jumped).UtcTicks;
        }
    }

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        lock (access)
        {
            timersMade++;
            foreach (var (_, reached) in waiting.Where(wait => wait.Count <= timersMade))
            {
                reached.TrySetResult();
            }
        }

        return timer;
    }

    /// <summary>How many timers were made since the start.</summary>
    public int TimersMade
    {
        get
        {
            lock (access)
            {
                return timersMade;
            }
        }
    }

    /// <summary>Completes when that many timers were made since the start: the code under test waits for its time then.</summary>
    public Task TimersMadeAsync(int count)
    {
        lock (access)
        {
            if (timersMade >= count)
                return Task.CompletedTask;
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            waiting.Add((count, reached));
            return reached.Task;
        }
    }

    /// <summary>Moves the clock forward and fires what falls due on the way, each at its own time.</summary>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        var target = GetUtcNow() + by;
        while (TakeDue(target) is { } timer)
        {
            timer.Fire();
        }

        lock (access)
        {
            now = target > now ? target : now;
        }
    }

    /// <summary>Sets the clock on the wall forward or back, as a person does: timers and timestamps go on as before.</summary>
    public void Jump(TimeSpan by)
    {
        lock (access)
        {
            now += by;
            jumped += by;
            foreach (var timer in timers)
            {
                timer.Due += by;
            }
        }
    }

    private ManualTimer? TakeDue(DateTimeOffset target)
    {
        lock (access)
        {
            var timer = timers.Where(candidate => candidate.Due <= target).MinBy(candidate => candidate.Due);
            if (timer is null)
                return null;
            now = timer.Due!.Value > now ? timer.Due.Value : now;
            timer.Due = timer.Period > TimeSpan.Zero ? timer.Due + timer.Period : null;
            return timer;
        }
    }

    private sealed class ManualTimer(ManualClock clock, Action callback) : ITimer
    {
        private bool disposed;

        public DateTimeOffset? Due { get; set; }

        public TimeSpan Period { get; private set; }

        public void Fire() => callback();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock.access)
            {
                if (disposed)
                    return false;
                Due = dueTime == Timeout.InfiniteTimeSpan ? null : clock.now + dueTime;
                Period = period == Timeout.InfiniteTimeSpan ? TimeSpan.Zero : period;
                if (!clock.timers.Contains(this))
                    clock.timers.Add(this);
                return true;
            }
        }

        public void Dispose()
        {
            lock (clock.access)
            {
                disposed = true;
                Due = null;
                clock.timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
