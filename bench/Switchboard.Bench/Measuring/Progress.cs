using System.Globalization;

namespace Switchboard.Bench.Measuring;

/// <summary>What is said while figures are taken; on standard error, so that the table stays alone on standard output.</summary>
internal static class Progress
{
    private static int lastPercent = -1;

    /// <summary>A line of its own.</summary>
    public static void Say(string line) => Console.Error.WriteLine(line);

    /// <summary>How much is done; drawn on a terminal, and in a log every tenth.</summary>
    public static void Show(long done, long all)
    {
        var percent = (int)(done * 100 / all);
        if (percent == lastPercent)
            return;
        lastPercent = percent;
        if (!Console.IsErrorRedirected)
            Console.Error.Write(string.Create(CultureInfo.InvariantCulture, $"\r  {percent} %"));
        else if (percent % 10 == 0)
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {percent} %"));
    }

    /// <summary>Takes the percentage away.</summary>
    public static void Clear()
    {
        lastPercent = -1;
        if (!Console.IsErrorRedirected)
            Console.Error.Write("\r        \r");
    }
}
