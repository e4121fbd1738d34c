using System.Text;
using System.Text.Json;
using Switchboard.Wire;
using Xunit;

namespace Switchboard.Server.Tests.Wire;

/// <summary>Compares values with the files that freeze the wire shapes. A change of a file is a decision to be seen in review.</summary>
internal static class Golden
{
    private static readonly JsonWriterOptions Indented = new()
    {
        Indented = true,
        NewLine = "\n",
        Encoder = WireJson.Encoder,
    };

    /// <summary>The value is written exactly as the file says, and reading the file and writing it again changes nothing.</summary>
    public static void Matches<T>(string name, T value)
    {
        var expected = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", $"{name}.json"));

        Assert.Equal(expected, Pretty(WireJson.ToUtf8Bytes(value)));

        var read = WireJson.Read<T>(Encoding.UTF8.GetBytes(expected));
        Assert.Equal(expected, Pretty(WireJson.ToUtf8Bytes(read!)));
    }

    private static string Pretty(byte[] json)
    {
        using var document = JsonDocument.Parse(json);
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Indented))
            document.WriteTo(writer);
        return Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }
}
