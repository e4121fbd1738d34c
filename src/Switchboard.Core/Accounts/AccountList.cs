using Switchboard.Sqlite;

namespace Switchboard.Core.Accounts;

/// <summary>Reading accounts without a running server.</summary>
public static class AccountList
{
    /// <summary>Every account of an installation, the oldest first.</summary>
    public static IReadOnlyList<Account> All(Database database) => database.Read(db => db.Accounts(Access.Access.Owner));
}
