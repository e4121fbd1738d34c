using System.Security.Cryptography;
using Switchboard.Core.Media;
using Switchboard.Server.Api.Uploads;
using Xunit;

namespace Switchboard.Server.Tests.Uploads;

/// <summary>A store in memory, and a request's body that arrives in pieces.</summary>
internal sealed class Uploading
{
    public byte[]? Stored { get; private set; }

    public async Task<StoredFile> StoreAsync(Stream content, CancellationToken cancellationToken)
    {
        using var copy = new MemoryStream();
        await content.CopyToAsync(copy, 1000, cancellationToken);
        Stored = copy.ToArray();
        return new StoredFile(Convert.ToHexStringLower(SHA256.HashData(Stored)), Stored.Length);
    }

    public static async Task<UploadRefusedException> RefusedAsync(Func<Uploading, Task> read)
    {
        var uploading = new Uploading();
        var refusal = await Assert.ThrowsAsync<UploadRefusedException>(() => read(uploading));
        Assert.Null(uploading.Stored);
        return refusal;
    }
}

internal sealed class PiecewiseStream(byte[] bytes, Random sizes, int largest) : MemoryStream
{
    private int given;

    public override bool CanSeek => false;

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Asynchronously only.");

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = Math.Min(Math.Min(buffer.Length, bytes.Length - given), sizes.Next(1, largest + 1));
        bytes.AsMemory(given, count).CopyTo(buffer);
        given += count;
        return ValueTask.FromResult(count);
    }
}
