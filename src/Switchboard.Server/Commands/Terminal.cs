using Spectre.Console;

namespace Switchboard.Server.Commands;

/// <summary>Where commands print to.</summary>
internal static class Terminal
{
    private const int Unwrapped = 1000;

    /// <summary>
    /// Standard output. A pipe or file gets plain text with every line whole, whatever the terminal of the person who reads
    /// it could show.
    /// </summary>
    public static IAnsiConsole Out { get; } = Open();

    private static IAnsiConsole Open()
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = Console.IsOutputRedirected ? AnsiSupport.No : AnsiSupport.Detect });
        if (Console.IsOutputRedirected)
            console.Profile.Width = Unwrapped;
        return console;
    }
}
