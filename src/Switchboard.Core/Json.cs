using System.Text.Json;
using System.Text.Json.Serialization;
using Switchboard.Core.Chats;
using Switchboard.Core.History;
using Switchboard.Core.Messages;
using Switchboard.Networks;

namespace Switchboard.Core;

/// <summary>How the core keeps small structured values in columns. Never shown to clients.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(ChatCapabilities))]
[JsonSerializable(typeof(AttachmentInfo))]
[JsonSerializable(typeof(EarlyEvent))]
[JsonSerializable(typeof(Draft))]
[JsonSerializable(typeof(List<Attachment>))]
[JsonSerializable(typeof(List<Link>))]
[JsonSerializable(typeof(List<string>))]
internal sealed partial class CoreJson : JsonSerializerContext
{
    public static List<string> ReadStrings(string json) => JsonSerializer.Deserialize(json, Default.ListString) ?? [];

    public static string WriteStrings(IEnumerable<string> strings) => JsonSerializer.Serialize(strings.ToList(), Default.ListString);
}
