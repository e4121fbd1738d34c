using Switchboard.Server.Hosting;
using Switchboard.Wire;
using Account = Switchboard.Core.Accounts.Account;

namespace Switchboard.Server.Commands;

/// <summary>How an account is doing, and what its owner can do about it, in words.</summary>
/// <param name="Account">Which.</param>
/// <param name="Status">As the API says it; <c>null</c> when no server runs that would know.</param>
/// <param name="Help">What to do, in a sentence or two; <c>null</c> when nothing is to be done.</param>
internal sealed record AccountState(Account Account, AccountStatus? Status, string? Help)
{
    /// <summary>Nothing comes or goes until somebody logs in again.</summary>
    public bool IsEnded => Status is AccountStatus.ReconnectRequired;

    /// <summary>The status in the API's own word.</summary>
    public string StatusText => Status is { } status ? WireJson.ToElement(status).GetString()! : "not known: no server runs";

    /// <summary>The state of every account.</summary>
    /// <param name="accounts">As they are kept.</param>
    /// <param name="told">As the running server tells them, by id; <c>null</c> when none does.</param>
    /// <param name="folder">Path of the data folder.</param>
    public static IReadOnlyList<AccountState> Of(
        IReadOnlyList<Account> accounts, IReadOnlyDictionary<string, Wire.Account>? told, string folder)
    {
        return accounts.Select(account => new AccountState(account, Told(account)?.Status, HelpFor(account))).ToList();

        Wire.Account? Told(Account account) => told?.GetValueOrDefault(account.Id);

        string? HelpFor(Account account)
        {
            // One login brings the accounts of its bridges: when it has ended so have they, and it alone can be mended.
            var own = accounts.FirstOrDefault(other => other.LoginKey == account.LoginKey && other.BridgeId == other.LoginNetwork) ?? account;
            if (Told(own)?.Status is AccountStatus.ReconnectRequired && own.LoginNetwork == "matrix")
                return $"The session of {own.Self.UserId} has ended. Log in again: {CommandHint.Of($"login matrix --account {own.Id}", folder)}";
            return Told(account) is { Status: AccountStatus.ReconnectRequired or AccountStatus.AttentionRequired or AccountStatus.Disconnected } wrong
                ? Trouble(account, wrong)
                : null;
        }
    }

    private static string Trouble(Account account, Wire.Account told)
    {
        var what = $"{account.Id}: {(told.StatusText is { Length: > 0 } text ? text.TrimEnd('.') : "It is not connected to its network")}.";
        return account.BridgeId == account.LoginNetwork
            ? what
            : $"{what} Its bridge can mend that: write to the bridge's bot on {account.LoginNetwork}.";
    }
}
