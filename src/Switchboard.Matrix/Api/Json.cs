using System.Buffers;
using System.Text.Json;

namespace Switchboard.Matrix.Api;

/// <summary>Writing what is sent to a homeserver.</summary>
internal static class Json
{
    /// <summary>One object.</summary>
    public static ReadOnlyMemory<byte> Object(Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }
}
