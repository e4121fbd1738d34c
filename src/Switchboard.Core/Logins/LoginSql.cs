using Switchboard.Core.Accounts;
using Switchboard.Core.Chats;
using Switchboard.Networks;
using Switchboard.Sqlite;

namespace Switchboard.Core.Logins;

/// <summary>A login as it is kept.</summary>
/// <param name="Key">Row key.</param>
/// <param name="Network">Bridge id of its network.</param>
/// <param name="Stored">What the connector needs.</param>
internal sealed record Login(long Key, string Network, StoredLogin Stored);

internal static class LoginSql
{
    extension(Db db)
    {
        public List<Login> Logins() => db.Query(
            "SELECT key, network, remote_id, state FROM login ORDER BY key",
            row => new Login(row.GetInt64(0), row.GetString(1), new StoredLogin(row.GetString(2), row.GetString(3))));

        public Login? FindLogin(string network, string remoteId) => db.QueryFirst(
            "SELECT key, network, remote_id, state FROM login WHERE network = $network AND remote_id = $remote",
            row => new Login(row.GetInt64(0), row.GetString(1), new StoredLogin(row.GetString(2), row.GetString(3))),
            ("$network", network), ("$remote", remoteId));

        public Login? LoginByKey(long login) => db.QueryFirst(
            "SELECT key, network, remote_id, state FROM login WHERE key = $key",
            row => new Login(row.GetInt64(0), row.GetString(1), new StoredLogin(row.GetString(2), row.GetString(3))), ("$key", login));

        public bool LoginExists(long login) => db.QueryInt64("SELECT 1 FROM login WHERE key = $key", ("$key", login)) is not null;

        public string? CursorOf(long login) => db.QueryText("SELECT cursor FROM login WHERE key = $key", ("$key", login));

        public void SaveCursor(long login, string cursor) =>
            db.Execute("UPDATE login SET cursor = $cursor WHERE key = $key", ("$cursor", cursor), ("$key", login));

        /// <summary>Stores a login with its accounts and first chats; the same login again only renews its state.</summary>
        public Login StoreLogin(string network, NewLogin login, Func<string> newChatId, DateTimeOffset now)
        {
            db.Execute(
                """
                INSERT INTO login (network, remote_id, state, created_at) VALUES ($network, $remote, $state, $now)
                ON CONFLICT (network, remote_id) DO UPDATE SET state = excluded.state
                """,
                ("$network", network), ("$remote", login.Login.RemoteId), ("$state", login.Login.State),
                ("$now", now.ToUnixTimeMilliseconds()));
            var stored = db.FindLogin(network, login.Login.RemoteId)!;
            foreach (var account in login.Accounts)
            {
                db.UpsertAccount(stored.Key, account, now);
            }

            foreach (var chat in login.Chats)
            {
                if (db.AccountOfLogin(stored.Key, chat.AccountId) is var (account, selfId))
                    db.UpsertChat(account, selfId, chat, newChatId, now);
            }

            return stored;
        }

        public void DeleteLogin(long login) => db.Execute("DELETE FROM login WHERE key = $key", ("$key", login));
    }
}
