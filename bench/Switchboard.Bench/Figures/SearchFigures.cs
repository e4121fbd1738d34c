using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using Switchboard.Bench.Measuring;
using Switchboard.Bench.World;
using Switchboard.Core.Text;

namespace Switchboard.Bench.Figures;

/// <summary>
/// Searches one after the other over HTTP, beside the same SQLite file asked by a prepared statement behind a bare Kestrel for the
/// words' newest messages.
/// </summary>
internal static class SearchFigures
{
    private const int Limit = 20;
    // Rare words fill a page at every scale, so that scales answer alike.
    private const int MostHits = 40;
    // As many chats as every asked word finds at every scale, and as many words as there are of that kind in the small world.
    private const int ChatLimit = 10;
    private const int MostChatWords = 20;
    // Words of middling rank, some of which a lively chat has often enough.
    private const int FirstInChat = 10;
    private const int InChatTries = 10;
    private const int MostInChats = 40;

    /// <summary>Takes them.</summary>
    public static async Task<IReadOnlyList<Figure>> TakeAsync(Bench bench, CancellationToken cancellationToken)
    {
        await using var server = await bench.StartServerAsync(cancellationToken);
        await using var file = new SqliteConnection($"Data Source={StoreOf(server)};Mode=ReadOnly;Pooling=false");
        await file.OpenAsync(cancellationToken);
        var words = StoreMaker.Words;
        var rare = Enumerable.Range(0, Vocabulary.Count).Select(i => words.ByRank(Vocabulary.Count - 1 - i))
            .Where(word => Count(file, word) is > Limit and <= MostHits).Take(200).ToList();
        var chats = (await server.GetAsync("/v1/chats?limit=200", cancellationToken))["items"]!.AsArray();
        var people = chats.Select(chat => (string)chat!["participants"]!["items"]![0]!["id"]!).Distinct();
        string[] kinds = ["image", "video", "file", "link", "any"];
        return
        [
            await WordsAsync(bench, server, "word search, rare words", rare, cancellationToken),
            await WordsAsync(bench, server, "word search, commonest word", [words.Commonest], cancellationToken),
            await MessagesAsync(
                bench, server, "search in one chat", await InChatsAsync(server, chats, words, cancellationToken), cancellationToken),
            await MessagesAsync(bench, server, "search by sender", people.Select(id => $"sender={Escape(id)}"), cancellationToken),
            await MessagesAsync(bench, server, "search by media kind", kinds.Select(kind => $"mediaTypes={kind}"), cancellationToken),
            await ChatsAsync(bench, server, "chat search by title", "titles", words, cancellationToken),
            await ChatsAsync(bench, server, "chat search by participant", "participants", words, cancellationToken),
        ];
    }

    // As many as fill a page in the small world too: answers are alike at every scale.
    private static async Task<IReadOnlyList<string>> InChatsAsync(
        ServerProcess server, JsonArray chats, Vocabulary words, CancellationToken cancellationToken)
    {
        var queries = new List<string>();
        foreach (var chat in chats)
        {
            for (var rank = FirstInChat; rank < FirstInChat + InChatTries && queries.Count < MostInChats; rank++)
            {
                var query = $"query={Escape(words.ByRank(rank + (queries.Count % InChatTries)))}&chatIDs={Escape((string)chat!["id"]!)}";
                var found = await server.GetAsync($"/v1/messages/search?{query}&limit={Limit}", cancellationToken);
                if (found["items"]!.AsArray().Count < Limit)
                    continue;
                queries.Add(query);
                break;
            }
        }

        return queries;
    }

    private static async Task<Figure> WordsAsync(
        Bench bench, ServerProcess server, string name, IReadOnlyList<string> words, CancellationToken cancellationToken)
    {
        var figure = await MessagesAsync(bench, server, name, words.Select(word => $"query={Escape(word)}"), cancellationToken);
        // Asked over HTTP like ours: what a request costs on this machine is in both.
        await using var bare = await BareServer.StartAsync(bench.Workshop.NothingToServe(), StoreOf(server), cancellationToken);
        var floor = await bench.MeasureAsync(
            bare.Address, server.Token,
            [.. words.Select(word => new LoadRequest($"/words?match={Escape(SearchText.Query(word, SearchPrefix.LastWord)!)}"))], 1, cancellationToken);
        return figure with
        {
            Floor = floor.P99,
            FloorIs = "the bare FTS5 query for the beginning, over HTTP",
            Bar = "≤ 3×, ≤ 20 ms",
            RatioBar = 3,
        };
    }

    private static async Task<Figure> MessagesAsync(
        Bench bench, ServerProcess server, string name, IEnumerable<string> queries, CancellationToken cancellationToken)
    {
        var load = await bench.MeasureAsync(
            server.Address, server.Token, [.. queries.Select(query => new LoadRequest($"/v1/messages/search?{query}&limit={Limit}"))], 1, cancellationToken);
        return P99(bench, name, load, 20);
    }

    private static async Task<Figure> ChatsAsync(
        Bench bench, ServerProcess server, string name, string scope, Vocabulary words, CancellationToken cancellationToken)
    {
        var requests = new List<LoadRequest>();
        for (var rank = 0; requests.Count < MostChatWords && rank < 1_000; rank++)
        {
            var request = $"/v1/chats/search?query={Escape(words.ByRank(rank))}&scope={scope}&limit={ChatLimit}";
            if ((await server.GetAsync(request, cancellationToken))["items"]!.AsArray().Count == ChatLimit)
                requests.Add(new LoadRequest(request));
        }

        var load = await bench.MeasureAsync(server.Address, server.Token, requests, 1, cancellationToken);
        return P99(bench, name, load, 15);
    }

    private static Figure P99(Bench bench, string name, Load load, double bar) => new()
    {
        Name = name,
        Scale = bench.Scale.Name,
        Value = load.P99,
        Unit = "ms, p99",
        Bar = $"≤ {bar} ms",
        ValueBar = bar,
    };

    private static string StoreOf(ServerProcess server) => Path.Combine(server.Folder, "switchboard.db");

    private static long Count(SqliteConnection file, string word)
    {
        using var command = file.CreateCommand();
        command.CommandText = $"SELECT count(*) FROM (SELECT 1 FROM message_search WHERE message_search MATCH $match LIMIT {MostHits + 1})";
        command.Parameters.AddWithValue("$match", SearchText.Query(word, SearchPrefix.LastWord)!);
        return (long)command.ExecuteScalar()!;
    }

    private static string Escape(string text) => Uri.EscapeDataString(text);
}
