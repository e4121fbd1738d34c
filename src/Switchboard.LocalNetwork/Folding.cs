using System.Collections.Frozen;
using System.Text;

namespace Switchboard.LocalNetwork;

/// <summary>Makes names comparable: lower case, without diacritics.</summary>
/// <remarks>
/// A table of our own because the program runs without ICU, where the runtime's normalization leaves text as it is. It
/// covers Latin, Greek and Cyrillic letters that decompose into one base letter; combining marks are dropped.
/// </remarks>
internal static class Folding
{
    private const string Marked =
        "àáâãäåçèéêëìíîïñòóôõöøùúûüýÿāăąćĉċčďđēĕėęěĝğġģĥħĩīĭįıĵķĺļľłńņňōŏőŕŗřśŝşšţťŧũūŭůűųŵŷźżžơưǎǐǒǔǖǘǚǜ" +
        "ǟǡǣǧǩǫǭǯǰǵǹǻǽǿȁȃȅȇȉȋȍȏȑȓȕȗșțȟȧȩȫȭȯȱȳʹΐάέήίΰςϊϋόύώϓϔйѐёѓїќѝўѷӂӑӓӗӛӝӟӣӥӧӫӭӯӱӳӵӹḁḃḅḇḉḋḍḏḑḓḕḗḙḛḝḟḡḣḥ" +
        "ḧḩḫḭḯḱḳḵḷḹḻḽḿṁṃṅṇṉṋṍṏṑṓṕṗṙṛṝṟṡṣṥṧṩṫṭṯṱṳṵṷṹṻṽṿẁẃẅẇẉẋẍẏẑẓẕẖẗẘẙẛạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụ" +
        "ủứừửữựỳỵỷỹ";

    private const string Plain =
        "aaaaaaceeeeiiiinoooooouuuuyyaaaccccddeeeeegggghhiiiiijkllllnnnooorrrsssstttuuuuuuwyzzzouaiouuuuu" +
        "aaægkooʒjgnaæøaaeeiioorruusthaeooooyʹιαεηιυσιυουωϒϒиеегікиуѵжааеәжзииоөэууучыabbbcdddddeeeeefghh" +
        "hhhiikkkllllmmmnnnnoooopprrrrsssssttttuuuuuvvwwwwwxxyzzzhtwyſaaaaaaaaaaaaeeeeeeeeiioooooooooooou" +
        "uuuuuuyyyy";

    private static readonly FrozenDictionary<char, char> BaseLetters =
        Marked.Zip(Plain).ToFrozenDictionary(pair => pair.First, pair => pair.Second);

    /// <summary>The text as it is compared.</summary>
    public static string Fold(string text)
    {
        var folded = new StringBuilder(text.Length);
        foreach (var letter in text.ToLowerInvariant())
        {
            if (letter is >= '\u0300' and <= '\u036f')
                continue;
            folded.Append(BaseLetters.GetValueOrDefault(letter, letter));
        }

        return folded.ToString();
    }
}
