namespace Switchboard.Server.Archives;

/// <summary>
/// Writes to a file and flushes it to the disk every 256 KiB. A server's commits wait for the same disk: behind so little
/// each takes a moment, behind a whole archive it would take seconds.
/// </summary>
internal sealed class GentleStream(FileStream file) : Stream
{
    private const long FlushEvery = 256 * 1024;
    private const long ShrinkBy = 16 * 1024 * 1024;
    private long unflushed;

    /// <summary>
    /// Deletes a file, a large one piece by piece: a file system frees a gigabyte in one go, and every flush waits for it.
    /// </summary>
    public static void Delete(string path)
    {
        if (!File.Exists(path))
            return;
        using (var large = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete))
        {
            while (large.Length > ShrinkBy)
            {
                large.SetLength(large.Length - ShrinkBy);
                large.Flush(flushToDisk: true);
            }
        }

        File.Delete(path);
    }

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        file.Write(buffer);
        Count(buffer.Length);
    }

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await file.WriteAsync(buffer, cancellationToken);
        Count(buffer.Length);
    }

    /// <inheritdoc/>
    public override void Flush() => file.Flush();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    private void Count(int written)
    {
        unflushed += written;
        if (unflushed < FlushEvery)
            return;
        unflushed = 0;
        file.Flush(flushToDisk: true);
    }
}
