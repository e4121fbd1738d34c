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
        var port = new Option<int>("--port")
        {
            Description = $"The server's port (SWITCHBOARD_PORT; default: {ServerOptions.DefaultPort}).",
            DefaultValueFactory = _ => int.TryParse(CommonOptions.Setting("PORT"), out var set) ? set : ServerOptions.DefaultPort,
        };
        var command = new Command("health", "Ask the running server whether it is ready.") { port };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var http = new HttpClient { Timeout = Patience };
            try
            {
                using var answer = await http.GetAsync($"http://127.0.0.1:{parsed.GetValue(port)}/health/ready", cancellationToken);
                Console.WriteLine(await answer.Content.ReadAsStringAsync(cancellationToken));
                return answer.IsSuccessStatusCode ? 0 : 1;
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
            {
                throw new StartRefusedException($"No server answers on port {parsed.GetValue(port)} of this machine.", e);
            }
        });
        return command;
    }
}
