using Switchboard.Matrix.Bridges;
using Switchboard.Sqlite;

namespace Switchboard.Matrix.Store;

internal sealed partial class MatrixStore
{
    private const string PersonColumns =
        """
        SELECT m.user, max(m.name), max(m.avatar), p.username, p.phone, p.email, coalesce(p.is_bot, 0)
        FROM member m LEFT JOIN person p ON p.user = m.user
        """;

    /// <summary>The rooms that account data calls direct chats with that person.</summary>
    public IReadOnlyList<string> DirectRooms(string userId) => database.Read(db =>
        db.Query("SELECT room FROM direct WHERE user = $user ORDER BY room", row => row.GetString(0), ("$user", userId)));

    /// <summary>The one person whose direct chat account data calls this room; <c>null</c> when it names none or several.</summary>
    public string? DirectPartner(string roomId) => database.Read(db => db.DirectPartner(roomId));

    /// <summary>What is known of a person; <c>null</c> when no room told of them.</summary>
    public KnownPerson? Person(string userId) => database.Read(db =>
        db.QueryFirst(PersonColumns + " WHERE m.user = $user GROUP BY m.user", Shape, ("$user", userId)));

    /// <summary>
    /// People in the rooms of an account whose name, handle or id holds the text, those whose name begins with it first; never the
    /// own user, and no bots.
    /// </summary>
    public IReadOnlyList<KnownPerson> FindPeople(string accountId, string query, int limit) => database.Read(db => db.Query(
        PersonColumns +
        """
         JOIN room r ON r.id = m.room AND r.account = $account AND r.membership = 'join'
        WHERE m.membership IN ('join', 'invite') AND m.user <> $own AND coalesce(p.is_bot, 0) = 0
          AND m.user NOT IN (SELECT bot FROM account WHERE bot IS NOT NULL)
          AND (m.name LIKE $like ESCAPE '\' OR m.user LIKE $like ESCAPE '\' OR p.username LIKE $like ESCAPE '\'
            OR p.phone LIKE $like ESCAPE '\' OR p.email LIKE $like ESCAPE '\')
        GROUP BY m.user
        ORDER BY max(m.name LIKE $begin ESCAPE '\') DESC, max(m.name), m.user
        LIMIT $limit
        """,
        Shape, ("$account", accountId), ("$own", OwnUserId), ("$like", $"%{Escape(query)}%"), ("$begin", Escape(query) + "%"),
        ("$limit", limit)));

    /// <summary>The own user's identities on the network of an account.</summary>
    public IReadOnlySet<string> OwnGhosts(string accountId) => database.Read(db =>
        db.Account(accountId) is { Bot: { } bot } account && db.IsTrustedBot(bot) ? Ghosts.Own(account) : new HashSet<string>());

    private static string Escape(string text) => text
        .Replace(@"\", @"\\", StringComparison.Ordinal)
        .Replace("%", @"\%", StringComparison.Ordinal)
        .Replace("_", @"\_", StringComparison.Ordinal);

    private static KnownPerson Shape(Row row) => new(row.GetString(0), row.TextOrNull(1), row.TextOrNull(2))
    {
        Username = row.TextOrNull(3),
        PhoneNumber = row.TextOrNull(4),
        Email = row.TextOrNull(5),
        IsBot = row.Flag(6),
    };
}
