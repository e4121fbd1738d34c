using System.Buffers;

namespace Switchboard.Server.Api.Uploads;

/// <summary>A window of fixed size that moves over a request's body.</summary>
internal sealed class BodyBytes(Stream body) : IDisposable
{
    private readonly byte[] buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
    private int position;
    private int end;

    /// <summary>What has arrived and was not yet used.</summary>
    public ReadOnlySpan<byte> Unused => buffer.AsSpan(position, end - position);

    /// <summary>Says that the first bytes of <see cref="Unused"/> were used.</summary>
    public void Use(int count) => position += count;

    /// <summary>Makes sure that <see cref="Unused"/> is not empty; <c>false</c> at the end of the body.</summary>
    /// <exception cref="UploadRefusedException">The body broke off.</exception>
    public async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (position < end)
            return true;
        position = end = 0;
        try
        {
            end = await body.ReadAsync(buffer, cancellationToken);
        }
        catch (IOException e)
        {
            throw UploadStream.BrokenBody(e);
        }

        return end > 0;
    }

    /// <inheritdoc/>
    public void Dispose() => ArrayPool<byte>.Shared.Return(buffer);
}
