using System.Buffers;

namespace Switchboard.Matrix.Sync;

/// <summary>A piece of JSON of any length, kept in small rented blocks so that a large one needs no memory of twice its size.</summary>
internal sealed class JsonBuffer : IDisposable
{
    private const int BlockSize = 64 * 1024;

    private readonly List<byte[]> blocks = [];
    private int used;

    /// <summary>Bytes in it.</summary>
    public long Length { get; private set; }

    /// <summary>Adds bytes at the end.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            if (blocks.Count == 0 || used == BlockSize)
            {
                blocks.Add(ArrayPool<byte>.Shared.Rent(BlockSize));
                used = 0;
            }

            var part = bytes[..Math.Min(bytes.Length, BlockSize - used)];
            part.CopyTo(blocks[^1].AsSpan(used));
            used += part.Length;
            Length += part.Length;
            bytes = bytes[part.Length..];
        }
    }

    /// <summary>The bytes; good until this is disposed.</summary>
    public ReadOnlySequence<byte> ToSequence()
    {
        if (blocks.Count == 0)
            return ReadOnlySequence<byte>.Empty;
        var first = new Block(blocks[0].AsMemory(0, blocks.Count == 1 ? used : BlockSize), 0);
        var last = first;
        for (var i = 1; i < blocks.Count; i++)
        {
            last = last.Then(blocks[i].AsMemory(0, i == blocks.Count - 1 ? used : BlockSize));
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var block in blocks)
        {
            ArrayPool<byte>.Shared.Return(block);
        }

        blocks.Clear();
        Length = 0;
    }

    private sealed class Block : ReadOnlySequenceSegment<byte>
    {
        public Block(ReadOnlyMemory<byte> memory, long before)
        {
            Memory = memory;
            RunningIndex = before;
        }

        public Block Then(ReadOnlyMemory<byte> memory)
        {
            var next = new Block(memory, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
