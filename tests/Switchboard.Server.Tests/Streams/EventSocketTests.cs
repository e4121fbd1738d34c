using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Switchboard.Core.Access;
using Switchboard.Server.Hosting;
using Switchboard.Server.Tests.Hosting;
using Switchboard.Testing;
using Xunit;

namespace Switchboard.Server.Tests.Streams;

/// <summary>The events socket over a real connection (events.md).</summary>
public sealed class EventSocketTests
{
    [Fact]
    public async Task A_token_that_is_revoked_ends_its_sockets_with_1008_and_no_others()
    {
        var clock = new ManualClock();
        await using var server = await TestServer.StartAsync(clock: clock);
        var (token, secret) = await server.MakeTokenAsync("read");
        using var gone = await Listener.ToAllAsync(server, secret);
        using var other = await Listener.ToAllAsync(server);

        await server.Get<Tokens>().RevokeAsync(token.Id, CancellationToken.None);

        Assert.Equal(WebSocketCloseStatus.PolicyViolation, await WhileTimePassesAsync(clock, gone.EndAsync()));
        await other.SendAsync("""{"type":"subscriptions.set","chatIDs":[]}""");
        Assert.Equal("subscriptions.updated", (string?)(await other.NextAsync())["type"]);
    }

    [Fact]
    public async Task A_token_that_expires_ends_its_sockets_with_1008()
    {
        var clock = new ManualClock();
        await using var server = await TestServer.StartAsync(clock: clock);
        using var listener = await Listener.ToAllAsync(server, await server.TokenAsync("read", life: TimeSpan.FromSeconds(20)));
        var end = listener.EndAsync();

        clock.Advance(TimeSpan.FromSeconds(10));
        Assert.False(end.IsCompleted);

        Assert.Equal(WebSocketCloseStatus.PolicyViolation, await WhileTimePassesAsync(clock, end));
        Assert.True(clock.GetUtcNow() >= new DateTimeOffset(2026, 1, 1, 0, 0, 20, TimeSpan.Zero));
    }

    [Fact]
    public async Task A_server_that_stops_says_1001()
    {
        await using var server = await TestServer.StartAsync();
        using var listener = await Listener.ToAllAsync(server);
        var end = listener.EndAsync();

        await server.StopAsync();

        Assert.Equal(WebSocketCloseStatus.EndpointUnavailable, await end);
    }

    [Fact]
    public async Task A_client_that_says_goodbye_is_answered()
    {
        await using var server = await TestServer.StartAsync();
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", "Bearer " + server.Owner);
        await socket.ConnectAsync(Listener.AddressOf(server), CancellationToken.None);

        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);

        Assert.Equal(WebSocketState.Closed, socket.State);
        Assert.Equal(WebSocketCloseStatus.NormalClosure, socket.CloseStatus);
    }

    [Fact]
    public async Task A_limited_token_hears_of_its_account_alone()
    {
        await using var server = await TestServer.StartAsync();
        var ada = await server.AddPersonAsync("ada");
        var (mine, theirs) = await server.MeetAsync("local_owner", ada, "ada");
        using var limited = await Listener.ToAllAsync(server, await server.TokenAsync("read", account: ada));
        using var all = await Listener.ToAllAsync(server);

        (await server.SendAsync(HttpMethod.Post, $"/v1/chats/{mine.Key}/unread", server.Owner, "{}")).Dispose();
        await server.SayAsync(mine.Id, "for both of us");

        Assert.Equal(mine.Id, (string?)(await all.NextAsync())["chatID"]);
        await all.NextAsync(frame => (string?)frame["chatID"] == theirs.Id);
        var first = await limited.NextAsync();
        Assert.Equal(theirs.Id, (string?)first["chatID"]);
        Assert.Equal(0, (long?)first["seq"]);
        var message = (string?)first["type"] == "message.upserted" ? first : await limited.NextAsync(frame => (string?)frame["type"] == "message.upserted");
        Assert.Equal(theirs.Id, (string?)message["chatID"]);
        Assert.Equal(ada, (string?)message["entries"]![0]!["accountID"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Events_are_dated_as_configured(bool asMilliseconds)
    {
        var clock = new ManualClock(new DateTimeOffset(2026, 3, 4, 5, 6, 7, 890, TimeSpan.Zero));
        await using var server = await TestServer.StartAsync(
            options => options with { EventTimestamps = asMilliseconds ? EventTimestamps.Millis : EventTimestamps.Iso }, clock);
        var own = await server.OwnChatAsync();
        using var listener = await Listener.ToAllAsync(server);
        (await server.SendAsync(HttpMethod.Post, $"/v1/chats/{own.Key}/unread", server.Owner, "{}")).Dispose();

        var frame = await listener.NextAsync();

        Assert.Equal(asMilliseconds ? "1772600767890" : "\"2026-03-04T05:06:07.890Z\"", frame["ts"]!.ToJsonString());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_token_in_the_query_is_taken_only_when_configured(bool configured)
    {
        await using var server = await TestServer.StartAsync(options => options with { SocketTokenInQuery = configured });
        using var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        var connecting = socket.ConnectAsync(
            Listener.AddressOf(server, "?dangerouslyUseTokenInQuery=" + server.Owner), CancellationToken.None);

        if (configured)
            await connecting;
        else
            await Assert.ThrowsAsync<WebSocketException>(() => connecting);

        Assert.Equal(configured ? HttpStatusCode.SwitchingProtocols : HttpStatusCode.Unauthorized, socket.HttpStatusCode);
        using var rest = await server.SendAsync(HttpMethod.Get, "/v1/accounts?dangerouslyUseTokenInQuery=" + server.Owner, null);
        Assert.Equal(HttpStatusCode.Unauthorized, rest.StatusCode);
    }

    [Fact]
    public async Task A_command_that_is_too_long_ends_the_connection_with_1009()
    {
        await using var server = await TestServer.StartAsync();
        using var listener = await Listener.ConnectAsync(server);

        await listener.SendAsync(new string(' ', (64 * 1024) + 1));

        Assert.Equal(WebSocketCloseStatus.MessageTooBig, await listener.EndAsync());
    }

    [Fact]
    public async Task A_ping_is_answered_with_what_was_in_it()
    {
        await using var server = await TestServer.StartAsync();
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, server.Address.Port);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"GET /v1/ws HTTP/1.1\r\nHost: {server.Address.Authority}\r\nAuthorization: Bearer {server.Owner}\r\nConnection: Upgrade\r\n"
            + "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"));
        // A masked ping with a mask of zeros: four letters.
        await stream.WriteAsync((byte[])[0x89, 0x84, 0, 0, 0, 0, .. "ping"u8]);

        using var patience = new CancellationTokenSource(TestServer.Patience);
        var received = new List<byte>();
        var buffer = new byte[1024];
        byte[] pong = [0x8A, 4, .. "ping"u8];
        while (received.ToArray().AsSpan().IndexOf(pong) < 0)
        {
            var read = await stream.ReadAsync(buffer, patience.Token);
            Assert.NotEqual(0, read);
            received.AddRange(buffer.AsSpan(0, read));
        }
    }

    [Fact]
    public async Task A_client_that_does_not_read_is_cut_off_and_slows_nobody()
    {
        await using var server = await TestServer.StartAsync();
        var own = await server.OwnChatAsync();
        var message = await server.SayAsync(own.Id, new string('x', 60_000));
        using var slow = await Listener.ToAllAsync(server);
        using var quick = await Listener.ToAllAsync(server);
        var received = 0;
        for (var round = 0; round < 30; round++)
        {
            // More than the queue and every buffer on the way can hold, but never more at once than the quick one's queue.
            await ChangeOftenAsync(server, own.Key, message, 60);
            for (var count = 0; count < 60; count++)
            {
                Assert.Equal(received++, (long?)(await quick.NextAsync())["seq"]);
            }
        }

        Assert.True(await slow.EndAsync() is null or (WebSocketCloseStatus)1013);
        await quick.SendAsync("""{"type":"subscriptions.set","chatIDs":[]}""");
        Assert.Equal("subscriptions.updated", (string?)(await quick.NextAsync())["type"]);
    }

    [Fact]
    public async Task Who_begins_to_listen_while_others_do_misses_nothing()
    {
        await using var server = await TestServer.StartAsync();
        using var always = await Listener.ToAllAsync(server);
        var own = (await server.OwnChatAsync()).Key;
        using var done = new CancellationTokenSource();
        var noise = Task.Run(async () =>
        {
            while (!done.IsCancellationRequested)
                await ChangeOftenAsync(server, own, null, 1);
        });
        var feed = server.Get<Core.Changes.ChangeFeed>();
        for (var round = 0; round < 500; round++)
        {
            var before = NewestChange(server);
            using var subscription = feed.Subscribe();
            var after = NewestChange(server);
            using var patience = new CancellationTokenSource(TestServer.Patience);
            var first = await subscription.Items.ReadAsync(patience.Token);
            var second = await subscription.Items.ReadAsync(patience.Token);

            Assert.InRange(first.Change.Seq, before + 1, after + 1);
            Assert.Equal(first.Change.Seq + 1, second.Change.Seq);
        }

        await done.CancelAsync();
        await noise;
    }

    [Fact]
    public async Task Who_begins_to_listen_before_the_log_is_followed_misses_nothing()
    {
        await using var server = await TestServer.StartAsync();
        var own = (await server.OwnChatAsync()).Key;
        var feed = new Core.Changes.ChangeFeed(server.Database, TimeProvider.System, NullLogger<Core.Changes.ChangeFeed>.Instance);
        using var subscription = feed.Subscribe();
        await ChangeOftenAsync(server, own, null, 1);
        feed.Wake();
        using var stopping = new CancellationTokenSource();
        var running = feed.RunAsync(stopping.Token);

        using var patience = new CancellationTokenSource(TestServer.Patience);
        var item = await subscription.Items.ReadAsync(patience.Token);

        Assert.Equal(own, item.Change.Chat);
        await stopping.CancelAsync();
        try
        {
            await running;
        }
        catch (OperationCanceledException)
        {
            // It ends either way.
        }
    }

    private static long NewestChange(TestServer server) => server.Database.Read(db => db.QueryInt64("SELECT max(seq) FROM change"))!.Value;

    /// <summary>Writes into the log that a message, or else the chat, changed: many times at once.</summary>
    private static Task ChangeOftenAsync(TestServer server, long chat, string? message, int times) => server.Database.WriteAsync(
        db =>
        {
            for (var count = 0; count < times; count++)
            {
                db.Execute(
                    """
                    INSERT INTO change (at, kind, account, chat, chat_id, ids, send_state)
                    SELECT $at, $kind, account, key, id, coalesce($ids, json_array(id)), NULL FROM chat WHERE key = $chat
                    """,
                    ("$at", TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()), ("$kind", message is null ? "chat.upserted" : "message.upserted"), ("$chat", chat),
                    ("$ids", message is null ? null : new JsonArray(message).ToJsonString()));
            }
        },
        CancellationToken.None);

    /// <summary>Moves the clock on until something has come about.</summary>
    private static async Task<T> WhileTimePassesAsync<T>(ManualClock clock, Task<T> task)
    {
        while (!task.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(task, Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, CancellationToken.None));
        }

        return await task;
    }
}
