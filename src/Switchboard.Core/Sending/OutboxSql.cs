using Switchboard.Core.Chats;
using Switchboard.Networks;
using Switchboard.Sqlite;

namespace Switchboard.Core.Sending;

/// <summary>What a network has still to be told.</summary>
internal enum OutboxKind
{
    /// <summary>A message.</summary>
    Send,

    /// <summary>How far the owner has read.</summary>
    Read,

    /// <summary>What the owner has put on the chat.</summary>
    Marks,
}

/// <summary>Something a network has still to be told. Marks have no message.</summary>
internal sealed record OutboxRow(
    long Key, long Chat, long Message, OutboxKind Kind, TransactionId Transaction, int Attempts, DateTimeOffset DueAt, DateTimeOffset CreatedAt)
{
    /// <summary>Row key of the login it goes out by.</summary>
    public long Login { get; init; }

    /// <summary>What goes out one after the other: the messages of a chat, and beside them its marks, which hold up nobody.</summary>
    public (long Chat, bool IsMarks) Lane => (Chat, Kind == OutboxKind.Marks);

    /// <summary>What somebody who waits for its attempt names it by.</summary>
    public long WaitKey => Kind == OutboxKind.Marks ? WaitKeyOfMarks(Chat) : Message;

    /// <summary>Sort keys are above zero.</summary>
    public static long WaitKeyOfMarks(long chat) => -chat;

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

        /// <summary>Marks go out together, as they are by then: one row a chat is enough.</summary>
        public void EnqueueMarks(long chat, DateTimeOffset now)
        {
            var waits = db.Execute(
                "UPDATE outbox SET due_at = min(due_at, $now) WHERE chat = $chat AND kind = 'marks'",
                ("$chat", chat), ("$now", now.ToUnixTimeMilliseconds()));
            if (waits == 0)
            {
                db.Execute(
                    "INSERT INTO outbox (chat, kind, transaction_id, due_at, created_at) VALUES ($chat, 'marks', $txn, $now, $now)",
                    ("$chat", chat), ("$txn", "sb" + Store.RandomText(22)), ("$now", now.ToUnixTimeMilliseconds()));
            }
        }

        /// <summary>Whether the network has still to be told what is on a chat.</summary>
        public bool OwesMarks(long chat) =>
            db.QueryInt64("SELECT 1 FROM outbox WHERE chat = $chat AND kind = 'marks' LIMIT 1", ("$chat", chat)) is not null;

        /// <summary>The oldest row of every lane, the longest due first; so many of each login.</summary>
        public List<OutboxRow> OutboxHeads(int ofLogin) => db.Query(
            """
            SELECT key, chat, message, kind, transaction_id, attempts, due_at, created_at, login FROM (
              SELECT o.*, a.login, row_number() OVER (PARTITION BY a.login ORDER BY o.due_at, o.key) AS place
              FROM outbox o JOIN chat c ON c.key = o.chat JOIN account a ON a.key = c.account
              WHERE o.kind = 'marks' OR o.key IN (SELECT min(key) FROM outbox WHERE kind <> 'marks' GROUP BY chat))
            WHERE place <= $most ORDER BY due_at, key
            """,
            row => new OutboxRow(
                row.GetInt64(0), row.GetInt64(1), row.Int64OrNull(2) ?? 0, KindOf(row.GetString(3)), new TransactionId(row.GetString(4)),
                row.GetInt32(5), row.Time(6), row.Time(7))
            {
                Login = row.GetInt64(8),
            },
            ("$most", ofLogin));

        /// <summary>The chat that a message is in now; <c>null</c> when it is gone.</summary>
        public Chat? ChatOfMessage(long sortKey) =>
            db.QueryInt64("SELECT chat FROM message WHERE sort_key = $key", ("$key", sortKey)) is { } chat ? db.ChatByKey(chat) : null;

        /// <summary>The sends of a chat after a row and their messages, in their order.</summary>
        public List<(long Key, long Message)> SendsBehind(long chat, long key) => db.Query(
            "SELECT key, message FROM outbox WHERE chat = $chat AND kind = 'send' AND key > $key ORDER BY key",
            row => (row.GetInt64(0), row.GetInt64(1)), ("$chat", chat), ("$key", key));

        /// <summary>Whether it is still to go out.</summary>
        public bool IsInOutbox(long key) => db.QueryInt64("SELECT 1 FROM outbox WHERE key = $key", ("$key", key)) is not null;

        /// <returns>Whether it was still there.</returns>
        public bool DropOutboxRow(long key) => db.Execute("DELETE FROM outbox WHERE key = $key", ("$key", key)) > 0;

        /// <summary>Puts a row off for no fault of its network.</summary>
        public void PutOff(long key, DateTimeOffset dueAt) => db.Execute(
            "UPDATE outbox SET due_at = $due WHERE key = $key", ("$key", key), ("$due", dueAt.ToUnixTimeMilliseconds()));

        public void Reschedule(long key, DateTimeOffset dueAt) => db.Execute(
            "UPDATE outbox SET attempts = attempts + 1, due_at = $due WHERE key = $key",
            ("$key", key), ("$due", dueAt.ToUnixTimeMilliseconds()));
    }

    private static OutboxKind KindOf(string kind) => kind switch
    {
        "send" => OutboxKind.Send,
        "read" => OutboxKind.Read,
        "marks" => OutboxKind.Marks,
        _ => throw new InvalidOperationException($"Unknown kind {kind}."),
    };
}
