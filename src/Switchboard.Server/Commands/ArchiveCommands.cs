using System.CommandLine;
using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Switchboard.Server.Archives;
using Switchboard.Server.Hosting;

namespace Switchboard.Server.Commands;

/// <summary><c>switchboard backup</c>, <c>restore</c> and <c>verify</c>.</summary>
internal static class ArchiveCommands
{
    /// <summary>Makes <c>backup</c>.</summary>
    public static Command MakeBackup()
    {
        var (dataDir, json) = (CommonOptions.DataDir(), CommonOptions.Json());
        var file = new Argument<string>("file") { Description = "The archive to make; it must not exist yet." };
        var command = new Command("backup", "Make one archive of everything, also while the server runs.") { file, dataDir, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var archive = Path.GetFullPath(parsed.GetValue(file)!);
            // The server on this machine comes first.
            using (var self = Process.GetCurrentProcess())
            {
                self.PriorityClass = ProcessPriorityClass.BelowNormal;
            }

            var folder = DataFolder.Existing(parsed.GetValue(dataDir)!);
            var manifest = await new Backup(folder, TimeProvider.System).RunAsync(archive, cancellationToken);
            foreach (var missing in manifest.Missing)
            {
                await Console.Error.WriteLineAsync($"The file {missing} is missing or damaged in the data folder. See: {CommandHint.Of("verify", folder.Path)}");
            }

            Print("backed up", archive, manifest, parsed.GetValue(json));
            return 0;
        });
        return command;
    }

    /// <summary>Makes <c>restore</c>.</summary>
    public static Command MakeRestore()
    {
        var (dataDir, json) = (CommonOptions.DataDir(), CommonOptions.Json());
        var file = new Argument<string>("file") { Description = "An archive that switchboard backup made." };
        var command = new Command("restore", "Put an archive back into a new, empty data folder.") { file, dataDir, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var folder = Path.GetFullPath(parsed.GetValue(dataDir)!);
            var manifest = await Restore.RunAsync(parsed.GetValue(file)!, folder, cancellationToken);
            Print("restored", folder, manifest, parsed.GetValue(json));
            return 0;
        });
        return command;
    }

    /// <summary>Makes <c>verify</c>.</summary>
    public static Command MakeVerify()
    {
        var (dataDir, json) = (CommonOptions.DataDir(), CommonOptions.Json());
        var command = new Command("verify", "Read everything that is kept and say what does not agree; also while the server runs.") { dataDir, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var result = await VerifyAsync(parsed.GetValue(dataDir)!, cancellationToken);
            var status = result.Findings.Count == 0 ? "ok" : "failed";
            if (parsed.GetValue(json))
            {
                CommandJson.Print(new VerifyOutput(
                    status, result.Messages, result.Files, result.Findings.Select(finding => new FindingOutput(finding.Check, finding.Message)).ToList()));
            }
            else
            {
                foreach (var finding in result.Findings)
                {
                    Console.WriteLine($"{finding.Check}: {finding.Message}");
                }

                Console.WriteLine($"{status}: {result.Messages} message(s) and {result.Files} file(s) looked at, {result.Findings.Count} finding(s)");
            }

            return result.Findings.Count == 0 ? 0 : 1;
        });
        return command;
    }

    private static async Task<VerificationResult> VerifyAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await Verification.RunAsync(DataFolder.Existing(path), cancellationToken);
        }
        catch (SqliteException e)
        {
            throw new StartRefusedException($"The installation cannot be read: {e.Message}", e);
        }
    }

    private static void Print(string status, string path, BackupManifest manifest, bool json)
    {
        var size = manifest.Files.Sum(file => file.Size);
        if (json)
        {
            CommandJson.Print(new ArchiveOutput(
                status, path, manifest.Version, manifest.CreatedAt, manifest.Accounts, manifest.Chats, manifest.Messages, manifest.Files.Count, size,
                manifest.Missing));
            return;
        }

        Console.WriteLine(
            $"{path}: {status}, as of {manifest.CreatedAt}: {manifest.Accounts} account(s), {manifest.Chats} chat(s), {manifest.Messages} message(s), "
            + $"{manifest.Files.Count} file(s), {size} bytes");
    }
}
