using System.Text.Json;
using Switchboard.Core.Access;
using Switchboard.Server.Hosting;
using Switchboard.Server.Http;
using Switchboard.Server.Mcp;
using Switchboard.Server.Tests.Hosting;
using Xunit;

namespace Switchboard.Server.Tests.Mcp;

/// <summary>What tools there are, who is offered them, and how their arguments are read.</summary>
public sealed class ToolTests(TownFixture town) : IClassFixture<TownFixture>
{
    [Fact]
    public void Every_tool_is_carried_out_and_nothing_else_is() => Assert.Equal(
        Tools.All.Select(tool => tool.Name).Order(StringComparer.Ordinal), town.Server.Get<ToolCatalog>().Names.Order(StringComparer.Ordinal));

    [Fact]
    public void No_tool_that_reaches_others_can_be_called_without_saying_where() => Assert.All(
        Tools.All.Where(tool => tool.ReachesOthers && tool.Name != "start_chat"),
        tool => Assert.Contains(tool.Parameters, parameter => parameter is { Name: "chatID", Required: true }));

    [Fact]
    public void A_policy_hides_by_its_mode_by_names_and_by_the_token()
    {
        var all = new ToolPolicy(readOnly: false, null);
        var named = new ToolPolicy(readOnly: false, ["search", "send_message"]);
        var both = new ToolPolicy(readOnly: true, ["search", "send_message"]);
        var narrow = Access.Owner with { McpTools = ["send_message", "get_chat"] };

        Assert.Equal(Tools.All.Count, Tools.All.Count(tool => all.Offers(tool.Name, Access.Owner)));
        Assert.Equal(["search", "send_message"], Tools.All.Select(tool => tool.Name).Where(name => named.Offers(name, Access.Owner)));
        Assert.Equal(["search"], Tools.All.Select(tool => tool.Name).Where(name => both.Offers(name, Access.Owner)));
        Assert.Equal(["send_message"], Tools.All.Select(tool => tool.Name).Where(name => named.Offers(name, narrow)));
        Assert.DoesNotContain(Tools.All, tool => all.Offers(tool.Name, Access.Owner with { McpTools = [] }));
    }

    [Fact]
    public void A_name_that_no_tool_has_stops_the_start()
    {
        var refused = Assert.Throws<StartRefusedException>(() => new ToolPolicy(readOnly: false, ["search", "serach"]));

        Assert.Contains("serach", refused.Message, StringComparison.Ordinal);
        Assert.Contains("send_message", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Absent_values_are_passed_over_and_texts_are_taken_for_what_they_stand_for()
    {
        var arguments = Read(
            Tools.SearchMessages,
            """{"query":"","sender":null,"chatIDs":"[\"1\",\"2\"]","accountIDs":"a,b","limit":"7","includeMuted":"false","dateAfter":"2026-01-02"}""");

        Assert.Null(arguments.Text("query"));
        Assert.Null(arguments.Text("sender"));
        Assert.Equal(["1", "2"], arguments.Texts("chatIDs")!);
        Assert.Equal(["a,b"], arguments.Texts("accountIDs")!);
        Assert.Equal(7, arguments.Whole("limit", 1, 20));
        Assert.False(arguments.Flag("includeMuted"));
        Assert.NotNull(arguments.Time("dateAfter"));
        arguments.Check();
    }

    [Theory]
    [InlineData("""{"chatid":"1"}""", "chatid")]
    [InlineData("""{}""", "chatID")]
    [InlineData("""{"chatID":null}""", "chatID")]
    [InlineData("""{"chatID":7}""", "chatID")]
    public void What_is_missing_wrong_or_unknown_is_named(string json, string name)
    {
        var arguments = Read(Tools.GetChat, json);
        arguments.Text("chatID");
        var refused = Assert.Throws<Core.RefusedException>(arguments.Check);

        Assert.Contains(refused.Issues, issue => issue.Path is ["arguments", string at] && at == name);
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("two\nlines\r\n# heading", "two lines  \\# heading")]
    [InlineData("`code` [link](x) <b>", "\\`code\\` \\[link\\](x) \\<b\\>")]
    [InlineData("right\u202eleft\u2028line", "right left line")]
    [InlineData("", "(no name)")]
    public void A_name_stays_on_its_line_and_has_no_markup(string name, string shown) => Assert.Equal(shown, ToolText.Name(name));

    [Fact]
    public void Text_of_others_is_quoted_line_by_line() => Assert.Equal(
        "> one\n> \n> # two\n> three", ToolText.Quote("one\r\n\n# two\u2028three"));

    private static BodyReader Read(ToolDefinition tool, string json)
    {
        using var document = JsonDocument.Parse(json);
        return ToolArguments.Read(tool, document.RootElement.EnumerateObject().ToDictionary(pair => pair.Name, pair => pair.Value.Clone()));
    }
}
