using System.Globalization;
using System.Text;

namespace Switchboard.Server.Tests.Http;

/// <summary>Bodies, queries and frames as a careless or hostile client might send them, made from a seed.</summary>
internal static class Mangled
{
    private static readonly string[] Names =
    [
        "text", "type", "id", "user", "draft", "size", "width", "fields", "attachment", "attachments", "uploadID", "reminder", "remindAt",
        "remindAtMs", "title", "chatIDs", "requestID", "participantIDs", "state", "mode", "a", "", "__proto__", "ключ", "\\ud800", "\\u0000",
    ];

    private static readonly string[] Texts =
    [
        "", "x", "group", "single", "typing", "image", "*", "\\u0000", "\\ud800", "\\udc00\\ud800", "👍", "2099-01-01T00:00:00Z",
        "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "mxc://a/b", "file:///etc/passwd", "../../x", "<b>x</b>", "\\\"<b>\\\"",
        "' OR 1=1 --", "%", "%s%n", "\\u202e", "local_owner", "@ada:switchboard.localhost", "NEAR(", "\\\"", "-1", "999999999999999999999",
    ];

    private static readonly string[] Numbers =
    [
        "0", "-0", "1", "-1", "2.0", "0.1", "1e400", "-1e400", "1e-400", "2147483648", "9223372036854775808", "99999999999999999999999999",
        "253402300800000", "1e3", "0.30000000000000004",
    ];

    /// <summary>Any JSON value; now and then deeper than is taken.</summary>
    public static string Json(Random random, int depth = 0) => random.Next(depth > 40 ? 5 : depth > 3 ? 8 : 10) switch
    {
        0 => Pick(random, "true", "false"),
        1 => "null",
        2 => Pick(random, Numbers),
        3 => random.Next().ToString(CultureInfo.InvariantCulture),
        4 => Text(random),
        5 when random.Next(40) == 0 => new string('[', 200) + new string(']', 200),
        5 or 6 => $"[{string.Join(',', Enumerable.Range(0, random.Next(4)).Select(_ => Json(random, depth + 1)))}]",
        _ => $"{{{string.Join(',', Enumerable.Range(0, random.Next(5)).Select(_ => $"\"{Pick(random, Names)}\":{Json(random, depth + 1)}"))}}}",
    };

    /// <summary>A good text, made bad in a few places.</summary>
    public static byte[] Spoil(Random random, string good)
    {
        var text = good;
        for (var rounds = random.Next(1, 4); rounds > 0; rounds--)
        {
            text = random.Next(6) switch
            {
                0 => ReplaceValue(random, text),
                1 => ReplaceValue(random, ReplaceValue(random, text)),
                2 => RepeatName(random, text),
                3 => text.Remove(random.Next(text.Length + 1)),
                4 => text.Insert(random.Next(text.Length + 1), Pick(random, "\"", "{", "}", "[", "]", ",", ":", "\\", "\\ud800", "\0", "\u2028", "//", "0")),
                _ => text,
            };
        }

        var bytes = Encoding.UTF8.GetBytes(text);
        if (bytes.Length > 0 && random.Next(6) == 0)
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        return bytes;
    }

    /// <summary>A query with the given names among others, and values of any bytes.</summary>
    public static string Query(Random random, IReadOnlyList<string> names)
    {
        var pairs = Enumerable.Range(0, random.Next(6)).Select(_ =>
        {
            var name = names.Count > 0 && random.Next(5) > 0 ? names[random.Next(names.Count)] : Pick(random, "q", "cursor", "%00", "limit", "a[b]", "");
            var value = random.Next(6) switch
            {
                0 => Bytes(random, random.Next(20)),
                1 => Pick(random, "%", "%zz", "+", "&", "=", "%F0%9F%91%8D", "%ED%A0%80", "%00"),
                2 => Uri.EscapeDataString(Pick(random, Numbers)),
                3 => Pick(random, "NaN", "Infinity", "-Infinity", "true", "false", "before", "after", "any", "me", "1,,2", ","),
                4 => Uri.EscapeDataString(Pick(random, Texts).Replace("\\", "", StringComparison.Ordinal)),
                _ => new string('A', random.Next(80)),
            };
            return $"{name}{Pick(random, "=", "=", "=", "[]=", "")}{value}";
        });
        return "?" + string.Join('&', pairs);
    }

    /// <summary>A good cursor, changed here and there.</summary>
    public static string Cursor(Random random, string good)
    {
        const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        var letters = good.ToCharArray();
        // The first letters hold the version and the list's mark; behind them lie the places, which can become any number.
        for (var changes = random.Next(1, 6); changes > 0; changes--)
        {
            letters[random.Next(random.Next(3) == 0 ? 0 : letters.Length / 4, letters.Length)] = Alphabet[random.Next(Alphabet.Length)];
        }

        var text = new string(letters);
        return random.Next(5) switch
        {
            0 => text[..random.Next(text.Length)],
            1 => text + Bytes(random, 3),
            _ => text,
        };
    }

    public static string Pick(Random random, params IReadOnlyList<string> among) => among[random.Next(among.Count)];

    private static string Text(Random random) => random.Next(4) == 0
        ? $"\"{new string('x', random.Next(1, 3000))}\""
        : $"\"{Pick(random, Texts)}\"";

    private static string Bytes(Random random, int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return string.Concat(bytes.Select(value => $"%{value:X2}"));
    }

    /// <summary>Puts any value where one value stands.</summary>
    private static string ReplaceValue(Random random, string text)
    {
        var colons = Places(text, ':');
        if (colons.Count == 0)
            return text;
        var start = colons[random.Next(colons.Count)] + 1;
        var end = text.AsSpan(start).IndexOfAny(',', '}');
        return end < 0 ? text : string.Concat(text.AsSpan(0, start), Json(random, 2), text.AsSpan(start + end));
    }

    /// <summary>Gives an object a name it may have already.</summary>
    private static string RepeatName(Random random, string text)
    {
        var braces = Places(text, '{');
        return braces.Count == 0
            ? text
            : text.Insert(braces[random.Next(braces.Count)] + 1, $"\"{Pick(random, Names)}\":{Json(random, 2)},");
    }

    private static List<int> Places(string text, char letter) => text.Index().Where(pair => pair.Item == letter).Select(pair => pair.Index).ToList();
}
