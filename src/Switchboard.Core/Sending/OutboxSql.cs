using Switchboard.Networks;
using Switchboard.Sqlite;

namespace Switchboard.Core.Sending;

/// <summary>Something a network has still to be told.</summary>
internal sealed record OutboxRow(
    long Key, long Chat, long Message, bool IsSend, TransactionId Transaction, int Attempts, DateTimeOffset DueAt, DateTimeOffset CreatedAt)
{
    /// <summary>Whether it should go out now. What was put off before the clock was set back does not wait for that time to come again.</summary>
    public bool IsDue(DateTimeOffset now) => DueAt <= now || (CreatedAt > now && DueAt >= CreatedAt);
}

/// <summary>What waits in the outbox.</summary>
/// <param name="Length">How much.</param>
/// <param name="Oldest">Since when the oldest waits; <c>null</c> when nothing does.</param>
public readonly record struct OutboxState(long Length, DateTimeOffset? Oldest)
{
    /// <summary>What waits now.</summary>
    public static OutboxState Of(Database database) => database.Read(db => db.QueryFirst(
        "SELECT count(*), min(created_at) FROM outbox", row => new OutboxState(row.GetInt64(0), row.TimeOrNull(1))));
}

internal static class OutboxSql
{
    extension(Db db)
    {
        public void Enqueue(long chat, long message, bool isSend, DateTimeOffset now)
        {
            var transaction = "sb" + Store.RandomText(22);
            db.Execute(
                """
                INSERT INTO outbox (chat, message, kind, transaction_id, due_at, created_at)
                VALUES ($chat, $message, $kind, $txn, $now, $now)
                """,
                ("$chat", chat), ("$message", message), ("$kind", isSend ? "send" : "read"), ("$txn", transaction),
                ("$now", now.ToUnixTimeMilliseconds()));
            if (isSend)
                db.Execute("UPDATE message SET transaction_id = $txn WHERE sort_key = $key", ("$txn", transaction), ("$key", message));
        }

        /// <summary>The oldest row of every chat, the longest due first.</summary>
        public List<OutboxRow> OutboxHeads(int limit) => db.Query(
            """
            SELECT key, chat, message, kind, transaction_id, attempts, due_at, created_at FROM outbox
            WHERE key IN (SELECT min(key) FROM outbox GROUP BY chat) ORDER BY due_at, key LIMIT $limit
            """,
            row => new OutboxRow(
                row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetString(3) == "send", new TransactionId(row.GetString(4)),
                row.GetInt32(5), row.Time(6), row.Time(7)),
            ("$limit", limit));

        /// <returns>Whether it was still there.</returns>
        public bool DropOutboxRow(long key) => db.Execute("DELETE FROM outbox WHERE key = $key", ("$key", key)) > 0;

        /// <summary>Puts a row off for no fault of its network.</summary>
        public void PutOff(long key, DateTimeOffset dueAt) => db.Execute(
            "UPDATE outbox SET due_at = $due WHERE key = $key", ("$key", key), ("$due", dueAt.ToUnixTimeMilliseconds()));

        public void Reschedule(long key, DateTimeOffset dueAt) => db.Execute(
            "UPDATE outbox SET attempts = attempts + 1, due_at = $due WHERE key = $key",
            ("$key", key), ("$due", dueAt.ToUnixTimeMilliseconds()));
    }
}
