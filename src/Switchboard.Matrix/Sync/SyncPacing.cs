namespace Switchboard.Matrix.Sync;

/// <summary>
/// Keeps a homeserver that answers a long poll at once, over and over, with nothing in it, from being asked as fast as it can
/// answer. A few such answers in a row are nothing unusual.
/// </summary>
internal sealed class SyncPacing(TimeProvider clock)
{
    private const int FreeInARow = 3;
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(1);

    private long asked;
    private int told;
    private int inARow;

    /// <summary>The homeserver is about to be asked.</summary>
    public void Asking() => (asked, told) = (clock.GetTimestamp(), 0);

    /// <summary>It told so much.</summary>
    public void Told(int events) => told += events;

    /// <summary>Waits, if it is to, until it is asked again.</summary>
    public async Task PauseAsync(CancellationToken cancellationToken)
    {
        var left = Least - clock.GetElapsedTime(asked);
        inARow = told == 0 && left > TimeSpan.Zero ? inARow + 1 : 0;
        if (inARow > FreeInARow)
            await Task.Delay(left, clock, cancellationToken);
    }
}
