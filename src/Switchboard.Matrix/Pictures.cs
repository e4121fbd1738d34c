using Switchboard.Matrix.Api;
using Switchboard.Matrix.Sync;
using Switchboard.Networks;

namespace Switchboard.Matrix;

/// <summary>Pictures of people and chats, of which only the address is known.</summary>
internal static class Pictures
{
    /// <summary>The picture at that address; <c>null</c> when it is none.</summary>
    public static RemoteMedia? Of(string? address) => MediaAddress.Parse(address) is { } valid ? RoomChat.Picture(valid.ToString()) : null;
}
