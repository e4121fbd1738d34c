using System.Text.Json.Nodes;

namespace Switchboard.Server.Mcp;

/// <summary>
/// JSON schemas of structured results. They name what a program can rely on; objects may hold more, as the REST objects that
/// they come from do.
/// </summary>
internal static class OutputSchema
{
    /// <summary>Text.</summary>
    public static JsonObject Text => new() { ["type"] = "string" };

    /// <summary>A whole number.</summary>
    public static JsonObject Whole => new() { ["type"] = "integer" };

    /// <summary><c>true</c> or <c>false</c>.</summary>
    public static JsonObject Flag => new() { ["type"] = "boolean" };

    /// <summary>A chat: the REST object without its capabilities.</summary>
    public static JsonObject Chat => Object(
        "id accountID network title type unreadCount",
        ("id", Text), ("localChatID", Text), ("accountID", Text), ("network", Text), ("title", Text),
        ("type", Text), ("unreadCount", Whole), ("lastActivity", Text), ("isArchived", Flag), ("isMuted", Flag), ("isPinned", Flag),
        ("participants", Object("items hasMore total", ("items", List(Person)), ("hasMore", Flag), ("total", Whole))));

    /// <summary>A person.</summary>
    public static JsonObject Person => Object(
        "id", ("id", Text), ("username", Text), ("fullName", Text), ("phoneNumber", Text), ("email", Text), ("isSelf", Flag));

    /// <summary>A message: the REST object with its text as plain text.</summary>
    public static JsonObject Message => Object(
        "id chatID accountID senderID timestamp isTextTruncated",
        ("id", Text), ("chatID", Text), ("accountID", Text), ("senderID", Text), ("senderName", Text), ("timestamp", Text),
        ("type", Text), ("text", Text), ("isTextTruncated", Flag), ("textLength", Whole), ("isSender", Flag),
        ("linkedMessageID", Text),
        ("attachments", List(Object("type", ("id", Text), ("type", Text), ("fileName", Text), ("mimeType", Text), ("fileSize", Whole)))));

    /// <summary>A page of things.</summary>
    public static JsonObject Page(JsonObject item) => Object(
        "items hasMore", ("items", List(item)), ("hasMore", Flag), ("cursor", Text), ("direction", Text), ("notice", Text));

    /// <summary>A list.</summary>
    public static JsonObject List(JsonObject item) => new() { ["type"] = "array", ["items"] = item };

    /// <summary>An object with at least these fields.</summary>
    /// <param name="required">Names of those that are always there, separated by spaces.</param>
    /// <param name="fields">Names and schemas.</param>
    public static JsonObject Object(string required, params ReadOnlySpan<(string Name, JsonObject Schema)> fields)
    {
        var properties = new JsonObject();
        foreach (var (name, schema) in fields)
        {
            properties[name] = schema;
        }

        return new JsonObject
        {
            ["type"] = "object",
            ["properties"] = properties,
            ["required"] = new JsonArray([.. required.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(name => JsonValue.Create(name))]),
        };
    }
}
