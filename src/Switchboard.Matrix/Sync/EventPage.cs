using System.Buffers;
using System.Text.Json;
using Switchboard.Matrix.Api;
using Switchboard.Matrix.Timeline;
using Switchboard.Networks;

namespace Switchboard.Matrix.Sync;

/// <summary>
/// An answer that is a list of events, such as a page of a room's past or its members: read an event at a time, as a sync is, so
/// that no single one of them decides about the others.
/// </summary>
/// <param name="Chunk">The events.</param>
/// <param name="State">State that belongs to them.</param>
/// <param name="End">Where it goes on; <c>null</c> at the end.</param>
internal sealed record EventPage(EventArray Chunk, EventArray? State, string? End)
{
    /// <summary>Finds what is in it.</summary>
    /// <exception cref="NetworkException">It is no such answer; asking again may help.</exception>
    public static EventPage Read(ReadOnlyMemory<byte> json)
    {
        EventArray? chunk = null;
        EventArray? state = null;
        string? end = null;
        try
        {
            RoomSections.Properties(new ReadOnlySequence<byte>(json), (name, value) =>
            {
                switch (name)
                {
                    case "chunk":
                        chunk = new EventArray(value);
                        break;
                    case "state":
                        state = new EventArray(value);
                        break;
                    case "end":
                        end = RoomSections.Small(value).AsText(4096);
                        break;
                }
            });
        }
        catch (JsonException e)
        {
            throw MatrixFailures.Nonsense(e);
        }

        return chunk is null ? throw MatrixFailures.Nonsense(null) : new(chunk, state, end is { Length: > 0 } ? end : null);
    }

    /// <summary>At most so many events of a list, each good until all are disposed.</summary>
    public static List<JsonDocument> Take(EventArray? events, int most)
    {
        var taken = new List<JsonDocument>();
        while (taken.Count < most && events?.Next() is { } document)
        {
            taken.Add(document);
        }

        return taken;
    }
}
