using System.Text;
using Switchboard.Networks;

namespace Switchboard.Matrix.Tests.Sync;

/// <summary>matrix.md §1.2 (unreadMentionsCount) and §6.8: what the owner's push rules point out counts as a mention.</summary>
public sealed class PointedOutTests : IDisposable
{
    private const string Keyword = """{"global":{"content":[{"rule_id":"k","enabled":true,"pattern":"cake","actions":["notify",{"set_tweak":"highlight"}]}]}}""";
    private const string Highlight = """["notify",{"set_tweak":"highlight","value":true}]""";

    private readonly SyncWorld world = new();
    private int number;

    public PointedOutTests()
    {
        world.TakeRoom(Answer.Room([Answer.Create(), Answer.Member(SyncWorld.Own, name: "Ada Löwe"), Answer.Member("@bob:hs.test")]));
        world.TakeRoom("""{"summary":{"m.joined_member_count":2} }""");
    }

    public void Dispose() => world.Dispose();

    [Theory]
    [InlineData("there is cake", true)]
    [InlineData("CAKE!", true)]
    [InlineData("cake", true)]
    [InlineData("(cake)", true)]
    [InlineData("pancakes", false)]
    [InlineData("cake_stand", false)]
    [InlineData("cakes, or a cake", true)]
    [InlineData("bread", false)]
    public void A_keyword_is_a_word_of_its_own_in_whatever_case(string body, bool isPointedOut)
    {
        Rules(Keyword);

        Assert.Equal(isPointedOut, Says(body));
    }

    [Theory]
    [InlineData("ca*", "a castle", true)]
    [InlineData("ca*", "a pecan", false)]
    [InlineData("c?ke", "coke", true)]
    [InlineData("c?ke", "cke", false)]
    [InlineData("two words", "those Two Words here", true)]
    [InlineData("", "anything", false)]
    [InlineData("(", "a ( b", true)]
    public void Patterns_have_stars_and_question_marks(string pattern, string body, bool isPointedOut)
    {
        Rules($$$$"""{"global":{"content":[{"rule_id":"k","pattern":"{{{{pattern}}}}","actions":{{{{Highlight}}}}}]}}""");

        Assert.Equal(isPointedOut, Says(body));
    }

    [Theory]
    [InlineData("""{"rule_id":"k","enabled":false,"pattern":"cake","actions":["notify",{"set_tweak":"highlight"}]}""")]
    [InlineData("""{"rule_id":"k","pattern":"cake","actions":["notify"]}""")]
    [InlineData("""{"rule_id":"k","pattern":"cake","actions":["notify",{"set_tweak":"highlight","value":false}]}""")]
    [InlineData("""{"rule_id":"k","pattern":7,"actions":["notify",{"set_tweak":"highlight"}]}""")]
    [InlineData("""{"pattern":"cake","actions":["notify",{"set_tweak":"highlight"}]}""")]
    [InlineData("[]")]
    public void Rules_that_are_off_or_do_not_highlight_or_are_none_point_out_nothing(string rule)
    {
        Rules($$$$"""{"global":{"content":[{{{{rule}}}}]}}""");

        Assert.False(Says("cake"));
    }

    [Theory]
    [InlineData("""{"rule_id":".m.rule.master","enabled":true,"conditions":[],"actions":[]}""", false)]
    [InlineData("""{"rule_id":".m.rule.master","enabled":false,"conditions":[],"actions":[]}""", true)]
    [InlineData("""{"rule_id":"x","conditions":[{"kind":"event_match","key":"room_id","pattern":"!room:hs.test"}],"actions":[]}""", false)]
    [InlineData("""{"rule_id":"x","conditions":[{"kind":"event_match","key":"room_id","pattern":"!other:hs.test"}],"actions":[]}""", true)]
    [InlineData("""{"rule_id":"x","conditions":[{"kind":"event_match","key":"sender","pattern":"@BOB:*"}],"actions":[]}""", false)]
    [InlineData("""{"rule_id":"x","conditions":[{"kind":"event_match","key":"content.msgtype","pattern":"m.text"}],"actions":[]}""", false)]
    [InlineData("""{"rule_id":"x","conditions":[{"kind":"room_member_count","is":"2"}],"actions":[]}""", false)]
    [InlineData("""{"rule_id":"x","conditions":[{"kind":"room_member_count","is":">2"}],"actions":[]}""", true)]
    [InlineData("""{"rule_id":"x","conditions":[{"kind":"org.example.unknown"}],"actions":[]}""", true)]
    [InlineData("""{"rule_id":"x","conditions":[{"kind":"event_property_is","key":"content.a\\.b.c","value":5}],"actions":[]}""", false)]
    [InlineData("""{"rule_id":"x","conditions":[{"kind":"event_property_is","key":"content.a\\.b.c","value":"5"}],"actions":[]}""", true)]
    [InlineData("""{"rule_id":"x","conditions":[{"kind":"event_property_contains","key":"content.list","value":"two"}],"actions":[]}""", false)]
    [InlineData("""{"rule_id":"x","conditions":[{"kind":"event_property_contains","key":"content.list","value":"tw"}],"actions":[]}""", true)]
    public void The_first_rule_that_fits_decides(string before, bool isPointedOut)
    {
        Before(before);

        Assert.Equal(isPointedOut, Says("cake", ""","a.b":{"c":5},"list":["one","two"]"""));
    }

    [Fact]
    public void A_room_that_is_silent_but_for_mentions_still_knows_keywords()
    {
        Rules(Keyword.Replace("}]}}", """}],"room":[{"rule_id":"!room:hs.test","actions":[]}]}}""", StringComparison.Ordinal));

        Assert.True(Says("cake"));
    }

    [Theory]
    [InlineData("", true)]
    [InlineData(""","m.mentions":{}""", false)]
    public void A_name_in_the_text_counts_where_the_sender_does_not_say_who_is_meant(string more, bool isPointedOut)
    {
        Rules($$$$"""{"global":{"override":[{"rule_id":".m.rule.contains_display_name","conditions":[{"kind":"contains_display_name"}],"actions":{{{{Highlight}}}}}]}}""");

        Assert.Equal(isPointedOut, Says("hello, ada löwe.", more));
        Assert.False(Says("hello, Ada Löwenherz", more));
    }

    [Fact]
    public void What_one_says_oneself_points_out_nothing()
    {
        Rules(Keyword);

        Assert.False(Says("cake", sender: SyncWorld.Own));
    }

    [Fact]
    public void An_edit_is_looked_at_for_what_it_says_now()
    {
        Before("""{"rule_id":".m.rule.suppress_edits","conditions":[{"kind":"event_property_is","key":"content.m\\.relates_to.rel_type","value":"m.replace"}],"actions":[]}""");
        Says("bread");

        Assert.True(Edited("cake", 6000));
        Assert.False(Edited("bread again", 7000));
    }

    [Fact]
    public void Rules_outlive_a_restart_and_end_when_they_are_told_to_be_no_more()
    {
        Rules(Keyword);
        world.Restart();
        Assert.True(Says("cake"));

        Rules("""{"global":{}}""");
        Assert.False(Says("cake"));
    }

    [Fact]
    public void What_was_there_before_the_first_answer_is_no_news()
    {
        Rules(Keyword);

        Assert.False(Assert.Single(world.TakeRoom(Answer.Timeline(Answer.Text("$old", "cake")), isFirst: true)
            .OfType<RemoteEvent.MessageUpserted>()).Message.IsPointedOut);
    }

    [Fact]
    public void Rules_that_are_no_text_are_none_and_stop_nothing()
    {
        Rules(Keyword);
        var answer = Encoding.Latin1.GetBytes(Answer.Global("m.push_rules", Keyword.Replace("cake", "\u00ff", StringComparison.Ordinal)));

        world.Read(new MemoryStream(answer));

        Assert.False(Says("cake"));
    }

    private void Rules(string content) => world.Take(Answer.Global("m.push_rules", content));

    private void Before(string rule) =>
        Rules(Keyword.Replace("{\"content\"", $"{{\"override\":[{rule}],\"content\"", StringComparison.Ordinal));

    private bool Says(string body, string more = "", string sender = "@bob:hs.test") => Assert.Single(
        world.TakeRoom(Answer.Timeline(Answer.Text($"${number++}", body, sender, more: more))).OfType<RemoteEvent.MessageUpserted>()).Message.IsPointedOut;

    private bool Edited(string body, long at) => Assert.Single(
        world.TakeRoom(Answer.Timeline(Answer.Edit($"$e{at}", "$0", body, at: at))).OfType<RemoteEvent.MessageEdited>()).IsPointedOut;
}
