using System.Text;

namespace Switchboard.Bench.World;

/// <summary>
/// 30,000 made-up words, the often used ones first, in the scripts that people write in: Latin with and without accents,
/// Cyrillic, Greek, Arabic, Devanagari, Hangul, Chinese and Japanese, and emoji in between.
/// </summary>
internal sealed class Vocabulary
{
    private const int Words = 30_000;

    private static readonly string[] Latin = ["ba", "de", "fi", "go", "lu", "ma", "ne", "ri", "so", "ta", "ver", "kan", "sel", "mor", "pin", "th"];
    private static readonly string[] Accented = ["é", "ñ", "ü", "ça", "ő", "ře", "łó", "å", "ø", "și"];
    private static readonly string[] Cyrillic = ["до", "ка", "ли", "мо", "не", "по", "ра", "сто", "та", "же"];
    private static readonly string[] Greek = ["κα", "λο", "με", "νι", "πο", "ρά", "σε", "τα"];
    private static readonly string[] Arabic = ["سل", "مر", "كت", "با", "نو", "در", "قل"];
    private static readonly string[] Devanagari = ["नम", "का", "रे", "ति", "मो", "सा"];
    // Written without spaces, these are searched for by pairs of signs: what that costs depends on there being as many signs,
    // and as unequally used, as in real text.
    private static readonly string[] Hangul = Signs(0xAC00, 28, 350);
    private static readonly string[] Chinese = Signs(0x4E00, 7, 2_000);
    private static readonly string[] Japanese = [.. Signs(0x3042, 1, 75), .. Signs(0x30A2, 1, 70), .. Signs(0x4E01, 11, 900)];
    private static readonly string[] Emoji = ["😀", "👍", "🎉", "❤️", "😂", "🙏", "👩‍💻", "🇫🇷", "🔥", "✅"];

    private readonly string[] words = new string[Words];

    /// <summary>Makes the same words from the same seed.</summary>
    public Vocabulary(ulong seed)
    {
        var dice = new Dice(seed);
        var taken = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < Words; i++)
        {
            string word;
            do
            {
                word = Word(dice);
            }
            while (!taken.Add(word));
            words[i] = word;
        }
    }

    /// <summary>The word that is used most.</summary>
    public string Commonest => words[0];

    /// <summary>A word by how often it is used; 0 is the commonest.</summary>
    public string ByRank(int rank) => words[rank];

    /// <summary>How many there are.</summary>
    public static int Count => Words;

    /// <summary>Something to say, of that many words.</summary>
    public string Sentence(Dice dice, int length)
    {
        var text = new StringBuilder();
        for (var i = 0; i < length; i++)
        {
            if (i > 0)
                text.Append(' ');
            text.Append(words[dice.Rank(Words)]);
        }

        if (dice.Chance(0.08))
            text.Append(' ').Append(dice.Of(Emoji));
        return text.ToString();
    }

    private static string Word(Dice dice) => dice.Below(20) switch
    {
        < 10 => Join(dice, Latin, 2, 4),
        < 12 => Join(dice, Latin, 1, 2) + dice.Of(Accented) + Join(dice, Latin, 1, 1),
        < 14 => Join(dice, Cyrillic, 2, 4),
        14 => Join(dice, Greek, 2, 4),
        15 => Join(dice, Arabic, 2, 3),
        16 => Join(dice, Devanagari, 2, 3),
        17 => Join(dice, Hangul, 2, 4, dice.Rank),
        18 => Join(dice, Chinese, 2, 6, dice.Rank),
        _ => Join(dice, Japanese, 3, 7, dice.Rank),
    };

    private static string[] Signs(int first, int step, int count) =>
        [.. Enumerable.Range(0, count).Select(i => char.ConvertFromUtf32(first + (i * step)))];

    private static string Join(Dice dice, string[] parts, int least, int most) => Join(dice, parts, least, most, dice.Below);

    private static string Join(Dice dice, string[] parts, int least, int most, Func<int, int> pick)
    {
        var word = new StringBuilder();
        for (var left = least + dice.Below(most - least + 1); left > 0; left--)
        {
            word.Append(parts[pick(parts.Length)]);
        }

        // A number now and then keeps the words apart when the syllables run out.
        return dice.Chance(0.15) ? word.Append(dice.Below(1000)).ToString() : word.ToString();
    }
}
