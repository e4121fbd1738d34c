using System.Text.Json.Serialization;

namespace Switchboard.Wire;

/// <summary>Kind of content of a message.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MessageType>))]
public enum MessageType
{
    /// <summary>Text.</summary>
    [JsonStringEnumMemberName("TEXT")]
    Text,

    /// <summary>A line by the system or by a bot.</summary>
    [JsonStringEnumMemberName("NOTICE")]
    Notice,

    /// <summary>Picture.</summary>
    [JsonStringEnumMemberName("IMAGE")]
    Image,

    /// <summary>Video.</summary>
    [JsonStringEnumMemberName("VIDEO")]
    Video,

    /// <summary>Voice note.</summary>
    [JsonStringEnumMemberName("VOICE")]
    Voice,

    /// <summary>Sound.</summary>
    [JsonStringEnumMemberName("AUDIO")]
    Audio,

    /// <summary>Any other file.</summary>
    [JsonStringEnumMemberName("FILE")]
    File,

    /// <summary>Sticker.</summary>
    [JsonStringEnumMemberName("STICKER")]
    Sticker,

    /// <summary>Place.</summary>
    [JsonStringEnumMemberName("LOCATION")]
    Location,

    /// <summary>A reaction kept as a message.</summary>
    [JsonStringEnumMemberName("REACTION")]
    Reaction,
}
