namespace Switchboard.Server.Api.Uploads;

/// <summary>The bytes of the file's part. See <see cref="UploadStream"/> for its end.</summary>
internal sealed class MultipartFileStream(Stream part, MultipartParts parts) : UploadStream
{
    /// <summary>Whether the file and all that followed it were read.</summary>
    public bool IsComplete { get; private set; }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty || IsComplete)
            return 0;
        var read = await ReadPartAsync(buffer, cancellationToken);
        if (read == 0)
        {
            // The parts refuse a second file, so this runs to the end of the body.
            await parts.NextFileAsync(cancellationToken);
            IsComplete = true;
        }

        return read;
    }

    private async ValueTask<int> ReadPartAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await part.ReadAsync(buffer, cancellationToken);
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            throw BrokenBody(e);
        }
    }
}
