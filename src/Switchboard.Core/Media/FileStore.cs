using System.Buffers;
using System.Security.Cryptography;

namespace Switchboard.Core.Media;

/// <summary>
/// Files below one folder, each named by the SHA-256 of its bytes (<c>ab/abcd…</c>), so the same bytes are kept once and a
/// name can never lead outside. A file appears whole or not at all: it is written below <c>tmp/</c>, flushed to the disk
/// and then renamed. On Unix the folders are 0700 and the files 0600.
/// </summary>
/// <param name="folder">The store's folder, absolute. Made when the first file is added.</param>
/// <param name="time">The clock that says how old a leftover is.</param>
/// <remarks>
/// The store does not count who uses a file. Whoever deletes one must know that nobody else refers to it, and must not do
/// so while the same bytes may be on their way in: adding bytes that are already here keeps the file that is here.
/// </remarks>
public sealed class FileStore(string folder, TimeProvider time)
{
    private const int HashLength = 64;
    private const int BufferSize = 128 * 1024;

    private readonly Lock moving = new();
    private readonly string temporary = Path.Combine(folder, "tmp");

    /// <summary>The store's folder.</summary>
    public string Folder { get; } = folder;

    /// <summary>
    /// Reads <paramref name="content"/> to its end and keeps it. Returns when it is on the disk. Whatever goes wrong on
    /// the way, the store is left as it was.
    /// </summary>
    /// <param name="content">The bytes. Not closed.</param>
    /// <param name="limit">The most bytes to take.</param>
    /// <param name="cancellationToken">Stops the copy.</param>
    /// <exception cref="FileTooLargeException">There were more than <paramref name="limit"/> bytes.</exception>
    /// <exception cref="IOException">The disk is full or broken, or <paramref name="content"/> broke off.</exception>
    public async Task<StoredFile> AddAsync(Stream content, long limit, CancellationToken cancellationToken)
    {
        MakeFolder(temporary);
        var path = Path.Combine(temporary, Path.GetRandomFileName());
        try
        {
            StoredFile stored;
            await using (var file = Create(path))
            {
                stored = await CopyAsync(content, file, limit, cancellationToken);
                file.Flush(flushToDisk: true);
            }

            lock (moving)
            {
                MoveIntoPlace(path, PathOf(stored.Sha256));
            }

            return stored;
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>Opens a file for reading. It stays readable to its end even if it is deleted meanwhile.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="ArgumentException">Not a hash.</exception>
    public FileStream OpenRead(string sha256)
    {
        var path = PathOf(sha256);
        try
        {
            return new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.Open,
                Access = FileAccess.Read,
                Share = FileShare.Read | FileShare.Delete,
                Options = FileOptions.Asynchronous | FileOptions.SequentialScan,
            });
        }
        catch (DirectoryNotFoundException e)
        {
            throw new FileNotFoundException("There is no such file in the store.", path, e);
        }
    }

    /// <summary>Whether the file is here.</summary>
    /// <exception cref="ArgumentException">Not a hash.</exception>
    public bool Exists(string sha256) => File.Exists(PathOf(sha256));

    /// <summary>Removes a file. One that is not here is no error.</summary>
    /// <exception cref="ArgumentException">Not a hash.</exception>
    public void Delete(string sha256)
    {
        var path = PathOf(sha256);
        if (File.Exists(path))
            File.Delete(path);
    }

    /// <summary>Where the file is, or would be.</summary>
    /// <exception cref="ArgumentException">Not a hash.</exception>
    public string PathOf(string sha256) => IsHash(sha256)
        ? Path.Combine(Folder, sha256[..2], sha256)
        : throw new ArgumentException("A hash is 64 lower-case hexadecimal digits.", nameof(sha256));

    /// <summary>
    /// The hash of the file that a path names, or <c>null</c> if the path does not lead, after every link and every
    /// <c>..</c> in it is followed, to exactly one of the store's own files.
    /// </summary>
    public string? HashOfPath(string path)
    {
        if (RealPath.Of(path) is not { } real || RealPath.Of(Folder) is not { } home)
            return null;
        var name = Path.GetFileName(real);
        return IsHash(name) && real == Path.Combine(home, name[..2], name) && File.Exists(real) ? name : null;
    }

    /// <summary>Removes a file that nobody has added for so long; one that was added again just now stays.</summary>
    public void DeleteUntouchedFor(string sha256, TimeSpan age)
    {
        lock (moving)
        {
            if (IsUntouchedFor(sha256, age))
                Delete(sha256);
        }
    }

    private bool IsUntouchedFor(string sha256, TimeSpan age) =>
        File.GetLastWriteTimeUtc(PathOf(sha256)) < (time.GetUtcNow() - age).UtcDateTime;

    /// <summary>Every file that nobody has added for so long; read as it is walked.</summary>
    public IEnumerable<string> HashesUntouchedFor(TimeSpan age) => !Directory.Exists(Folder)
        ? []
        : Directory.EnumerateDirectories(Folder)
            .Where(folder => Path.GetFileName(folder).Length == 2)
            .SelectMany(Directory.EnumerateFiles)
            .Select(path => Path.GetFileName(path))
            .Where(name => IsHash(name) && IsUntouchedFor(name, age));

    /// <summary>Removes what writes that never ended (a crash, a power cut) left behind.</summary>
    /// <param name="olderThan">How long a leftover must have been untouched, so that writes under way are spared.</param>
    /// <returns>How many were removed.</returns>
    public int SweepTemporary(TimeSpan olderThan)
    {
        var leftovers = new DirectoryInfo(temporary);
        if (!leftovers.Exists)
            return 0;
        var before = time.GetUtcNow() - olderThan;
        var removed = 0;
        foreach (var file in leftovers.EnumerateFiles().Where(file => file.LastWriteTimeUtc < before.UtcDateTime))
        {
            file.Delete();
            removed++;
        }

        return removed;
    }

    private static async Task<StoredFile> CopyAsync(
        Stream content, FileStream file, long limit, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            long size = 0;
            while (await content.ReadAsync(buffer, cancellationToken) is > 0 and var read)
            {
                size += read;
                if (size > limit)
                    throw new FileTooLargeException(limit);
                hash.AppendData(buffer, 0, read);
                await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }

            return new StoredFile(Convert.ToHexStringLower(hash.GetHashAndReset()), size);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void MoveIntoPlace(string from, string to)
    {
        MakeFolder(Path.GetDirectoryName(to)!);
        try
        {
            File.Move(from, to, overwrite: false);
        }
        catch (IOException) when (File.Exists(to))
        {
            // The same bytes were here before, or came in at the same moment: either copy will do. Being wanted again makes
            // it young again, so that it is not cleared away before somebody's row names it.
            File.SetLastWriteTimeUtc(to, time.GetUtcNow().UtcDateTime);
        }
    }

    private void MakeFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
            return;
        }

        const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        Directory.CreateDirectory(Folder, OwnerOnly);
        Directory.CreateDirectory(path, OwnerOnly);
    }

    private static FileStream Create(string path)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.None,
            Options = FileOptions.Asynchronous,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(path, options);
    }

    private static bool IsHash(string text) => text.Length == HashLength && text.All(char.IsAsciiHexDigitLower);
}
