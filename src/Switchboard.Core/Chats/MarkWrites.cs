using Switchboard.Core.Changes;
using Switchboard.Core.Sending;
using Switchboard.Networks;
using Switchboard.Sqlite;

namespace Switchboard.Core.Chats;

/// <summary>Marks, each a bit, so that it is known which of them the network has still to be told.</summary>
[Flags]
internal enum MarkBits
{
    None = 0,
    Muted = 1,
    Pinned = 2,
    LowPriority = 4,
    MarkedUnread = 8,
    Archived = 16,
}

/// <summary>
/// What the owner has put on a chat: from clients it goes to the network through the outbox, from the network it comes in. What
/// was put on here and is not told yet wins (decision 0019). Callers are inside a transaction.
/// </summary>
internal static class MarkWrites
{
    private const MarkBits Excluding = MarkBits.Pinned | MarkBits.LowPriority;

    extension(Db db)
    {
        /// <summary>Puts marks on a chat or takes them off, and has the network told what changed; says nothing in the log.</summary>
        /// <returns>Whether anything changed.</returns>
        public bool PutMarks(long chat, ChatMarks marks, DateTimeOffset now)
        {
            var before = db.MarksOf(chat).Marks;
            var after = before.With(marks.Exclusive(before));
            var changed = before.Differing(after);
            if (changed == MarkBits.None)
                return false;
            db.WriteMarks(chat, after);
            db.OweMarks(chat, changed, now);
            return true;
        }

        /// <summary>Marks were changed beside others: the network is to be told of them.</summary>
        public void OweMarks(long chat, MarkBits changed, DateTimeOffset now)
        {
            db.Execute(
                "UPDATE chat SET marks_dirty = marks_dirty | $changed, marks_seq = marks_seq + 1 WHERE key = $chat",
                ("$changed", (long)changed), ("$chat", chat));
            db.EnqueueMarks(chat, now);
        }

        /// <summary>The network tells what is on a chat.</summary>
        public void ApplyMarks(Chat chat, ChatMarks marks, DateTimeOffset now)
        {
            if (db.TakeMarks(chat.Key, marks))
                db.AppendChatChange(chat, now);
        }

        /// <summary>Takes what the network tells, but for what it has still to be told itself; says nothing in the log.</summary>
        /// <returns>Whether anything changed.</returns>
        public bool TakeMarks(long chat, ChatMarks marks)
        {
            var (before, dirty) = db.MarksOf(chat);
            // One of the two that exclude each other says something about the other.
            if ((dirty & Excluding) != 0)
                dirty |= Excluding;
            var after = before.With(marks.Without(dirty).Exclusive(before).Without(dirty));
            if (before.Differing(after) == MarkBits.None)
                return false;
            db.WriteMarks(chat, after);
            return true;
        }

        /// <summary>What is on a chat, and what of it the network has still to be told.</summary>
        public (ChatMarks Marks, MarkBits Dirty) MarksOf(long chat) => db.QueryFirst(
            "SELECT is_muted, is_pinned, is_low_priority, is_marked_unread, is_archived, marks_dirty FROM chat WHERE key = $chat",
            row => (
                new ChatMarks
                {
                    IsMuted = row.Flag(0),
                    IsPinned = row.Flag(1),
                    IsLowPriority = row.Flag(2),
                    IsMarkedUnread = row.Flag(3),
                    IsArchived = row.Flag(4),
                },
                (MarkBits)row.GetInt64(5)),
            ("$chat", chat));

        /// <summary>The network's part of marks, as they are now, and how often the owner has changed them.</summary>
        public (ChatMarks Marks, long Seq) UntoldMarks(long chat)
        {
            var (marks, dirty) = db.MarksOf(chat);
            return (marks.Without(~dirty), db.QueryInt64("SELECT marks_seq FROM chat WHERE key = $chat", ("$chat", chat)) ?? 0);
        }

        /// <summary>The network was told the marks as they were then.</summary>
        /// <returns>Whether that is all; otherwise the owner has changed them since.</returns>
        public bool MarksTold(long chat, long seq) => db.Execute(
            "UPDATE chat SET marks_dirty = 0 WHERE key = $chat AND marks_seq = $seq", ("$chat", chat), ("$seq", seq)) > 0;

        private void WriteMarks(long chat, ChatMarks marks) => db.Execute(
            """
            UPDATE chat SET is_muted = $muted, is_pinned = $pinned, is_low_priority = $low, is_marked_unread = $unread,
              is_archived = $archived
            WHERE key = $chat
            """,
            ("$muted", marks.IsMuted), ("$pinned", marks.IsPinned), ("$low", marks.IsLowPriority), ("$unread", marks.IsMarkedUnread),
            ("$archived", marks.IsArchived), ("$chat", chat));
    }

    extension(ChatMarks marks)
    {
        private ChatMarks With(ChatMarks change) => new()
        {
            IsMuted = change.IsMuted ?? marks.IsMuted,
            IsPinned = change.IsPinned ?? marks.IsPinned,
            IsLowPriority = change.IsLowPriority ?? marks.IsLowPriority,
            IsMarkedUnread = change.IsMarkedUnread ?? marks.IsMarkedUnread,
            IsArchived = change.IsArchived ?? marks.IsArchived,
        };

        private ChatMarks Without(MarkBits bits) => new()
        {
            IsMuted = bits.HasFlag(MarkBits.Muted) ? null : marks.IsMuted,
            IsPinned = bits.HasFlag(MarkBits.Pinned) ? null : marks.IsPinned,
            IsLowPriority = bits.HasFlag(MarkBits.LowPriority) ? null : marks.IsLowPriority,
            IsMarkedUnread = bits.HasFlag(MarkBits.MarkedUnread) ? null : marks.IsMarkedUnread,
            IsArchived = bits.HasFlag(MarkBits.Archived) ? null : marks.IsArchived,
        };

        /// <summary>Pinned and of low priority exclude each other (matrix.md §1.2); whoever says both means pinned.</summary>
        private ChatMarks Exclusive(ChatMarks before) => marks switch
        {
            { IsPinned: true } when marks.IsLowPriority == true || before.IsLowPriority == true => marks with { IsLowPriority = false },
            { IsLowPriority: true } when before.IsPinned == true && marks.IsPinned != true => marks with { IsPinned = false },
            _ => marks,
        };

        private MarkBits Differing(ChatMarks other) =>
            (marks.IsMuted != other.IsMuted ? MarkBits.Muted : 0)
            | (marks.IsPinned != other.IsPinned ? MarkBits.Pinned : 0)
            | (marks.IsLowPriority != other.IsLowPriority ? MarkBits.LowPriority : 0)
            | (marks.IsMarkedUnread != other.IsMarkedUnread ? MarkBits.MarkedUnread : 0)
            | (marks.IsArchived != other.IsArchived ? MarkBits.Archived : 0);
    }
}
