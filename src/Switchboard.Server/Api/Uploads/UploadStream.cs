namespace Switchboard.Server.Api.Uploads;

/// <summary>
/// The bytes of an upload as the store reads them. It ends only when the rest of the request, too, has been read and found
/// good; until then a fault anywhere makes reading throw, so that the store never keeps a file of a request we refuse.
/// </summary>
internal abstract class UploadStream : Stream
{
    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public abstract override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default);

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Requests are read asynchronously.");

    /// <inheritdoc/>
    public override void Flush() => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <summary>What a failure of the request's own stream means to the client.</summary>
    protected internal static UploadRefusedException BrokenBody(Exception cause) =>
        cause is BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }
            ? UploadRefusedException.TooLarge("The request is too large.", cause)
            : UploadRefusedException.Malformed("The request's body broke off or is not well-formed.", cause);
}
