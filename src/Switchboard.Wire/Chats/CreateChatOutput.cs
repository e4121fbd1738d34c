using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Switchboard.Wire;

/// <summary>Whether a create or start call made a new chat.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ChatCreation>))]
public enum ChatCreation
{
    /// <summary>The chat was there already.</summary>
    [JsonStringEnumMemberName("existing")]
    Existing,

    /// <summary>The chat is new.</summary>
    [JsonStringEnumMemberName("created")]
    Created,
}

/// <summary>The answer to creating or starting a chat: the chat, and two fields kept for older clients.</summary>
public sealed record CreateChatOutput : Chat
{
    /// <summary>For the serializer and for object initialisers.</summary>
    [JsonConstructor]
    public CreateChatOutput()
    {
    }

    /// <summary>The answer for a chat.</summary>
    /// <param name="chat">The chat that was made or found.</param>
    /// <param name="status">Which of the two it was.</param>
    [SetsRequiredMembers]
    public CreateChatOutput(Chat chat, ChatCreation status)
        : base(chat)
    {
        ChatId = chat.Id;
        Status = status;
    }

    /// <summary>The same as <see cref="Chat.Id"/>; kept for older clients.</summary>
    [JsonPropertyName("chatID")]
    public required string ChatId { get; init; }

    /// <summary>Whether the chat is new; kept for older clients.</summary>
    public ChatCreation? Status { get; init; }
}
