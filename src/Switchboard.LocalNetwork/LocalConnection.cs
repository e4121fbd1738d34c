using System.Globalization;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Switchboard.Networks;
using Switchboard.Sqlite;

namespace Switchboard.LocalNetwork;

/// <summary>One identity's live login.</summary>
/// <remarks>
/// An identity's queue outlives its connections: a batch is read from it, and dropped from it when the next one is asked
/// for. What the identity itself sends does not come back to it, because the answer to the send says all there is to
/// say and a repeated send gets the same answer. Every other change of its own does come back: should the server die
/// after the network accepted an edit and before it stored it, the echo repairs that.
/// </remarks>
internal sealed partial class LocalConnection :
    INetworkConnection, ISupportsEdits, ISupportsDeletion, ISupportsReactions, ISupportsReadReceipts, ISupportsTyping,
    ISupportsChatState, ISupportsMarks, ISupportsNotifyAnyway, ISupportsContacts, ISupportsDirectChats, ISupportsGroups, ISupportsMedia
{
    private const int BatchSize = 200;
    private const int TypingKept = 64;

    private readonly LocalNetwork network;

    // Holds one token at most: however often it is woken, it looks once.
    private readonly Channel<bool> signal = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    // Typing is worth nothing when it is late: when nobody fetches it, the oldest goes.
    private readonly Channel<RemoteEvent> ephemeral = Channel.CreateBounded<RemoteEvent>(
        new BoundedChannelOptions(TypingKept) { FullMode = BoundedChannelFullMode.DropOldest });

    private volatile NetworkException? end;

    public LocalConnection(LocalNetwork network, Identity identity)
    {
        this.network = network;
        Identity = identity;
    }

    /// <summary>Whose it is.</summary>
    public Identity Identity { get; }

    /// <inheritdoc/>
    public async IAsyncEnumerable<RemoteBatch> ReceiveAsync(
        string? cursor, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var position = PositionOf(cursor);
        var acknowledged = 0L;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            RequireOpen();
            if (position > acknowledged)
            {
                await AcknowledgeAsync(position, cancellationToken);
                acknowledged = position;
            }

            if (NextBatch(position) is var (events, last))
            {
                position = last;
                yield return new RemoteBatch(events, CursorOf(position));
            }
            else if (TakeEphemeral() is { Count: > 0 } typing)
            {
                yield return new RemoteBatch(typing, CursorOf(position));
            }
            else if (await signal.Reader.WaitToReadAsync(cancellationToken))
            {
                signal.Reader.TryRead(out _);
            }
        }
    }

    /// <summary>Something new is in the queue.</summary>
    public void Wake() => signal.Writer.TryWrite(true);

    /// <summary>Tells something that is not stored. Never blocks.</summary>
    public void Offer(RemoteEvent what)
    {
        ephemeral.Writer.TryWrite(what);
        Wake();
    }

    /// <summary>
    /// Ends receiving: whoever waits, or asks for more from now on, gets that failure. A request that still holds this
    /// connection is answered as the network can: what it changes comes to the next connection, and when a full disk is what
    /// ended this one, it is told so.
    /// </summary>
    public void End(NetworkException reason)
    {
        end ??= reason;
        signal.Writer.TryComplete(reason);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        End(Refusals.Stopping());
        network.Leave(this);
        return ValueTask.CompletedTask;
    }

    private static string CursorOf(long position) => position.ToString(CultureInfo.InvariantCulture);

    private long PositionOf(string? cursor)
    {
        if (!long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var position))
            return 0;
        // A cursor from the future means that this network's folder was put back to an older state: what it has queued
        // since then has never been fetched.
        return position > Read(db => db.LatestEvent()) ? 0 : position;
    }

    private Task<bool> AcknowledgeAsync(long position, CancellationToken cancellationToken) => ChangeAsync(
        change =>
        {
            change.Db.Acknowledge(Identity.Id, position);
            return true;
        },
        cancellationToken);

    private (IReadOnlyList<RemoteEvent> Events, long Last)? NextBatch(long position) => Read(
        db =>
        {
            var waiting = db.Waiting(Identity.Id, position, BatchSize);
            if (waiting.Count == 0)
                return ((IReadOnlyList<RemoteEvent>, long)?)null;
            var describing = new Describing(db, network.People, Identity);
            var now = network.Now;
            // What has vanished is passed over, but the cursor moves behind it.
            var events = waiting
                .Where(queued => queued.ExpiresAt is not { } expiry || expiry > now)
                .Select(queued => describing.Event(queued.Body))
                .OfType<RemoteEvent>()
                .ToList();
            return (events, waiting[^1].Seq);
        });

    private List<RemoteEvent> TakeEphemeral()
    {
        var taken = new List<RemoteEvent>();
        while (ephemeral.Reader.TryRead(out var what))
        {
            taken.Add(what);
        }

        return taken;
    }

    private T Read<T>(Func<Db, T> read) => network.Read(
        db =>
        {
            db.RequireLife(Identity);
            return read(db);
        });

    private Task<T> ChangeAsync<T>(Func<Change, T> work, CancellationToken cancellationToken) => network.ChangeAsync(
        change =>
        {
            change.Db.RequireLife(Identity);
            return work(change);
        },
        cancellationToken);

    private RemoteChat Describe(Db db, long room) => new Describing(db, network.People, Identity).KnownChat(room);

    private void RequireOpen()
    {
        if (end is { } reason)
            throw new NetworkException(reason.Kind, reason.Message);
    }
}
