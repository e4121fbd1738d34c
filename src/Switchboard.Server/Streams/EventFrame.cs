using System.Buffers;
using System.Text.Json;
using Switchboard.Core.Changes;
using Switchboard.Server.Hosting;
using Switchboard.Server.Mapping;
using Switchboard.Wire;

namespace Switchboard.Server.Streams;

/// <summary>
/// Writes one event (events.md §4). The messages in it are the same for every client, so they are written once and their
/// bytes kept with the item; number and time are each connection's own.
/// </summary>
internal static class EventFrame
{
    /// <summary>The frame's bytes.</summary>
    public static ReadOnlyMemory<byte> Render(FeedItem item, long seq, DateTimeOffset now, WireMapper map, ServerOptions options)
    {
        var change = item.Change;
        var buffer = new ArrayBufferWriter<byte>(512 + (item.Rendered?.Length ?? 0));
        using var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = WireJson.Encoder, SkipValidation = true });
        writer.WriteStartObject();
        writer.WriteString("type"u8, change.Kind);
        writer.WriteNumber("seq"u8, seq);
        if (options.EventTimestamps == EventTimestamps.Millis)
            writer.WriteNumber("ts"u8, now.ToUnixTimeMilliseconds());
        else
            writer.WriteString("ts"u8, TimestampConverter.Text(now));
        writer.WriteString("chatID"u8, change.ChatId);
        writer.WriteStartArray("ids"u8);
        foreach (var id in change.Ids)
        {
            writer.WriteStringValue(id);
        }

        writer.WriteEndArray();
        if (item.Messages is { } messages)
        {
            writer.WritePropertyName("entries"u8);
            writer.WriteRawValue(
                item.Rendered ??= WireJson.ToUtf8Bytes<IReadOnlyList<Message>>(messages.Select(map.ToWire).ToList()),
                skipInputValidation: true);
        }

        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenMemory;
    }
}
