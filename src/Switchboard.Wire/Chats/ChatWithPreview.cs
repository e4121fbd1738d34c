using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Switchboard.Wire;

/// <summary>A chat in the chat list, with its last visible message.</summary>
public sealed record ChatWithPreview : Chat
{
    /// <summary>For the serializer and for object initialisers.</summary>
    [JsonConstructor]
    public ChatWithPreview()
    {
    }

    /// <summary>The same chat, ready to be given a preview.</summary>
    /// <param name="chat">The chat to copy.</param>
    [SetsRequiredMembers]
    public ChatWithPreview(Chat chat)
        : base(chat)
    {
    }

    /// <summary>The last visible message; absent in an empty chat.</summary>
    public Message? Preview { get; init; }
}
