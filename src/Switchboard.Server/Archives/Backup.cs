using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Switchboard.Core.Verification;
using Switchboard.Server.Hosting;

namespace Switchboard.Server.Archives;

/// <summary>
/// Makes one archive of an installation, also while a server runs on it: copies of all databases as they were at one moment,
/// and the files that those copies name. The owner's token is left out: it is a secret, and the next start makes a new one.
/// </summary>
/// <remarks>
/// The networks' databases and the server's are taken at the same moment (docs/decisions/0014-a-backup-is-one-moment.md). A
/// file may be deleted, with the last row that named it, before it was copied: then everything is taken anew.
/// </remarks>
internal sealed class Backup(DataFolder folder, TimeProvider clock)
{
    private const int Attempts = 5;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Writes the archive as a whole or not at all; room for a second copy of the databases is needed beside it.</summary>
    /// <returns>What is in it.</returns>
    /// <exception cref="StartRefusedException">There is a file of that name, or it cannot be written.</exception>
    public async Task<BackupManifest> RunAsync(string archive, CancellationToken cancellationToken)
    {
        archive = Path.GetFullPath(archive);
        if (File.Exists(archive) || Directory.Exists(archive))
            throw new StartRefusedException($"{archive} exists already. Name a new file.");
        var partial = archive + ".partial";
        var copies = partial + ".databases";
        try
        {
            await using var output = Create(partial);
            try
            {
                var manifest = await WriteAsync(output, copies, cancellationToken);
                output.Flush(flushToDisk: true);
                await output.DisposeAsync();
                File.Move(partial, archive, overwrite: false);
                return manifest;
            }
            finally
            {
                // Ours, because the file was: after a success there is none of that name any more.
                GentleStream.Delete(partial);
                if (Directory.Exists(copies))
                {
                    foreach (var copy in Directory.EnumerateFiles(copies))
                    {
                        GentleStream.Delete(copy);
                    }

                    Directory.Delete(copies, recursive: true);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SqliteException)
        {
            throw new StartRefusedException($"The backup could not be made: {e.Message}", e);
        }
    }

    private async Task<BackupManifest> WriteAsync(FileStream output, string copies, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            output.SetLength(0);
            var contents = Copy(copies);
            await using var tar = new TarWriter(new GentleStream(output), TarEntryFormat.Pax, leaveOpen: true);
            var files = new List<ArchivedFile>();
            foreach (var part in contents.Parts)
            {
                files.Add(await AddAsync(tar, part.Database, CopyOf(copies, part), cancellationToken));
            }

            var (missing, isStale) = await AddFilesAsync(tar, contents, files, cancellationToken);
            if (isStale && attempt < Attempts)
                continue;
            var manifest = contents.Manifest with { Files = files, Missing = missing };
            using var json = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(manifest, ManifestJson.Default.BackupManifest));
            await tar.WriteEntryAsync(EntryOf(BackupManifest.Name, json), cancellationToken);
            return manifest;
        }
    }

    /// <summary>Copies all databases as they are at one moment.</summary>
    private Contents Copy(string copies)
    {
        if (Directory.Exists(copies))
            Directory.Delete(copies, recursive: true);
        MakeFolder(copies);
        var parts = InstallationPart.Of(folder);
        var snapshots = InstallationPart.Take(folder, parts);
        try
        {
            var hashes = new List<(InstallationPart, string)>();
            var schemas = new Dictionary<string, int>();
            foreach (var (part, snapshot) in parts.Zip(snapshots))
            {
                var copy = CopyOf(copies, part);
                Create(copy).Dispose();
                snapshot.CopyTo(copy);
                schemas.Add(part.Database, snapshot.Schema);
                hashes.AddRange(part.Hashes(snapshot.Db).Where(InstallationPart.IsHash).Select(hash => (part, hash)));
            }

            var (accounts, chats, messages) = StoreChecks.Count(snapshots[0].Db);
            return new Contents(parts, hashes, new BackupManifest
            {
                Format = BackupManifest.CurrentFormat,
                Version = ProductVersion.Text,
                CreatedAt = Wire.TimestampConverter.Text(clock.GetUtcNow()),
                Schemas = schemas,
                Accounts = accounts,
                Chats = chats,
                Messages = messages,
                Files = [],
                Missing = [],
            });
        }
        finally
        {
            foreach (var snapshot in snapshots)
            {
                snapshot.Dispose();
            }
        }
    }

    /// <returns>What is not there as it should be, and whether that is because the copies are stale.</returns>
    private async Task<(List<string> Missing, bool IsStale)> AddFilesAsync(
        TarWriter tar, Contents contents, List<ArchivedFile> files, CancellationToken cancellationToken)
    {
        var missing = new List<string>();
        foreach (var (part, hash) in contents.Hashes)
        {
            var name = part.NameOf(hash);
            try
            {
                var added = await AddAsync(tar, name, InstallationPart.PathOf(folder, name), cancellationToken);
                files.Add(added);
                if (added.Sha256 != hash)
                    missing.Add(name);
            }
            catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
            {
                if (!part.StillNames(folder, hash))
                    return (missing, true);
                missing.Add(name);
            }
        }

        return (missing, false);
    }

    private async Task<ArchivedFile> AddAsync(TarWriter tar, string name, string path, CancellationToken cancellationToken)
    {
        await using var content = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.Open,
            Access = FileAccess.Read,
            Share = FileShare.Read | FileShare.Delete,
            Options = FileOptions.Asynchronous | FileOptions.SequentialScan,
        });
        var hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellationToken));
        content.Position = 0;
        await tar.WriteEntryAsync(EntryOf(name, content), cancellationToken);
        return new ArchivedFile(name, content.Length, hash);
    }

    private PaxTarEntry EntryOf(string name, Stream content) => new(TarEntryType.RegularFile, name)
    {
        DataStream = content,
        Mode = OwnerOnly,
        ModificationTime = clock.GetUtcNow(),
    };

    private static string CopyOf(string copies, InstallationPart part) =>
        Path.Combine(copies, part.Database.Replace('/', '-'));

    private static void MakeFolder(string path)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute);
    }

    private static FileStream Create(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        return new FileStream(path, options);
    }

    private sealed record Contents(
        IReadOnlyList<InstallationPart> Parts, IReadOnlyList<(InstallationPart Part, string Hash)> Hashes, BackupManifest Manifest);
}
