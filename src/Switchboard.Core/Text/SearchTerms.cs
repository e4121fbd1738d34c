using System.Globalization;
using System.Text;

namespace Switchboard.Core.Text;

/// <summary>
/// Walks a text and names the terms in it, in their order: the one analysis behind indexing and querying. Ends early
/// when <see cref="IsFull"/> says so. Time and memory grow with the text, never faster.
/// </summary>
internal abstract class SearchTerms
{
    /// <summary>The longest token in UTF-16 units; the rest of a longer one is cut, here and in queries alike.</summary>
    public const int MaxTokenLength = 64;

    private readonly StringBuilder _word = new(MaxTokenLength);
    private readonly StringBuilder _part = new(MaxTokenLength);
    private bool _wordIsCut;
    private bool _partIsCut;
    private bool _apostropheIsPending;
    private bool _wordHasParts;
    private Rune? _before;
    private Rune? _last;

    /// <summary>Whether no further terms are wanted.</summary>
    protected abstract bool IsFull { get; }

    /// <summary>A word without its apostrophes: <c>dont</c> for <c>don't</c>.</summary>
    protected abstract void OnWord(string word);

    /// <summary>What stands between the apostrophes of a word: <c>don</c>, then <c>t</c>. Comes before its word.</summary>
    protected abstract void OnPart(string part);

    /// <summary>Two neighbours in a run of a script without blanks; they come overlapping.</summary>
    protected abstract void OnPair(string pair);

    /// <summary>The end of such a run, with its last character, which may be its only one.</summary>
    protected abstract void OnRunEnd(string last, bool isAlone);

    /// <summary>An emoji: whole, and without its skin tones (the same when it has none; empty when it is nothing else).</summary>
    protected abstract void OnSymbol(string symbol, string withoutSkinTone);

    /// <summary>Walks the text.</summary>
    protected void Read(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty && !IsFull)
        {
            var status = Rune.DecodeFromUtf16(text, out var rune, out var length);
            if (status is not System.Buffers.OperationStatus.Done)
                EndTerm();
            else if (IsKeycap(text))
                length = ReadSymbol(text);
            else if (rune.IsAscii)
                ReadFolded(Rune.ToLowerInvariant(rune));
            else if (SearchCharacters.Fold(rune) is { } folding)
                ReadFolding(rune, folding);
            else if (SearchCharacters.IsSymbol(rune))
                length = ReadSymbol(text);
            else
                ReadFolded(rune);
            text = text[length..];
        }
        if (!IsFull) EndTerm();
    }

    private static bool IsKeycap(ReadOnlySpan<char> text)
    {
        const char keycap = '\u20E3', emojiStyle = '\uFE0F';
        if (text.Length < 2 || text[1] is not (keycap or emojiStyle)) return false;
        if (!char.IsAsciiDigit(text[0]) && text[0] is not ('#' or '*')) return false;
        return text[1] is keycap || text.Length > 2 && text[2] is keycap;
    }

    private void ReadFolding(Rune rune, string folding)
    {
        var isOfWord = SearchCharacters.IsWord(rune);
        if (!isOfWord) EndTerm();
        foreach (var folded in folding.EnumerateRunes()) ReadFolded(folded);
        if (!isOfWord) EndTerm();
    }

    private void ReadFolded(Rune rune)
    {
        if (SearchCharacters.IsDropped(rune)) return;
        if (SearchCharacters.IsApostrophe(rune))
        {
            EndRun();
            if (_word.Length == 0 || _apostropheIsPending) EndTerm();
            else _apostropheIsPending = true;
        }
        else if (!SearchCharacters.IsWord(rune)) EndTerm();
        else if (SearchCharacters.IsUnspaced(rune)) AppendToRun(rune);
        else AppendToWord(rune);
    }

    private int ReadSymbol(ReadOnlySpan<char> text)
    {
        EndTerm();
        var length = StringInfo.GetNextTextElementLength(text);
        var whole = new StringBuilder();
        var plain = new StringBuilder();
        foreach (var rune in text[..length].EnumerateRunes())
        {
            if (whole.Length + 2 > MaxTokenLength) break;
            if (!IsOfSymbol(rune)) continue;
            var kept = rune.Value switch { '#' => new Rune('＃'), '*' => new Rune('＊'), _ => rune };
            Append(whole, kept);
            if (!SearchCharacters.IsSkinTone(rune)) Append(plain, kept);
        }
        if (whole.Length > 0) OnSymbol(whole.ToString(), plain.ToString());
        return length;
    }

    private static bool IsOfSymbol(Rune rune) =>
        SearchCharacters.IsSymbol(rune) || rune.Value is 0x200D or 0x20E3 or '#' or '*' or >= 0xE0020 and <= 0xE007F
        || rune.IsAscii && Rune.IsDigit(rune);

    private void AppendToWord(Rune rune)
    {
        EndRun();
        if (_apostropheIsPending)
        {
            EndPart();
            _wordHasParts = true;
            _apostropheIsPending = false;
        }
        _wordIsCut = _wordIsCut || !Append(_word, rune);
        _partIsCut = _partIsCut || !Append(_part, rune);
    }

    private void AppendToRun(Rune rune)
    {
        EndWord();
        if (_last is { } last && SearchCharacters.Compose(last, rune) is { } composed)
        {
            _last = composed;
            return;
        }
        if (SearchCharacters.IsVoicingMark(rune)) return;
        if (_before is { } before && _last is { } end) OnPair($"{before}{end}");
        (_before, _last) = (_last, rune);
    }

    private void EndTerm()
    {
        EndWord();
        EndRun();
    }

    private void EndWord()
    {
        if (_word.Length == 0) return;
        if (_wordHasParts) EndPart();
        var word = _word.ToString();
        _word.Clear();
        _part.Clear();
        (_wordIsCut, _partIsCut, _apostropheIsPending, _wordHasParts) = (false, false, false, false);
        OnWord(word);
    }

    private void EndPart()
    {
        if (!_wordIsCut) OnPart(_part.ToString());
        _part.Clear();
        _partIsCut = false;
    }

    private void EndRun()
    {
        if (_last is not { } last) return;
        if (_before is { } before) OnPair($"{before}{last}");
        OnRunEnd(last.ToString(), isAlone: _before is null);
        (_before, _last) = (null, null);
    }

    private static bool Append(StringBuilder builder, Rune rune)
    {
        if (builder.Length + rune.Utf16SequenceLength > MaxTokenLength) return false;
        Span<char> units = stackalloc char[2];
        builder.Append(units[..rune.EncodeToUtf16(units)]);
        return true;
    }
}
