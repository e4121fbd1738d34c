using System.Collections.Concurrent;
using System.Globalization;
using System.Net.WebSockets;
using System.Text;

namespace Switchboard.Bench.Measuring;

/// <summary>A socket that notes how old every frame is when it comes. A frame's age is read from the first time behind a marker.</summary>
internal sealed class Listener : IAsyncDisposable
{
    private static ReadOnlySpan<byte> Timestamp => "\"timestamp\":\""u8;

    private readonly ClientWebSocket socket = new();
    private readonly byte[] buffer = new byte[256 * 1024];
    private readonly byte[] marker;
    private readonly ConcurrentBag<double> ages;
    private readonly CancellationTokenSource ending = new();
    private Task reading = Task.CompletedTask;

    private Listener(string marker, ConcurrentBag<double> ages)
    {
        this.marker = Encoding.UTF8.GetBytes(marker);
        this.ages = ages;
    }

    /// <summary>
    /// Connects, says <paramref name="greeting"/> and begins to read. Frames without <paramref name="marker"/> do not count;
    /// <paramref name="ages"/> gets the ages of the others in milliseconds.
    /// </summary>
    public static async Task<Listener> ConnectAsync(
        Uri address, string token, string? greeting, string marker, ConcurrentBag<double> ages, CancellationToken cancellationToken)
    {
        var listener = new Listener(marker, ages);
        listener.socket.Options.SetRequestHeader("Authorization", $"Bearer {token}");
        await listener.socket.ConnectAsync(new UriBuilder(address) { Scheme = "ws" }.Uri, cancellationToken);
        if (greeting is not null)
        {
            await listener.socket.SendAsync(Encoding.UTF8.GetBytes(greeting), WebSocketMessageType.Text, true, cancellationToken);
            // Two answers: that it is ready, and that it subscribes.
            await listener.socket.ReceiveAsync(listener.buffer.AsMemory(), cancellationToken);
            await listener.socket.ReceiveAsync(listener.buffer.AsMemory(), cancellationToken);
        }

        listener.reading = Task.Run(listener.ReadAsync, cancellationToken);
        return listener;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await reading;
        socket.Dispose();
        ending.Dispose();
    }

    private async Task ReadAsync()
    {
        try
        {
            while (true)
            {
                var length = 0;
                ValueWebSocketReceiveResult part;
                do
                {
                    part = await socket.ReceiveAsync(buffer.AsMemory(length), ending.Token);
                    length += part.Count;
                }
                while (!part.EndOfMessage);
                if (part.MessageType == WebSocketMessageType.Close)
                    return;
                Note(buffer.AsSpan(0, length));
            }
        }
        catch (Exception e) when (e is OperationCanceledException || (e is WebSocketException && ending.IsCancellationRequested))
        {
            // The measurement is over.
        }
    }

    private void Note(ReadOnlySpan<byte> frame)
    {
        var now = TimeProvider.System.GetUtcNow();
        var place = frame.IndexOf(marker);
        if (place < 0)
            return;
        var text = frame[(place + marker.Length)..];
        if (marker.Length > 0)
            text = text[(text.IndexOf(Timestamp) + Timestamp.Length)..];
        text = text[..text.IndexOf((byte)'"')];
        var at = DateTimeOffset.Parse(Encoding.ASCII.GetString(text), CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind);
        ages.Add((now - at).TotalMilliseconds);
    }
}
