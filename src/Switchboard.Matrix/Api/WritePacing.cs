namespace Switchboard.Matrix.Api;

/// <summary>
/// Keeps the writes of one login within what its homeserver allows, without knowing that beforehand: they run freely until the
/// homeserver asks to wait; then all of them wait, and go one by one until a row of them was taken without a complaint.
/// </summary>
internal sealed class WritePacing(TimeProvider clock) : IDisposable
{
    private const int CalmAfter = 10;

    private readonly Lock state = new();
    private readonly SemaphoreSlim oneByOne = new(1);
    private DateTimeOffset notBefore = DateTimeOffset.MinValue;
    private int untilCalm;

    /// <summary>Waits for a turn.</summary>
    /// <param name="atMost">The longest to wait for the time that the homeserver named.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The turn, to be disposed when the answer is there; or how long the homeserver still wants peace.</returns>
    public async Task<(IDisposable? Turn, TimeSpan Wait)> EnterAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        var (limited, wait) = Look();
        if (!limited)
            return (Turn.Free, TimeSpan.Zero);
        if (wait > atMost)
            return (null, wait);
        await oneByOne.WaitAsync(cancellationToken);
        try
        {
            wait = Look().Wait;
            if (wait > atMost)
            {
                oneByOne.Release();
                return (null, wait);
            }

            if (wait > TimeSpan.Zero)
                await Task.Delay(wait, clock, cancellationToken);
            return (new Turn(oneByOne), TimeSpan.Zero);
        }
        catch (OperationCanceledException)
        {
            oneByOne.Release();
            throw;
        }
    }

    /// <summary>The homeserver asked to wait this long.</summary>
    public void Refused(TimeSpan wait)
    {
        lock (state)
        {
            var until = clock.GetUtcNow() + wait;
            notBefore = until > notBefore ? until : notBefore;
            untilCalm = CalmAfter;
        }
    }

    /// <summary>The homeserver took a write.</summary>
    public void Accepted()
    {
        if (Volatile.Read(ref untilCalm) == 0)
            return;
        lock (state)
        {
            untilCalm = Math.Max(0, untilCalm - 1);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => oneByOne.Dispose();

    private (bool Limited, TimeSpan Wait) Look()
    {
        lock (state)
        {
            var wait = notBefore - clock.GetUtcNow();
            return (untilCalm > 0, wait > TimeSpan.Zero ? wait : TimeSpan.Zero);
        }
    }

    private sealed class Turn(SemaphoreSlim? gate) : IDisposable
    {
        public static Turn Free { get; } = new(null);

        private SemaphoreSlim? gate = gate;

        public void Dispose() => Interlocked.Exchange(ref gate, null)?.Release();
    }
}
