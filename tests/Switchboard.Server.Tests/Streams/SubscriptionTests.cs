using System.Text.Json.Nodes;
using Switchboard.Server.Tests.Hosting;
using Xunit;

namespace Switchboard.Server.Tests.Streams;

/// <summary>Where one subscription ends and the next begins, while events stream (events.md §3).</summary>
public sealed class SubscriptionTests(TownFixture town) : IClassFixture<TownFixture>
{
    [Fact]
    public async Task No_event_comes_before_its_subscription_is_acknowledged_or_after_it_was_given_up()
    {
        using var listener = await Listener.ConnectAsync(town.Server);
        using var done = new CancellationTokenSource();
        var noise = Task.Run(async () =>
        {
            while (!done.IsCancellationRequested)
                await NoteChangeAsync();
        });
        for (var round = 0; round < 200; round++)
        {
            await SubscribeAsync(listener, "*", $"all {round}");
            Assert.Equal($"all {round}", (string?)(await listener.NextAsync())["requestID"]);
            Assert.Equal("chat.upserted", (string?)(await listener.NextAsync())["type"]);

            await SubscribeAsync(listener, null, $"none {round}");
            await listener.NextAsync(frame => (string?)frame["requestID"] == $"none {round}");
            await NoteChangeAsync();
            await SubscribeAsync(listener, "!nowhere:town.example", $"other {round}");
            Assert.Equal($"other {round}", (string?)(await listener.NextAsync())["requestID"]);
        }

        await done.CancelAsync();
        await noise;
    }

    private static Task SubscribeAsync(Listener listener, string? chat, string request) => listener.SendAsync(new JsonObject
    {
        ["type"] = "subscriptions.set",
        ["chatIDs"] = chat is null ? [] : new JsonArray(chat),
        ["requestID"] = request,
    }.ToJsonString());

    private Task<int> NoteChangeAsync() => town.Server.Database.WriteAsync(
        db => db.Execute(
            """
            INSERT INTO change (at, kind, account, chat, chat_id, ids) SELECT 0, 'chat.upserted', account, key, id, json_array(id)
            FROM chat WHERE key = $chat
            """,
            ("$chat", town.Mine.Chat.Key)),
        CancellationToken.None);
}
