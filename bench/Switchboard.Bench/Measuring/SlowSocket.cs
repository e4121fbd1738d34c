using System.Net.Sockets;
using System.Text;

namespace Switchboard.Bench.Measuring;

/// <summary>A subscriber that takes one byte a second.</summary>
internal sealed class SlowSocket : IAsyncDisposable
{
    private readonly TcpClient connection = new() { ReceiveBufferSize = 4096 };
    private readonly CancellationTokenSource ending = new();
    private Task reading = Task.CompletedTask;

    /// <summary>Connects and subscribes to everything.</summary>
    public static async Task<SlowSocket> ConnectAsync(Uri address, string token, string greeting, CancellationToken cancellationToken)
    {
        var slow = new SlowSocket();
        await slow.connection.ConnectAsync(address.Host, address.Port, cancellationToken);
        var stream = slow.connection.GetStream();
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes(
                $"GET /v1/ws HTTP/1.1\r\nHost: {address.Authority}\r\nAuthorization: Bearer {token}\r\nUpgrade: websocket\r\n"
                + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: c3dpdGNoYm9hcmRiZW5jaA==\r\n\r\n"),
            cancellationToken);
        await stream.WriteAsync(Frame(greeting), cancellationToken);
        slow.reading = Task.Run(() => slow.ReadAsync(stream), cancellationToken);
        return slow;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await reading;
        connection.Dispose();
        ending.Dispose();
    }

    private async Task ReadAsync(NetworkStream stream)
    {
        var one = new byte[1];
        try
        {
            while (await stream.ReadAsync(one, ending.Token) > 0)
            {
                await Task.Delay(TimeSpan.FromSeconds(1), ending.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The measurement is over, or the server has had enough of us: both are right.
        }
    }

    // A text frame of less than 126 bytes, masked with zeros (RFC 6455 §5.2).
    private static byte[] Frame(string text) => [0x81, (byte)(0x80 | text.Length), 0, 0, 0, 0, .. Encoding.ASCII.GetBytes(text)];
}
