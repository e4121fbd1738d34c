using System.CommandLine;
using Switchboard.Server.Hosting;

namespace Switchboard.Server.Commands;

/// <summary>
/// <c>switchboard health</c>: asks the server of this machine whether it is ready, for containers and supervisors that have no
/// HTTP client. Exit code 0 when it is, 1 when not.
/// </summary>
internal static class HealthCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Makes the command.</summary>
    public static Command Make()
    {
        var (dataDir, port) = (CommonOptions.DataDir(), RunningServer.PortOption());
        var command = new Command("health", "Ask the running server whether it is ready.") { dataDir, port };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var folder = DataFolder.Find(parsed.GetValue(dataDir)!);
            if (parsed.GetValue(port) is null && folder is not null && !folder.IsLocked())
                throw new StartRefusedException($"No server runs on {folder.Path}.");
            var address = RunningServer.AddressToAsk(RunningServer.AddressOf(folder), parsed.GetValue(port));
            using var http = new HttpClient { Timeout = Patience };
            try
            {
                using var answer = await http.GetAsync(new Uri(address, "health/ready"), cancellationToken);
                Console.WriteLine(await answer.Content.ReadAsStringAsync(cancellationToken));
                return answer.IsSuccessStatusCode ? 0 : 1;
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
            {
                throw new StartRefusedException($"No server answers at {address.GetLeftPart(UriPartial.Authority)}.", e);
            }
        });
        return command;
    }
}
