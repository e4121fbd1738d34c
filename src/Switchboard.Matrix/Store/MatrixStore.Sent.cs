using Switchboard.Matrix.Sync;
using Switchboard.Networks;

namespace Switchboard.Matrix.Store;

internal sealed partial class MatrixStore
{
    private const int SentKept = 10_000;

    /// <summary>The event by which somebody reacted; <c>null</c> when there is none. Keys compare without variation selectors.</summary>
    public string? ReactionEvent(string room, string target, string sender, string key) => database.Read(db => db.QueryText(
        """
        SELECT event FROM reaction
        WHERE room = $room AND target = $target AND sender = $sender AND plain_key = $key AND is_redacted = 0 ORDER BY event LIMIT 1
        """,
        ("$room", room), ("$target", target), ("$sender", sender), ("$key", ReactionKeys.Plain(key))));

    /// <summary>Whether the owner reacted so by an identity that a bridge plays.</summary>
    public bool HasReactionByOwnGhost(string room, string target, string key) =>
        database.Read(db => RoomState.Load(db, room, this)?.OwnGhosts.ToList() ?? [])
            .Exists(ghost => ReactionEvent(room, target, ghost, key) is not null);

    /// <summary>
    /// Notes which event a send became, so that its echo is known for ours even when the homeserver does not say so. The last
    /// 10,000 are kept.
    /// </summary>
    public Task RememberSentAsync(string room, string eventId, TransactionId transaction, CancellationToken cancellationToken) =>
        database.WriteAsync(
            db =>
            {
                db.Execute(
                    """
                    INSERT INTO sent (room, event, txn, number)
                    VALUES ($room, $event, $txn, 1 + coalesce((SELECT max(number) FROM sent), 0))
                    ON CONFLICT (room, event) DO NOTHING
                    """,
                    ("$room", room), ("$event", eventId), ("$txn", transaction.Value));
                db.Execute("DELETE FROM sent WHERE number <= (SELECT max(number) FROM sent) - $kept", ("$kept", SentKept));
            },
            cancellationToken);
}
