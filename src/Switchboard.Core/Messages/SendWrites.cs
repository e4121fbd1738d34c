using Switchboard.Core.Changes;
using Switchboard.Core.Chats;
using Switchboard.Networks;
using Switchboard.Sqlite;

namespace Switchboard.Core.Messages;

/// <summary>How sends end. Callers are inside a transaction; all are harmless when repeated.</summary>
internal static class SendWrites
{
    extension(Db db)
    {
        /// <summary>
        /// The network has taken a message of ours. Called with its answer and again with its echo; whichever is first wins.
        /// </summary>
        /// <param name="chat">The chat.</param>
        /// <param name="sortKey">The message.</param>
        /// <param name="sent">What the network answered, or what its echo says.</param>
        /// <param name="isEcho">Whether it is the echo, which does not say whether a report is to come.</param>
        /// <param name="now">The time.</param>
        public void ConfirmSend(Chat chat, long sortKey, SentMessage sent, bool isEcho, DateTimeOffset now)
        {
            // An echo may be faster than the answer it belongs to; whether there will be a report is a matter of the chat's bridge.
            var awaits = db.QueryInt64("SELECT awaits_reports FROM chat WHERE key = $chat", ("$chat", chat.Key)) == 1;
            if (!isEcho && awaits != sent.AwaitsReport)
                db.Execute("UPDATE chat SET awaits_reports = $awaits WHERE key = $chat", ("$awaits", sent.AwaitsReport), ("$chat", chat.Key));
            var isPending = isEcho ? awaits : sent.AwaitsReport;
            db.Execute("DELETE FROM outbox WHERE message = $key AND chat = $chat AND kind = 'send'", ("$key", sortKey), ("$chat", chat.Key));
            var sending = db.QueryFirst(
                "SELECT id, attachments FROM message WHERE sort_key = $key AND chat = $chat AND remote_id IS NULL",
                row => ((long Id, IReadOnlyList<Attachment> Attachments)?)(row.GetInt64(0), MessageWrites.ReadAttachments(row.TextOrNull(1))),
                ("$key", sortKey), ("$chat", chat.Key));
            if (sending is not { } message)
            {
                if (!isEcho)
                    db.SettleConfirmed(chat, sortKey, sent.AwaitsReport, now);
                return;
            }

            db.Execute(
                """
                UPDATE message SET remote_id = $remote, transaction_id = NULL, send_state = $state, send_reason = NULL, send_error = NULL,
                  expires_at = expires_at + max(0, $now - send_at), send_at = $now
                WHERE sort_key = $key
                """,
                ("$remote", sent.Id.Value), ("$state", isPending ? SendStatus.Pending : SendStatus.Success), ("$now", now.ToUnixTimeMilliseconds()), ("$key", sortKey));
            foreach (var (attachment, remote) in message.Attachments.Zip(sent.Media))
            {
                db.Execute("UPDATE media SET remote_id = $remote WHERE id = $id", ("$remote", remote.Value), ("$id", attachment.MediaId));
            }

            db.AppendMessageChange(chat, message.Id, now, isPending ? null : SendStatus.Success);
        }

        /// <summary>Its echo came first and had to guess whether a report is to come; no report has come yet.</summary>
        private void SettleConfirmed(Chat chat, long sortKey, bool awaitsReport, DateTimeOffset now)
        {
            var (wrong, right) = awaitsReport ? (SendStatus.Success, SendStatus.Pending) : (SendStatus.Pending, SendStatus.Success);
            var id = db.QueryInt64(
                """
                UPDATE message SET send_state = $right, send_at = $now
                WHERE sort_key = $key AND chat = $chat AND remote_id IS NOT NULL AND send_state = $wrong AND send_reported_at IS NULL
                RETURNING id
                """,
                ("$right", right), ("$wrong", wrong), ("$now", now.ToUnixTimeMilliseconds()), ("$key", sortKey), ("$chat", chat.Key));
            if (id is { } changed)
                db.AppendMessageChange(chat, changed, now, right);
        }

        /// <summary>
        /// What a network or a bridge reports of a message of mine (matrix.md §3.9): the newest report wins, those it reached add
        /// up, and pending never undoes a success that is as new.
        /// </summary>
        public void ApplyReport(Chat chat, Message message, SendReport report, DateTimeOffset now)
        {
            if (!message.IsMine || message.IsDeleted)
                return;
            var (reportedAt, delivered) = db.QueryFirst(
                "SELECT send_reported_at, send_delivered FROM message WHERE sort_key = $key",
                row => (row.Int64OrNull(0), row.TextOrNull(1)), ("$key", message.SortKey));
            var at = report.At.ToUnixTimeMilliseconds();
            var isPending = report.Progress == SendProgress.Pending;
            // Without a report before, the network's own answer was the success: a bridge that is still at it says nothing new.
            var undoes = isPending && message.SendStatus?.State == SendStatus.Success && !(at > reportedAt);
            var wins = !(at < reportedAt) && !undoes;
            var reached = report.DeliveredTo is null
                ? delivered
                : CoreJson.WriteStrings((delivered is null ? [] : CoreJson.ReadStrings(delivered))
                    .Union(report.DeliveredTo.Select(user => user.Value), StringComparer.Ordinal));
            var state = StateOf(report.Progress);
            if (wins)
            {
                db.Execute(
                    """
                    UPDATE message SET send_state = $state, send_at = $at, send_reported_at = $at, send_reason = $reason, send_error = $error,
                      send_internal = $internal, send_delivered = $delivered
                    WHERE sort_key = $key
                    """,
                    ("$state", state), ("$at", at), ("$reason", report.Reason), ("$error", report.Message),
                    ("$internal", report.InternalError), ("$delivered", reached), ("$key", message.SortKey));
            }
            else
            {
                db.Execute(
                    "UPDATE message SET send_delivered = $delivered WHERE sort_key = $key", ("$delivered", reached), ("$key", message.SortKey));
            }

            var after = db.MessageByKey(message.SortKey);
            if (!SendStatus.Same(after.SendStatus, message.SendStatus))
                db.AppendMessageChange(chat, message.Id, now, after.SendStatus?.State);
        }

        /// <summary>Nobody has reported on these for too long: the network took them, and that is all that will ever be known.</summary>
        /// <returns>Whether there were any.</returns>
        public bool EndAwaiting(DateTimeOffset before, int limit, DateTimeOffset now)
        {
            var ended = db.Query(
                """
                UPDATE message SET send_state = 'SUCCESS', send_at = $now WHERE sort_key IN (
                  SELECT sort_key FROM message WHERE send_state = 'PENDING' AND remote_id IS NOT NULL AND send_at <= $before LIMIT $limit)
                RETURNING chat, id
                """,
                row => (Chat: row.GetInt64(0), Id: row.GetInt64(1)),
                ("$now", now.ToUnixTimeMilliseconds()), ("$before", before.ToUnixTimeMilliseconds()), ("$limit", limit));
            foreach (var (chat, id) in ended)
            {
                db.AppendMessageChange(db.ChatByKey(chat)!, id, now, SendStatus.Success);
            }

            return ended.Count > 0;
        }

        /// <summary>A send has ended without success.</summary>
        public void FailSend(Chat chat, long sortKey, string state, string reason, string error, DateTimeOffset now)
        {
            db.Execute("DELETE FROM outbox WHERE message = $key AND kind = 'send'", ("$key", sortKey));
            db.Execute(
                "UPDATE message SET send_state = $state, send_at = $now, send_reason = $reason, send_error = $error WHERE sort_key = $key",
                ("$state", state), ("$now", now.ToUnixTimeMilliseconds()), ("$reason", reason), ("$error", error), ("$key", sortKey));
            db.AppendMessageChange(chat, db.MessageByKey(sortKey).Id, now, state);
        }
    }

    private static string StateOf(SendProgress progress) => progress switch
    {
        SendProgress.Pending => SendStatus.Pending,
        SendProgress.Success => SendStatus.Success,
        SendProgress.FailedRetriable => SendStatus.Retriable,
        SendProgress.FailedPermanently => SendStatus.Permanent,
        _ => throw new InvalidOperationException($"Unknown progress {progress}."),
    };
}
