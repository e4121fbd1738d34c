using Switchboard.Core.Messages;

namespace Switchboard.Core.Chats;

/// <summary>
/// A chat at one state of it, its messages and its people. What was made from them is right for as long as the stamp is the
/// same.
/// </summary>
/// <param name="Chat">Row key of the chat.</param>
/// <param name="Version">Counts up when the chat or a message in it changes.</param>
/// <param name="AccountVersion">Counts up when a person of the account is renamed or the account itself changes.</param>
public readonly record struct ChatStamp(long Chat, long Version, long AccountVersion);

/// <summary>A chat of a list.</summary>
/// <param name="Stamp">Its state.</param>
/// <param name="Chat">The chat; <c>null</c> when whoever asked has what is made of this state already.</param>
/// <param name="Preview">The newest message that is shown; <c>null</c> as <paramref name="Chat"/> is, or when there is none.</param>
public sealed record ListedChat(ChatStamp Stamp, Chat? Chat, Message? Preview);

/// <summary>Where a chat is in a list.</summary>
/// <param name="Stamp">Its state.</param>
/// <param name="LastActivity">Milliseconds since 1970 UTC.</param>
internal sealed record ChatPlace(ChatStamp Stamp, long LastActivity);
