using System.Buffers;
using System.Text.Json;
using Switchboard.Matrix.Timeline;

namespace Switchboard.Matrix.Sync;

/// <summary>Where in the JSON of a room what is; nothing is read twice that need not be.</summary>
internal sealed class RoomSections
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = int.MaxValue };

    private RoomSections()
    {
    }

    /// <summary>State before the timeline.</summary>
    public EventArray? State { get; private set; }

    /// <summary>State after the timeline; then it alone counts, also when it is empty (§6.2).</summary>
    public EventArray? StateAfter { get; private set; }

    /// <summary>State of an invitation or a knock.</summary>
    public EventArray? Stripped { get; private set; }

    /// <summary>What happened.</summary>
    public EventArray? Timeline { get; private set; }

    /// <summary>Account data of the room.</summary>
    public EventArray? AccountData { get; private set; }

    /// <summary>Receipts and typing.</summary>
    public EventArray? Ephemeral { get; private set; }

    /// <summary>Whether events are missing before the timeline.</summary>
    public bool IsLimited { get; private set; }

    /// <summary>Where what is missing is found.</summary>
    public string? PreviousBatch { get; private set; }

    /// <summary>Heroes; <c>null</c> when they did not change.</summary>
    public IReadOnlyList<string>? Heroes { get; private set; }

    /// <summary>How many are in; <c>null</c> when that did not change.</summary>
    public long? Joined { get; private set; }

    /// <summary>How many are invited; <c>null</c> when that did not change.</summary>
    public long? Invited { get; private set; }

    /// <summary>Finds them.</summary>
    public static RoomSections Find(ReadOnlySequence<byte> room)
    {
        var found = new RoomSections();
        Properties(room, (name, value) =>
        {
            switch (name)
            {
                case "state":
                    found.State = EventsOf(value);
                    break;
                case "state_after" or "org.matrix.msc4222.state_after":
                    found.StateAfter = EventsOf(value) ?? new EventArray(default);
                    break;
                case "invite_state" or "knock_state":
                    found.Stripped = EventsOf(value);
                    break;
                case "account_data":
                    found.AccountData = EventsOf(value, EventArray.LargestData);
                    break;
                case "ephemeral":
                    found.Ephemeral = EventsOf(value, EventArray.LargestData);
                    break;
                case "timeline":
                    found.ReadTimeline(value);
                    break;
                case "summary":
                    found.ReadSummary(value);
                    break;
            }
        });
        return found;
    }

    /// <summary>The events of a section.</summary>
    public static EventArray? EventsOf(ReadOnlySequence<byte> section, long largest = EventArray.LargestEvent)
    {
        EventArray? events = null;
        Properties(section, (name, value) =>
        {
            if (name == "events")
                events = new EventArray(value, largest);
        });
        return events;
    }

    private void ReadTimeline(ReadOnlySequence<byte> section) => Properties(section, (name, value) =>
    {
        switch (name)
        {
            case "events":
                Timeline = new EventArray(value);
                break;
            case "limited":
                IsLimited = Small(value).ValueKind == JsonValueKind.True;
                break;
            case "prev_batch":
                PreviousBatch = Small(value).AsText(4096) is { Length: > 0 } token ? token : null;
                break;
        }
    });

    private void ReadSummary(ReadOnlySequence<byte> section)
    {
        if (section.Length > 64 * 1024)
            return;
        var summary = Small(section);
        Joined = summary.Whole("m.joined_member_count") is >= 0 and var joined ? joined : null;
        Invited = summary.Whole("m.invited_member_count") is >= 0 and var invited ? invited : null;
        var heroes = summary.Child("m.heroes");
        if (heroes.ValueKind == JsonValueKind.Array)
            Heroes = [.. heroes.Items(10).Select(item => item.AsId()).OfType<string>().Where(IsUser)];
    }

    private static bool IsUser(string id) => id[0] == '@' && !id.Contains('\n', StringComparison.Ordinal);

    /// <summary>Something small in it as a value.</summary>
    public static JsonElement Small(ReadOnlySequence<byte> value)
    {
        var reader = new Utf8JsonReader(value, Options);
        return JsonElement.ParseValue(ref reader);
    }

    /// <summary>Goes through the properties of an object; of what is none there are none.</summary>
    public static void Properties(ReadOnlySequence<byte> json, Action<string, ReadOnlySequence<byte>> visit)
    {
        var reader = new Utf8JsonReader(json, Options);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            return;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.HasValueSequence || reader.ValueIsEscaped || reader.ValueSpan.Length > 100
                ? LongName(ref reader)
                : System.Text.Encoding.UTF8.GetString(reader.ValueSpan);
            reader.Read();
            var begin = reader.TokenStartIndex;
            reader.Skip();
            visit(name, json.Slice(begin, reader.BytesConsumed - begin));
        }
    }

    /// <summary>The name that the reader is at, however it is written; empty when it is no text of Unicode.</summary>
    public static string LongName(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString() ?? "";
        }
        catch (InvalidOperationException)
        {
            return "";
        }
    }
}
