using System.Diagnostics;

namespace Switchboard.Sqlite;

/// <summary>
/// How much of a database to copy between two flushes. Everybody else's commits wait for the same disk as long as a flush takes, and
/// the log of the file that is copied grows until the copy ends: so as much as the disk takes in a moment that nobody feels.
/// </summary>
internal sealed class CopyPace
{
    /// <summary>Pages of 4 KiB at the beginning, and at least: 256 KiB.</summary>
    public const int Least = 64;

    /// <summary>Pages at most: 4 MiB.</summary>
    public const int Most = 1024;

    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(15);
    private static readonly TimeSpan Long = TimeSpan.FromMilliseconds(40);

    /// <summary>Pages to copy before the next flush.</summary>
    public int Pages { get; private set; } = Least;

    /// <summary>Flushes, and learns from how long it takes.</summary>
    public void Flush(Action flush)
    {
        var started = Stopwatch.GetTimestamp();
        flush();
        Learn(Stopwatch.GetElapsedTime(started));
    }

    /// <summary>Says how long the last flush took.</summary>
    public void Learn(TimeSpan took)
    {
        if (took < Short)
            Pages = Math.Min(Pages * 2, Most);
        else if (took > Long)
            Pages = Math.Max(Pages / 2, Least);
    }
}
