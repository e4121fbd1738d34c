using System.CommandLine;
using Switchboard.Core;
using Switchboard.Server.Hosting;

namespace Switchboard.Server.Commands;

/// <summary>The program's commands. Without one it serves.</summary>
internal static class CommandLine
{
    // A word that begins with an @ is somebody's user id, not a file with more words.
    private static readonly ParserConfiguration Words = new() { EnablePosixBundling = false, ResponseFileTokenReplacer = null };

    // Longer than the server takes to finish what is under way: after it the process would end with the code of a kill.
    private static readonly TimeSpan PatienceForEnding = TimeSpan.FromSeconds(25);

    /// <summary>Runs what the arguments say.</summary>
    /// <returns>The exit code: 0 for success, 1 when it could not be done, 2 when the words were wrong.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("Switchboard: one local API for all your chats, compatible with the Beeper Desktop API.");
        ServeCommand.Fill(root);
        var serve = new Command("serve", "Run the server (what happens when no command is given).");
        ServeCommand.Fill(serve);
        root.Subcommands.Add(serve);
        root.Subcommands.Add(TokenCommands.Make());
        root.Subcommands.Add(OwnerCommands.MakeOpen());
        root.Subcommands.Add(OwnerCommands.MakePassword());
        root.Subcommands.Add(AuditCommand.Make());
        root.Subcommands.Add(AccountsCommands.Make());
        root.Subcommands.Add(LoginCommand.Make());
        root.Subcommands.Add(LogoutCommand.Make());
        root.Subcommands.Add(DoctorCommand.Make());
        root.Subcommands.Add(ArchiveCommands.MakeBackup());
        root.Subcommands.Add(ArchiveCommands.MakeRestore());
        root.Subcommands.Add(ArchiveCommands.MakeVerify());
        root.Subcommands.Add(HealthCommand.Make());
        root.Subcommands.Add(McpCommand.Make());
        root.Options.OfType<VersionOption>().Single().Action = new PrintVersion();
        var parsed = root.Parse(args, Words);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
            {
                await Console.Error.WriteLineAsync(error.Message);
            }

            await Console.Error.WriteLineAsync($"See {CommandHint.Of("--help")}");
            return 2;
        }

        try
        {
            return await parsed.InvokeAsync(
                new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = PatienceForEnding });
        }
        catch (Exception e) when (e is StartRefusedException or RefusedException or ApiRefusedException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
    }
}
