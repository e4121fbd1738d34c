using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Switchboard.Wire;

/// <summary>The answer to an edit: the message as it is now, and two fields kept for older clients.</summary>
public sealed record EditMessageOutput : Message
{
    /// <summary>For the serializer and for object initialisers.</summary>
    [JsonConstructor]
    public EditMessageOutput()
    {
    }

    /// <summary>The answer for an edited message.</summary>
    /// <param name="message">The message after the edit.</param>
    [SetsRequiredMembers]
    public EditMessageOutput(Message message)
        : base(message) => MessageId = message.Id;

    /// <summary>The same as <see cref="Message.Id"/>; kept for older clients.</summary>
    [JsonPropertyName("messageID")]
    public required string MessageId { get; init; }

    /// <summary>Always <c>true</c>; kept for older clients.</summary>
    [Always(true)]
    public bool Success { get; } = true;
}
