using System.Buffers;
using System.Net.WebSockets;
using Switchboard.Core.Access;
using Switchboard.Core.Audit;
using Switchboard.Core.Changes;
using Switchboard.Server.Health;
using Switchboard.Server.Hosting;
using Switchboard.Server.Http;
using Switchboard.Server.Mapping;
using Switchboard.Server.Spec;
using Switchboard.Wire;
using Access = Switchboard.Core.Access.Access;
using Change = Switchboard.Core.Changes.Change;

namespace Switchboard.Server.Streams;

/// <summary>
/// The live events socket (events.md). It reads the change log through a bounded queue of its own; a client that does not
/// keep up is closed with 1013 and fetches anew. Commands are answered in order with the events, so an acknowledgement always
/// comes before any event that falls under the new subscription.
/// </summary>
internal sealed class EventSocket(
    ChangeFeed feed, Tokens tokens, WireMapper map, ServerOptions options, ServerMetrics metrics, AuditLog audit, TimeProvider clock,
    IHostApplicationLifetime lifetime)
{
    private const string EventsRead = "events";
    private const int LargestCommand = 64 * 1024;
    private const WebSocketCloseStatus TryAgainLater = (WebSocketCloseStatus)1013;
    private static readonly TimeSpan CheckToken = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan CloseWithin = TimeSpan.FromSeconds(2);

    /// <summary>Maps the route.</summary>
    public void Map(Routes routes) => routes.MapRaw(Operations.ConnectEvents, (request, _) => RunAsync(request));

    private async Task RunAsync(ApiRequest request)
    {
        var context = request.Http;
        if (!context.WebSockets.IsWebSocketRequest)
        {
            context.Response.Headers.Upgrade = "websocket";
            context.Response.Headers.Connection = "Upgrade";
            await ApiErrors.WriteAsync(context, new ErrorAnswer(426, "bad_request", "This address speaks WebSocket only."));
            return;
        }

        using var subscription = feed.Subscribe();
        using var counted = metrics.OpenSocket();
        using var socket = await context.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext
        {
            KeepAliveInterval = TimeSpan.FromSeconds(30),
            KeepAliveTimeout = TimeSpan.FromSeconds(90),
        });

        // A socket operation that is cancelled tears the connection down, so what ends the loops is not what ends those:
        // a close frame must still get out.
        using var torn = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        using var session = new Session(socket, request.Access, map, options, clock, torn.Token);
        await session.AnswerAsync(new SocketAnswer(WireJson.ToUtf8Bytes(new WSReadyMessage { ChatIds = [] })));
        var receiving = ReceiveAsync(socket, session, torn.Token);
        var sending = SendAsync(session, subscription, ended.Token);
        var watching = WatchAsync(session, subscription, ended.Token);
        var status = await await Task.WhenAny(receiving, sending, watching);
        await ended.CancelAsync();
        await session.CloseAsync(status, receiving);
        await torn.CancelAsync();
        await Task.WhenAll(receiving, sending, watching);
    }

    /// <summary>Reads commands until the client goes.</summary>
    private static async Task<WebSocketCloseStatus> ReceiveAsync(WebSocket socket, Session session, CancellationToken torn)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(LargestCommand + 1);
        try
        {
            while (true)
            {
                var length = 0;
                ValueWebSocketReceiveResult part;
                do
                {
                    part = await socket.ReceiveAsync(buffer.AsMemory(length, LargestCommand + 1 - length), torn);
                    length += part.Count;
                    if (length > LargestCommand)
                        return WebSocketCloseStatus.MessageTooBig;
                }
                while (!part.EndOfMessage);
                if (part.MessageType == WebSocketMessageType.Close)
                    return WebSocketCloseStatus.NormalClosure;
                await session.AnswerAsync(part.MessageType == WebSocketMessageType.Binary
                    ? SocketCommands.Refuse(WSErrorCode.InvalidPayload, "Commands are text frames of JSON.", null)
                    : SocketCommands.Read(buffer.AsMemory(0, length)));
            }
        }
        catch (Exception e) when (IsGone(e))
        {
            return WebSocketCloseStatus.NormalClosure;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Writes events until the connection ends.</summary>
    private async Task<WebSocketCloseStatus> SendAsync(
        Session session, ChangeFeed.Subscription subscription, CancellationToken ended)
    {
        try
        {
            await foreach (var item in subscription.Items.ReadAllAsync(ended))
            {
                if (!await session.OfferAsync(item))
                    continue;
                metrics.CountEvent();
                audit.Count(session.Access, AuditSurface.Socket, EventsRead);
            }

            return TryAgainLater;
        }
        catch (Exception e) when (IsGone(e))
        {
            return WebSocketCloseStatus.EndpointUnavailable;
        }
    }

    /// <summary>Waits for a reason of ours to end: the token ended, the client fell behind, the server stops.</summary>
    private async Task<WebSocketCloseStatus> WatchAsync(Session session, ChangeFeed.Subscription subscription, CancellationToken ended)
    {
        while (true)
        {
            await Task.WhenAny(subscription.Overrun, Task.Delay(CheckToken, clock, ended));
            if (subscription.Overrun.IsCompleted)
                return TryAgainLater;
            if (ended.IsCancellationRequested)
                return WebSocketCloseStatus.EndpointUnavailable;
            try
            {
                if (tokens.Refresh(session.Access.Token) is not { CanRead: true } access)
                    return WebSocketCloseStatus.PolicyViolation;
                session.Access = access;
            }
            catch (Microsoft.Data.Sqlite.SqliteException)
            {
                // Not to be known now; looked up again in a second.
            }
        }
    }

    private static bool IsGone(Exception e) => e is OperationCanceledException or WebSocketException or IOException or ObjectDisposedException;

    /// <summary>What one connection wants and has got.</summary>
    internal sealed class Session(
        WebSocket socket, Access access, WireMapper map, ServerOptions options, TimeProvider clock, CancellationToken torn) : IDisposable
    {
        private readonly SemaphoreSlim turn = new(1);
        private long seq;
        private IReadOnlySet<string>? chats = new HashSet<string>();

        /// <summary>What the bearer may see now.</summary>
        public Access Access { get; set; } = access;

        /// <summary>
        /// Answers a command and, in the same turn, begins with its subscription: no event of the new one comes before the
        /// acknowledgement and none of the old one after it.
        /// </summary>
        public Task AnswerAsync(SocketAnswer answer) => InTurnAsync(() =>
        {
            if (answer.Subscription is { } subscription)
                chats = subscription.Chats;
            return answer.Frame;
        });

        /// <summary>Writes an event if it is wanted and in reach.</summary>
        /// <returns>Whether it was.</returns>
        public Task<bool> OfferAsync(FeedItem item) => InTurnAsync(() =>
            Access.Reaches(item.Change.Account, item.Change.Chat) && Wants(item.Change)
                ? EventFrame.Render(item, seq++, clock.GetUtcNow(), map, options)
                : (ReadOnlyMemory<byte>?)null);

        /// <summary>Says why it ends and gives the client a moment to hear it.</summary>
        public async Task CloseAsync(WebSocketCloseStatus status, Task receiving)
        {
            using var within = CancellationTokenSource.CreateLinkedTokenSource(torn);
            within.CancelAfter(CloseWithin);
            try
            {
                await turn.WaitAsync(within.Token);
                if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
                    await socket.CloseOutputAsync(status, null, within.Token);
                await receiving.WaitAsync(within.Token);
            }
            catch (Exception e) when (IsGone(e))
            {
                // The client was gone already, or does not read any more.
            }
        }

        /// <inheritdoc/>
        public void Dispose() => turn.Dispose();

        /// <summary>Decides and writes one frame, or none; frames never mix.</summary>
        private async Task<bool> InTurnAsync(Func<ReadOnlyMemory<byte>?> frame)
        {
            await turn.WaitAsync(torn);
            try
            {
                if (frame() is not { } bytes)
                    return false;
                await socket.SendAsync(bytes, WebSocketMessageType.Text, endOfMessage: true, torn);
                return true;
            }
            finally
            {
                turn.Release();
            }
        }

        private bool Wants(Change change) => chats is not { } wanted
            || wanted.Contains(change.ChatId)
            || wanted.Contains(change.Chat.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }
}
