using System.CommandLine;
using System.Net;
using Spectre.Console;
using Switchboard.Core;
using Switchboard.Core.Accounts;
using Switchboard.Server.Hosting;
using Switchboard.Sqlite;

namespace Switchboard.Server.Commands;

/// <summary>
/// <c>switchboard doctor</c>: looks at an installation and says what is wrong and what helps. Exit code 0 when all is well
/// (a server that is not running is no fault), 1 when something is wrong.
/// </summary>
internal static class DoctorCommand
{
    private const string Good = "ok";
    private const string Note = "note";
    private const string Bad = "failed";

    /// <summary>Makes the command.</summary>
    public static Command Make()
    {
        var (dataDir, json, port) = (CommonOptions.DataDir(), CommonOptions.Json(), RunningServer.PortOption());
        var command = new Command("doctor", "Check the data folder, the database, the port and the networks.") { dataDir, port, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var checks = await CheckAsync(parsed.GetValue(dataDir)!, parsed.GetValue(port), cancellationToken);
            var healthy = checks.TrueForAll(check => check.Status != Bad);
            if (parsed.GetValue(json))
                CommandJson.Print(new DoctorOutput(healthy ? Good : Bad, checks));
            else
                Show(checks);
            return healthy ? 0 : 1;
        });
        return command;
    }

    private static async Task<List<CheckOutput>> CheckAsync(string path, int? port, CancellationToken cancellationToken)
    {
        DataFolder folder;
        try
        {
            folder = DataFolder.Existing(path);
        }
        catch (StartRefusedException e)
        {
            return [new CheckOutput("folder", Bad, e.Message)];
        }

        var checks = new List<CheckOutput> { Folder(folder), Token(folder) };
        try
        {
            await using var database = folder.OpenForCommand();
            var told = await RunningServer.AccountsAsync(folder, cancellationToken);
            checks.AddRange(Look(database, told, folder));
        }
        catch (StartRefusedException e)
        {
            checks.Add(new CheckOutput("schema", Bad, e.Message));
        }

        checks.Add(await PortAsync(folder, port, cancellationToken));
        return checks;
    }

    private static CheckOutput Folder(DataFolder folder)
    {
        try
        {
            DataFolder.Prepare(folder.Path);
        }
        catch (StartRefusedException e)
        {
            return new CheckOutput("folder", Bad, e.Message);
        }

        const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
            | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
        return !OperatingSystem.IsWindows() && (File.GetUnixFileMode(folder.Path) & Others) != 0
            ? new CheckOutput("folder", Bad, $"{folder.Path} can be entered by other users of this machine. Run: chmod 700 '{folder.Path}'")
            : new CheckOutput("folder", Good, folder.Path);
    }

    private static CheckOutput Token(DataFolder folder) => File.Exists(folder.OwnerTokenFile)
        ? new CheckOutput("owner token", Good, folder.OwnerTokenFile)
        : new CheckOutput("owner token", Note, $"{folder.OwnerTokenFile} is missing; the next start makes a new one.");

    private static IEnumerable<CheckOutput> Look(
        Database database, IReadOnlyDictionary<string, Wire.Account>? told, DataFolder folder)
    {
        yield return new CheckOutput("schema", Good, $"version {Store.Schema.Latest}");
        var problem = Integrity.Check(database);
        yield return problem is null
            ? new CheckOutput("integrity", Good, "the database is sound")
            : new CheckOutput("integrity", Bad, $"The database is damaged ({problem}). Stop the server and restore a copy of the data folder.");
        var states = AccountState.Of(AccountList.All(database), told, folder.Path);
        yield return new CheckOutput("networks", states.Count == 0 ? Note : Good, states.Count == 0
            ? "no accounts yet; the first start makes one"
            : string.Join(", ", states.GroupBy(state => state.Account.Network).Select(network => $"{network.Key}: {network.Count()} account(s)")));
        foreach (var help in states.Where(state => state.Help is not null).GroupBy(state => state.Help))
        {
            yield return new CheckOutput("account", help.Any(state => state.IsEnded) ? Bad : Note, help.Key!);
        }
    }

    private static async Task<CheckOutput> PortAsync(DataFolder folder, int? port, CancellationToken cancellationToken)
    {
        var noted = RunningServer.AddressOf(folder);
        var address = RunningServer.AddressToAsk(noted, port);
        var place = address.GetLeftPart(UriPartial.Authority);
        // The owner's token is for the folder's own server, not for whoever listens on a port.
        var isOwn = address == noted && File.Exists(folder.OwnerTokenFile);
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(3) };
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address, "v1/accounts"));
            if (isOwn)
                request.Headers.Authorization = await RunningServer.OwnerOfAsync(folder, cancellationToken);
            using var answer = await http.SendAsync(request, cancellationToken);
            return (answer.Headers.Contains(Http.RequestGuard.VersionHeader), isOwn, answer.StatusCode) switch
            {
                (true, true, HttpStatusCode.OK) => new("port", Good, $"the server answers at {place}"),
                (true, true, _) => new("port", Note, $"The server at {place} does not take this folder's owner token: it was revoked. "
                    + $"Delete {folder.OwnerTokenFile} and restart to get a new one."),
                (true, false, _) => new("port", Note, $"A Switchboard server answers at {place}, but it does not run on this folder."),
                _ => new("port", Bad, $"Another program answers at {place}. Start Switchboard with another --port."),
            };
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return noted is not null
                ? new CheckOutput("port", address == noted ? Bad : Note, address == noted
                    ? $"A server runs on this folder, but does not answer at {place}. Restart it."
                    : $"The server of this folder does not listen at {place} but at {noted.GetLeftPart(UriPartial.Authority)}.")
                : folder.IsLocked()
                ? new CheckOutput("port", Note, "A server runs on this folder but does not say where it listens. If it is just starting, try again; else restart it.")
                : new CheckOutput("port", Note, $"no server is running; start it with: {CommandHint.Of("serve", folder.Path)}");
        }
    }

    private static void Show(List<CheckOutput> checks)
    {
        foreach (var check in checks)
        {
            var color = check.Status switch { Good => "green", Note => "yellow", _ => "red" };
            Terminal.Out.Markup($"[{color}]{check.Status,-6}[/] [bold]{check.Name.EscapeMarkup(),-11}[/] ");
            Console.WriteLine(check.Message);
        }
    }
}
