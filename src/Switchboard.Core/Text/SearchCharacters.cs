using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Switchboard.Core.Text;

/// <summary>What single characters mean to search: how they fold, and which script habits they follow.</summary>
internal static class SearchCharacters
{
    private static readonly FrozenDictionary<int, string> Foldings = ReadFoldings();

    /// <summary>
    /// The folding of a character that is not ASCII: decomposed, lower case, without diacritics. <c>null</c> when it
    /// folds to itself. A blank in the result separates words.
    /// </summary>
    public static string? Fold(Rune rune) => Foldings.GetValueOrDefault(rune.Value);

    /// <summary>Whether the character belongs to a word: a letter, a digit or number, or a mark that is kept.</summary>
    public static bool IsWord(Rune rune) => Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter or
        UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter or UnicodeCategory.DecimalDigitNumber or
        UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber or UnicodeCategory.NonSpacingMark or
        UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;

    /// <summary>
    /// Whether the character is a diacritic or an invisible sign that search looks through. Vowel signs of the Indic
    /// and South-East Asian scripts are not: there they are letters.
    /// </summary>
    public static bool IsDropped(Rune rune) => rune.Value switch
    {
        0x00AD or 0x0640 or 0x0670 or 0x0711 or 0xFEFF => true,
        >= 0x0300 and <= 0x036F or >= 0x0483 and <= 0x0489 or >= 0x0591 and <= 0x05BD => true,
        0x05BF or 0x05C1 or 0x05C2 or 0x05C4 or 0x05C5 or 0x05C7 => true,
        >= 0x0610 and <= 0x061A or >= 0x064B and <= 0x065F or >= 0x0730 and <= 0x074A => true,
        >= 0x06D6 and <= 0x06ED => rune.Value is not (0x06DD or 0x06DE or 0x06E5 or 0x06E6 or 0x06E9),
        >= 0x1AB0 and <= 0x1AFF or >= 0x1DC0 and <= 0x1DFF or >= 0x20D0 and <= 0x20F0 => true,
        >= 0x200C and <= 0x200F or >= 0x202A and <= 0x202E or >= 0x2060 and <= 0x2069 => true,
        >= 0x2DE0 and <= 0x2DFF or >= 0x302A and <= 0x302F or >= 0xA66F and <= 0xA672 => true,
        >= 0xA674 and <= 0xA67D or >= 0xFE00 and <= 0xFE0F or >= 0xFE20 and <= 0xFE2F => true,
        >= 0xE0000 and <= 0xE01EF => true,
        _ => false,
    };

    /// <summary>Whether the character is an emoji or another pictorial sign, searched as a token of its own.</summary>
    public static bool IsSymbol(Rune rune) => rune.Value switch
    {
        < 0x80 or 0xFFFC or 0xFFFD => false,
        0x203C or 0x2049 or 0x2194 or >= 0x25FB and <= 0x25FE or 0x2934 or 0x2935 or 0x3030 => true,
        _ => IsSkinTone(rune) || Rune.GetUnicodeCategory(rune) is UnicodeCategory.OtherSymbol,
    };

    /// <summary>Whether the character gives the emoji before it a skin tone.</summary>
    public static bool IsSkinTone(Rune rune) => rune.Value is >= 0x1F3FB and <= 0x1F3FF;

    /// <summary>
    /// Whether the character is of a script that is written without blanks between words (or, for Korean, whose words
    /// carry endings), and so is searched by pairs of characters.
    /// </summary>
    public static bool IsUnspaced(Rune rune) => rune.Value switch
    {
        < 0x0E00 => false,
        >= 0x0E00 and <= 0x0EFF or >= 0x1000 and <= 0x109F or >= 0x1780 and <= 0x17FF => true,
        >= 0x1100 and <= 0x11FF or >= 0x2E80 and <= 0x2FDF or >= 0x3005 and <= 0x3007 => true,
        >= 0x3021 and <= 0x302F or >= 0x3031 and <= 0x303C or >= 0x3040 and <= 0x33FF => true,
        >= 0x3400 and <= 0x4DBF or >= 0x4E00 and <= 0x9FFF or >= 0xA960 and <= 0xA97F => true,
        >= 0xA9E0 and <= 0xA9FF or >= 0xAA60 and <= 0xAA7F or >= 0xAC00 and <= 0xD7FF => true,
        >= 0xF900 and <= 0xFAFF or >= 0xFF66 and <= 0xFFDC or >= 0x1AFF0 and <= 0x1B16F => true,
        >= 0x20000 and <= 0x3FFFF => true,
        _ => false,
    };

    /// <summary>Whether the character, inside a word, is an apostrophe or stands for one (Hebrew geresh and gershayim too).</summary>
    public static bool IsApostrophe(Rune rune) => rune.Value is
        '\'' or 0x2018 or 0x2019 or 0x02BB or 0x02BC or 0xFF07 or 0x05F3 or 0x05F4;

    /// <summary>
    /// Joins two characters that Unicode regards as one letter: the parts of a Hangul syllable, kana and a voicing mark.
    /// </summary>
    /// <returns>The one letter, or <c>null</c> when the two stay two.</returns>
    public static Rune? Compose(Rune first, Rune second)
    {
        const int syllables = 0xAC00, finals = 28, vowels = 21;
        var (a, b) = (first.Value, second.Value);
        if (a is >= 0x1100 and <= 0x1112 && b is >= 0x1161 and <= 0x1175)
            return new Rune(syllables + ((a - 0x1100) * vowels + (b - 0x1161)) * finals);
        if (b is >= 0x11A8 and <= 0x11C2 && a is >= syllables and <= 0xD7A3 && (a - syllables) % finals == 0)
            return new Rune(a + b - 0x11A7);
        return b is 0x3099 or 0x309A ? ComposeKana(a, voiced: b == 0x3099) : null;
    }

    /// <summary>Whether the character is a voicing mark of kana, meaningless unless it joins the kana before it.</summary>
    public static bool IsVoicingMark(Rune rune) => rune.Value is 0x3099 or 0x309A;

    private static Rune? ComposeKana(int kana, bool voiced)
    {
        const int katakana = 0x60;
        var shift = kana is >= 0x30A1 and <= 0x30FE ? katakana : 0;
        int? step = (kana - shift, voiced) switch
        {
            (0x306F or 0x3072 or 0x3075 or 0x3078 or 0x307B, _) => voiced ? 1 : 2,
            ( >= 0x304B and <= 0x3061, true) when (kana - shift) % 2 == 1 => 1,
            (0x3064 or 0x3066 or 0x3068 or 0x309D, true) => 1,
            (0x3046, true) => 0x4E,
            ( >= 0x308F and <= 0x3092, true) when shift == katakana => 8,
            _ => null,
        };
        return step is { } distance ? new Rune(kana + distance) : null;
    }

    private static FrozenDictionary<int, string> ReadFoldings()
    {
        using var stream = typeof(SearchCharacters).Assembly.GetManifestResourceStream("folding.txt")
            ?? throw new InvalidOperationException("The folding table is missing from the assembly.");
        using var reader = new StreamReader(stream, Encoding.ASCII);
        var foldings = new Dictionary<int, string>();
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#')) continue;
            var fields = line.Split(' ');
            var bounds = fields[0].Split('-');
            var (from, to) = (Hexadecimal(bounds[0]), Hexadecimal(bounds[^1]));
            if (from == to)
                foldings[from] = string.Concat(fields[1..].Select(field => new Rune(Hexadecimal(field)).ToString()));
            else
                for (var code = from; code <= to; code++)
                    foldings[code] = new Rune(Hexadecimal(fields[1]) + code - from).ToString();
        }
        return foldings.ToFrozenDictionary();
    }

    private static int Hexadecimal(string digits) => int.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
