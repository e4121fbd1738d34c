using System.Globalization;
using Switchboard.Sqlite;

namespace Switchboard.Core.Audit;

internal static class AuditSql
{
    /// <summary>The row key of whoever is not known.</summary>
    public const long Nobody = -1;

    private const long LinesKept = 100_000;
    private const long CutEvery = 1000;

    extension(Db db)
    {
        public void InsertAudit(AuditChange change, DateTimeOffset now)
        {
            var chat = change.Chat is null ? null : db.QueryFirst(
                "SELECT c.id, a.id FROM chat c JOIN account a ON a.key = c.account WHERE c.id = $id OR CAST(c.key AS TEXT) = $id",
                row => new ChatNamed(row.GetString(0), row.GetString(1)), ("$id", change.Chat));
            var key = db.QueryInt64(
                """
                INSERT INTO audit (at, token, surface, action, account_id, chat_id, message_id, subject, outcome)
                VALUES ($at, $token, $surface, $action, coalesce($of, $account), $chat, $message, $subject, $outcome) RETURNING key
                """,
                ("$at", now.ToUnixTimeMilliseconds()), ("$token", change.Token), ("$surface", Text(change.Surface)), ("$action", change.Action),
                ("$of", chat?.Account), ("$account", IsKnown(db, change) ? change.Account : null),
                ("$chat", chat?.Id ?? (change.AreGone ? change.Chat : null)),
                ("$message", long.TryParse(change.Message, NumberStyles.None, CultureInfo.InvariantCulture, out _) ? change.Message : null),
                ("$subject", change.Subject), ("$outcome", change.Outcome))!.Value;
            if (key % CutEvery == 0)
                db.CutAudit(change.Token, LinesKept);
        }

        /// <summary>Forgets the oldest lines of a connection that has more than its share, so that none fills the disk.</summary>
        public void CutAudit(long token, long kept) => db.Execute(
            """
            DELETE FROM audit WHERE token = $token AND key <=
              (SELECT key FROM audit WHERE token = $token ORDER BY key DESC LIMIT 1 OFFSET $kept)
            """,
            ("$token", token), ("$kept", kept));

        public void CountAudit(long token, AuditSurface surface, string action, string outcome, DateTimeOffset hour, long count) => db.Execute(
            """
            INSERT INTO audit (at, token, surface, action, outcome, count) VALUES ($at, $token, $surface, $action, $outcome, $count)
            ON CONFLICT (token, surface, action, outcome, at) WHERE count IS NOT NULL DO UPDATE SET count = count + $count
            """,
            ("$at", hour.ToUnixTimeMilliseconds()), ("$token", token), ("$surface", Text(surface)), ("$action", action),
            ("$outcome", outcome), ("$count", count));

        public List<AuditEntry> Audit(AuditFilter filter, long before, int limit) => db.Query(
            """
            SELECT l.key, l.at, iif(l.token = -1, 'nobody', t.id), iif(l.token = -1, 'Nobody known', t.name), l.surface, l.action,
              l.account_id, l.chat_id, l.message_id, l.subject, l.outcome, l.count
            FROM audit l LEFT JOIN token t ON t.key = l.token
            WHERE l.key < $before
              AND ($token IS NULL OR l.token = coalesce(
                (SELECT key FROM token WHERE id = $token), CASE $token WHEN 'cli' THEN 0 WHEN 'nobody' THEN -1 ELSE -2 END))
              AND ($action IS NULL OR l.action = $action) AND ($from IS NULL OR l.at >= $from) AND ($to IS NULL OR l.at < $to)
            ORDER BY l.key DESC LIMIT $limit
            """,
            row => new AuditEntry(
                row.GetInt64(0), row.Time(1), row.TextOrNull(2), row.TextOrNull(3), Surface(row.GetString(4)), row.GetString(5),
                row.TextOrNull(6), row.TextOrNull(7), row.TextOrNull(8), row.TextOrNull(9), row.GetString(10), row.Int64OrNull(11)),
            ("$before", before), ("$token", filter.Token), ("$action", filter.Action), ("$from", filter.From?.ToUnixTimeMilliseconds()),
            ("$to", filter.To?.ToUnixTimeMilliseconds()), ("$limit", limit));
    }

    private static bool IsKnown(Db db, AuditChange change) => change.AreGone
        || db.QueryInt64("SELECT 1 FROM account WHERE id = $id", ("$id", change.Account)) is not null;

    private static string Text(AuditSurface surface) => surface switch
    {
        AuditSurface.Rest => "rest",
        AuditSurface.Socket => "socket",
        AuditSurface.Mcp => "mcp",
        AuditSurface.Web => "web",
        AuditSurface.Cli => "cli",
        _ => throw new InvalidOperationException($"Unknown surface {surface}."),
    };

    private static AuditSurface Surface(string text) => text switch
    {
        "rest" => AuditSurface.Rest,
        "socket" => AuditSurface.Socket,
        "mcp" => AuditSurface.Mcp,
        "web" => AuditSurface.Web,
        "cli" => AuditSurface.Cli,
        _ => throw new InvalidOperationException($"Unknown surface {text}."),
    };

    private sealed record ChatNamed(string Id, string Account);
}
