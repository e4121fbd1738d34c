using System.Globalization;
using System.Text;
using System.Text.Json;
using Switchboard.Core.Access;
using Switchboard.Core.Chats;
using Switchboard.Core.Paging;
using Switchboard.Server.Mcp;
using Switchboard.Server.Tests.Hosting;
using Switchboard.Sqlite;
using Xunit;

namespace Switchboard.Server.Tests.Mcp;

/// <summary>No answer is longer than a model can take, none leaves out something without saying so, and all can be gone on with.</summary>
public sealed class CuttingTests(CuttingTests.Crowd crowd) : IClassFixture<CuttingTests.Crowd>
{
    private const int People = 120;
    private const int LongChats = 60;

    // What stands around the items: a heading, the notice, how to go on.
    private const int Around = 1_500;

    private TestServer Server => crowd.Server;

    [Theory]
    [InlineData("before")]
    [InlineData("after")]
    public async Task Pages_of_chats_are_cut_to_what_fits_and_go_on_where_they_were_cut(string direction)
    {
        var total = Server.Get<Chats>().List(Access.Owner, ["local_owner"], new PageRequest(null, PageDirection.Before, 200), _ => false).Items.Count;
        var seen = new List<string>();
        var cursor = "";
        if (direction == "after")
        {
            (cursor, var last) = await LastAsync();
            seen.AddRange(last);
        }

        while (true)
        {
            var (text, data) = await CallAsync("search_chats", Arguments(100, direction, cursor));
            var ids = Ids(data.GetProperty("items"));
            Assert.All(ids, id => Assert.Contains($"`{id}`", text, StringComparison.Ordinal));
            seen.AddRange(ids);
            if (!data.GetProperty("hasMore").GetBoolean())
                break;
            Assert.True(ids.Count < LongChats);
            cursor = data.GetProperty("cursor").GetString()!;
            Assert.Contains($"cursor `{cursor}`", text, StringComparison.Ordinal);
        }

        Assert.Equal((total, total), (seen.Count, seen.Distinct().Count()));
    }

    [Fact]
    public async Task A_search_says_of_each_kind_whether_there_is_more_and_how_to_get_it()
    {
        var (text, data) = await CallAsync("search", """{"query":"crowd"}""");
        var more = data.GetProperty("hasMore");
        var cursor = data.GetProperty("messages").GetProperty("cursor").GetString();
        var (_, rest) = await CallAsync("search_messages", $$"""{"query":"crowd","cursor":"{{cursor}}"}""");

        Assert.True(more.GetProperty("chats").GetBoolean());
        Assert.True(more.GetProperty("contacts").GetBoolean());
        Assert.True(data.GetProperty("messages").GetProperty("hasMore").GetBoolean());
        Assert.Contains("there are more: page through search_chats", text, StringComparison.Ordinal);
        Assert.Contains($"go on in search_messages with this query and cursor `{cursor}`", text, StringComparison.Ordinal);
        Assert.NotEmpty(rest.GetProperty("items").EnumerateArray());
        Assert.Empty(Ids(rest.GetProperty("items")).Intersect(Ids(data.GetProperty("messages").GetProperty("items"))));
    }

    [Theory]
    [InlineData("tenfold", 10, false)]
    [InlineData("elevenfold", 10, true)]
    [InlineData("nobody", 0, false)]
    public async Task More_people_are_told_of_only_when_there_are(string query, int shown, bool hasMore)
    {
        var (text, data) = await CallAsync("search", $$"""{"query":"{{query}}"}""");

        Assert.Equal(shown, data.GetProperty("contacts").GetArrayLength());
        Assert.Equal(hasMore, data.GetProperty("hasMore").GetProperty("contacts").GetBoolean());
        Assert.Equal(hasMore, text.Contains("# Contacts: 10, and there are more: narrow the query", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(7)]
    public async Task A_large_chat_shows_the_people_that_fit_and_says_how_many_there_are(int asked)
    {
        var (text, data) = await CallAsync("get_chat", $$"""{"chatID":"{{crowd.Group}}","maxParticipantCount":{{asked}}}""");
        var people = data.GetProperty("chat").GetProperty("participants");
        var shown = people.GetProperty("items").GetArrayLength();

        Assert.InRange(shown, 1, asked < 0 ? People - 1 : asked);
        Assert.True(people.GetProperty("hasMore").GetBoolean());
        Assert.Contains($"(Of {people.GetProperty("total").GetInt32()} people, {shown} are shown.)", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_long_draft_is_cut_and_says_so()
    {
        await CallAsync("focus_app", $$"""{"chatID":"{{crowd.Group}}","draftText":"{{new string('d', 50_000)}}","clearDraft":true}""");
        var (text, data) = await CallAsync("get_chat", $$"""{"chatID":"{{crowd.Group}}","maxParticipantCount":1}""");
        var draft = data.GetProperty("chat").GetProperty("draft");
        var (_, listed) = await CallAsync("search_chats", """{"query":"crowded"}""");

        Assert.Equal(ToolText.Budget / 2, draft.GetProperty("text").GetString()!.Length);
        Assert.True(draft.GetProperty("isTextTruncated").GetBoolean());
        Assert.Equal(50_000, draft.GetProperty("textLength").GetInt32());
        Assert.Contains("of 50000 characters.)", text, StringComparison.Ordinal);
        var inList = Assert.Single(listed.GetProperty("items").EnumerateArray()).GetProperty("draft");
        Assert.Equal((1000, true), (inList.GetProperty("text").GetString()!.Length, inList.GetProperty("isTextTruncated").GetBoolean()));
    }

    [Fact]
    public async Task A_page_of_messages_holds_as_many_as_fit_on_the_side_of_its_cursor()
    {
        // The long ones are the newest: towards them the short ones come first, and all of those fit.
        var newest = await ReadAsync("before", 3, 100, "");
        var middle = await ReadAsync("before", 9, 100, newest.Cursor);
        var oldest = await ReadAsync("before", 1, 100, middle.Cursor);
        var whole = await ReadAsync("before", 100, 100_000, "");
        var back = await ReadAsync("after", 100, 100_000, oldest.Cursor);

        Assert.Equal((2, true), (whole.Ids.Count, whole.HasMore));
        Assert.Equal(newest.Ids.Take(2), whole.Ids);
        Assert.Equal([.. newest.Ids.Skip(1), .. middle.Ids], back.Ids);
        Assert.True(back.HasMore);
    }

    private static List<string> Ids(JsonElement items) => items.EnumerateArray().Select(item => item.GetProperty("id").GetString()!).ToList();

    private static string Arguments(int limit, string direction, string cursor) =>
        $$"""{"accountIDs":["local_owner"],"limit":{{limit}},"direction":"{{direction}}"{{(cursor.Length == 0 ? "" : $",\"cursor\":\"{cursor}\"")}}}""";

    /// <summary>The last page of chats.</summary>
    private async Task<(string Cursor, List<string> Ids)> LastAsync()
    {
        var cursor = "";
        while (true)
        {
            var (_, data) = await CallAsync("search_chats", Arguments(7, "before", cursor));
            if (data.TryGetProperty("cursor", out var next))
                cursor = next.GetString()!;
            if (!data.GetProperty("hasMore").GetBoolean())
                return (cursor, Ids(data.GetProperty("items")));
        }
    }

    private async Task<(string Cursor, bool HasMore, List<string> Ids)> ReadAsync(string direction, int limit, int length, string cursor)
    {
        var from = cursor.Length == 0 ? "" : $",\"cursor\":\"{cursor}\"";
        var (_, data) = await CallAsync(
            "list_messages", $$"""{"chatID":"{{crowd.Long}}","limit":{{limit}},"maxTextLength":{{length}},"direction":"{{direction}}"{{from}}}""");
        return (data.GetProperty("cursor").GetString()!, data.GetProperty("hasMore").GetBoolean(), Ids(data.GetProperty("items")));
    }

    private async Task<(string Text, JsonElement Data)> CallAsync(string tool, string arguments)
    {
        var (_, body, _) = await McpClient.PostAsync(Server, Encoding.UTF8.GetBytes(McpClient.Call(tool, arguments)), Server.Owner);
        var result = JsonElement.Parse(body).GetProperty("result");
        var text = result.GetProperty("content")[0].GetProperty("text").GetString()!;
        Assert.False(result.TryGetProperty("isError", out var isError) && isError.GetBoolean(), text);
        var data = result.GetProperty("structuredContent");
        Assert.True(text.Length <= ToolText.Budget + Around, $"{tool} {arguments}: {text.Length} characters");
        Assert.True(data.GetRawText().Length <= ToolText.StructuredBudget + Around, $"{tool} {arguments}: {data.GetRawText().Length} characters of JSON");
        return (text, data);
    }

    /// <summary>An owner who knows many people with long names, is in many chats, and has one of many people and one of long messages.</summary>
    public sealed class Crowd : IAsyncLifetime
    {
        internal TestServer Server { get; private set; } = null!;

        /// <summary>The chat of many people.</summary>
        internal string Group { get; private set; } = "";

        /// <summary>The chat of short messages and then long ones.</summary>
        internal string Long { get; private set; } = "";

        public async ValueTask InitializeAsync()
        {
            Server = await TestServer.StartAsync();
            var ada = await Server.AddPersonAsync("ada", "Ada");
            var (mine, _) = await Server.MeetAsync("local_owner", ada, "ada");
            Long = mine.Key.ToString(CultureInfo.InvariantCulture);
            foreach (var text in Enumerable.Range(0, 12).Select(each => $"crowd {each}")
                .Concat(Enumerable.Repeat("crowd " + new string('x', 13_990), 3)))
            {
                await Server.SayAsync(mine.Id, text);
            }

            await Server.Database.WriteAsync(db => Fill(db, mine.Key), CancellationToken.None);
            Group = "!crowded:test";
        }

        public ValueTask DisposeAsync() => Server.DisposeAsync();

        private static void Fill(Db db, long pattern)
        {
            var stars = new string('*', 100);
            var people = Enumerable.Range(0, People).Select(each => AddPerson(db, pattern, $"Crowdperson {each} {stars}")).ToList();
            foreach (var (word, count) in new[] { ("Tenfold", 10), ("Elevenfold", 11) })
            {
                for (var each = 0; each < count; each++)
                {
                    AddPerson(db, pattern, $"{word} {each}");
                }
            }

            AddChat(db, pattern, "!crowded:test", "crowded", people);
            for (var each = 0; each < LongChats; each++)
            {
                AddChat(db, pattern, $"!crowd{each}:test", $"crowd {each} {stars}", people[..5]);
            }
        }

        private static long AddPerson(Db db, long pattern, string name)
        {
            db.Execute(
                """
                INSERT INTO contact (account, user_id, full_name, sort_name)
                SELECT account, '@' || $name || ':test', $name, $name FROM chat WHERE key = $pattern
                """,
                ("$name", name), ("$pattern", pattern));
            return db.QueryInt64("SELECT max(key) FROM contact")!.Value;
        }

        private static void AddChat(Db db, long pattern, string id, string title, List<long> people)
        {
            db.Execute(
                """
                INSERT INTO chat (id, account, remote_id, is_group, name, title, last_activity, capability, participant_count)
                SELECT $id, account, $id, 1, $title, $title, last_activity - 1, capability, $count FROM chat WHERE key = $pattern
                """,
                ("$id", id), ("$title", title), ("$count", people.Count), ("$pattern", pattern));
            var key = db.QueryInt64("SELECT max(key) FROM chat")!.Value;
            db.Execute("INSERT INTO chat_search (rowid, titles, participants) VALUES ($key, $title, '')", ("$key", key), ("$title", title));
            for (var position = 0; position < people.Count; position++)
            {
                db.Execute(
                    "INSERT INTO participant (chat, position, contact) VALUES ($chat, $position, $contact)",
                    ("$chat", key), ("$position", position), ("$contact", people[position]));
            }
        }
    }
}
