using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Switchboard.Wire;

/// <summary>A member of a chat: a user and their standing in it.</summary>
public sealed record Participant : User
{
    /// <summary>For the serializer and for object initialisers.</summary>
    [JsonConstructor]
    public Participant()
    {
    }

    /// <summary>The user as a member.</summary>
    /// <param name="user">The user to copy.</param>
    [SetsRequiredMembers]
    public Participant(User user)
        : base(user)
    {
    }

    /// <summary>May manage the chat.</summary>
    public bool? IsAdmin { get; init; }

    /// <summary>Invited but not joined.</summary>
    public bool? IsPending { get; init; }

    /// <summary>A bot of the bridge or of the network.</summary>
    public bool? IsNetworkBot { get; init; }
}
