using Switchboard.Core.Changes;
using Switchboard.Core.Messages;
using Switchboard.Networks;
using Switchboard.Sqlite;

namespace Switchboard.Core.Chats;

/// <summary>People of whom the owner wants to see nothing. Callers are inside a transaction; all may be repeated.</summary>
internal static class IgnoredWrites
{
    // Of the accounts of one login.
    private const string Listed =
        """
        SELECT u.key FROM contact u JOIN account a ON a.key = u.account
        WHERE a.login = $login AND u.user_id IN (SELECT value FROM json_each($users))
        """;

    extension(Db db)
    {
        /// <summary>Hides what these people wrote, and shows again what was hidden of all others.</summary>
        public void IgnoreOnly(long login, IReadOnlyList<UserId> users, DateTimeOffset now)
        {
            var list = CoreJson.WriteStrings(users.Select(user => user.Value));
            var changed = db.Query(
                $"""
                UPDATE message SET hidden = 1, ignored = 1, mentions_me = 0
                WHERE is_mine = 0 AND hidden = 0 AND sender IN ({Listed}) RETURNING chat, sort_key
                """,
                row => (Chat: row.GetInt64(0), Key: row.GetInt64(1)), ("$login", login), ("$users", list));
            changed.AddRange(db.Query(
                $"""
                UPDATE message SET hidden = 0, ignored = 0
                WHERE ignored = 1 AND sender NOT IN ({Listed})
                  AND sender IN (SELECT u.key FROM contact u JOIN account a ON a.key = u.account WHERE a.login = $login)
                RETURNING chat, sort_key
                """,
                row => (Chat: row.GetInt64(0), Key: row.GetInt64(1)), ("$login", login), ("$users", list)));
            foreach (var ofChat in changed.GroupBy(message => message.Chat, message => message.Key))
            {
                db.NoteVisibility(db.ChatByKey(ofChat.Key)!, [.. ofChat], now);
            }
        }

        private void NoteVisibility(Chat chat, List<long> changed, DateTimeOffset now)
        {
            var messages = db.Messages(
                "m.sort_key IN (SELECT value FROM json_each($keys)) ORDER BY m.sort_key", ("$keys", $"[{Store.Join(changed)}]"));
            foreach (var message in messages)
            {
                if (message.IsHidden || message.IsDeleted)
                {
                    db.UnindexMessage(message.SortKey);
                    continue;
                }

                db.Execute(
                    "UPDATE message SET mentions_me = $me WHERE sort_key = $key",
                    ("$me", MessageWrites.MentionsSelf(chat, message.Mentions)), ("$key", message.SortKey));
                db.IndexMessage(
                    chat, message.SortKey, db.ContactKey(chat.AccountKey, message.SenderId)!.Value, message.IsMine, message.Text,
                    message.Attachments);
            }

            db.AppendMessageChanges(chat, messages.Select(message => message.Id), now);
            // What the list of chats shows of it may be another message now.
            db.Recount(chat, now, always: true);
        }
    }
}
