using System.Buffers;
using System.Text;

namespace Switchboard.Core.Text;

/// <summary>Who is addressed in a plain text.</summary>
public static class Mentions
{
    /// <summary>What stands in the result when the whole room is mentioned.</summary>
    public const string Room = "@room";

    /// <summary>
    /// Finds <c>@username</c> and <c>@name:server</c> of participants, and <c>@room</c>, each standing as a word:
    /// case does not matter, punctuation may follow, and of two names that fit the longer wins. An address such as
    /// <c>me@example.org</c> mentions nobody.
    /// </summary>
    /// <param name="plainText">The text, without markup.</param>
    /// <param name="participants">Who can be mentioned; of several with one username the first is meant.</param>
    /// <returns>User ids as given, and <see cref="Room"/>; each once, in order of appearance.</returns>
    public static IReadOnlyList<string> Find(string plainText, IReadOnlyList<(string UserId, string? Username)> participants)
    {
        if (!plainText.Contains('@')) return [];
        var names = NamesOf(participants);
        var byName = names.GetAlternateLookup<ReadOnlySpan<char>>();
        var lengths = names.Keys.Select(name => name.Length).Distinct().OrderDescending().ToArray();
        var found = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var at = plainText.IndexOf('@'); at >= 0; at = plainText.IndexOf('@', at + 1))
        {
            if (!MayPrecede(plainText.AsSpan(0, at))) continue;
            var rest = plainText.AsSpan(at + 1);
            foreach (var length in lengths)
            {
                if (length > rest.Length || !MayFollow(rest[length..]) || !byName.TryGetValue(rest[..length], out var user)) continue;
                if (seen.Add(user)) found.Add(user);
                break;
            }
        }
        return found;
    }

    private static Dictionary<string, string> NamesOf(IReadOnlyList<(string UserId, string? Username)> participants)
    {
        var names = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { [Room[1..]] = Room };
        foreach (var (userId, _) in participants)
            if (userId.Length > 1 && userId[0] == '@') names.TryAdd(userId[1..], userId);
        foreach (var (userId, username) in participants)
            if (username?.TrimStart('@') is { Length: > 0 } name) names.TryAdd(name, userId);
        return names;
    }

    /// <summary>A letter before the sign makes it an e-mail address, a slash part of a web address.</summary>
    private static bool MayPrecede(ReadOnlySpan<char> before)
    {
        if (Rune.DecodeLastFromUtf16(before, out var last, out _) is not OperationStatus.Done) return true;
        return !IsOfName(last) && last.Value is not ('@' or '/' or '.' or '-' or '+' or '%' or '=');
    }

    /// <summary>A name goes on after a letter, and after a dot or the like when a letter follows that.</summary>
    private static bool MayFollow(ReadOnlySpan<char> after)
    {
        if (Rune.DecodeFromUtf16(after, out var next, out _) is not OperationStatus.Done) return true;
        if (next.Value is not ('.' or '-' or ':' or '@' or '+' or '=')) return !IsOfName(next);
        return Rune.DecodeFromUtf16(after[1..], out var second, out _) is not OperationStatus.Done || !IsOfName(second);
    }

    /// <summary>Scripts without blanks between words leave none around a mention either.</summary>
    private static bool IsOfName(Rune rune) =>
        rune.Value == '_' || SearchCharacters.IsWord(rune) && !SearchCharacters.IsUnspaced(rune);
}
