using System.Text;
using Switchboard.Server.Hosting;

namespace Switchboard.Server.Commands;

/// <summary>Asking the person at the terminal. Questions go to standard error, so that a command's output stays its own.</summary>
internal static class Prompt
{
    private const int LongestLine = 8192;

    /// <summary>Whether there is somebody to ask.</summary>
    public static bool CanAsk => !Console.IsInputRedirected;

    /// <summary>Asks for one line; a secret is not shown while it is typed. From a pipe or file the next line is taken.</summary>
    /// <exception cref="StartRefusedException">There is nothing to read.</exception>
    public static async Task<string> AskAsync(string label, bool isSecret, CancellationToken cancellationToken)
    {
        if (!CanAsk)
            return await ReadLineAsync(Console.In, label, cancellationToken);
        await Console.Error.WriteAsync($"{label}: ");
        return isSecret ? ReadHidden() : await ReadLineAsync(Console.In, label, cancellationToken);
    }

    /// <summary>The first line of a file, or of standard input when its name is <c>-</c>.</summary>
    /// <exception cref="StartRefusedException">It cannot be read.</exception>
    public static async Task<string> SecretFromAsync(string file, CancellationToken cancellationToken)
    {
        if (file == "-")
            return await ReadLineAsync(Console.In, "secret", cancellationToken);
        try
        {
            using var reader = new StreamReader(file, Encoding.UTF8);
            return await ReadLineAsync(reader, "secret", cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartRefusedException($"{file} cannot be read: {e.Message}", e);
        }
    }

    private static async Task<string> ReadLineAsync(TextReader reader, string label, CancellationToken cancellationToken) =>
        await reader.ReadLineAsync(cancellationToken) is { Length: > 0 and <= LongestLine } line
            ? line
            : throw new StartRefusedException($"No {label.ToLowerInvariant()} was given.");

    private static string ReadHidden()
    {
        var typed = new StringBuilder();
        while (Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } key)
        {
            if (key.Key == ConsoleKey.Backspace)
                typed.Length = Math.Max(0, typed.Length - 1);
            else if (!char.IsControl(key.KeyChar))
                typed.Append(key.KeyChar);
        }

        Console.Error.WriteLine();
        return typed.ToString();
    }
}
