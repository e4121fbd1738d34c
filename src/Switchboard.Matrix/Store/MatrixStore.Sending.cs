using Switchboard.Networks;

namespace Switchboard.Matrix.Store;

/// <summary>A room that is to be made, or was.</summary>
/// <param name="Mark">What the room bears to be known again.</param>
/// <param name="At">When it was first wanted.</param>
/// <param name="Room">The room, once it is known to be there.</param>
internal sealed record Creation(string Mark, DateTimeOffset At, string? Room);

internal sealed partial class MatrixStore
{
    private const int UploadsKept = 1_000;
    private const int CreationsKept = 1_000;

    /// <summary>The event that a send became, as far back as <see cref="RememberSentAsync"/> keeps them.</summary>
    public string? SentEvent(string room, TransactionId transaction) => database.Read(db => db.QueryText(
        "SELECT event FROM sent WHERE txn = $txn AND room = $room", ("$txn", transaction.Value), ("$room", room)));

    /// <summary>Where the file of a send was uploaded to.</summary>
    public string? UploadOf(TransactionId transaction) =>
        database.Read(db => db.QueryText("SELECT mxc FROM upload WHERE txn = $txn", ("$txn", transaction.Value)));

    /// <summary>Notes where the file of a send is. The last 1,000 are kept.</summary>
    public Task RememberUploadAsync(TransactionId transaction, string mxc, CancellationToken cancellationToken) => database.WriteAsync(
        db =>
        {
            db.Execute(
                """
                INSERT INTO upload (txn, mxc, number) VALUES ($txn, $mxc, 1 + coalesce((SELECT max(number) FROM upload), 0))
                ON CONFLICT (txn) DO UPDATE SET mxc = excluded.mxc
                """,
                ("$txn", transaction.Value), ("$mxc", mxc));
            db.Execute("DELETE FROM upload WHERE number <= (SELECT max(number) FROM upload) - $kept", ("$kept", UploadsKept));
        },
        cancellationToken);

    /// <summary>Notes that a room is to be made.</summary>
    /// <returns>What was noted under this key before; <c>null</c> when that is new.</returns>
    public Task<Creation?> BeginCreationAsync(string key, string mark, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.WriteAsync(
            db =>
            {
                var known = db.QueryFirst(
                    "SELECT mark, at, room FROM creation WHERE key = $key",
                    row => new Creation(row.GetString(0), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(1)), row.TextOrNull(2)),
                    ("$key", key));
                if (known is not null)
                    return known;
                db.Execute(
                    "INSERT INTO creation (key, mark, at) VALUES ($key, $mark, $at)",
                    ("$key", key), ("$mark", mark), ("$at", now.ToUnixTimeMilliseconds()));
                db.Execute(
                    "DELETE FROM creation WHERE room IS NOT NULL AND at < (SELECT at FROM creation ORDER BY at DESC LIMIT 1 OFFSET $kept)",
                    ("$kept", CreationsKept));
                return null;
            },
            cancellationToken);

    /// <summary>Notes which room it became.</summary>
    public Task FinishCreationAsync(string key, string room, CancellationToken cancellationToken) => database.WriteAsync(
        db => db.Execute("UPDATE creation SET room = $room WHERE key = $key", ("$room", room), ("$key", key)), cancellationToken);

    /// <summary>Forgets it, so that the same may be made anew.</summary>
    public Task ForgetCreationAsync(string key, CancellationToken cancellationToken) =>
        database.WriteAsync(db => db.Execute("DELETE FROM creation WHERE key = $key", ("$key", key)), cancellationToken);

    /// <summary>Rooms of the owner's in which that person is too.</summary>
    public IReadOnlyList<string> RoomsWith(string userId) => database.Read(db => db.Query(
        """
        SELECT m.room FROM member m JOIN room r ON r.id = m.room
        WHERE m.user = $user AND m.membership IN ('join', 'invite') AND r.membership = 'join' AND r.replaced_by IS NULL
        ORDER BY r.joined_at DESC, r.id
        """,
        row => row.GetString(0), ("$user", userId)));

    /// <summary>Whether that bridge, by its bot, has ever told what became of a message.</summary>
    public bool BridgeReports(string bot) =>
        database.Read(db => db.QueryInt64("SELECT 1 FROM reporting_bridge WHERE bot = $bot", ("$bot", bot)) is not null);
}
