using System.Buffers;

namespace Switchboard.Matrix.Api;

/// <summary>Reading answers that may be of any size, up to one that is sane.</summary>
internal static class BoundedContent
{
    private const int MostAtFirst = 64 * 1024;

    /// <summary>The whole content; <c>null</c> when there is more than <paramref name="limit"/> bytes of it.</summary>
    public static async Task<ReadOnlyMemory<byte>?> ReadAsync(HttpContent content, int limit, CancellationToken cancellationToken)
    {
        if (content.Headers.ContentLength > limit)
            return null;
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        // What is announced need not come: memory is taken as it does.
        var buffer = new ArrayBufferWriter<byte>((int)Math.Min(Math.Min(limit, MostAtFirst), content.Headers.ContentLength ?? 4096) + 1);
        while (true)
        {
            var read = await stream.ReadAsync(buffer.GetMemory(1), cancellationToken);
            if (read == 0)
                return buffer.WrittenMemory;
            buffer.Advance(read);
            if (buffer.WrittenCount > limit)
                return null;
        }
    }
}
