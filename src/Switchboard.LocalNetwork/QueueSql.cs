using System.Text.Json;
using Switchboard.Networks;
using Switchboard.Sqlite;

namespace Switchboard.LocalNetwork;

/// <summary>The rows of what waits to be fetched, and of what was answered.</summary>
internal static class QueueSql
{
    extension(Db db)
    {
        /// <summary>Adds an event.</summary>
        /// <returns>Its number in the queue.</returns>
        public long InsertEvent(string body, long? message, DateTimeOffset? expiresAt) => db.QueryInt64(
            "INSERT INTO event (body, message, expires_at) VALUES ($body, $message, $expires) RETURNING seq",
            ("$body", body),
            ("$message", message),
            ("$expires", expiresAt?.ToUnixTimeMilliseconds()))!.Value;

        /// <summary>Adds a recipient of an event.</summary>
        public void InsertDelivery(long identity, long seq) => db.Execute(
            "INSERT INTO delivery (identity, event) VALUES ($identity, $event)", ("$identity", identity), ("$event", seq));

        /// <summary>What waits for an identity after a position, in order.</summary>
        public List<Queued> Waiting(long identity, long after, int limit) => db.Query(
            """
            SELECT event.seq, event.expires_at, event.body FROM delivery JOIN event ON event.seq = delivery.event
            WHERE delivery.identity = $identity AND delivery.event > $after ORDER BY delivery.event LIMIT $limit
            """,
            row => new Queued(row.GetInt64(0), row.TimeOrNull(1), row.GetString(2)),
            ("$identity", identity),
            ("$after", after),
            ("$limit", limit));

        /// <summary>The highest number that any event ever had.</summary>
        public long LatestEvent() => db.QueryInt64("SELECT seq FROM sqlite_sequence WHERE name = 'event'") ?? 0;

        /// <summary>Drops what an identity has stored.</summary>
        public void Acknowledge(long identity, long upTo) => db.Execute(
            "DELETE FROM delivery WHERE identity = $identity AND event <= $upTo", ("$identity", identity), ("$upTo", upTo));

        /// <summary>Drops all that waits for an identity and all that it was answered.</summary>
        public void DropQueue(long identity)
        {
            db.Execute("DELETE FROM delivery WHERE identity = $identity", ("$identity", identity));
            db.Execute("DELETE FROM answer WHERE identity = $identity", ("$identity", identity));
        }

        /// <summary>Events that still tell of a message.</summary>
        public List<(long Seq, QueuedEvent What)> EventsAbout(long message) => db.Query(
            "SELECT seq, body FROM event WHERE message = $message",
            row => (row.GetInt64(0), JsonSerializer.Deserialize(row.GetString(1), LocalJson.Default.QueuedEvent)!),
            ("$message", message));

        /// <summary>Changes what an event tells.</summary>
        public void RewriteEvent(long seq, QueuedEvent what) => db.Execute(
            "UPDATE event SET body = $body WHERE seq = $seq",
            ("$seq", seq),
            ("$body", JsonSerializer.Serialize(what, LocalJson.Default.QueuedEvent)));

        /// <summary>Drops an event for everybody.</summary>
        public void DeleteEvent(long seq) => db.Execute("DELETE FROM event WHERE seq = $seq", ("$seq", seq));

        /// <summary>What was answered to a transaction of that kind; <c>null</c> when it is new.</summary>
        public Answer? AnswerTo(long identity, string kind, TransactionId transaction) => db.QueryFirst(
            "SELECT body FROM answer WHERE identity = $identity AND transaction_id = $transaction",
            row => JsonSerializer.Deserialize(row.GetString(0), LocalJson.Default.Answer),
            ("$identity", identity),
            ("$transaction", $"{kind} {transaction.Value}"));

        /// <summary>Remembers an answer.</summary>
        public void InsertAnswer(long identity, string kind, TransactionId transaction, Answer answer, DateTimeOffset now) => db.Execute(
            """
            INSERT INTO answer (identity, transaction_id, body, answered_at) VALUES ($identity, $transaction, $body, $now)
            """,
            ("$identity", identity),
            ("$transaction", $"{kind} {transaction.Value}"),
            ("$body", JsonSerializer.Serialize(answer, LocalJson.Default.Answer)),
            ("$now", now.ToUnixTimeMilliseconds()));

        /// <summary>Whether there are answers from before a moment.</summary>
        public bool HasAnswersBefore(DateTimeOffset before) => db.QueryInt64(
            "SELECT EXISTS (SELECT 1 FROM answer WHERE answered_at < $before)", ("$before", before.ToUnixTimeMilliseconds())) == 1;

        /// <summary>Forgets answers from before a moment.</summary>
        public void ForgetAnswers(DateTimeOffset before) => db.Execute(
            "DELETE FROM answer WHERE answered_at < $before", ("$before", before.ToUnixTimeMilliseconds()));
    }
}

/// <summary>One event that waits.</summary>
/// <param name="Seq">Its number: the cursor after it.</param>
/// <param name="ExpiresAt">When it is not to be told any more.</param>
/// <param name="Body">A <see cref="QueuedEvent"/> as JSON.</param>
internal sealed record Queued(long Seq, DateTimeOffset? ExpiresAt, string Body);
