using Switchboard.Networks;

namespace Switchboard.Core.Chats;

/// <summary>What being only invited means for a chat.</summary>
internal static class Invitations
{
    private static readonly MessageRequestCapabilities EitherWay = new()
    {
        AcceptWithMessage = CapabilityLevel.Full,
        AcceptWithButton = CapabilityLevel.Full,
    };

    extension(RemoteChat chat)
    {
        /// <summary>Its capabilities; an invitation can be accepted, whether or not its network says how.</summary>
        public ChatCapabilities AllCapabilities() => chat.IsInvitation && chat.Capabilities.MessageRequest is null
            ? chat.Capabilities with { MessageRequest = EitherWay }
            : chat.Capabilities;
    }
}
