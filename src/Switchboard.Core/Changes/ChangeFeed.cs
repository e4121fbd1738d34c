using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Switchboard.Core.Messages;
using Switchboard.Sqlite;

namespace Switchboard.Core.Changes;

/// <summary>A change as it goes to clients, with the messages it speaks of as they are now.</summary>
/// <param name="Change">The log entry.</param>
/// <param name="Messages">In the order of its ids; <c>null</c> when it is not about messages or one of them is gone.</param>
public sealed record FeedItem(Change Change, IReadOnlyList<Message>? Messages)
{
    /// <summary>
    /// What readers made of this item, kept for the next reader: many sockets write the same bytes. Set at most a few times
    /// with equal values.
    /// </summary>
    public byte[]? Rendered { get; set; }
}

/// <summary>
/// Follows the change log and hands it to whoever listens. The log is read once, however many listen; each has a bounded
/// queue of its own, and one that does not keep up is cut off and never slows the others or a writer.
/// </summary>
public sealed partial class ChangeFeed(Database database, TimeProvider clock, ILogger<ChangeFeed> logger)
{
    private const int QueueLimit = 1000;
    private const int ReadAtOnce = 200;
    private static readonly TimeSpan LookAnyway = TimeSpan.FromSeconds(5);

    private readonly Signal wake = new();
    private readonly Lock gate = new();
    private readonly List<Subscription> subscriptions = [];

    /// <summary>Something was committed.</summary>
    public void Wake() => wake.Set();

    /// <summary>Begins to listen: everything committed from now on.</summary>
    public Subscription Subscribe()
    {
        // Its place and its entry in one step: nothing can be handed out in between that it would miss.
        lock (gate)
        {
            var subscription = new Subscription(this, database.Read(db => db.NewestChange()));
            subscriptions.Add(subscription);
            return subscription;
        }
    }

    /// <summary>Follows the log until stopped.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        long seq;
        lock (gate)
        {
            // Somebody may have begun to listen before this loop did.
            seq = subscriptions.Select(subscription => subscription.After).Append(database.Read(db => db.NewestChange())).Min();
        }

        while (!stopping.IsCancellationRequested)
        {
            await wake.WaitAsync(LookAnyway, clock, stopping);
            try
            {
                seq = Pump(seq);
            }
            catch (Exception e)
            {
                // The log is still there: it is read again from the same place, and a loop must not end unseen.
                LogFailed(logger, seq, e);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The change log could not be read after {Seq}; it will be tried again")]
    private static partial void LogFailed(ILogger logger, long seq, Exception e);

    private long Pump(long seq)
    {
        while (true)
        {
            bool isHeard;
            lock (gate)
            {
                isHeard = subscriptions.Count > 0;
            }

            var items = new List<FeedItem>();
            var newest = database.Read(db =>
            {
                if (isHeard)
                    items = db.ChangesAfter(seq, ReadAtOnce).ConvertAll(change => Load(db, change));
                return db.NewestChange();
            });
            // Who listens is looked up after the log was read: whoever comes later begins behind all that was read.
            Subscription[] listeners;
            lock (gate)
            {
                listeners = [.. subscriptions];
            }

            if (!isHeard)
            {
                // Nobody listens: who comes later begins with what is committed later.
                if (listeners.Length == 0)
                    return newest;
                continue;
            }

            foreach (var item in items)
            {
                foreach (var listener in listeners)
                {
                    listener.Offer(item);
                }

                seq = item.Change.Seq;
            }

            if (items.Count < ReadAtOnce)
                return seq;
        }
    }

    private static FeedItem Load(Db db, Change change)
    {
        if (change.Kind != ChangeKind.MessageUpserted)
            return new FeedItem(change, null);
        var found = db.Messages("m.id IN (SELECT value FROM json_each($ids))", ("$ids", "[" + string.Join(',', change.Ids) + "]"))
            .ToDictionary(message => message.Id.ToString(System.Globalization.CultureInfo.InvariantCulture));
        if (change.Ids.Any(id => !found.ContainsKey(id)))
            return new FeedItem(change, null);
        return new FeedItem(change, [.. change.Ids.Select(id => AsAnnounced(found[id], change))]);
    }

    /// <summary>A send may have gone on since: each of its states is still announced, in order.</summary>
    private static Message AsAnnounced(Message message, Change change) =>
        change.SendState is { } state && message.SendStatus is { } status && status.State != state
            ? message with { SendStatus = new SendStatus(state, state == SendStatus.Pending ? message.SentAt : status.At, null, null) }
            : message;

    private void Remove(Subscription subscription)
    {
        lock (gate)
        {
            subscriptions.Remove(subscription);
        }
    }

    /// <summary>One listener's place in the log. Dispose it to stop listening.</summary>
    public sealed class Subscription : IDisposable
    {
        private readonly ChangeFeed feed;
        private readonly Channel<FeedItem> queue = Channel.CreateBounded<FeedItem>(
            new BoundedChannelOptions(QueueLimit) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

        private readonly TaskCompletionSource overrun = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal Subscription(ChangeFeed feed, long after)
        {
            this.feed = feed;
            After = after;
        }

        /// <summary>
        /// What has happened, in commit order. Completes when this listener fell more than 1,000 changes behind: it must
        /// fetch anew.
        /// </summary>
        public ChannelReader<FeedItem> Items => queue.Reader;

        /// <summary>Completes at once when this listener fell behind, though it may not have read what is still queued.</summary>
        public Task Overrun => overrun.Task;

        /// <summary>The newest change when it began to listen.</summary>
        internal long After { get; }

        /// <inheritdoc/>
        public void Dispose()
        {
            feed.Remove(this);
            queue.Writer.TryComplete();
        }

        internal void Offer(FeedItem item)
        {
            if (item.Change.Seq <= After || queue.Writer.TryWrite(item))
                return;
            overrun.TrySetResult();
            Dispose();
        }
    }
}
