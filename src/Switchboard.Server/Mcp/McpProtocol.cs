using System.Text.Json.Nodes;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace Switchboard.Server.Mcp;

/// <summary>A request that is refused before any tool is looked at.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Code">JSON-RPC code.</param>
/// <param name="Message">A sentence.</param>
internal sealed record ProtocolRefusal(int Status, int Code, string Message)
{
    /// <summary>The versions to choose from; for a version that is not known.</summary>
    public string? Requested { get; init; }

    /// <summary>As the answer's body. Every answer to a request that could be read names its id.</summary>
    public JsonRpcError ToWire(RequestId id) => new()
    {
        Id = id,
        Error = new JsonRpcErrorDetail
        {
            Code = Code,
            Message = Message,
            Data = Requested is null
                ? null
                : new JsonObject
                {
                    ["supported"] = new JsonArray([.. McpProtocol.Versions.Select(version => JsonValue.Create(version))]),
                    ["requested"] = Requested,
                },
        },
    };
}

/// <summary>
/// What HTTP adds to a message, and whether it agrees with it. Two generations of the protocol are served: clients that begin
/// with <c>initialize</c> (up to 2025-11-25), and from 2026-07-28 those whose every request says all by itself, in
/// <c>_meta</c> and once more in headers.
/// </summary>
internal static class McpProtocol
{
    /// <summary>The first version without a handshake.</summary>
    public const string Stateless = "2026-07-28";

    /// <summary>Header of the version.</summary>
    public const string VersionHeader = "MCP-Protocol-Version";

    /// <summary>Header that repeats the method.</summary>
    public const string MethodHeader = "Mcp-Method";

    /// <summary>Header that repeats the name of what is called.</summary>
    public const string NameHeader = "Mcp-Name";

    /// <summary>Header of a session.</summary>
    public const string SessionHeader = "Mcp-Session-Id";

    /// <summary>All versions that are served, the newest first.</summary>
    public static IReadOnlyList<string> Versions { get; } = [Stateless, "2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"];

    /// <summary>What is wrong with a request, if anything is.</summary>
    public static ProtocolRefusal? Check(IHeaderDictionary headers, JsonRpcMessage message)
    {
        var (method, parameters) = message switch
        {
            JsonRpcRequest request => (request.Method, request.Params),
            JsonRpcNotification notification => (notification.Method, notification.Params),
            _ => (null, null),
        };
        var said = headers[VersionHeader].ToString();
        if (said.Length > 0 && !Versions.Contains(said))
            return Unsupported(said);
        var inBody = Text((parameters as JsonObject)?["_meta"] as JsonObject, MetaKeys.ProtocolVersion);
        if (said == Stateless || (method is not null && inBody is not null && string.CompareOrdinal(inBody, Stateless) >= 0))
            return method is null ? null : CheckStateless(headers, said, message is JsonRpcRequest, method, parameters as JsonObject, inBody);
        // No session is ever given out, so whatever is named is over: the client begins a new one.
        return headers.ContainsKey(SessionHeader)
            ? new ProtocolRefusal(404, -32001, "There is no such session. This server keeps none: leave the header out.")
            : null;
    }

    private static ProtocolRefusal? CheckStateless(
        IHeaderDictionary headers, string said, bool isRequest, string method, JsonObject? parameters, string? inBody)
    {
        if (isRequest && inBody is null)
            return Invalid($"A request of version {Stateless} says so in _meta[\"{MetaKeys.ProtocolVersion}\"].");
        if (inBody is not null && inBody != said)
            return Mismatch(VersionHeader);
        if (headers[MethodHeader].ToString().Trim() != method)
            return Mismatch(MethodHeader);
        var named = method is "tools/call" or "prompts/get" ? "name" : method is "resources/read" ? "uri" : null;
        if (named is not null && HeaderText(headers[NameHeader].ToString().Trim()) != Text(parameters, named))
            return Mismatch(NameHeader);
        if (!isRequest)
            return null;
        if ((parameters?["_meta"] as JsonObject)?[MetaKeys.ClientCapabilities] is not JsonObject)
            return Invalid($"A request of version {Stateless} has an object in _meta[\"{MetaKeys.ClientCapabilities}\"].");
        return method is "initialize" or "ping" or "logging/setLevel" or "resources/subscribe" or "resources/unsubscribe"
            ? new ProtocolRefusal(404, (int)McpErrorCode.MethodNotFound, $"{method} is no part of version {Stateless}.")
            : null;
    }

    private static ProtocolRefusal Unsupported(string version) =>
        new(400, (int)McpErrorCode.UnsupportedProtocolVersion, "This version of the protocol is not served.")
        {
            Requested = version.Length <= 50 ? version : version[..50],
        };

    private static ProtocolRefusal Invalid(string message) => new(400, (int)McpErrorCode.InvalidParams, message);

    private static ProtocolRefusal Mismatch(string header) =>
        new(400, (int)McpErrorCode.HeaderMismatch, $"The header {header} is missing or does not say what the body says.");

    private static string? Text(JsonObject? json, string name) =>
        json?[name] is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    /// <summary>A header's text; what a header cannot hold as it is comes in Base64 with a mark around it.</summary>
    private static string? HeaderText(string header)
    {
        const string Before = "=?base64?";
        const string After = "?=";
        if (!header.StartsWith(Before, StringComparison.OrdinalIgnoreCase) || !header.EndsWith(After, StringComparison.Ordinal)
            || header.Length < Before.Length + After.Length)
        {
            return header;
        }

        var inner = header[Before.Length..^After.Length];
        return System.Buffers.Text.Base64.IsValid(inner) ? System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(inner)) : null;
    }
}
