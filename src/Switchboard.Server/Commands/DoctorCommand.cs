using System.CommandLine;
using System.Net;
using System.Net.Http.Headers;
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
        var (dataDir, json) = (CommonOptions.DataDir(), CommonOptions.Json());
        var port = new Option<int>("--port")
        {
            Description = $"The port the server should be on (SWITCHBOARD_PORT; default: {ServerOptions.DefaultPort}).",
            DefaultValueFactory = _ => int.TryParse(CommonOptions.Setting("PORT"), out var set) ? set : ServerOptions.DefaultPort,
        };
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

    private static async Task<List<CheckOutput>> CheckAsync(string path, int port, CancellationToken cancellationToken)
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
            checks.AddRange(Look(database));
        }
        catch (StartRefusedException e)
        {
            checks.Add(new CheckOutput("schema", Bad, e.Message));
        }

        checks.AddRange(await PortAsync(folder, port, cancellationToken));
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

    private static IEnumerable<CheckOutput> Look(Database database)
    {
        yield return new CheckOutput("schema", Good, $"version {Store.Schema.Latest}");
        var problem = Integrity.Check(database);
        yield return problem is null
            ? new CheckOutput("integrity", Good, "the database is sound")
            : new CheckOutput("integrity", Bad, $"The database is damaged ({problem}). Stop the server and restore a copy of the data folder.");
        var accounts = AccountList.All(database);
        yield return new CheckOutput("networks", accounts.Count == 0 ? Note : Good, accounts.Count == 0
            ? "no accounts yet; the first start makes one"
            : string.Join(", ", accounts.GroupBy(account => account.Network).Select(network => $"{network.Key}: {network.Count()} account(s)")));
    }

    private static async Task<List<CheckOutput>> PortAsync(DataFolder folder, int port, CancellationToken cancellationToken)
    {
        var running = folder.IsLocked();
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(3) };
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{port}/v1/accounts");
            if (File.Exists(folder.OwnerTokenFile))
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", (await File.ReadAllTextAsync(folder.OwnerTokenFile, cancellationToken)).Trim());
            using var answer = await http.SendAsync(request, cancellationToken);
            var isOurs = answer.Headers.Contains(Http.RequestGuard.VersionHeader);
            return (isOurs, answer.StatusCode) switch
            {
                (true, HttpStatusCode.OK) => [new("port", Good, $"a server answers on port {port}")],
                (true, _) => [new("port", Note, $"A server on port {port} does not take this folder's owner token: it serves another folder, or the token was revoked.")],
                _ => [new("port", Bad, $"Another program answers on port {port}. Start Switchboard with another --port.")],
            };
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return running
                ? [new CheckOutput("port", Note, $"A server runs on this folder, but not on port {port}. Name its port with --port.")]
                : [new CheckOutput("port", Note, "no server is running; start it with: switchboard serve")];
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
