using System.Globalization;
using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Switchboard.Wire;
using Xunit;

namespace Switchboard.Server.Tests.Wire;

public sealed class WireJsonTests
{
    [Fact]
    public void Text_outside_ascii_goes_out_as_it_is() =>
        Assert.Equal("""{"id":"l","name":"东京 é 👩‍🚀 <b>&'"}""", WrittenName("东京 é 👩‍🚀 <b>&'"));

    [Theory]
    [InlineData("a\"b\\c\n\u0001", """a\"b\\c\n\u0001""")]
    [InlineData("👍\"👍", """👍\"👍""")]
    public void What_json_demands_is_escaped(string text, string escaped) =>
        Assert.Equal($$"""{"id":"l","name":"{{escaped}}"}""", WrittenName(text));

    [Fact]
    public void Half_a_character_becomes_the_replacement_character()
    {
        Assert.Equal("""{"id":"l","name":"a�"}""", WrittenName("a\uD83D"));
        Assert.Equal("""{"id":"l","name":"��b"}""", WrittenName("\uDE80\uD83Db"));
    }

    [Fact]
    public void Any_text_comes_back_as_it_was() => Prop.ForAll(
        ArbMap.Default.ArbFor<int[]>(),
        numbers =>
        {
            var text = string.Concat(numbers.Select(n => new Rune(Math.Abs(n % 0xD800) + (n < 0 ? 0x10000 : 0))));
            return WireJson.Read<Label>(WireJson.ToUtf8Bytes(new Label { Id = "l", Name = text }))!.Name == text;
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("2026-03-04T05:06:07Z", "2026-03-04T05:06:07.000Z")]
    [InlineData("2026-03-04T05:06:07.8901234Z", "2026-03-04T05:06:07.890Z")]
    [InlineData("2026-03-04T05:06:07.89+02:00", "2026-03-04T03:06:07.890Z")]
    public void Times_go_out_in_utc_with_milliseconds(string read, string written)
    {
        var snooze = WireJson.Read<Snooze>(Encoding.UTF8.GetBytes($$"""{"snoozeUntil":"{{read}}"}"""));

        Assert.Equal($$"""{"snoozeUntil":"{{written}}"}""", Encoding.UTF8.GetString(WireJson.ToUtf8Bytes(snooze!)));
        Assert.Equal(written, TimestampConverter.Text(snooze!.SnoozeUntil!.Value));
    }

    [Theory]
    [InlineData("12")]
    [InlineData("\"noon\"")]
    public void What_is_not_a_time_is_refused(string json) =>
        Assert.Throws<JsonException>(() => WireJson.Read<Snooze>(Encoding.UTF8.GetBytes($$"""{"snoozeUntil":{{json}}}""")));

    [Fact]
    public void Any_time_comes_back_as_it_was_up_to_the_millisecond() => Prop.ForAll(
        ArbMap.Default.ArbFor<DateTime>(),
        time =>
        {
            var there = new DateTimeOffset(DateTime.SpecifyKind(time, DateTimeKind.Utc));
            var back = DateTimeOffset.Parse(TimestampConverter.Text(there), CultureInfo.InvariantCulture);
            return there.ToUnixTimeMilliseconds() == back.ToUnixTimeMilliseconds();
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_patch_tells_untouched_from_cleared_from_changed()
    {
        var patch = WireJson.Read<UpdateChatInput>("""{"title":null,"messageExpirySeconds":0,"draft":{"text":"hi"}}"""u8)!;

        Assert.False(patch.Description.IsMentioned);
        Assert.True(patch.Title.IsCleared);
        Assert.True(patch.MessageExpirySeconds.TryGetValue(out var seconds));
        Assert.Equal(0, seconds);
        Assert.True(patch.Draft.TryGetValue(out var draft));
        Assert.Equal("hi", draft.Text);
        Assert.Equal(
            """{"title":null,"messageExpirySeconds":0,"draft":{"text":"hi"}}""", Encoding.UTF8.GetString(WireJson.ToUtf8Bytes(patch)));
    }

    [Fact]
    public void An_untouched_patch_is_empty() => Assert.Equal("{}", Encoding.UTF8.GetString(WireJson.ToUtf8Bytes(new UpdateChatInput())));

    [Fact]
    public void A_missing_required_field_is_refused() => Assert.Throws<JsonException>(() => WireJson.Read<Label>("""{"id":"l"}"""u8));

    [Fact]
    public void Unknown_fields_are_ignored() =>
        Assert.Equal("n", WireJson.Read<Label>("""{"id":"l","name":"n","colour":"red"}"""u8)!.Name);

    private static string WrittenName(string name) =>
        Encoding.UTF8.GetString(WireJson.ToUtf8Bytes(new Label { Id = "l", Name = name }));
}
