using System.Buffers.Text;
using System.Security.Cryptography;

namespace Switchboard.Core.Access;

/// <summary>
/// What lets somebody in: 256 random bits behind a prefix that says what it is, so that a leaked one is recognised and none
/// passes for another. Only hashes are kept.
/// </summary>
public static class Secrets
{
    /// <summary>Begins an access token.</summary>
    public const string TokenPrefix = "sbt_";

    /// <summary>Begins the secret of an owner's session.</summary>
    public const string SessionPrefix = "sbs_";

    /// <summary>Begins the key that the page of an owner's session keeps.</summary>
    public const string PageKeyPrefix = "sbk_";

    /// <summary>Begins an OAuth authorisation code.</summary>
    public const string CodePrefix = "sbc_";

    /// <summary>Begins a one-time code for the owner's sign-in.</summary>
    public const string SignInPrefix = "sbo_";

    private const int Longest = 100;

    /// <summary>A new secret.</summary>
    public static string Make(string prefix) => prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>Whether a text may be a secret of that kind at all.</summary>
    internal static bool Looks(string secret, string prefix) =>
        secret.Length <= Longest && secret.StartsWith(prefix, StringComparison.Ordinal);
}
