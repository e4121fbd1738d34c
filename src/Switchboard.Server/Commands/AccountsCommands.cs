using System.CommandLine;
using Spectre.Console;
using Switchboard.Core.Accounts;
using Switchboard.Server.Hosting;

namespace Switchboard.Server.Commands;

/// <summary><c>switchboard accounts …</c>.</summary>
internal static class AccountsCommands
{
    /// <summary>Makes the command.</summary>
    public static Command Make() => new("accounts", "The accounts of this installation.") { List() };

    private static Command List()
    {
        var (dataDir, json) = (CommonOptions.DataDir(), CommonOptions.Json());
        var command = new Command("list", "List all accounts.") { dataDir, json };
        command.SetAction(async (parsed, _) =>
        {
            await using var database = DataFolder.Existing(parsed.GetValue(dataDir)!).OpenForCommand();
            var accounts = AccountList.All(database);
            if (parsed.GetValue(json))
            {
                CommandJson.Print(new AccountListOutput(
                    accounts.Select(account => new AccountOutput(account.Id, account.Network, account.Self.UserId, account.Self.FullName)).ToList()));
                return 0;
            }

            var table = new Table().RoundedBorder()
                .AddColumn("Account", column => column.NoWrap()).AddColumn("Network")
                .AddColumn("User", column => column.NoWrap()).AddColumn("Name");
            foreach (var account in accounts)
            {
                table.AddRow(new Text(account.Id), new Text(account.Network), new Text(account.Self.UserId), new Text(account.Self.FullName ?? ""));
            }

            Terminal.Out.Write(table);
            return 0;
        });
        return command;
    }
}
