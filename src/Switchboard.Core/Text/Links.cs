using System.Buffers;
using System.Text;

namespace Switchboard.Core.Text;

/// <summary>Web addresses in plain text.</summary>
public static class Links
{
    private const string Separator = "://";

    /// <summary>
    /// Whether the text has an <c>http</c> or <c>https</c> address: the scheme, standing at the start of a word, and the
    /// beginning of a host.
    /// </summary>
    public static bool Contains(string plainText)
    {
        var from = 0;
        for (var next = 0; next >= 0; from += next + Separator.Length)
        {
            next = plainText.AsSpan(from).IndexOf(Separator);
            if (next >= 0 && HasScheme(plainText.AsSpan(0, from + next)) && HasHost(plainText.AsSpan(from + next + Separator.Length)))
                return true;
        }
        return false;
    }

    private static bool HasScheme(ReadOnlySpan<char> before)
    {
        foreach (var scheme in (ReadOnlySpan<string>)["http", "https"])
        {
            if (!before.EndsWith(scheme, StringComparison.OrdinalIgnoreCase)) continue;
            var outside = before[..^scheme.Length];
            return outside.IsEmpty || !char.IsAsciiLetterOrDigit(outside[^1]) && outside[^1] is not ('+' or '-' or '.');
        }
        return false;
    }

    private static bool HasHost(ReadOnlySpan<char> after) =>
        Rune.DecodeFromUtf16(after, out var first, out _) is OperationStatus.Done && (first.Value == '[' || Rune.IsLetterOrDigit(first));
}
