using Switchboard.Core;
using Switchboard.Core.Verification;
using Switchboard.LocalNetwork;
using Switchboard.Server.Hosting;
using Switchboard.Sqlite;

namespace Switchboard.Server.Archives;

/// <summary>One database of an installation with the files that its rows name. Names are relative to the data folder, with slashes.</summary>
/// <param name="Database">Name of the database.</param>
/// <param name="LatestSchema">The newest schema of it that this program knows.</param>
/// <param name="Hashes">The hashes of all files that rows name.</param>
/// <param name="NameOf">The name of the file with a hash.</param>
/// <param name="Check">Looks for what is wrong in the database.</param>
internal sealed record InstallationPart(
    string Database, int LatestSchema, Func<Db, IReadOnlyList<string>> Hashes, Func<string, string> NameOf, Func<Db, IReadOnlyList<Finding>> Check)
{
    private const string Local = "local";

    /// <summary>What an installation consists of: the server's own part first, then those of the networks.</summary>
    public static IReadOnlyList<InstallationPart> All { get; } =
    [
        new("switchboard.db", Store.Schema.Latest, StoreChecks.Files, hash => $"media/{hash[..2]}/{hash}", StoreChecks.Run),
        new(
            $"{Local}/{LocalFiles.DatabaseName}", LocalFiles.LatestSchema, LocalFiles.Hashes,
            hash => $"{Local}/{LocalFiles.MediaName}/{hash}", StoreChecks.Soundness),
    ];

    /// <summary>The parts that this installation has by now, the server's first.</summary>
    public static IReadOnlyList<InstallationPart> Of(DataFolder folder) =>
        All.Where(part => File.Exists(PathOf(folder, part.Database))).ToList();

    /// <summary>Takes all of these databases at one moment (docs/decisions/0014-a-backup-is-one-moment.md).</summary>
    /// <exception cref="StartRefusedException">One is of a newer version than this program.</exception>
    public static IReadOnlyList<Snapshot> Take(DataFolder folder, IReadOnlyList<InstallationPart> parts)
    {
        var paths = parts.Select(part => PathOf(folder, part.Database)).ToList();
        var snapshots = Snapshot.TakeTogether(paths[0], paths[1..]);
        foreach (var (part, snapshot) in parts.Zip(snapshots))
        {
            if (snapshot.Schema <= part.LatestSchema)
                continue;
            foreach (var taken in snapshots)
            {
                taken.Dispose();
            }

            throw new StartRefusedException($"The database {snapshot.Path} is of a newer version than this program. Use the newer program.");
        }

        return snapshots;
    }

    /// <summary>Whether the database, as it is now, names that file.</summary>
    public bool StillNames(DataFolder folder, string hash)
    {
        using var now = Snapshot.Take(PathOf(folder, Database));
        return Hashes(now.Db).Contains(hash);
    }

    /// <summary>Whether a text can be a hash: what is not is never made into a path.</summary>
    public static bool IsHash(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigitLower);

    /// <summary>Where a file of an installation is.</summary>
    public static string PathOf(DataFolder folder, string name) => Path.Combine([folder.Path, .. name.Split('/')]);
}
