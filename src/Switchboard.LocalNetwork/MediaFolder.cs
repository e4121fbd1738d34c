using System.Security.Cryptography;

namespace Switchboard.LocalNetwork;

/// <summary>Files by the SHA-256 of their content, readable by the owner of the process alone.</summary>
/// <remarks>
/// A file is in place and flushed before the transaction that refers to it, and is pinned until that is over; it is
/// deleted after the transaction that dropped the last reference. A crash in between leaves a file without a reference,
/// never a reference without a file; the first sweep after the start finds such files.
/// </remarks>
internal sealed class MediaFolder
{
    private const int BufferSize = 128 * 1024;
    private const string Unfinished = ".part";

    private readonly string folder;
    private readonly Lock pinning = new();
    private readonly Dictionary<string, int> pins = new(StringComparer.Ordinal);

    /// <summary>Makes the folder if needed and drops what an earlier process had not finished.</summary>
    public MediaFolder(string folder)
    {
        this.folder = folder;
        Folders.Make(folder);
        foreach (var leftover in Directory.EnumerateFiles(folder, $"*{Unfinished}"))
        {
            File.Delete(leftover);
        }
    }

    /// <summary>The hashes of all files here.</summary>
    public IEnumerable<string> Hashes => Directory.EnumerateFiles(folder)
        .Where(path => !path.EndsWith(Unfinished, StringComparison.Ordinal))
        .Select(path => Path.GetFileName(path));

    /// <summary>Stores content and keeps it from being deleted until the result is disposed.</summary>
    /// <exception cref="Networks.NetworkException">It is longer than <paramref name="limit"/> bytes.</exception>
    public async Task<PinnedFile> StoreAsync(Stream content, long limit, CancellationToken cancellationToken)
    {
        var unfinished = Path.Combine(folder, Ids.Random() + Unfinished);
        try
        {
            var (hash, size) = await WriteAsync(content, unfinished, limit, cancellationToken);
            lock (pinning)
            {
                pins[hash] = pins.GetValueOrDefault(hash) + 1;
                // Atomic, and harmless when the file is there: equal hashes are equal contents.
                File.Move(unfinished, PathOf(hash), overwrite: true);
            }

            return new PinnedFile(hash, size, () => Unpin(hash));
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    /// <summary>Opens a file; <c>null</c> when it is gone.</summary>
    public Stream? OpenRead(string hash)
    {
        try
        {
            return new FileStream(PathOf(hash), new FileStreamOptions
            {
                Mode = FileMode.Open,
                Access = FileAccess.Read,
                Share = FileShare.Read | FileShare.Delete,
                Options = FileOptions.Asynchronous | FileOptions.SequentialScan,
            });
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Deletes a file that nothing refers to, unless somebody is just about to.</summary>
    public void DeleteUnlessPinned(string hash)
    {
        lock (pinning)
        {
            if (!pins.ContainsKey(hash))
                File.Delete(PathOf(hash));
        }
    }

    private static async Task<(string Hash, long Size)> WriteAsync(
        Stream content, string path, long limit, CancellationToken cancellationToken)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Options = FileOptions.Asynchronous,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        await using var file = new FileStream(path, options);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[BufferSize];
        var size = 0L;
        while (await content.ReadAsync(buffer, cancellationToken) is var read and > 0)
        {
            size += read;
            if (size > limit)
                throw MessageRules.FileTooLarge();
            hash.AppendData(buffer, 0, read);
            await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }

        file.Flush(flushToDisk: true);
        return (Convert.ToHexStringLower(hash.GetHashAndReset()), size);
    }

    private string PathOf(string hash) => Path.Combine(folder, hash);

    private void Unpin(string hash)
    {
        lock (pinning)
        {
            if (--pins[hash] == 0)
                pins.Remove(hash);
        }
    }
}

/// <summary>A stored file that cannot be deleted until this is disposed.</summary>
internal sealed class PinnedFile(string hash, long size, Action unpin) : IDisposable
{
    private bool disposed;

    /// <summary>SHA-256, lower-case hex.</summary>
    public string Hash => hash;

    /// <summary>Bytes.</summary>
    public long Size => size;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (disposed)
            return;
        disposed = true;
        unpin();
    }
}
