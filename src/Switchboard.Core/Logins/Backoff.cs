using Switchboard.Networks;

namespace Switchboard.Core.Logins;

/// <summary>How long to wait after failures in a row.</summary>
internal static class Backoff
{
    /// <summary>A full disk is this machine's own: asking costs nobody anything, and whoever frees it wants to see it go on.</summary>
    public static TimeSpan WhileDiskIsFull => TimeSpan.FromSeconds(1);

    /// <summary>Until it is looked again whether a login has its connection back.</summary>
    public static TimeSpan WhileNotConnected => TimeSpan.FromSeconds(1);

    /// <summary>A network that asks for peace gets it, but is looked for again after an hour whatever it says.</summary>
    private static readonly TimeSpan LongestPeace = TimeSpan.FromHours(1);

    /// <summary>How long to leave a network alone that was lost that often: never shorter than it asks.</summary>
    public static TimeSpan After(Exception failure, int failures)
    {
        var own = For(failures);
        return failure is NetworkException { RetryAfter: { } asked } && asked > own ? asked < LongestPeace ? asked : LongestPeace : own;
    }

    /// <summary>Doubles from half a second up to a minute.</summary>
    public static TimeSpan For(int failures) =>
        TimeSpan.FromSeconds(Math.Min(60, 0.5 * Math.Pow(2, Math.Clamp(failures - 1, 0, 10))));
}
