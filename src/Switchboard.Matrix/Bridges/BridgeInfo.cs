using System.Text;
using System.Text.Json;
using Switchboard.Matrix.Timeline;

namespace Switchboard.Matrix.Bridges;

/// <summary>What a bridge says of a room that it fills: <c>m.bridge</c> or <c>uk.half-shot.bridge</c> (matrix.md §5.1).</summary>
internal sealed record BridgeInfo
{
    /// <summary>The stable type of the state event.</summary>
    public const string EventType = "m.bridge";

    /// <summary>The older type with the same content.</summary>
    public const string OldEventType = "uk.half-shot.bridge";

    /// <summary>The remote chat of a login's own space.</summary>
    public const string PersonalSpace = "__personal_filtering_space__";

    private const int LongestKey = 80;

    /// <summary>The state key, which its room features bear too.</summary>
    public required string StateKey { get; init; }

    /// <summary>The bridge bot, who alone may say this.</summary>
    public required string Bot { get; init; }

    /// <summary>Names the bridge on this installation, safe in a URL (§5.2).</summary>
    public required string Key { get; init; }

    /// <summary>The kind of bridge, such as <c>whatsapp</c>.</summary>
    public required string ProtocolId { get; init; }

    /// <summary>The network's label for people (§5.3).</summary>
    public required string Network { get; init; }

    /// <summary>The chat on the network; empty when it is not told.</summary>
    public string ChannelId { get; init; } = "";

    /// <summary>The login that the room belongs to; <c>null</c> when it is shared or not told.</summary>
    public string? Receiver { get; init; }

    /// <summary>
    /// <c>dm</c>, <c>group_dm</c>, <c>space</c>, nothing or what else is told; <c>null</c> when the bridge does not tell.
    /// </summary>
    public string? RoomType { get; init; }

    /// <summary>Whether it is a stranger's request not yet accepted.</summary>
    public bool IsMessageRequest { get; init; }

    /// <summary>
    /// Reads a state event; <c>null</c> when it is malformed or was not sent by the bot it names: any admin of a room could write
    /// it.
    /// </summary>
    public static BridgeInfo? Read(string stateKey, string sender, JsonElement content)
    {
        var bot = content.Id("bridgebot");
        if (bot is null || bot != sender)
            return null;
        var protocol = content.Child("protocol");
        var slash = stateKey.IndexOf('/', StringComparison.Ordinal);
        var protocolId = protocol.Id("id");
        // A key such as "example.org/whatsapp"; older bridges use a URI, whose part after the slash names a chat.
        var key = slash > 0 && !stateKey.Contains("://", StringComparison.Ordinal)
            ? stateKey[(slash + 1)..]
            : protocolId?.ToLowerInvariant();
        if (string.IsNullOrEmpty(key))
            return null;
        var channel = content.Child("channel");
        return new()
        {
            StateKey = stateKey,
            Bot = bot,
            Key = Safe(key),
            ProtocolId = protocolId ?? Safe(key),
            Network = protocol.Text("displayname", 100) is { Length: > 0 } name ? name : TitleCase(key),
            ChannelId = channel.Id("id") ?? "",
            Receiver = channel.Id("fi.mau.receiver"),
            RoomType = content.Text("com.beeper.room_type.v2") ?? (content.Text("com.beeper.room_type") == "dm" ? "dm" : null),
            IsMessageRequest = channel.Is("com.beeper.message_request"),
        };
    }

    /// <summary>Text with whatever is not safe in a URL's path written as <c>-xx</c>, hexadecimal.</summary>
    public static string Safe(string text)
    {
        var safe = new StringBuilder();
        foreach (var octet in Encoding.UTF8.GetBytes(text))
        {
            if (octet is (>= (byte)'a' and <= (byte)'z') or (>= (byte)'A' and <= (byte)'Z') or (>= (byte)'0' and <= (byte)'9') or (byte)'_')
                safe.Append((char)octet);
            else
                safe.Append('-').Append(octet.ToString("x2", null));
            if (safe.Length >= LongestKey)
                break;
        }

        return safe.ToString();
    }

    private static string TitleCase(string key) => char.ToUpperInvariant(key[0]) + key[1..];
}
