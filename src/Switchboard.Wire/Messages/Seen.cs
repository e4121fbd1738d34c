using System.Text.Json;
using System.Text.Json.Serialization;

namespace Switchboard.Wire;

/// <summary>
/// Who has seen a message of mine (objects.md §7): in a direct chat one mark, in a group one mark per member. On the wire a
/// mark is <c>true</c>, <c>false</c> or a time, and the members are an object.
/// </summary>
[JsonConverter(typeof(SeenConverter))]
public abstract record Seen
{
    private Seen()
    {
    }

    /// <summary>A direct chat: the other side's mark.</summary>
    /// <param name="Mark">Whether or when they saw it.</param>
    public sealed record ByOne(SeenMark Mark) : Seen;

    /// <summary>A group: each member's mark.</summary>
    /// <param name="Marks">Participant ID → whether or when they saw it.</param>
    public sealed record ByEach(IReadOnlyDictionary<string, SeenMark> Marks) : Seen;
}

/// <summary>Whether one person has seen a message, and when if that is known.</summary>
public readonly record struct SeenMark
{
    private SeenMark(bool isSeen, DateTimeOffset? at)
    {
        IsSeen = isSeen;
        At = at;
    }

    /// <summary>Not seen yet.</summary>
    public static SeenMark No => default;

    /// <summary>Seen, at an unknown time.</summary>
    public static SeenMark Yes => new(true, null);

    /// <summary>The person has seen it.</summary>
    public bool IsSeen { get; }

    /// <summary>When; <c>null</c> when not seen or not known.</summary>
    public DateTimeOffset? At { get; }

    /// <summary>Seen at a known time.</summary>
    /// <param name="time">When.</param>
    public static SeenMark SeenAt(DateTimeOffset time) => new(true, time);
}

/// <summary>Reads and writes <see cref="Seen"/> in its three forms.</summary>
public sealed class SeenConverter : JsonConverter<Seen>
{
    /// <inheritdoc/>
    public override Seen Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType is not JsonTokenType.StartObject)
            return new Seen.ByOne(ReadMark(ref reader));
        var marks = new Dictionary<string, SeenMark>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            var participant = reader.GetString()!;
            reader.Read();
            marks[participant] = ReadMark(ref reader);
        }
        return new Seen.ByEach(marks);
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Seen value, JsonSerializerOptions options)
    {
        switch (value)
        {
            case Seen.ByOne one:
                WriteMark(writer, one.Mark);
                break;
            case Seen.ByEach each:
                writer.WriteStartObject();
                foreach (var (participant, mark) in each.Marks)
                {
                    writer.WritePropertyName(participant);
                    WriteMark(writer, mark);
                }
                writer.WriteEndObject();
                break;
            default:
                throw new JsonException($"Not a form of {nameof(Seen)}: {value.GetType().Name}.");
        }
    }

    private static SeenMark ReadMark(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.True => SeenMark.Yes,
        JsonTokenType.False => SeenMark.No,
        JsonTokenType.String => SeenMark.SeenAt(TimestampConverter.Read(ref reader)),
        _ => throw new JsonException("Expected true, false or a time."),
    };

    private static void WriteMark(Utf8JsonWriter writer, SeenMark mark)
    {
        if (mark.At is { } time)
            TimestampConverter.Write(writer, time);
        else
            writer.WriteBooleanValue(mark.IsSeen);
    }
}
