using System.Runtime.CompilerServices;
using System.Text.Json;
using Switchboard.Networks;

namespace Switchboard.Matrix.Sync;

/// <summary>Reads a sync answer from its stream, part by part (matrix.md §6.3).</summary>
internal static class SyncAnswer
{
    private const int Block = 64 * 1024;
    // One token: a string of an event, which has at most 64 KiB.
    private const int LargestToken = 32 * 1024 * 1024;

    /// <summary>The parts in the order in which the homeserver wrote them. Each is disposed by whoever takes it.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="largestRoom">Larger sections of one room are passed over, bytes.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="NetworkException">The answer was cut off or is no JSON: nothing of it may count as complete.</exception>
    public static async IAsyncEnumerable<SyncPart> ReadAsync(
        Stream answer, long largestRoom, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var scanner = new SyncScanner(largestRoom);
        var parts = new List<SyncPart>();
        var buffer = new byte[Block];
        var filled = 0;
        for (var isLast = false; !isLast;)
        {
            if (filled == buffer.Length)
                Array.Resize(ref buffer, Grown(buffer.Length));
            var read = await answer.ReadAsync(buffer.AsMemory(filled), cancellationToken);
            filled += read;
            isLast = read == 0;
            var consumed = Feed(scanner, buffer.AsSpan(0, filled), isLast, parts);
            buffer.AsSpan(consumed, filled - consumed).CopyTo(buffer);
            filled -= consumed;
            foreach (var part in parts)
            {
                yield return part;
            }

            parts.Clear();
        }

        if (!scanner.IsComplete)
            throw Broken(null);
    }

    private static int Feed(SyncScanner scanner, ReadOnlySpan<byte> bytes, bool isLast, List<SyncPart> parts)
    {
        try
        {
            return scanner.Feed(bytes, isLast, parts);
        }
        catch (JsonException e)
        {
            throw Broken(e);
        }
    }

    private static int Grown(int length) => length < LargestToken ? length * 2 : throw Broken(null);

    private static NetworkException Broken(JsonException? e) =>
        new(NetworkFailure.Transient, "The homeserver's answer was cut off or is not what was asked for.", e);
}
