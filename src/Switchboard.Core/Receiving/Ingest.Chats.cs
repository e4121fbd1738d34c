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
                var messages = db.MoveChat(known, account, selfId, now);
                db.IndexChat(known.Key);
                var moved = db.ChatByKey(known.Key)!;
                db.AppendMessageChanges(moved, messages, now);
                db.Recount(moved, now, always: true);
            }
        }

        db.UpsertChat(account, selfId, remote, server.NewChatId, now);
    }

    /// <summary>The same chat under another id of the network's. One that is known by that id already becomes part of it.</summary>
    private static void ReplaceChat(Db db, long login, RemoteChatId old, RemoteChatId replacement, DateTimeOffset now)
    {
        if (old == replacement || db.ChatOfLogin(login, old) is not { } chat || chat.RemoteId != old)
            return;
        var other = db.ChatOfLogin(login, replacement);
        if (other?.Key == chat.Key)
            return;
        if (other is not null)
            db.MergeChat(other, chat, now);
        db.Execute("INSERT OR IGNORE INTO chat_alias (remote_id, chat) VALUES ($old, $chat)", ("$old", old.Value), ("$chat", chat.Key));
        // What it is replaced by may have been replaced itself since.
        db.Execute(
            "UPDATE chat SET remote_id = $new WHERE key = $chat", ("$new", (other?.RemoteId ?? replacement).Value), ("$chat", chat.Key));
    }
}
