using Spectre.Console;
using Switchboard.Server.Hosting;

namespace Switchboard.Server.Commands;

/// <summary>What a person reads when the server has started: where it is and what to do next.</summary>
internal static class Welcome
{
    /// <summary>Prints it. The token itself is shown on an interactive terminal only, never to a log.</summary>
    public static void Print(DataFolder folder, IEnumerable<string> addresses, bool isNew)
    {
        var console = Terminal.Out;
        var urls = addresses.ToList();
        var url = MainAddress(urls);
        console.MarkupLineInterpolated($"[bold]Switchboard {ProductVersion.Text}[/] listens on [bold]{string.Join(" and ", urls)}[/]");
        if (isNew)
            Line(console, "Data", $"{folder.Path} (new)");
        else
            Line(console, "Data", folder.Path);
        Line(console, "Token", folder.OwnerTokenFile);
        if (isNew && !Console.IsOutputRedirected)
            Line(console, "", File.ReadAllText(folder.OwnerTokenFile).Trim());
        Line(console, "Try", $"curl -H \"Authorization: Bearer $(cat '{folder.OwnerTokenFile}')\" {url}/v1/accounts");
        Line(console, "Pages", $"{CommandHint.Of("open", folder.Path)}   (sign in at a browser)");
        Line(console, "Docs", $"README.md; every operation: {url}/v1/spec");
        Line(console, "More", $"{CommandHint.Of("token create --name NAME --scopes read,write", folder.Path)}   (a token for a program)");
        Line(console, "Help", CommandHint.Of("--help"));
    }

    /// <summary>Of the addresses that the server listens on, the one to tell.</summary>
    public static string MainAddress(IEnumerable<string> addresses)
    {
        var urls = addresses.Select(url => url
            .Replace("//0.0.0.0:", "//127.0.0.1:", StringComparison.Ordinal)
            .Replace("//[::]:", "//[::1]:", StringComparison.Ordinal)).ToList();
        return urls.Find(address => address.Contains("127.0.0.1", StringComparison.Ordinal)) ?? urls[0];
    }

    private static void Line(IAnsiConsole console, string label, string text)
    {
        // Written as it is: a wrapped line could not be copied.
        console.MarkupInterpolated($"  [grey]{label,-6}[/]");
        console.Profile.Out.Writer.WriteLine(text);
    }
}
