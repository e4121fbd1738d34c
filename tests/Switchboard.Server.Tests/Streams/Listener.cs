using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Switchboard.Server.Tests.Hosting;
using Xunit;

namespace Switchboard.Server.Tests.Streams;

/// <summary>One client of the events socket.</summary>
internal sealed class Listener(ClientWebSocket socket) : IDisposable
{
    private readonly CancellationTokenSource patience = new(TestServer.Patience);

    public WebSocketCloseStatus? CloseStatus => socket.CloseStatus;

    /// <summary>Connects and takes the ready frame.</summary>
    public static async Task<Listener> ConnectAsync(TestServer server, string? token = null)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", "Bearer " + (token ?? server.Owner));
        await socket.ConnectAsync(AddressOf(server), CancellationToken.None);
        var listener = new Listener(socket);
        Assert.Equal("""{"type":"ready","version":1,"chatIDs":[]}""", await listener.TextAsync());
        return listener;
    }

    /// <summary>Connects and subscribes to everything.</summary>
    public static async Task<Listener> ToAllAsync(TestServer server, string? token = null)
    {
        var listener = await ConnectAsync(server, token);
        await listener.SendAsync("""{"type":"subscriptions.set","chatIDs":["*"]}""");
        Assert.Equal("subscriptions.updated", (string?)(await listener.NextAsync())["type"]);
        return listener;
    }

    public static Uri AddressOf(TestServer server, string query = "") => new($"ws://{server.Address.Authority}/v1/ws{query}");

    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text);

    public Task SendAsync(byte[] bytes, WebSocketMessageType type) => socket.SendAsync(bytes, type, endOfMessage: true, patience.Token);

    /// <summary>The next frame as JSON.</summary>
    public async Task<JsonObject> NextAsync() => JsonNode.Parse(await TextAsync())!.AsObject();

    /// <summary>Reads on until a frame is what is looked for.</summary>
    public async Task<JsonObject> NextAsync(Func<JsonObject, bool> wanted)
    {
        while (true)
        {
            if (await NextAsync() is var frame && wanted(frame))
                return frame;
        }
    }

    /// <summary>Reads until the connection ends.</summary>
    /// <returns>The status of its close; <c>null</c> when it was torn down without one.</returns>
    public async Task<WebSocketCloseStatus?> EndAsync()
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while ((await socket.ReceiveAsync(buffer.AsMemory(), patience.Token)).MessageType != WebSocketMessageType.Close)
            {
            }

            return socket.CloseStatus;
        }
        catch (WebSocketException)
        {
            return null;
        }
    }

    public void Dispose()
    {
        socket.Dispose();
        patience.Dispose();
    }

    private async Task<string> TextAsync()
    {
        using var text = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer.AsMemory(), patience.Token);
            if (part.MessageType == WebSocketMessageType.Close)
                throw new InvalidOperationException($"The server closed with {socket.CloseStatus}.");
            text.Write(buffer, 0, part.Count);
            if (part.EndOfMessage)
                return Encoding.UTF8.GetString(text.ToArray());
        }
    }
}
