using System.Text.Json;

namespace Switchboard.Matrix.Timeline;

/// <summary>An event as a homeserver sent it. Only what every event must have is checked; the rest is read leniently.</summary>
internal sealed record MatrixEvent
{
    /// <summary>Its id; empty for state of an invitation, which has none.</summary>
    public required string Id { get; init; }

    /// <summary>Its type.</summary>
    public required string Type { get; init; }

    /// <summary>Who sent it.</summary>
    public required string Sender { get; init; }

    /// <summary>When, as its sender says: milliseconds.</summary>
    public required long At { get; init; }

    /// <summary>The state key; <c>null</c> for what is no state.</summary>
    public string? StateKey { get; init; }

    /// <summary>Its content; may be anything.</summary>
    public JsonElement Content { get; init; }

    /// <summary>What the homeserver adds.</summary>
    public JsonElement Unsigned { get; init; }

    /// <summary>What it redacts, named outside of the content (before room version 11).</summary>
    public string? Redacts { get; init; }

    /// <summary>Whether it was redacted before it came here.</summary>
    public bool IsRedacted => Unsigned.Child("redacted_because").ValueKind == JsonValueKind.Object;

    /// <summary>Reads an event; <c>null</c> when it lacks what every event has.</summary>
    /// <param name="json">The event.</param>
    /// <param name="isStripped">Whether it is state of an invitation, without id and time.</param>
    public static MatrixEvent? Read(JsonElement json, bool isStripped = false)
    {
        var id = json.Id("event_id");
        if (json.Id("type") is not { } type || json.Id("sender") is not { } sender || (id is null && !isStripped))
            return null;
        var key = json.Child("state_key");
        if (key.ValueKind == JsonValueKind.String && key.AsText(Lenient.MaxId + 1) is not { Length: <= Lenient.MaxId })
            return null;
        return new()
        {
            Id = id ?? "",
            Type = type,
            Sender = sender,
            At = json.Whole("origin_server_ts") ?? 0,
            StateKey = key.AsText(Lenient.MaxId),
            Content = json.Child("content"),
            Unsigned = json.Child("unsigned"),
            Redacts = json.Id("redacts"),
        };
    }
}
