using FsCheck;
using FsCheck.Fluent;
using Switchboard.Core.Paging;
using Xunit;

namespace Switchboard.Core.Tests.Storage;

public sealed class CursorTests
{
    private const string Base64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=+/ \n\0é😀";

    [Fact]
    public void A_cursor_is_read_as_it_was_written_for_its_own_list_only()
    {
        Prop.ForAll<long, long, long>((a, b, c) =>
        {
            var cursor = new Cursor(new Edge(a, b), new Edge(c, a ^ b));
            var text = cursor.Write("list");
            return Cursor.Read(text, "list") == cursor && Cursor.Read(text, "other list") is null;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void No_text_makes_reading_a_cursor_throw()
    {
        var length = new Cursor(default, default).Write("list").Length;
        var ofRightLength = Gen.Elements(Base64.ToCharArray()).ArrayOf(length).Select(letters => new string(letters));
        var any = ArbMap.Default.GeneratorFor<string>().Select(text => text ?? "");
        var texts = Gen.OneOf(any, ofRightLength).ToArbitrary();
        Prop.ForAll(texts, text => Cursor.Read(text, "list") is null).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
    }

    [Fact]
    public void A_cursor_with_one_letter_changed_is_read_as_a_cursor_or_not_at_all()
    {
        var written = new Cursor(new Edge(1, 2), new Edge(3, 4)).Write("list");
        for (var i = 0; i < written.Length; i++)
        {
            foreach (var letter in Base64)
            {
                var changed = written[..i] + letter + written[(i + 1)..];
                Assert.True(Cursor.Read(changed, "list") is null || changed.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'));
            }
        }
    }
}
