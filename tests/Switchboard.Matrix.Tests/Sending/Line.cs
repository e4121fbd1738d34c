using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Switchboard.Matrix.Api;
using Switchboard.Matrix.Store;
using Switchboard.Matrix.Timeline;
using Switchboard.Networks;
using Switchboard.Testing;

namespace Switchboard.Matrix.Tests.Sending;

/// <summary>A connection of @me to a homeserver that does as a test says, with a real store.</summary>
internal sealed class Line : IAsyncDisposable
{
    public const string Room = "!room:hs.test";
    public const string Encryption = "/_matrix/client/v3/rooms/%21room%3Ahs.test/state/m.room.encryption/";

    private readonly TestFolder folder = new();
    private readonly TimeProvider clock;
    private string? cursor;

    private Line(FaultyHomeserver server, TimeProvider clock)
    {
        (Server, this.clock) = (server, clock);
        (Store, Does) = Connect();
    }

    public FaultyHomeserver Server { get; }

    public MatrixStore Store { get; private set; }

    public MatrixConnection Does { get; private set; }

    public static RemoteChatId Chat => new(Room);

    /// <summary>Opens one; unless said otherwise the homeserver says that no room is encrypted and takes what is sent.</summary>
    public static async Task<Line> OpenAsync(TimeProvider? clock = null)
    {
        var server = await FaultyHomeserver.StartAsync();
        server.On("PUT", "/_matrix/client/", "{}").On("POST", "/_matrix/client/", "{}").On("DELETE", "/_matrix/client/", "{}")
            .On("PUT", "/_matrix/client/v3/rooms/%21room%3Ahs.test/send/", """{"event_id":"$sent"}""")
            .On("PUT", "/_matrix/client/v3/rooms/%21room%3Ahs.test/redact/", """{"event_id":"$redaction"}""")
            .On("GET", "/_matrix/client/v1/media/config", "{}")
            .On("POST", "/_matrix/media/v3/upload", """{"content_uri":"mxc://hs.test/file"}""")
            .On("GET", Encryption, FaultyHomeserver.Error("M_NOT_FOUND"), 404)
            .On("GET", "/_matrix/client/v3/rooms/%21room%3Ahs.test/event/", """{"event_id":"$1","sender":"@me:hs.test","content":{"msgtype":"m.text","body":"x"}}""")
            .On("GET", "/_matrix/client/v1/rooms/%21room%3Ahs.test/relations/", """{"chunk":[]}""");
        return new Line(server, clock ?? TimeProvider.System);
    }

    /// <summary>Says what the store knows of a room.</summary>
    public Task KnowAsync(bool isEncrypted = false, string membership = "join", string room = Room, params (string Type, string Sender, string Content)[] state) =>
        Store.WriteAsync(
            db =>
            {
                db.SaveRoom(new RoomRow(room) { Membership = membership, IsEncrypted = isEncrypted, Account = "matrix" });
                db.SaveMember(room, new Member("@me:hs.test", membership, null, null, false, "@me:hs.test"));
                db.SaveMember(room, new Member("@bob:hs.test", "join", "Bob", null, false, "@bob:hs.test"));
                foreach (var (type, sender, content) in state)
                {
                    using var json = JsonDocument.Parse(
                        $$"""{"type":"{{type}}","state_key":"{{(type.StartsWith("m.bridge", StringComparison.Ordinal) || type == "com.beeper.room_features" ? "hs.test/net" : "")}}","sender":"{{sender}}","event_id":"$s{{type}}","origin_server_ts":1,"content":{{content}}}""");
                    db.SaveState(room, MatrixEvent.Read(json.RootElement)!);
                    if (type == "m.bridge")
                        db.SaveTrust("!management:hs.test", sender);
                }

                return true;
            },
            CancellationToken.None);

    /// <summary>As after a crash: another process on the same store.</summary>
    public async Task RestartAsync()
    {
        await Does.DisposeAsync();
        (Store, Does) = Connect();
    }

    public Task<SentMessage> SayAsync(string text = "hello", string transaction = "t1") => Does.SendAsync(
        Chat, new TransactionId(transaction), new OutgoingMessage { Text = new MessageText(text, false) }, CancellationToken.None);

    /// <summary>Receives these answers to syncs, one after the other, with all that follows of each; gives what is told.</summary>
    public Task<List<RemoteEvent>> ReceiveAsync(params string[] answers) => ReceiveAsync(Task.CompletedTask, answers);

    /// <summary>The same, going on until something has happened.</summary>
    public async Task<List<RemoteEvent>> ReceiveAsync(Task until, params string[] answers)
    {
        using var stop = new CancellationTokenSource();
        var told = new List<RemoteEvent>();
        var served = 0;
        Server.On("GET", "/_matrix/client/v3/sync", async context =>
        {
            if (Interlocked.Increment(ref served) <= answers.Length)
                await context.Response.WriteAsync(answers[served - 1]);
            else
                await EndAsync();
        });
        try
        {
            await foreach (var batch in Does.ReceiveAsync(cursor, stop.Token))
            {
                told.AddRange(batch.Events);
                cursor = batch.Cursor ?? cursor;
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // As wanted: all answers were taken.
        }

        return told;

        async Task EndAsync()
        {
            await until.WaitAsync(Patience.Longest);
            await stop.CancelAsync();
        }
    }

    /// <summary>The events that arrived, in clear or not.</summary>
    public List<Call> Sent => [.. Server.Calls.Where(call => call.Path.Contains("/send/", StringComparison.Ordinal) || call.Path.Contains("/redact/", StringComparison.Ordinal))];

    public async ValueTask DisposeAsync()
    {
        await Does.DisposeAsync();
        await Server.DisposeAsync();
        folder.Dispose();
    }

    private (MatrixStore, MatrixConnection) Connect()
    {
        var store = MatrixStore.Open(Path.Combine(folder.Path, "me.db"), "@me:hs.test", "matrix");
        var api = new MatrixApi(Server.Address, MatrixHttp.Make(), clock) { AccessToken = "secret" };
        return (store, new MatrixConnection(new MatrixSession("@me:hs.test", "DEV", "matrix"), api, store, clock, NullLogger.Instance));
    }
}
