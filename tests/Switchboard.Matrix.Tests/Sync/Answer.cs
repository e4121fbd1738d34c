namespace Switchboard.Matrix.Tests.Sync;

/// <summary>Sync answers and what is in them, as JSON.</summary>
internal static class Answer
{
    public static string Joined(string room, string content, string next = "s1") =>
        $$"""{"next_batch":"{{next}}","rooms":{"join":{"{{room}}":{{content}} } } }""";

    public static string Invited(string room, params string[] state) =>
        $$"""{"next_batch":"s1","rooms":{"invite":{"{{room}}":{"invite_state":{"events":[{{string.Join(',', state)}}]} } } } }""";

    public static string Left(string room) => $$"""{"next_batch":"s1","rooms":{"leave":{"{{room}}":{"timeline":{"events":[]} } } } }""";

    public static string Global(string type, string content) =>
        $$"""{"next_batch":"s1","account_data":{"events":[{"type":"{{type}}","content":{{content}} }]} }""";

    /// <summary>A room's section of state and timeline.</summary>
    public static string Room(IEnumerable<string> state, params string[] timeline) =>
        $$"""{"state":{"events":[{{string.Join(',', state)}}]},"timeline":{"events":[{{string.Join(',', timeline)}}]} }""";

    public static string Timeline(params string[] events) => Room([], events);

    public static string Data(string type, string content) =>
        $$"""{"account_data":{"events":[{"type":"{{type}}","content":{{content}} }]} }""";

    public static string State(string type, string content, string sender = "@bob:hs.test", string key = "") =>
        $$"""{"type":"{{type}}","state_key":"{{key}}","sender":"{{sender}}","event_id":"$s-{{type}}-{{key}}","origin_server_ts":1000,"content":{{content}} }""";

    public static string Create(string sender = "@bob:hs.test", string content = "{}") => State("m.room.create", content, sender);

    public static string Member(string user, string membership = "join", string? name = null, string more = "") =>
        $$"""{"type":"m.room.member","state_key":"{{user}}","sender":"{{user}}","event_id":"$m-{{user}}-{{membership}}-{{name}}","origin_server_ts":2000,"content":{"membership":"{{membership}}"{{(name is null ? "" : $",\"displayname\":\"{name}\"")}}{{more}} } }""";

    public static string Text(string id, string body, string sender = "@bob:hs.test", long at = 5000, string more = "") =>
        Message(id, $$"""{"msgtype":"m.text","body":"{{body}}"{{more}} }""", sender, at);

    public static string Message(string id, string content, string sender = "@bob:hs.test", long at = 5000, string type = "m.room.message", string more = "") =>
        $$"""{"type":"{{type}}","event_id":"{{id}}","sender":"{{sender}}","origin_server_ts":{{at}},"content":{{content}}{{more}} }""";

    public static string Edit(string id, string target, string body, string sender = "@bob:hs.test", long at = 6000) =>
        Text(id, "* " + body, sender, at, $$""","m.new_content":{"msgtype":"m.text","body":"{{body}}"},"m.relates_to":{"rel_type":"m.replace","event_id":"{{target}}"}""");

    public static string Reaction(string id, string target, string key, string sender = "@bob:hs.test") =>
        Message(id, $$"""{"m.relates_to":{"rel_type":"m.annotation","event_id":"{{target}}","key":"{{key}}"} }""", sender, type: "m.reaction");

    public static string Redaction(string id, string target, string sender = "@bob:hs.test") =>
        Message(id, $$"""{"redacts":"{{target}}"}""", sender, type: "m.room.redaction", more: $$""","redacts":"{{target}}" """);

    /// <summary>Bridge info by its bot, under both names.</summary>
    public static string[] Bridge(string content, string sender = "@whatsappbot:hs.test", string key = "hs.test/whatsapp") =>
        [State("m.bridge", content, sender, key), State("uk.half-shot.bridge", content, sender, key)];

    public static string BridgeInfo(string channel, string? receiver = null, string? type = null, string bot = "@whatsappbot:hs.test") =>
        $$"""{"bridgebot":"{{bot}}","protocol":{"id":"whatsapp","displayname":"WhatsApp"},"channel":{"id":"{{channel}}","fi.mau.receiver":"{{receiver}}"}{{(type is null ? "" : $",\"com.beeper.room_type.v2\":\"{type}\"")}} }""";
}
