using System.Text.Json;
using System.Text.Unicode;
using Switchboard.Wire;

namespace Switchboard.Server.Streams;

/// <summary>Carries out what a client says on the socket (events.md §3).</summary>
internal static class SocketCommands
{
    private const int MostChats = 10_000;
    private const int LongestId = 1000;

    /// <summary>Reads one command; an error leaves everything as it is and the connection open.</summary>
    public static SocketAnswer Read(ReadOnlyMemory<byte> frame)
    {
        string? requestId = null;
        try
        {
            if (!Utf8.IsValid(frame.Span))
                return Refuse(WSErrorCode.InvalidPayload, "The frame is not UTF-8.", null);
            using var document = JsonDocument.Parse(frame, new JsonDocumentOptions { MaxDepth = 16 });
            var command = document.RootElement;
            if (command.ValueKind != JsonValueKind.Object)
                return Refuse(WSErrorCode.InvalidPayload, "A command is a JSON object.", null);
            if (command.TryGetProperty("requestID", out var id))
            {
                if (id.ValueKind is not (JsonValueKind.String or JsonValueKind.Null))
                    return Refuse(WSErrorCode.InvalidPayload, "requestID must be a string.", null);
                requestId = id.GetString();
            }

            if (!command.TryGetProperty("type", out var type) || type.ValueKind != JsonValueKind.String || type.GetString() != "subscriptions.set")
                return Refuse(WSErrorCode.InvalidCommand, "The only command is subscriptions.set.", requestId);
            return Subscribe(command, requestId);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: half a surrogate pair in a text.
            return Refuse(WSErrorCode.InvalidPayload, "The frame is not valid JSON.", requestId);
        }
    }

    /// <summary>An error frame; the connection stays open.</summary>
    public static SocketAnswer Refuse(WSErrorCode code, string message, string? requestId) =>
        new(WireJson.ToUtf8Bytes(new WSErrorMessage { Code = code, Message = message, RequestId = requestId }));

    private static SocketAnswer Subscribe(JsonElement command, string? requestId)
    {
        foreach (var property in command.EnumerateObject())
        {
            // "app" belongs to a later revision of the protocol: accepted, without effect (events.md §3).
            if (property.Name is not ("type" or "requestID" or "chatIDs" or "app"))
                return Refuse(WSErrorCode.InvalidPayload, "Unknown property. Known are type, requestID and chatIDs.", requestId);
        }

        if (!command.TryGetProperty("chatIDs", out var list)
            || list.ValueKind != JsonValueKind.Array
            || list.GetArrayLength() > MostChats
            || list.EnumerateArray().Any(item => item.ValueKind != JsonValueKind.String || item.GetString()!.Length is 0 or > LongestId))
        {
            return Refuse(WSErrorCode.InvalidPayload, $"chatIDs must be a list of at most {MostChats} chat ids, or [\"*\"].", requestId);
        }

        var ids = list.EnumerateArray().Select(item => item.GetString()!).ToList();
        if (ids.Contains("*") && ids.Count > 1)
            return Refuse(WSErrorCode.InvalidPayload, "\"*\" stands for all chats and cannot be combined with others.", requestId);
        return new SocketAnswer(WireJson.ToUtf8Bytes(new WSSubscriptionsUpdatedMessage { ChatIds = ids, RequestId = requestId }))
        {
            Subscription = new SocketSubscription(ids is ["*"] ? null : ids.ToHashSet(StringComparer.Ordinal)),
        };
    }
}

/// <summary>What a client gets back for a command.</summary>
/// <param name="Frame">The frame's bytes.</param>
internal sealed record SocketAnswer(ReadOnlyMemory<byte> Frame)
{
    /// <summary>What it wants from now on; <c>null</c> when that stays as it was.</summary>
    public SocketSubscription? Subscription { get; init; }
}

/// <summary>The chats that a client wants to hear of.</summary>
/// <param name="Chats">By id or local id; <c>null</c> means all.</param>
internal sealed record SocketSubscription(IReadOnlySet<string>? Chats);
