using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using Switchboard.Core.Verification;
using Switchboard.Server.Hosting;

namespace Switchboard.Server.Archives;

/// <summary>What a verification looked at and what it found.</summary>
/// <param name="Messages">How many messages there are.</param>
/// <param name="Files">How many files were read.</param>
/// <param name="Findings">What is wrong; empty when all is well.</param>
internal sealed record VerificationResult(long Messages, int Files, IReadOnlyList<Finding> Findings);

/// <summary>
/// Looks at everything an installation keeps, and changes nothing. Each database is read as it was at one moment, so it makes
/// no difference whether a server runs on it.
/// </summary>
internal static class Verification
{
    /// <summary>Looks at all of it; reads every database and every file once.</summary>
    /// <exception cref="StartRefusedException">A database is of a newer version.</exception>
    public static async Task<VerificationResult> RunAsync(DataFolder folder, CancellationToken cancellationToken)
    {
        var findings = new List<Finding>();
        var (messages, files) = (0L, 0);
        foreach (var part in InstallationPart.Of(folder))
        {
            try
            {
                using var snapshot = InstallationPart.Take(folder, [part])[0];
                findings.AddRange(part.Check(snapshot.Db).Select(finding => finding with { Message = $"{part.Database}: {finding.Message}" }));
                if (part == InstallationPart.All[0])
                    messages = StoreChecks.Count(snapshot.Db).Messages;
                foreach (var hash in part.Hashes(snapshot.Db))
                {
                    files++;
                    if (await LookAsync(folder, part, hash, cancellationToken) is { } finding)
                        findings.Add(finding);
                }
            }
            catch (SqliteException e)
            {
                findings.Add(new Finding("integrity", $"{part.Database}: {e.Message}"));
            }
        }

        return new VerificationResult(messages, files, findings);
    }

    private static async Task<Finding?> LookAsync(DataFolder folder, InstallationPart part, string hash, CancellationToken cancellationToken)
    {
        if (!InstallationPart.IsHash(hash))
            return new Finding("files", $"{part.Database}: a row names a file by something that is no hash.");
        var name = part.NameOf(hash);
        try
        {
            await using var content = new FileStream(InstallationPart.PathOf(folder, name), new FileStreamOptions
            {
                Mode = FileMode.Open,
                Access = FileAccess.Read,
                Share = FileShare.Read | FileShare.Delete,
                Options = FileOptions.Asynchronous | FileOptions.SequentialScan,
            });
            return Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellationToken)) == hash
                ? null
                : new Finding("files", $"{name} is not what it was when it was stored.");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // A running server may have deleted it meanwhile, with the last row that named it.
            return part.StillNames(folder, hash) ? new Finding("files", $"{name} is missing.") : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Finding("files", $"{name} cannot be read: {e.Message}");
        }
    }
}
