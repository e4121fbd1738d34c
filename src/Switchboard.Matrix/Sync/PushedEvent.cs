using System.Text.Json;
using Switchboard.Matrix.Timeline;

namespace Switchboard.Matrix.Sync;

/// <summary>A message as push rules look at it.</summary>
/// <param name="Source">The event.</param>
/// <param name="Content">What it says now: the event's content, or that of its newest edit.</param>
/// <param name="Room">Where it is.</param>
internal sealed record PushedEvent(MatrixEvent Source, JsonElement Content, string Room)
{
    /// <summary>People in the room; <c>null</c> when it is not known how many.</summary>
    public long? Members { get; init; }

    /// <summary>What the owner is called in the room.</summary>
    public string? OwnName { get; init; }

    /// <summary>Whether its sender may notify everybody.</summary>
    public bool MayNotifyRoom { get; init; }

    /// <summary>Whether it says itself whom it mentions; then rules that look for names in the text are silent.</summary>
    public bool TellsMentions => Content.Child("m.mentions").ValueKind == JsonValueKind.Object;

    /// <summary>The value at a path such as <c>content.body</c>.</summary>
    public JsonElement At(string[] path)
    {
        if (path is not ["content", ..])
            return default;
        var value = Content;
        foreach (var name in path.AsSpan(1))
        {
            value = value.Child(name);
        }

        return value;
    }

    /// <summary>The text at a path.</summary>
    public string? TextAt(string[] path) => path switch
    {
        ["type"] => Source.Type,
        ["sender"] => Source.Sender,
        ["room_id"] => Room,
        ["state_key"] => Source.StateKey,
        _ => At(path).AsText(BodyText.Longest),
    };
}
