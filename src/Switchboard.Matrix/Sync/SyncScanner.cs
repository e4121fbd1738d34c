using System.Text.Json;
using Switchboard.Matrix.Timeline;

namespace Switchboard.Matrix.Sync;

/// <summary>
/// Cuts a sync answer into its parts while it comes in: fed with pieces of any size, it holds no more than the room it is in the
/// middle of. Of room sections that are larger than can be right there
/// is only the name.
/// </summary>
internal sealed class SyncScanner(long largestRoom = SyncScanner.LargestRoom) : IDisposable
{
    /// <summary>Largest section of one room, bytes.</summary>
    public const long LargestRoom = 256L * 1024 * 1024;

    // Nobody can be made to nest deeper than a homeserver itself could read.
    private const int Deepest = 1_000_000;

    private JsonReaderState state = new(new JsonReaderOptions { MaxDepth = Deepest });
    private string? top;
    private string? group;
    private string? room;
    private JsonBuffer? capture;
    private int captureDepth;
    private bool isTooLarge;

    /// <summary>Whether the answer's end was seen.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Takes the next bytes.</summary>
    /// <param name="bytes">What was not consumed of the last call, and more.</param>
    /// <param name="isLast">Whether no more will come.</param>
    /// <param name="parts">Gets the parts that are whole now.</param>
    /// <returns>How many bytes were consumed.</returns>
    /// <exception cref="JsonException">This is no JSON, or it was cut off.</exception>
    public int Feed(ReadOnlySpan<byte> bytes, bool isLast, List<SyncPart> parts)
    {
        var reader = new Utf8JsonReader(bytes, isLast, state);
        var start = 0;
        while (reader.Read())
        {
            if (capture is not null)
            {
                if (reader.CurrentDepth == captureDepth && reader.TokenType is JsonTokenType.EndObject)
                {
                    Append(bytes[start..(int)reader.BytesConsumed]);
                    Finish(parts);
                }

                continue;
            }

            start = Visit(ref reader, parts);
        }

        if (capture is not null)
            Append(bytes[start..(int)reader.BytesConsumed]);
        state = reader.CurrentState;
        return (int)reader.BytesConsumed;
    }

    /// <inheritdoc/>
    public void Dispose() => capture?.Dispose();

    private int Visit(ref Utf8JsonReader reader, List<SyncPart> parts)
    {
        var depth = reader.CurrentDepth;
        switch (reader.TokenType)
        {
            case JsonTokenType.PropertyName when depth <= 3:
                Name(depth, NameOf(ref reader));
                break;
            case JsonTokenType.String when depth == 1 && top == "next_batch":
                if (NameOf(ref reader) is { Length: > 0 } token)
                    parts.Add(new SyncPart(SyncPartKind.NextBatch, token, new JsonBuffer()));
                break;
            case JsonTokenType.StartObject when KindOf(depth) is not null:
                capture = new JsonBuffer();
                captureDepth = depth;
                isTooLarge = false;
                return (int)reader.TokenStartIndex;
            case JsonTokenType.EndObject when depth == 0:
                IsComplete = true;
                break;
        }

        return 0;
    }

    private void Name(int depth, string? name)
    {
        switch (depth)
        {
            case 1:
                (top, group, room) = (name, null, null);
                break;
            case 2:
                (group, room) = (name, null);
                break;
            case 3:
                room = name;
                break;
        }
    }

    private SyncPartKind? KindOf(int depth) => (depth, top, group) switch
    {
        (1, "account_data", _) => SyncPartKind.AccountData,
        (3, "rooms", "join") when IsRoomId(room) => SyncPartKind.Join,
        (3, "rooms", "invite") when IsRoomId(room) => SyncPartKind.Invite,
        (3, "rooms", "leave") when IsRoomId(room) => SyncPartKind.Leave,
        (3, "rooms", "knock") when IsRoomId(room) => SyncPartKind.Knock,
        _ => null,
    };

    private static bool IsRoomId(string? id) => id is { Length: > 1 and <= Lenient.MaxId } && id[0] == '!' && !id.Contains('\0');

    private void Append(ReadOnlySpan<byte> bytes)
    {
        if (!isTooLarge && capture!.Length + bytes.Length > largestRoom)
        {
            isTooLarge = true;
            capture.Dispose();
        }

        if (!isTooLarge)
            capture!.Append(bytes);
    }

    private void Finish(List<SyncPart> parts)
    {
        parts.Add(new SyncPart(isTooLarge ? SyncPartKind.TooLarge : KindOf(captureDepth)!.Value, room ?? "", capture!));
        capture = null;
    }

    private static string? NameOf(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate.
            return null;
        }
    }
}
