using System.Buffers;
using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text.Json;
using Switchboard.Server.Hosting;

namespace Switchboard.Server.Archives;

/// <summary>
/// Puts an archive back into an empty folder. The whole archive is read and compared with its manifest before anything is
/// written; the server's database comes into place last, so a restore that broke off left no installation.
/// </summary>
internal static class Restore
{
    private const int BufferSize = 128 * 1024;
    private const int LargestManifest = 256 * 1024 * 1024;
    private const string Unfinished = ".restoring";

    /// <summary>Restores into a folder that is empty or not there yet.</summary>
    /// <returns>What was in the archive.</returns>
    /// <exception cref="StartRefusedException">The folder is in use, or the archive is not as its maker left it.</exception>
    public static async Task<BackupManifest> RunAsync(string archive, string path, CancellationToken cancellationToken)
    {
        try
        {
            await using var input = new FileStream(
                archive, FileMode.Open, FileAccess.Read, FileShare.Read, BufferSize, FileOptions.Asynchronous | FileOptions.SequentialScan);
            DemandEmpty(path);
            var manifest = await CheckAsync(input, cancellationToken);
            input.Position = 0;
            var folder = DataFolder.Prepare(path);
            await using var taken = folder.Lock();
            await ExtractAsync(input, folder, manifest, cancellationToken);
            return manifest;
        }
        catch (Exception e) when (e is InvalidDataException or FormatException or JsonException or EndOfStreamException)
        {
            throw new StartRefusedException($"{archive} is not a whole backup of Switchboard: {e.Message} Nothing was restored.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartRefusedException($"The backup could not be restored: {e.Message}", e);
        }
    }

    private static void DemandEmpty(string path)
    {
        path = Path.GetFullPath(path);
        if (!Directory.Exists(path))
            return;
        if (File.Exists(Path.Combine(path, "switchboard.db")))
            throw new StartRefusedException($"{path} holds an installation. Restore into a new folder with --data-dir, or move that one away.");
        // A lock that nobody holds is left by whoever came before; one that is held refuses by itself.
        if (Directory.EnumerateFileSystemEntries(path).Any(entry => Path.GetFileName(entry) != "switchboard.lock"))
            throw new StartRefusedException($"{path} is not empty. Restore into a new folder with --data-dir.");
    }

    /// <summary>Reads all of the archive and compares it with its manifest.</summary>
    private static async Task<BackupManifest> CheckAsync(Stream input, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, ArchivedFile>(StringComparer.Ordinal);
        BackupManifest? manifest = null;
        await using var tar = new TarReader(input, leaveOpen: true);
        while (await tar.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry)
        {
            if (manifest is not null)
                throw new InvalidDataException("Something follows its manifest.");
            DemandPlainFile(entry);
            if (entry.Name == BackupManifest.Name)
                manifest = await ReadManifestAsync(entry, cancellationToken);
            else if (!found.TryAdd(entry.Name, await MeasureAsync(entry, cancellationToken)))
                throw new InvalidDataException($"It holds {entry.Name} twice.");
        }

        if (manifest is null)
            throw new InvalidDataException("It has no manifest.");
        Compare(manifest, found);
        return manifest;
    }

    private static void Compare(BackupManifest manifest, Dictionary<string, ArchivedFile> found)
    {
        if (manifest.Format != BackupManifest.CurrentFormat)
            throw new InvalidDataException($"Its format is {manifest.Format}, and this program reads {BackupManifest.CurrentFormat}.");
        foreach (var file in manifest.Files)
        {
            if (!found.Remove(file.Name, out var actual))
                throw new InvalidDataException($"It lacks {file.Name}, or its manifest names it twice.");
            if (actual != file)
                throw new InvalidDataException($"{file.Name} is not what it was when the backup was made.");
        }

        if (found.Count > 0)
            throw new InvalidDataException($"It holds {found.Keys.First()}, which its manifest does not name.");
        foreach (var part in InstallationPart.All)
        {
            if (manifest.Schemas.GetValueOrDefault(part.Database) > part.LatestSchema)
                throw new InvalidDataException($"It is of a newer version ({manifest.Version}); use that program.");
        }

        if (manifest.Files.All(file => file.Name != InstallationPart.All[0].Database))
            throw new InvalidDataException("It holds no installation.");
    }

    private static async Task ExtractAsync(Stream input, DataFolder folder, BackupManifest manifest, CancellationToken cancellationToken)
    {
        var unfinished = InstallationPart.PathOf(folder, Unfinished);
        MakeFolder(unfinished);
        try
        {
            await using (var tar = new TarReader(input, leaveOpen: true))
            {
                while (await tar.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry)
                {
                    // Asked again, because this is what paths are made of.
                    DemandPlainFile(entry);
                    if (entry.Name != BackupManifest.Name)
                        await ExtractAsync(entry, unfinished, cancellationToken);
                }
            }

            foreach (var top in manifest.Files.Select(file => file.Name.Split('/')[0]).Distinct().OrderBy(name => name == InstallationPart.All[0].Database))
            {
                var (from, to) = (Path.Combine(unfinished, top), Path.Combine(folder.Path, top));
                if (File.Exists(from))
                    File.Move(from, to);
                else
                    Directory.Move(from, to);
            }
        }
        finally
        {
            Directory.Delete(unfinished, recursive: true);
        }
    }

    private static async Task ExtractAsync(TarEntry entry, string root, CancellationToken cancellationToken)
    {
        var path = Path.GetFullPath(Path.Combine([root, .. entry.Name.Split('/')]));
        if (!path.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            throw new InvalidDataException("A name in it leads outside.");
        MakeFolders(Path.GetDirectoryName(path)!, root);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.Asynchronous };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        await using var file = new FileStream(path, options);
        if (entry.DataStream is { } content)
            await content.CopyToAsync(file, BufferSize, cancellationToken);
        file.Flush(flushToDisk: true);
    }

    /// <summary>Nothing but files with plain names: no links, no devices, no way up or out.</summary>
    private static void DemandPlainFile(TarEntry entry)
    {
        if (entry.EntryType != TarEntryType.RegularFile)
            throw new InvalidDataException("It holds something that is not a file.");
        var parts = entry.Name.Split('/');
        var isPlain = parts.All(part => part.Length is > 0 and <= 100 && part[0] != '.'
            && part.All(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '-' or '_'));
        // On top there is the database and nothing else: no lock, no token, no settings of somebody else's.
        if (!isPlain || (parts.Length == 1 && parts[0] != BackupManifest.Name && parts[0] != InstallationPart.All[0].Database))
            throw new InvalidDataException("It holds a file whose name no backup has.");
    }

    private static async Task<ArchivedFile> MeasureAsync(TarEntry entry, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var size = 0L;
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            while (entry.DataStream is { } content && await content.ReadAsync(buffer, cancellationToken) is var read and > 0)
            {
                hash.AppendData(buffer, 0, read);
                size += read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return new ArchivedFile(entry.Name, size, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    private static async Task<BackupManifest> ReadManifestAsync(TarEntry entry, CancellationToken cancellationToken) =>
        entry.DataStream is { } content && entry.Length <= LargestManifest
        && await JsonSerializer.DeserializeAsync(content, ManifestJson.Default.BackupManifest, cancellationToken) is { } manifest
        && manifest.Files.All(file => file is not null)
            ? manifest
            : throw new InvalidDataException("Its manifest cannot be read.");

    /// <summary>Each level by itself: a folder that is made only on the way to another gets the system's mode.</summary>
    private static void MakeFolders(string path, string root)
    {
        if (path == root || Directory.Exists(path))
            return;
        MakeFolders(Path.GetDirectoryName(path)!, root);
        MakeFolder(path);
    }

    private static void MakeFolder(string path)
    {
        const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, OwnerOnly);
    }
}
