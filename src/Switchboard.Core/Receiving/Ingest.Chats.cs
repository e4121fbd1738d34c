using Switchboard.Core.Accounts;
using Switchboard.Core.Changes;
using Switchboard.Core.Chats;
using Switchboard.Core.Messages;
using Switchboard.Networks;
using Switchboard.Sqlite;

namespace Switchboard.Core.Receiving;

/// <content>Chats that are told, replaced, or change their account.</content>
public sealed partial class Ingest
{
    private void UpsertChat(Db db, long login, RemoteChat remote, DateTimeOffset now)
    {
        if (db.AccountOfLogin(login, remote.AccountId) is not var (account, selfId))
            return;
        if (db.ChatOfLogin(login, remote.Id) is { } known)
        {
            // What is told of an id that was replaced says nothing about the chat that it led to.
            if (known.RemoteId != remote.Id)
                return;
            if (known.AccountKey != account)
            {
                db.MoveChat(known, account, selfId);
                db.IndexChat(known.Key);
                db.AppendChatChange(db.ChatByKey(known.Key)!, now);
            }
        }

        db.UpsertChat(account, selfId, remote, server.NewChatId, now);
    }

    /// <summary>The same chat under another id of the network's.</summary>
    private static void ReplaceChat(Db db, long login, RemoteChatId old, RemoteChatId replacement, DateTimeOffset now)
    {
        if (old == replacement || db.ChatOfLogin(login, old) is not { } chat || chat.RemoteId != old)
            return;
        if (db.ChatOfLogin(login, replacement) is { } other)
        {
            // Known by itself already: an invitation to it gives way, a chat with messages of its own stays beside the old one.
            if (other.Key == chat.Key || db.QueryInt64("SELECT 1 FROM message WHERE chat = $chat LIMIT 1", ("$chat", other.Key)) is not null)
                return;
            db.RemoveChat(other, now);
        }

        db.Execute("INSERT OR IGNORE INTO chat_alias (remote_id, chat) VALUES ($old, $chat)", ("$old", old.Value), ("$chat", chat.Key));
        db.Execute("UPDATE chat SET remote_id = $new WHERE key = $chat", ("$new", replacement.Value), ("$chat", chat.Key));
    }
}
