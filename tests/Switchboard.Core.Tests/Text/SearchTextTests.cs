using System.Diagnostics;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Switchboard.Core.Text;
using Xunit;

namespace Switchboard.Core.Tests.Text;

public sealed class SearchTextTests
{
    [Theory]
    [InlineData("Hello World", "hello")]
    [InlineData("Hello World", "WORLD hello")]
    [InlineData("Hello World", "hello wor")]
    [InlineData("Crème Brûlée", "creme brulee")]
    [InlineData("creme brulee", "Crème Brûlée")]
    [InlineData("cafe\u0301", "café")]
    [InlineData("café", "cafe\u0301")]
    [InlineData("İstanbul", "istanbul")]
    [InlineData("ISPARTA", "ısparta")]
    [InlineData("Straße", "STRASSE")]
    [InlineData("GROẞ", "groß")]
    [InlineData("Smørrebrød på Łódź", "smorrebrod lodz")]
    [InlineData("ΟΔΥΣΣΕΎΣ", "οδυσσευς")]
    [InlineData("Ωμέγα Ω", "ωμεγα ω")]
    [InlineData("ёлка", "ЕЛКА")]
    [InlineData("край", "КРАИ")]
    [InlineData("ﬁle", "file")]
    [InlineData("ＦＵＬＬ　ｗｉｄｔｈ", "full width")]
    [InlineData("x² ½", "x2 1 2")]
    [InlineData("٣٤ items", "34")]
    [InlineData("العَرَبِيَّة", "العربية")]
    [InlineData("שָׁלוֹם", "שלום")]
    [InlineData("I don't know", "dont")]
    [InlineData("I don’t know", "don't")]
    [InlineData("I dont know", "don’t")]
    [InlineData("l'homme d’Or", "homme or")]
    [InlineData("see https://example.org/Some_Path?q=1", "example.org path")]
    [InlineData("user_name@host", "name")]
    [InlineData("हिन्दी भाषा", "हिन्दी")]
    [InlineData("Trade™ mark", "trade tm")]
    [InlineData("so\u00ADft hy\u200Dphen", "soft hyphen")]
    public void A_text_is_found(string text, string query) => Assert.True(Finds(text, query));

    [Theory]
    [InlineData("東京都庁", "東")]
    [InlineData("東京都庁", "庁")]
    [InlineData("東京都庁", "京都")]
    [InlineData("東京都庁", "東京都庁")]
    [InlineData("私は東京に行く", "東京 行く")]
    [InlineData("iPhone手机2024年", "iphone 手机 2024 年")]
    [InlineData("ｶﾞﾗｽ", "ガラス")]
    [InlineData("か\u3099くせい", "がくせい")]
    [InlineData("안녕하세요", "안녕")]
    [InlineData("안녕하세요", "하세")]
    [InlineData("\u1112\u1161\u11ABgul", "한")]
    [InlineData("ㅋㅋㅋ", "ㅋㅋ")]
    [InlineData("𠮷野家", "𠮷野")]
    [InlineData("豈", "豈")]
    [InlineData("สวัสดีครับ", "ครับ")]
    [InlineData("東京。", "京")]
    public void Scripts_without_blanks_are_found_by_any_part(string text, string query) => Assert.True(Finds(text, query));

    [Theory]
    [InlineData("東京 京都", "東京都")]
    [InlineData("東京", "京東")]
    [InlineData("東京", "東都")]
    [InlineData("かき", "がき")]
    [InlineData("Hello World", "ello")]
    [InlineData("Hello World", "hel wor")]
    [InlineData("Hello World", "hello worlds")]
    [InlineData("Hello World", "hello moon")]
    [InlineData("👍🏽", "👍🏿")]
    [InlineData("👍", "👍🏽")]
    [InlineData("हिन्दी", "हन्दा")]
    public void What_is_not_there_is_not_found(string text, string query) => Assert.False(Finds(text, query));

    [Theory]
    [InlineData("nice👍🏽work", "👍🏽")]
    [InlineData("nice👍🏽work", "👍")]
    [InlineData("nice👍🏽work", "work 👍 nice")]
    [InlineData("👩🏽\u200D💻", "👩🏽\u200D💻")]
    [InlineData("👩🏽\u200D💻", "👩\u200D💻")]
    [InlineData("I \u2764\uFE0F it", "\u2764")]
    [InlineData("I \u2764 it", "\u2764\uFE0F")]
    [InlineData("😀😀🎉", "🎉")]
    [InlineData("flag 🇩🇪🇫🇷", "🇫🇷")]
    [InlineData("🏴󠁧󠁢󠁳󠁣󠁴󠁿", "🏴󠁧󠁢󠁳󠁣󠁴󠁿")]
    [InlineData("press 1\uFE0F\u20E3 or #\uFE0F\u20E3", "1\u20E3")]
    [InlineData("press #\uFE0F\u20E3", "#\uFE0F\u20E3")]
    [InlineData("really\u203C\uFE0F", "\u203C")]
    public void Emoji_are_words(string text, string query) => Assert.True(Finds(text, query));

    [Fact]
    public void A_flag_is_not_found_across_two_others() => Assert.False(Finds("🇩🇪🇫🇷", "🇪🇫"));

    [Fact]
    public void Keycaps_are_told_apart() => Assert.False(Finds("#\uFE0F\u20E3", "*\uFE0F\u20E3"));

    [Fact]
    public void Only_chat_search_takes_every_word_as_a_beginning()
    {
        using var index = new SearchIndex();
        index.Add(1, "Weekend Planning");
        Assert.True(index.Finds("plan week", SearchPrefix.EveryWord));
        Assert.False(index.Finds("plan week", SearchPrefix.LastWord));
        Assert.True(index.Finds("planning week", SearchPrefix.LastWord));
    }

    [Theory]
    [InlineData("\"")]
    [InlineData("*")]
    [InlineData("\"*\"")]
    [InlineData("foo\" OR \"bar")]
    [InlineData("foo* OR bar*")]
    [InlineData("NEAR(")]
    [InlineData("NEAR(a b, 3)")]
    [InlineData("AND")]
    [InlineData("OR NOT")]
    [InlineData(":c5")]
    [InlineData("body:foo")]
    [InlineData("{body}:foo")]
    [InlineData("^foo - + ( ) [ ] { } \\ ; --")]
    [InlineData("a\0b\0")]
    [InlineData("\uD800x\uDC00")]
    [InlineData("\u0301\uFE0F\u200D\u20E3")]
    [InlineData("''''don'''t'")]
    public void Hostile_queries_are_only_words(string query)
    {
        using var index = new SearchIndex();
        index.Add(1, "nothing of that kind");
        Assert.False(index.Finds(query, SearchPrefix.LastWord));
        Assert.False(index.Finds(query, SearchPrefix.EveryWord));
    }

    [Fact]
    public void A_query_cannot_reach_the_tokens_of_filters()
    {
        using var index = new SearchIndex();
        index.Add(1, "c5 hello");
        Assert.DoesNotContain(':', SearchText.Query(":c5 x:y", SearchPrefix.LastWord)!);
        Assert.True(index.Finds(":c5"));
        Assert.DoesNotContain(':', SearchText.Index("a:b :c5 \"x\""));
    }

    [Theory]
    [InlineData("")]
    [InlineData("  \n ")]
    [InlineData("?!\"*")]
    [InlineData("\uD800")]
    public void A_text_without_words_asks_for_nothing(string text)
    {
        Assert.Null(SearchText.Query(text, SearchPrefix.LastWord));
        Assert.Equal("", SearchText.Index(text));
    }

    [Fact]
    public void Long_words_are_cut_alike_in_index_and_query()
    {
        var word = new string('a', 200);
        Assert.True(Finds($"x {word}", word));
        Assert.Equal(SearchTerms.MaxTokenLength, SearchText.Index(word).Length);
    }

    [Fact]
    public void Foldings_are_final()
    {
        for (var code = 0x80; code <= 0x2FFFF; code++)
        {
            if (!Rune.TryCreate(code, out var rune) || SearchCharacters.Fold(rune) is not { } folding) continue;
            foreach (var folded in folding.EnumerateRunes())
                Assert.True(SearchCharacters.Fold(folded) is null && !SearchCharacters.IsDropped(folded), $"U+{code:X} folds to {folding}");
        }
    }

    [Theory]
    [InlineData("a")]
    [InlineData("a ")]
    [InlineData("東")]
    [InlineData("a'")]
    [InlineData("👩\u200D")]
    [InlineData("\u0301")]
    [InlineData("\uD800")]
    [InlineData("🇩")]
    [InlineData("\"")]
    [InlineData("a東")]
    public void Huge_texts_stay_cheap(string piece)
    {
        var text = new StringBuilder().Insert(0, piece, 1_048_576 / piece.Length).ToString();
        var watch = Stopwatch.StartNew();
        var tokens = SearchText.Index(text);
        Assert.True(tokens.AsSpan().Count(' ') < SearchText.MaxTokens);
        using var index = new SearchIndex();
        index.Add(1, text);
        Assert.Equal(tokens.Length > 0, index.Finds(text));
        Assert.True(watch.Elapsed < TimeSpan.FromMinutes(1), $"took {watch.Elapsed}");
    }

    [Fact]
    public void No_query_is_a_syntax_error()
    {
        using var index = new SearchIndex();
        index.Add(1, "something");
        Prop.ForAll(Texts.Any, text =>
        {
            foreach (var prefix in Enum.GetValues<SearchPrefix>()) index.Finds(text, prefix);
        }).Check(Texts.Thorough);
    }

    [Fact]
    public void A_text_is_found_by_each_of_its_words()
    {
        using var index = new SearchIndex();
        Prop.ForAll(Texts.Any, text =>
        {
            index.Clear();
            index.Add(1, text);
            return text.Split(' ').All(word => SearchText.Query(word, SearchPrefix.LastWord) is null || index.Finds(word))
                && (SearchText.Query(text, SearchPrefix.LastWord) is null || index.Finds(text));
        }).Check(Texts.Thorough);
    }

    [Fact]
    public void Tokens_are_short_and_clean() => Prop.ForAll(Texts.Any, text =>
        SearchText.Index(text) is var tokens
        && (tokens.Length == 0 || tokens.Split(' ').All(token => token.Length is > 0 and <= SearchTerms.MaxTokenLength))
        && !tokens.Any(c => char.IsControl(c) || c is ':' or '"' || char.IsWhiteSpace(c) && c != ' ')
        && tokens.EnumerateRunes().All(rune => rune != Rune.ReplacementChar)).Check(Texts.Thorough);

    private static bool Finds(string text, string query)
    {
        using var index = new SearchIndex();
        index.Add(1, text);
        return index.Finds(query);
    }
}
