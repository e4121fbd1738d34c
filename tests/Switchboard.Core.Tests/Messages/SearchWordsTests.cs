using Switchboard.Core.Messages;
using Switchboard.Core.Verification;
using Switchboard.Networks;
using Switchboard.Testing;
using Xunit;

namespace Switchboard.Core.Tests.Messages;

/// <summary>The beginning of a word finds every message with a word that begins so, whatever happened to messages before.</summary>
public sealed class SearchWordsTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task The_beginning_of_the_last_word_finds_every_word_that_begins_so()
    {
        await using var home = await ToldAsync("to plan", "planning", "planes, planets", "platoon", "東京", "東北");

        Assert.Equal(["$2", "$1", "$0"], Found(home, "plan"));
        Assert.Equal(["$2"], Found(home, "planes plane"));
        Assert.Empty(Found(home, "plane planes x"));
        Assert.Equal(["$5", "$4"], Found(home, "東"));
        Assert.Equal(["$4"], Found(home, "東京"));
        Assert.Empty(Found(home, "zebra"));
    }

    [Fact]
    public async Task A_beginning_of_more_words_than_are_named_one_by_one_finds_them_all_too()
    {
        await using var home = await ToldAsync([.. Enumerable.Range(0, SearchWords.MostBeginnings + 10).Select(i => $"w{i:D4}")]);

        Assert.Null(home.Database.Read(db => db.WordsBeginning("w")));
        Assert.Equal(SearchWords.MostBeginnings + 10, home.Search.Find(home.Owner, new MessageFilter { Query = "w" }, Make.Page(1000)).Items.Count);
        Assert.Equal(["$7"], Found(home, "w0007"));
    }

    [Fact]
    public async Task Words_that_no_message_bears_any_more_are_forgotten_and_those_that_are_borne_stay()
    {
        await using var home = await ToldAsync("secret shared", "shared");
        await home.TellAsync(new RemoteEvent.MessageRemoved(new RemoteChatId("c1"), new RemoteMessageId("$0")));

        await home.Scheduler.CleanAsync(None);

        Assert.Equal(0, home.Number("SELECT count(*) FROM search_word WHERE word = 'secret'"));
        Assert.Equal(1, home.Number("SELECT count(*) FROM search_word WHERE word = 'shared'"));
        await home.TellAsync(Make.Says("ada", "c1", "$9", "secret again"));
        Assert.Equal(["$9"], Found(home, "secr"));
    }

    [Fact]
    public async Task Cleaning_joins_the_pieces_that_the_index_grew_in()
    {
        await using var home = await ToldAsync("first");
        const string Pieces = "SELECT count(DISTINCT segid) FROM message_search_idx";
        for (var i = 0; i < 10 || home.Number(Pieces) < 3; i++)
        {
            await home.TellAsync(Make.Says("ada", "c1", $"$more{i}", $"word{i} {new string('x', 50)}{i}"));
        }

        await home.Scheduler.CleanAsync(None);

        Assert.InRange(home.Number(Pieces)!.Value, 1, 2);
        Assert.Equal(["$more7"], Found(home, "word7"));
        Assert.Empty(home.Database.Read(StoreChecks.Run));
    }

    [Fact]
    public async Task What_a_failed_write_noted_is_noted_again()
    {
        await using var home = await ToldAsync("first");
        await Assert.ThrowsAsync<InvalidOperationException>(() => home.Database.WriteAsync(
            db =>
            {
                db.NoteWords("unheard");
                return db.IsBorne("unheard") ? 1 : throw new InvalidOperationException();
            },
            None));

        await home.TellAsync(Make.Says("ada", "c1", "$9", "unheard of"));

        Assert.Equal(["$9"], Found(home, "unhea"));
    }

    [Fact]
    public async Task Verify_tells_of_messages_whose_words_are_not_noted()
    {
        await using var home = await ToldAsync("to plan", "planning");
        Assert.Empty(home.Database.Read(StoreChecks.Run));

        await home.Database.WriteAsync(db => db.Execute("DELETE FROM search_word WHERE word = 'planning'"), None);

        Assert.Equal("search index", Assert.Single(home.Database.Read(StoreChecks.Run)).Check);
    }

    private static async Task<TestInstallation> ToldAsync(params IReadOnlyList<string> texts)
    {
        var home = await TestInstallation.StartAsync();
        await home.TellAsync([Make.ChatIs("c1"), .. texts.Select((text, i) => Make.Says("ada", "c1", $"${i}", text))]);
        return home;
    }

    private static IEnumerable<string?> Found(TestInstallation home, string query) =>
        home.Search.Find(home.Owner, new MessageFilter { Query = query }, Make.Page()).Items.Select(message => message.RemoteId?.Value);
}
