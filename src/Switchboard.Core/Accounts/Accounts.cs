using Switchboard.Core.Chats;
using Switchboard.Core.Logins;
using Switchboard.Sqlite;

namespace Switchboard.Core.Accounts;

/// <summary>The accounts of this installation (rest.md §3).</summary>
public sealed class Accounts(Database database, LoginSupervisor logins, TimeProvider clock)
{
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
        if (login is null || logins.FindNetwork(login.Network) is not { } network)
            throw RefusedException.NotFound("Account", account.Id);
        await logins.StopAsync(login.Key);
        // From here on it is carried out whether or not the caller waits: half a removal helps nobody.
        await network.RemoveAsync(login.Stored, CancellationToken.None);
        return await database.WriteAsync(
            db =>
            {
                var now = clock.GetUtcNow();
                var accounts = db.AccountsOfLogin(login.Key);
                foreach (var chat in db.Chats("a.login = $login", 0, ("$login", login.Key)))
                {
                    db.RemoveChat(chat, now);
                }

                db.DeleteLogin(login.Key);
                return accounts.ConvertAll(gone => gone.Id);
            },
            CancellationToken.None);
    }
}
