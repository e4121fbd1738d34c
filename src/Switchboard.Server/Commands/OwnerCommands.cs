using System.CommandLine;
using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using Spectre.Console;
using Switchboard.Core.Access;
using Switchboard.Server.Hosting;

namespace Switchboard.Server.Commands;

/// <summary><c>switchboard open</c> and <c>switchboard password</c>: how the owner gets into the pages.</summary>
internal static class OwnerCommands
{
    /// <summary>Makes the command that prints a link for signing in.</summary>
    public static Command MakeOpen()
    {
        var (dataDir, json) = (CommonOptions.DataDir(), CommonOptions.Json());
        var command = new Command("open", "Print a link that signs the owner in once, and open it where there is a desktop.") { dataDir, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var folder = DataFolder.Existing(parsed.GetValue(dataDir)!);
            if (!folder.IsLocked() || folder.ReadPublicAddress() is not { } address)
                throw new StartRefusedException($"No server runs on {folder.Path}. Start it first: {CommandHint.Of("serve", folder.Path)}");
            await using var database = folder.OpenForCommand();
            using var sessions = new OwnerSessions(database, TimeProvider.System);
            var url = $"{address.AbsoluteUri.TrimEnd('/')}/sign-in#code={await sessions.MakeCodeAsync(cancellationToken)}";
            if (parsed.GetValue(json))
            {
                CommandJson.Print(new OpenOutput(
                    url, Wire.TimestampConverter.Text(TimeProvider.System.GetUtcNow() + OwnerSessions.CodeLife)));
                return 0;
            }

            Console.WriteLine(url);
            Terminal.Out.MarkupLineInterpolated($"[grey]Good once, for {OwnerSessions.CodeLife.TotalMinutes} minutes.[/]");
            if (HasDesktop())
                Show(folder, url);
            return 0;
        });
        return command;
    }

    /// <summary>Makes the command that sets or removes the password.</summary>
    public static Command MakePassword()
    {
        var (dataDir, json) = (CommonOptions.DataDir(), CommonOptions.Json());
        var remove = new Option<bool>("--remove") { Description = "Remove the password: sign-in is by switchboard open alone then." };
        var command = new Command(
            "password", "Set the owner's password for the pages, asked for or read from standard input. Whoever is signed in is signed out.")
        {
            remove, dataDir, json,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var database = DataFolder.Existing(parsed.GetValue(dataDir)!).OpenForCommand();
            using var sessions = new OwnerSessions(database, TimeProvider.System);
            var password = parsed.GetValue(remove) ? null : await AskAsync(cancellationToken);
            await sessions.SetPasswordAsync(password, null, cancellationToken);
            await AuditCommand.NoteAsync(database, "setPassword", null, cancellationToken);
            if (parsed.GetValue(json))
                CommandJson.Print(new StatusOutput(password is null ? "removed" : "set"));
            else
                Console.WriteLine(password is null ? "The password is removed." : "The password is set.");
            return 0;
        });
        return command;
    }

    private static async Task<string> AskAsync(CancellationToken cancellationToken)
    {
        if (Console.IsInputRedirected)
            return await Console.In.ReadLineAsync(cancellationToken) ?? "";
        var first = await new TextPrompt<string>("New password:").Secret().ShowAsync(AnsiConsole.Console, cancellationToken);
        var second = await new TextPrompt<string>("Once more:").Secret().ShowAsync(AnsiConsole.Console, cancellationToken);
        return first == second ? first : throw new StartRefusedException("The two are not the same. Nothing was changed.");
    }

    private static bool HasDesktop() => !Console.IsOutputRedirected && (OperatingSystem.IsWindows() || OperatingSystem.IsMacOS()
        || Environment.GetEnvironmentVariable("DISPLAY") is { Length: > 0 } || Environment.GetEnvironmentVariable("WAYLAND_DISPLAY") is { Length: > 0 });

    /// <summary>Opens the link by a page on the disk: on a command line others of this machine could read it.</summary>
    private static void Show(DataFolder folder, string url)
    {
        DataFolder.Write(
            folder.SignInFile, $"<!doctype html><meta charset=\"utf-8\"><meta http-equiv=\"refresh\" content=\"0; url={WebUtility.HtmlEncode(url)}\">");
        try
        {
            using var opener = Process.Start(new ProcessStartInfo(folder.SignInFile) { UseShellExecute = true });
        }
        catch (Win32Exception)
        {
            // Nothing here opens pages; the link stands above.
        }
    }
}
