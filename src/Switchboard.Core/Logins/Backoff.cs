namespace Switchboard.Core.Logins;

/// <summary>How long to wait after failures in a row.</summary>
internal static class Backoff
{
    /// <summary>A full disk is this machine's own: asking costs nobody anything, and whoever frees it wants to see it go on.</summary>
    public static TimeSpan WhileDiskIsFull => TimeSpan.FromSeconds(1);

    /// <summary>Until it is looked again whether a login has its connection back.</summary>
    public static TimeSpan WhileNotConnected => TimeSpan.FromSeconds(1);

    /// <summary>Doubles from half a second up to a minute.</summary>
    public static TimeSpan For(int failures) =>
        TimeSpan.FromSeconds(Math.Min(60, 0.5 * Math.Pow(2, Math.Clamp(failures - 1, 0, 10))));
}
