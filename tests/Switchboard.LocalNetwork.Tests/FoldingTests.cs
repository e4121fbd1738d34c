using FsCheck;
using FsCheck.Fluent;

namespace Switchboard.LocalNetwork.Tests;

public sealed class FoldingTests
{
    [Theory]
    [InlineData("ÀÉÎÕÜ", "aeiou")]
    [InlineData("Łukasz Żółć", "lukasz zolc")]
    [InlineData("Nguyễn Văn Ước", "nguyen van uoc")]
    [InlineData("Ёлкин", "елкин")]
    [InlineData("e\u0301te\u0301", "ete")]
    [InlineData("東京 😀", "東京 😀")]
    public void Case_and_diacritics_do_not_count(string text, string expected) => Assert.Equal(expected, Folding.Fold(text));

    [Fact]
    public void Folding_twice_is_folding_once() => Prop
        .ForAll(ArbMap.Default.ArbFor<NonNull<string>>(), text => Folding.Fold(Folding.Fold(text.Get)) == Folding.Fold(text.Get))
        .QuickCheckThrowOnFailure();
}
