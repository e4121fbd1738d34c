using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;

namespace Switchboard.Core.Paging;

/// <summary>Which way a page lies from its cursor (rest.md §1.6).</summary>
public enum PageDirection
{
    /// <summary>Older.</summary>
    Before,

    /// <summary>Newer.</summary>
    After,
}

/// <summary>What page of a list is wanted.</summary>
/// <param name="Cursor">The cursor as the client sent it; <c>null</c> for the newest page.</param>
/// <param name="Direction">Which way to go from it.</param>
/// <param name="Limit">Items at most.</param>
public sealed record PageRequest(string? Cursor, PageDirection Direction, int Limit);

/// <summary>A page: newest first in both directions. A page that is not empty has both cursors.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, bool HasMore, string? OldestCursor, string? NewestCursor)
{
    /// <summary>The same page of other things.</summary>
    public Page<TOther> Select<TOther>(Func<T, TOther> shape) => new(Items.Select(shape).ToList(), HasMore, OldestCursor, NewestCursor);
}

/// <summary>A place in a list: its sort value and, where that is not unique, a second one to tell ties apart.</summary>
public readonly record struct Edge(long Major, long Minor);

/// <summary>
/// A cursor as a client gets it. It holds both edges of the page it came from, so that going on from it works with either
/// of a page's two cursors and in either direction: the official SDK always sends the older one back, whatever the
/// direction (rest.md §1.6, open-questions.md §5). It is bound to its list and filters by a hash.
/// </summary>
public readonly record struct Cursor(Edge Newest, Edge Oldest)
{
    private const byte Version = 1;
    private const int Length = 1 + 8 + (4 * 8);

    /// <summary>A cursor of one place, which is itself left out of the page.</summary>
    public static Cursor At(Edge edge) => new(edge, edge);

    /// <summary>The edge from which a page in that direction goes on.</summary>
    public Edge From(PageDirection direction) => direction == PageDirection.Before ? Oldest : Newest;

    /// <summary>The text for the client: letters, digits, <c>-</c> and <c>_</c>.</summary>
    /// <param name="list">Names the list and its filters; the cursor is good for the same one only.</param>
    public string Write(string list)
    {
        Span<byte> bytes = stackalloc byte[Length];
        bytes[0] = Version;
        Store.Hash(list).AsSpan(0, 8).CopyTo(bytes[1..]);
        BinaryPrimitives.WriteInt64BigEndian(bytes[9..], Newest.Major);
        BinaryPrimitives.WriteInt64BigEndian(bytes[17..], Newest.Minor);
        BinaryPrimitives.WriteInt64BigEndian(bytes[25..], Oldest.Major);
        BinaryPrimitives.WriteInt64BigEndian(bytes[33..], Oldest.Minor);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>Reads a cursor that was written for the same list.</summary>
    /// <returns><c>null</c> when it is not one of ours or of another list.</returns>
    public static Cursor? Read(string text, string list)
    {
        Span<byte> bytes = stackalloc byte[Length];
        if (text.Length != Base64Url.GetEncodedLength(Length)
            || !Ascii.IsValid(text)
            || Base64Url.DecodeFromChars(text, bytes, out _, out var written) is not OperationStatus.Done
            || written != Length
            || bytes[0] != Version
            || !bytes[1..9].SequenceEqual(Store.Hash(list).AsSpan(0, 8)))
        {
            return null;
        }

        return new Cursor(
            new Edge(BinaryPrimitives.ReadInt64BigEndian(bytes[9..]), BinaryPrimitives.ReadInt64BigEndian(bytes[17..])),
            new Edge(BinaryPrimitives.ReadInt64BigEndian(bytes[25..]), BinaryPrimitives.ReadInt64BigEndian(bytes[33..])));
    }
}

/// <summary>Cuts pages out of sorted rows.</summary>
internal static class Paging
{
    /// <summary>
    /// Makes a page. <paramref name="read"/> gets the edge to go on from (or none), whether newer rows are wanted, and how
    /// many rows; it gives rows nearest to that edge first.
    /// </summary>
    public static Page<T> Cut<T>(
        PageRequest request, string list, Func<T, Edge> edgeOf, Func<Edge?, bool, int, List<T>> read, Func<string, Cursor?>? other = null)
    {
        Cursor? cursor = null;
        if (request.Cursor is { } text)
        {
            cursor = Cursor.Read(text, list) ?? other?.Invoke(text) ?? throw new RefusedException(
                Refusal.InvalidCursor, "This cursor is not one of this list. Leave it out to begin with the newest page.");
        }

        // Without a cursor there is nothing to be newer than: the newest page is meant.
        var newer = request.Direction == PageDirection.After && cursor is not null;
        var rows = read(cursor?.From(request.Direction), newer, request.Limit + 1);
        var hasMore = rows.Count > request.Limit;
        if (hasMore)
            rows.RemoveAt(rows.Count - 1);
        if (newer)
            rows.Reverse();
        if (rows.Count == 0)
            return new Page<T>(rows, false, request.Cursor, request.Cursor);
        if (request.Direction == PageDirection.After && !newer)
            hasMore = false;
        var written = new Cursor(edgeOf(rows[0]), edgeOf(rows[^1])).Write(list);
        return new Page<T>(rows, hasMore, written, written);
    }
}
