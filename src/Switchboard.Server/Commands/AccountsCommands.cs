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
        var command = new Command("list", "List all accounts, and how each is doing while the server runs.") { dataDir, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var folder = DataFolder.Existing(parsed.GetValue(dataDir)!);
            await using var database = folder.OpenForCommand();
            var told = await RunningServer.AccountsAsync(folder, cancellationToken);
            var states = AccountState.Of(AccountList.All(database), told, folder.Path);
            if (parsed.GetValue(json))
                CommandJson.Print(new AccountListOutput(states.Select(AccountOutput.Of).ToList()));
            else
                Show(states);
            return 0;
        });
        return command;
    }

    private static void Show(IReadOnlyList<AccountState> states)
    {
        var table = new Table().RoundedBorder()
            .AddColumn("Account", column => column.NoWrap()).AddColumn("Network")
            .AddColumn("User", column => column.NoWrap()).AddColumn("Name").AddColumn("State");
        foreach (var state in states)
        {
            var account = state.Account;
            table.AddRow(
                new Text(account.Id), new Text(account.Network), new Text(account.Self.UserId), new Text(account.Self.FullName ?? ""),
                new Text(state.StatusText, new Style(state.IsEnded ? Color.Red : null)));
        }

        Terminal.Out.Write(table);
        foreach (var help in states.Select(state => state.Help).OfType<string>().Distinct())
        {
            // Written as it is: a wrapped command could not be copied.
            Console.WriteLine(help);
        }
    }
}
