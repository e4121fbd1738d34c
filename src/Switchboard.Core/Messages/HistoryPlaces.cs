using Switchboard.Sqlite;

namespace Switchboard.Core.Messages;

/// <summary>
/// Places for messages that were missing: directly below the gap's upper edge, the newest first, and above everything that lies
/// under the gap. By the time they were sent where that falls inside; else close under the one above, so that whatever is older
/// still finds room (decision 0018).
/// </summary>
internal sealed class HistoryPlaces
{
    private const int LookedAtOnce = 20;
    private const long Reserve = MessagePlaces.RoomOfGap / 2;

    private readonly Db db;
    private readonly long chat;
    private readonly long now;
    private long edge;
    private long low;
    private long top;
    private long floor;

    /// <param name="db">Inside a transaction.</param>
    /// <param name="chat">The chat.</param>
    /// <param name="upper">Sort key of the message above the gap; <c>null</c> when the gap is above all there is.</param>
    /// <param name="now">The time.</param>
    public HistoryPlaces(Db db, long chat, long? upper, DateTimeOffset now)
    {
        this.db = db;
        this.chat = chat;
        this.now = now.ToUnixTimeMilliseconds();
        Open(upper ?? long.MaxValue);
    }

    /// <summary>The next place, below all given out before.</summary>
    /// <returns>Its sort key, and the time to show.</returns>
    public (long SortKey, DateTimeOffset Shown) Next(DateTimeOffset sentAt)
    {
        var sent = Math.Clamp(sentAt.ToUnixTimeMilliseconds(), 0, MessagePlaces.LatestMillisecond);
        long key;
        while ((key = Free(Wanted(sent))) == 0)
        {
            // Nothing that was published moves, and nothing is lost: what finds no room goes above the next message that leaves some.
            MoveUp();
        }

        // Searches by time rely on no key lying before the time it is shown with.
        top = key;
        return (key, DateTimeOffset.FromUnixTimeMilliseconds(Math.Min(Math.Min(sent, now), key / MessagePlaces.KeysPerMillisecond)));
    }

    private long Wanted(long sent)
    {
        var key = (sent * MessagePlaces.KeysPerMillisecond) + MessagePlaces.KeysPerMillisecond - 1;
        return key >= top || key < floor ? top - 1 : key;
    }

    /// <summary>The largest free key that is not above the wanted one; 0 when there is none.</summary>
    private long Free(long wanted)
    {
        var key = wanted;
        while (key > low)
        {
            var taken = db.Query(
                "SELECT sort_key FROM message WHERE sort_key <= $key AND sort_key > $low ORDER BY sort_key DESC LIMIT $limit",
                row => row.GetInt64(0), ("$key", key), ("$low", low), ("$limit", LookedAtOnce));
            foreach (var other in taken)
            {
                if (other < key)
                    return key;
                key--;
            }

            if (taken.Count < LookedAtOnce)
                break;
        }

        return key > low ? key : 0;
    }

    private void Open(long upper)
    {
        (edge, top) = (upper, upper);
        low = Below(upper);
        if (upper == long.MaxValue)
        {
            // Above all there is, read positions included, and yet not after now without need.
            low = Math.Max(low, db.QueryInt64("SELECT last_read FROM chat WHERE key = $chat", ("$chat", chat)) ?? 0);
            top = Math.Max(low + (2 * MessagePlaces.RoomOfGap), (now + 1) * MessagePlaces.KeysPerMillisecond);
        }

        // In a narrow gap times say nothing: every key is needed. Low in a wide one neither.
        floor = top - low > 2 * Reserve ? low + Reserve : top;
    }

    private long Below(long key) => db.QueryInt64(
        """
        SELECT max(coalesce((SELECT max(sort_key) FROM message WHERE chat = $chat AND sort_key < $key), 0),
          coalesce((SELECT max(sort_key) FROM forgotten_message WHERE chat = $chat AND sort_key < $key), 0))
        """,
        ("$chat", chat), ("$key", key))!.Value;

    private void MoveUp()
    {
        var next = db.QueryInt64(
            """
            SELECT min(coalesce((SELECT min(sort_key) FROM message WHERE chat = $chat AND sort_key > $key), $none),
              coalesce((SELECT min(sort_key) FROM forgotten_message WHERE chat = $chat AND sort_key > $key), $none))
            """,
            ("$chat", chat), ("$key", edge), ("$none", long.MaxValue))!.Value;
        Open(next);
    }
}
