using System.CommandLine;
using Switchboard.Core;
using Switchboard.Wire;

namespace Switchboard.Server.Commands;

/// <summary><c>switchboard logout ACCOUNT</c>: ends a login and removes what it brought.</summary>
internal static class LogoutCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Make()
    {
        var (dataDir, json) = (CommonOptions.DataDir(), CommonOptions.Json());
        var account = new Argument<string>("account") { Description = "The account's id, as accounts list shows it." };
        var command = new Command(
            "logout",
            "Log out the login behind an account, and remove its accounts, chats and messages from this server. "
            + "Nothing is deleted on the network.")
        {
            account, dataDir, json,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var id = parsed.GetValue(account)!;
            await using var api = await OwnApi.OpenAsync(parsed.GetValue(dataDir)!, cancellationToken);
            var removed = await RemoveAsync(api, id, cancellationToken) ?? throw RefusedException.NotFound("Account", id);
            if (parsed.GetValue(json))
                CommandJson.Print(new LogoutOutput(removed, "removed"));
            else
                Console.WriteLine($"Logged out; removed {string.Join(", ", removed)}.");
            return 0;
        });
        return command;
    }

    private static async Task<IReadOnlyList<string>?> RemoveAsync(OwnApi api, string account, CancellationToken cancellationToken)
    {
        var bridges = await api.GetAsync<ItemList<Bridge>>("v1/bridges", cancellationToken);
        foreach (var bridge in bridges.Items)
        {
            var logins = await api.GetAsync<ItemList<BridgeLogin>>($"v1/bridges/{bridge.Id}/logins", cancellationToken);
            if (logins.Items.FirstOrDefault(login => login.AccountIds?.Contains(account) == true) is not { } found)
                continue;
            var answer = await api.PostAsync<RemoveLoginInput, RemoveLoginOutput>(
                $"v1/bridges/{bridge.Id}/logins/{Uri.EscapeDataString(found.LoginId)}/remove",
                new RemoveLoginInput { Scope = RemoveScope.CurrentDevice }, cancellationToken);
            return answer.AffectedAccountIds ?? [account];
        }

        return null;
    }
}
