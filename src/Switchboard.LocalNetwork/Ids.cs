using System.Buffers.Text;
using System.Security.Cryptography;

namespace Switchboard.LocalNetwork;

/// <summary>Ids that nobody can guess and that tell nothing.</summary>
internal static class Ids
{
    /// <summary>A hundred and forty-four random bits, safe in a URL and in a file name.</summary>
    public static string Random() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(18));

    /// <summary>A new room's id.</summary>
    public static string NewRoom(string serverName) => $"!{Random()}:{serverName}";

    /// <summary>A new message's id.</summary>
    public static string NewMessage() => $"${Random()}";
}
