using System.Globalization;
using Switchboard.Core.Text;
using Switchboard.Sqlite;

namespace Switchboard.Core.Verification;

/// <summary>
/// Looks at the server's whole database: is the file sound, and do the parts of it that repeat each other (messages and
/// search index, messages and unread counts, log and rows) agree. Reads one snapshot and changes nothing.
/// </summary>
public static class StoreChecks
{
    private const int ShownAtMost = 20;
    private const int WordsOfAtMost = 10_000;

    /// <summary>What is wrong, at most a score of each kind; empty when nothing is.</summary>
    public static IReadOnlyList<Finding> Run(Db db) =>
    [
        .. Soundness(db), .. MessageIndex(db), .. Words(db), .. ChatIndex(db), .. Unread(db), .. Log(db),
    ];

    /// <summary>Is the file itself sound, its indexes and the inside of its word indexes included.</summary>
    public static IReadOnlyList<Finding> Soundness(Db db)
    {
        // FTS5 checks the index as this connection last knew it; a query makes it look again. Else pieces that another connection
        // has joined meanwhile are missed and called damage.
        foreach (var index in db.Query("SELECT name FROM sqlite_schema WHERE sql LIKE '%USING fts5(%'", row => row.GetString(0)))
        {
            db.QueryInt64($"SELECT rowid FROM {index} WHERE {index} MATCH 'x' LIMIT 1");
        }

        var found = db.Query("PRAGMA integrity_check(20)", row => row.GetString(0)).FindAll(line => line != "ok")
            .ConvertAll(line => new Finding("integrity", line));
        found.AddRange(db.Query(
            "SELECT DISTINCT \"table\", parent FROM pragma_foreign_key_check LIMIT 20",
            row => new Finding("integrity", $"A row of {row.GetString(0)} refers to a row of {row.GetString(1)} that is gone.")));
        return found;
    }

    /// <summary>The hashes of all files that rows name.</summary>
    public static IReadOnlyList<string> Files(Db db) => db.Query(
        "SELECT hash FROM media WHERE hash IS NOT NULL UNION SELECT hash FROM upload UNION SELECT avatar_hash FROM contact WHERE avatar_hash IS NOT NULL",
        row => row.GetString(0));

    /// <summary>How many accounts, chats and messages there are.</summary>
    public static (long Accounts, long Chats, long Messages) Count(Db db) => (
        db.QueryInt64("SELECT count(*) FROM account") ?? 0,
        db.QueryInt64("SELECT count(*) FROM chat") ?? 0,
        db.QueryInt64("SELECT count(*) FROM message") ?? 0);

    private static List<Finding> MessageIndex(Db db) =>
    [
        .. Ask(
            db, "search index", "The message with sort key {0} cannot be found by search.",
            "SELECT sort_key FROM message WHERE hidden = 0 AND deleted = 0 EXCEPT SELECT rowid FROM message_search LIMIT $limit"),
        .. Ask(
            db, "search index", "The search index knows sort key {0}, which no visible message has.",
            "SELECT rowid FROM message_search EXCEPT SELECT sort_key FROM message WHERE hidden = 0 AND deleted = 0 LIMIT $limit"),
    ];

    // Of the newest messages: to take all of them apart into words would take minutes. Which word it is stays unsaid, for
    // findings are shown and logged.
    private static IEnumerable<Finding> Words(Db db)
    {
        var known = new Dictionary<string, bool>(StringComparer.Ordinal);
        return db.Query(
                "SELECT sort_key, text FROM message WHERE hidden = 0 AND deleted = 0 AND text IS NOT NULL ORDER BY sort_key DESC LIMIT $limit",
                row => (Key: row.GetInt64(0), Text: row.GetString(1)), ("$limit", WordsOfAtMost))
            .Where(message => SearchText.Index(MatrixHtml.ToPlainText(message.Text)).Split(' ', StringSplitOptions.RemoveEmptyEntries).Any(word => !IsKnown(word)))
            .Take(ShownAtMost)
            .Select(message => new Finding(
                "search index", string.Create(CultureInfo.InvariantCulture, $"The message with sort key {message.Key} cannot be found by how its words begin.")));

        bool IsKnown(string word)
        {
            if (!known.TryGetValue(word, out var found))
                known.Add(word, found = db.QueryInt64("SELECT 1 FROM search_word WHERE word = $word", ("$word", word)) is not null);
            return found;
        }
    }

    private static List<Finding> ChatIndex(Db db) =>
    [
        .. Ask(
            db, "chat index", "Chat {0} cannot be found by search.",
            "SELECT key FROM chat EXCEPT SELECT rowid FROM chat_search LIMIT $limit"),
        .. Ask(
            db, "chat index", "The chat index knows chat {0}, which is gone.",
            "SELECT rowid FROM chat_search EXCEPT SELECT key FROM chat LIMIT $limit"),
    ];

    private static List<Finding> Unread(Db db) => Ask(
        db, "unread counts", "The unread counts of chat {0} are not what counting its messages gives.",
        """
        SELECT c.key FROM chat c WHERE (c.unread, c.unread_mentions) <> (
          SELECT count(*), coalesce(sum(m.mentions_me), 0) FROM message m
          WHERE m.chat = c.key AND m.sort_key > c.last_read AND m.is_mine = 0 AND m.hidden = 0 AND m.deleted = 0)
        LIMIT $limit
        """);

    private static List<Finding> Log(Db db)
    {
        var found = new List<Finding>();
        if (db.QueryInt64("SELECT max(seq) - min(seq) + 1 <> count(*) FROM change") == 1)
            found.Add(new Finding("change log", "The change log has a gap."));
        found.AddRange(Ask(
            db, "change log", "Change {0} names no ids.",
            "SELECT seq FROM change WHERE NOT json_valid(ids) OR json_array_length(ids) = 0 LIMIT $limit"));
        if (found.Count > 0)
            return found;
        found.AddRange(Ask(
            db, "change log", "Change {0} says that a message is gone which is still there.",
            """
            SELECT c.seq FROM change c, json_each(c.ids) gone JOIN message m ON m.id = CAST(gone.value AS INTEGER)
            WHERE c.kind = 'message.deleted' LIMIT $limit
            """));
        found.AddRange(Ask(
            db, "change log", "Change {0} says that a chat is gone which is still there.",
            "SELECT c.seq FROM change c JOIN chat ON chat.key = c.chat WHERE c.kind = 'chat.deleted' LIMIT $limit"));
        // Only while nothing has been cleared away: later nobody can know what the log once said.
        if (db.QueryInt64("SELECT min(seq) FROM change") == 1)
        {
            found.AddRange(Ask(
                db, "change log", "The message with sort key {0} was never told of.",
                """
                SELECT sort_key FROM message WHERE id NOT IN (
                  SELECT CAST(told.value AS INTEGER) FROM change c, json_each(c.ids) told WHERE c.kind = 'message.upserted')
                LIMIT $limit
                """));
        }

        return found;
    }

    private static List<Finding> Ask(Db db, string check, string message, string sql) => db.Query(
        sql, row => new Finding(check, string.Format(CultureInfo.InvariantCulture, message, row.GetInt64(0))), ("$limit", ShownAtMost));
}
