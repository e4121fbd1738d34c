using System.Text;

namespace Switchboard.Core.Text;

/// <summary>
/// The analyser of the full-text indexes: what it writes with <see cref="Index"/> is found with what
/// <see cref="Query"/> makes. The index is FTS5 with <c>tokenize = "ascii tokenchars ':'"</c>. That tokenizer only
/// splits at blanks here, because words are found, folded and cut in this class: the server runs without ICU, and
/// SQLite's own tokenizers know no words without blanks and no emoji.
/// </summary>
/// <remarks>
/// <para>Folding: compatibility decomposition, full case folding, no diacritics (Latin, Greek, Cyrillic, Arabic,
/// Hebrew), digits of all scripts as 0–9. See <c>tools/make-folding.py</c>.</para>
/// <para>Apostrophes: <c>don't</c> is indexed as <c>don</c>, <c>t</c> and <c>dont</c>, and queried as <c>dont</c>. So
/// <c>don't</c>, <c>don’t</c> and <c>dont</c> find each other, and <c>homme</c> finds <c>l'homme</c>.</para>
/// <para>Scripts without blanks (Chinese, Japanese, Korean, Thai, Lao, Khmer, Burmese) become overlapping pairs
/// followed by the last character, so any part of a run is found: one character as a prefix, more as a phrase.</para>
/// <para>Emoji: each is a token, without its variation selector; one with a skin tone is a second token without it,
/// so the plain emoji finds every tone and a toned one finds only itself.</para>
/// <para>Both methods are pure and thread-safe, and take time proportional to the text.</para>
/// </remarks>
public static class SearchText
{
    /// <summary>How many tokens of one text are indexed; what comes later is not found.</summary>
    public const int MaxTokens = 65_536;

    /// <summary>How many terms of a query count; later ones are ignored, so a longer query finds more, never less.</summary>
    public const int MaxQueryTerms = 64;

    /// <summary>The tokens to index for a text, separated by blanks; empty when it has none.</summary>
    /// <param name="plainText">Any text, without markup. Lone surrogates are ignored.</param>
    /// <returns>Tokens of at most 64 UTF-16 units that hold no <c>:</c>, <c>"</c>, blank or control character.</returns>
    public static string Index(string plainText) => new Indexer().Tokens(plainText);

    /// <summary>
    /// The FTS5 <c>MATCH</c> expression for what a person typed: every word must occur, in any order. It is always
    /// valid, names no column and no operator but <c>AND</c>; to narrow it, write <c>(filter) AND (query)</c>.
    /// </summary>
    /// <param name="text">Anything at all.</param>
    /// <param name="prefix">Which words also match as beginnings. Emoji and runs of two or more characters of a script
    /// without blanks match as they stand.</param>
    /// <param name="beginnings">
    /// Names the indexed words that begin so, to be asked for in place of the beginning; <c>null</c> from it leaves the
    /// beginning as it is. For <see cref="SearchPrefix.LastWord"/>.
    /// </param>
    /// <returns>The expression, or <c>null</c> when the text has nothing to search for: then nothing matches.</returns>
    public static string? Query(string text, SearchPrefix prefix, Func<string, IReadOnlyList<string>?>? beginnings = null) =>
        new Querier(prefix, beginnings).Expression(text);

    private sealed class Indexer : SearchTerms
    {
        private readonly StringBuilder _tokens = new();
        private int _count;

        protected override bool IsFull => _count >= MaxTokens;

        public string Tokens(string text)
        {
            Read(text);
            return _tokens.ToString();
        }

        protected override void OnWord(string word) => Add(word);

        protected override void OnPart(string part) => Add(part);

        protected override void OnPair(string pair) => Add(pair);

        protected override void OnRunEnd(string last, bool isAlone) => Add(last);

        protected override void OnSymbol(string symbol, string withoutSkinTone)
        {
            Add(symbol);
            if (withoutSkinTone.Length > 0 && withoutSkinTone.Length < symbol.Length) Add(withoutSkinTone);
        }

        private void Add(string token)
        {
            if (IsFull) return;
            if (_count++ > 0) _tokens.Append(' ');
            _tokens.Append(token);
        }
    }

    private sealed class Querier(SearchPrefix prefix, Func<string, IReadOnlyList<string>?>? beginnings) : SearchTerms
    {
        private readonly List<string> _terms = [];
        private readonly List<string> _run = [];
        private string? _lastWord;

        protected override bool IsFull => _terms.Count >= MaxQueryTerms;

        public string? Expression(string text)
        {
            Read(text);
            if (_terms.Count == 0) return null;
            if (_lastWord is { } word && prefix is SearchPrefix.LastWord) _terms[^1] = Beginning(word);
            return string.Join(" AND ", _terms);
        }

        protected override void OnWord(string word) =>
            Add(prefix is SearchPrefix.EveryWord ? $"\"{word}\"*" : $"\"{word}\"", word);

        protected override void OnPart(string part)
        {
        }

        protected override void OnPair(string pair)
        {
            if (_run.Count < MaxQueryTerms) _run.Add(pair);
        }

        protected override void OnRunEnd(string last, bool isAlone)
        {
            Add(isAlone ? Beginning(last) : $"\"{string.Join(' ', _run)}\"", null);
            _run.Clear();
        }

        protected override void OnSymbol(string symbol, string withoutSkinTone) => Add($"\"{symbol}\"", null);

        private void Add(string term, string? word)
        {
            if (IsFull) return;
            _terms.Add(term);
            _lastWord = word;
        }

        private string Beginning(string text) => beginnings?.Invoke(text) switch
        {
            null => $"\"{text}\"*",
            [] => $"\"{text}\"",
            var words => $"({string.Join(" OR ", words.Select(word => $"\"{word}\""))})",
        };
    }
}
