using System.Text.Json;

namespace Switchboard.Matrix.Timeline;

/// <summary>Addresses of files: <c>mxc://server/id</c>. They end in paths, so nothing else is taken (matrix.md §4.2, §8.21).</summary>
internal static class Mxc
{
    private const string Scheme = "mxc://";

    /// <summary>The address, when it is a valid one.</summary>
    public static string? Of(JsonElement json) => json.AsId() is { } text && IsValid(text) ? text : null;

    /// <summary>Whether both parts are there and hold nothing that could leave their place in a path.</summary>
    public static bool IsValid(string address)
    {
        if (!address.StartsWith(Scheme, StringComparison.Ordinal))
            return false;
        var rest = address.AsSpan(Scheme.Length);
        var slash = rest.IndexOf('/');
        return slash > 0 && IsPart(rest[..slash], ".-:[]_") && IsPart(rest[(slash + 1)..], "-_.=~") && rest[..slash] is not ("." or "..")
            && rest[(slash + 1)..] is not ("." or "..");
    }

    private static bool IsPart(ReadOnlySpan<char> part, string also)
    {
        foreach (var letter in part)
        {
            if (!char.IsAsciiLetterOrDigit(letter) && !also.Contains(letter, StringComparison.Ordinal))
                return false;
        }

        return part.Length > 0;
    }
}
