using Switchboard.Core.Changes;
using Switchboard.Core.Chats;
using Switchboard.Core.History;
using Switchboard.Core.Messages;
using Switchboard.Networks;
using Switchboard.Sqlite;

namespace Switchboard.Core.Receiving;

/// <content>The past, page by page.</content>
public sealed partial class Ingest
{
    /// <summary>
    /// Stores a page of what was missing together with what is missing still, in one transaction. A page that comes again, or
    /// after the gap was changed by another, changes nothing.
    /// </summary>
    internal Task ApplyHistoryAsync(Gap asked, RemoteHistory history, CancellationToken cancellationToken) => database.WriteAsync(
        db =>
        {
            if (db.GapByKey(asked.Key) is not { } gap || gap.Token != asked.Token || db.ChatByKey(gap.Chat) is not { } chat)
                return;
            var now = clock.GetUtcNow();
            var (missing, isClosed) = Missing(db, chat, gap, history, now);
            var lowest = Insert(db, chat, gap.Upper, missing, now);
            var chats = new ChatsOfBatch(db, chat.LoginKey);
            foreach (var about in KeepUnknown(db, chat, history))
            {
                Apply(db, chat.LoginKey, chats, about);
            }

            // What was said of them before they came was said after all that this page says.
            foreach (var remote in missing)
            {
                db.TakeEarly(chat.Key, remote.Id).ForEach(early => Apply(db, chat.LoginKey, chats, early.ToRemote(chat.RemoteId, remote.Id)));
            }

            // Without progress there is none to come: the same place would be asked for over and over.
            if (isClosed || history.Next is null || history.Next == gap.Token)
                db.CloseGap(gap);
            else
                db.MoveGap(gap, history.Next, lowest);
        },
        cancellationToken);

    /// <summary>
    /// The first that is told of a chat in which the owner has answered an invitation, maybe more than once. All of it was said
    /// before that answer, up to its echo, and goes below it as history does (matrix.md §3.11).
    /// </summary>
    private static void HearPast(Db db, Chat chat, IEnumerable<RemoteEvent> told, DateTimeOffset now)
    {
        db.Execute("UPDATE chat SET is_unheard = 0 WHERE key = $chat", ("$chat", chat.Key));
        if (db.QueryInt64("SELECT min(sort_key) FROM message WHERE chat = $chat", ("$chat", chat.Key)) is not { } answer)
            return;
        var past = new List<RemoteMessage>();
        foreach (var remote in told.OfType<RemoteEvent.MessageUpserted>().Select(one => one.Message).Where(one => one.Chat == chat.RemoteId))
        {
            if (db.IsStoredOrForgotten(chat.Key, remote.Id)
                || (remote.Transaction is { } transaction && db.PendingSend(chat.Key, transaction) is not null))
            {
                break;
            }

            if (!(remote.ExpiresAt <= now) && !past.Exists(other => other.Id == remote.Id))
                past.Add(remote);
        }

        if (Insert(db, chat, answer, past, now) is { } oldest)
            db.Execute("UPDATE gap SET upper = $oldest WHERE chat = $chat AND upper IS NULL", ("$oldest", oldest), ("$chat", chat.Key));
    }

    /// <summary>Keeps what a page says of messages that are not here; it was said before all that is kept already.</summary>
    /// <returns>What it says of others, in its order.</returns>
    private static List<RemoteEvent> KeepUnknown(Db db, Chat chat, RemoteHistory history)
    {
        var known = new List<RemoteEvent>();
        foreach (var about in history.Events.Reverse())
        {
            RemoteMessageId? target = about switch
            {
                RemoteEvent.MessageEdited edit => edit.Id,
                RemoteEvent.MessageRemoved removal => removal.Id,
                RemoteEvent.ReactionAdded added => added.Message,
                RemoteEvent.ReactionRemoved removed => removed.Message,
                _ => null,
            };
            if (target is not { } message)
                continue;
            if (db.MessageByRemoteId(chat.Key, message) is null)
                db.KeepEarly(chat.Key, message, about, isPast: true);
            else
                known.Add(about);
        }

        known.Reverse();
        return known;
    }

    /// <summary>
    /// Which messages of a page are not here, the oldest first. One that is here and lies below the gap is where it ends: what
    /// is older was told before. Our own sends say nothing, for they lie where they were sent.
    /// </summary>
    private static (List<RemoteMessage> Missing, bool IsClosed) Missing(
        Db db, Chat chat, Gap gap, RemoteHistory history, DateTimeOffset now)
    {
        var missing = new List<RemoteMessage>();
        foreach (var remote in history.Events.OfType<RemoteEvent.MessageUpserted>().Select(told => told.Message).Reverse())
        {
            if (UpsertKnown(db, chat, remote, now))
            {
                if (db.IsToldBelow(chat.Key, remote.Id, gap.Upper))
                {
                    missing.Reverse();
                    return (missing, true);
                }
            }
            else if (!(remote.ExpiresAt <= now) && !missing.Exists(other => other.Id == remote.Id))
            {
                missing.Add(remote);
            }
        }

        missing.Reverse();
        return (missing, false);
    }

    /// <summary>
    /// Puts messages below a place, or above all there is. What was read is read: also when it only now becomes known up to where,
    /// and whoever wrote has read what came before (matrix.md §3.10). All else is unread, however old.
    /// </summary>
    /// <returns>The sort key of the oldest; <c>null</c> when there was none to insert.</returns>
    private static long? Insert(Db db, Chat chat, long? upper, List<RemoteMessage> missing, DateTimeOffset now)
    {
        if (missing.Count == 0)
            return null;
        var places = new HistoryPlaces(db, chat.Key, upper, now);
        var given = missing.AsEnumerable().Reverse().Select(remote => places.Next(remote.SentAt)).Reverse().ToList();
        var ids = new List<long>();
        foreach (var (remote, (sortKey, shown)) in missing.Zip(given))
        {
            var (message, media) = Describe(db, chat, remote);
            ids.Add(db.InsertAt(chat, sortKey, shown, message, now));
            TieMedia(db, sortKey, media);
        }

        db.AppendMessageChanges(chat, ids.Concat(db.LinkReplies(chat.Key, missing.Select(remote => remote.Id))).Distinct(), now);
        var lastOwn = missing.FindLastIndex(remote => remote.Sender.Id.Value == chat.SelfId);
        var moved = lastOwn >= 0 && db.HearRead(chat.Key, given[lastOwn].SortKey);
        if (db.HasKeptReads(chat.Key))
        {
            foreach (var remote in missing)
            {
                moved |= SettleKeptReads(db, chat, remote.Id, now);
            }
        }

        db.Recount(chat, now, always: moved || db.NewestShown(chat.Key) is { } newest && newest <= given[^1].SortKey);
        return given[0].SortKey;
    }
}
