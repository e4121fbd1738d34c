using System.Text.Json.Serialization;

namespace Switchboard.Wire;

/// <summary>Direct chat or group.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ChatType>))]
public enum ChatType
{
    /// <summary>One other person, or a note to self.</summary>
    [JsonStringEnumMemberName("single")]
    Single,

    /// <summary>Several people.</summary>
    [JsonStringEnumMemberName("group")]
    Group,
}
