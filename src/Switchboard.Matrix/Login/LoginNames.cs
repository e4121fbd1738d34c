using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Switchboard.Matrix.Login;

/// <summary>What a login is called: in URLs, as a file, and as an account.</summary>
internal static class LoginNames
{
    /// <summary>The account of the first login.</summary>
    public const string FirstAccount = "matrix";

    private const int Longest = 120;

    /// <summary>
    /// A name for a user that is safe in a URL and as the name of a file, and no other user's: <c>@ada:example.org</c> is
    /// <c>ada_example.org</c>. A server's name holds no underscore, so the last one is where it begins; whatever else would not be
    /// safe is written as <c>~</c> and two digits.
    /// </summary>
    public static string RemoteIdOf(string userId)
    {
        var colon = userId.IndexOf(':', StringComparison.Ordinal);
        var local = colon < 0 ? userId.TrimStart('@') : userId[1..colon];
        var server = colon < 0 ? "" : userId[(colon + 1)..];
        var name = Safe(local, "_-.") + "_" + Safe(server, "-.");
        return name.Length <= Longest
            ? name
            : name[..(Longest - 33)] + "~" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(userId)).AsSpan(0, 16));
    }

    /// <summary>The account's id of a login beside others.</summary>
    public static string AccountIdOf(string userId) => FirstAccount + "_" + RemoteIdOf(userId);

    /// <summary>The part of a user id before the colon, without the <c>@</c>.</summary>
    public static string LocalPart(string userId)
    {
        var colon = userId.IndexOf(':', StringComparison.Ordinal);
        return (colon < 0 ? userId : userId[..colon]).TrimStart('@');
    }

    /// <summary>The server of a user id; <c>null</c> when it is not a whole one.</summary>
    public static string? ServerOf(string userId)
    {
        var colon = userId.IndexOf(':', StringComparison.Ordinal);
        return userId.StartsWith('@') && colon > 1 && colon < userId.Length - 1 ? userId[(colon + 1)..] : null;
    }

    private static string Safe(string text, string also)
    {
        var safe = new StringBuilder(text.Length);
        foreach (var value in Encoding.UTF8.GetBytes(text))
        {
            var character = (char)value;
            // A leading dot would hide the file, or be a folder.
            if (char.IsAsciiLetterOrDigit(character)
                || (also.Contains(character, StringComparison.Ordinal) && (character != '.' || safe.Length > 0)))
            {
                safe.Append(character);
            }
            else
            {
                safe.Append(CultureInfo.InvariantCulture, $"~{value:x2}");
            }
        }

        return safe.ToString();
    }
}
