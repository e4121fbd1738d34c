using Switchboard.Core.Chats;
using Switchboard.Core.Logins;
using Switchboard.Sqlite;

namespace Switchboard.Core.Accounts;

/// <summary>The accounts of this installation (rest.md §3).</summary>
public sealed class Accounts(Database database, LoginSupervisor logins, TimeProvider clock)
{
    private const int MessagesAtOnce = 500;

    /// <summary>Accounts in reach, the oldest first.</summary>
    public IReadOnlyList<Account> List(Access.Access access) => database.Read(db => db.Accounts(access));

    /// <summary>One account.</summary>
    public Account Get(Access.Access access, string id) => database.Read(db => db.DemandAccount(access, id));

    /// <summary>
    /// Logs the login of an account out of its network and forgets all it brought: accounts, chats, messages. What others
    /// have of the conversations stays with them.
    /// </summary>
    /// <returns>Ids of the accounts that went.</returns>
    public async Task<IReadOnlyList<string>> RemoveAsync(Access.Access access, Account account, CancellationToken cancellationToken)
    {
        access.DemandUnlimited("remove accounts");
        var login = database.Read(db => db.FindLogin(account.LoginNetwork, account.LoginRemoteId));
        if (login is null || logins.FindNetwork(login.Network) is null)
            throw RefusedException.NotFound("Account", account.Id);
        return await logins.RemoveAsync(login.Key, () => ForgetAsync(login.Key), cancellationToken)
            ?? throw RefusedException.NotFound("Account", account.Id);
    }

    /// <summary>
    /// Drops what a login brought, in slices: nobody's send waits for the whole of it. Interrupted, it is begun again by the
    /// next removal.
    /// </summary>
    private async Task<IReadOnlyList<string>> ForgetAsync(long login)
    {
        foreach (var chat in database.Read(db => db.Chats("a.login = $login", 0, ("$login", login))))
        {
            while (await database.WriteAsync(db => db.DropMessages(chat.Key, MessagesAtOnce), CancellationToken.None) == MessagesAtOnce)
            {
                // The next slice.
            }

            await database.WriteAsync(db => db.RemoveChat(chat, clock.GetUtcNow()), CancellationToken.None);
        }

        return await database.WriteAsync(
            db =>
            {
                var accounts = db.AccountsOfLogin(login);
                db.DeleteLogin(login);
                return accounts.ConvertAll(gone => gone.Id);
            },
            CancellationToken.None);
    }
}
