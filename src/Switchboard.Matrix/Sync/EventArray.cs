using System.Buffers;
using System.Text.Json;

namespace Switchboard.Matrix.Sync;

/// <summary>Walks through a JSON array of events, one at a time, without ever holding more than one of them.</summary>
internal sealed class EventArray(ReadOnlySequence<byte> json, long largest = EventArray.LargestEvent)
{
    /// <summary>Largest event that is read, bytes: one of 64 KiB with another bundled, and what a homeserver adds.</summary>
    public const long LargestEvent = 512 * 1024;

    /// <summary>Largest piece of account data, or of receipts, that is read, bytes: one that a homeserver puts together.</summary>
    public const long LargestData = 32 * 1024 * 1024;

    private readonly ReadOnlySequence<byte> json = json;
    private ReadOnlySequence<byte> rest = json;
    private JsonReaderState state = NewState();
    private bool isStarted;

    /// <summary>Begins anew.</summary>
    public void Rewind()
    {
        rest = json;
        state = NewState();
        isStarted = false;
    }

    /// <summary>The next event that is an object; <c>null</c> at the end. The caller disposes it.</summary>
    /// <param name="onlyState">Passes over what has no state key.</param>
    public JsonDocument? Next(bool onlyState = false)
    {
        if (rest.IsEmpty)
            return null;
        var reader = new Utf8JsonReader(rest, isFinalBlock: true, state);
        JsonDocument? found = null;
        while (found is null && reader.Read())
        {
            if (!isStarted)
            {
                isStarted = true;
                if (reader.TokenType == JsonTokenType.StartArray)
                    continue;
                rest = default;
                return null;
            }

            if (reader.TokenType == JsonTokenType.EndArray)
            {
                rest = default;
                return null;
            }

            if (reader.TokenType == JsonTokenType.StartArray)
                reader.Skip();
            else if (reader.TokenType == JsonTokenType.StartObject)
                found = Event(ref reader, onlyState);
        }

        (rest, state) = (rest.Slice(reader.Position), reader.CurrentState);
        return found;
    }

    private JsonDocument? Event(ref Utf8JsonReader reader, bool onlyState)
    {
        var look = reader;
        var isState = false;
        var depth = look.CurrentDepth;
        var begin = look.TokenStartIndex;
        while (look.Read() && !(look.CurrentDepth == depth && look.TokenType == JsonTokenType.EndObject))
        {
            if (look.TokenType != JsonTokenType.PropertyName || look.CurrentDepth != depth + 1)
                continue;
            isState |= look.ValueIsEscaped ? RoomSections.LongName(ref look) == "state_key" : look.ValueTextEquals("state_key"u8);
            look.Read();
            look.Skip();
        }

        if ((onlyState && !isState) || look.BytesConsumed - begin > largest)
        {
            reader = look;
            return null;
        }

        return JsonDocument.ParseValue(ref reader);
    }

    private static JsonReaderState NewState() => new(new JsonReaderOptions { MaxDepth = int.MaxValue });
}
