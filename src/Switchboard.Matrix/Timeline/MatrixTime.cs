namespace Switchboard.Matrix.Timeline;

/// <summary>Matrix times are milliseconds that senders choose.</summary>
internal static class MatrixTime
{
    private static readonly long Latest = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <summary>A sender's time; never before 1970 and never after <paramref name="now"/> (matrix.md §1.2, lastActivity; §3.2).</summary>
    public static DateTimeOffset Of(long milliseconds, DateTimeOffset now)
    {
        var at = DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(milliseconds, 0, Latest));
        return at > now ? now : at;
    }
}
