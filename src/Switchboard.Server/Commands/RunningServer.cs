using System.CommandLine;
using System.Globalization;
using System.Net.Http.Headers;
using Switchboard.Server.Hosting;
using Switchboard.Wire;

namespace Switchboard.Server.Commands;

/// <summary>The server that runs on a data folder, for commands that only look.</summary>
internal static class RunningServer
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>The option that names the port to ask.</summary>
    public static Option<int?> PortOption() => new("--port")
    {
        Description = "The port to ask (default: wherever the server that runs on the data folder listens; "
            + $"where that is not known, SWITCHBOARD_PORT or {ServerOptions.DefaultPort}).",
    };

    /// <summary>Where the server that holds a folder says it listens; <c>null</c> when none does or it does not say.</summary>
    public static Uri? AddressOf(DataFolder? folder) => folder is not null && folder.IsLocked() ? folder.ReadAddress() : null;

    /// <summary>Where to ask.</summary>
    /// <param name="noted">Where the server says it listens, if it does.</param>
    /// <param name="port">The port that was named, if one was.</param>
    public static Uri AddressToAsk(Uri? noted, int? port) => noted is not null && (port is null || port == noted.Port)
        ? noted
        : new UriBuilder("http", "127.0.0.1", port ?? StandardPort()).Uri;

    /// <summary>The accounts as the running server knows them, with how each is doing; <c>null</c> when there is nobody to ask.</summary>
    public static async Task<IReadOnlyDictionary<string, Account>?> AccountsAsync(DataFolder folder, CancellationToken cancellationToken)
    {
        if (AddressOf(folder) is not { } address || !File.Exists(folder.OwnerTokenFile))
            return null;
        using var http = new HttpClient { Timeout = Patience };
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address, "v1/accounts"));
            request.Headers.Authorization = await OwnerOfAsync(folder, cancellationToken);
            using var answer = await http.SendAsync(request, cancellationToken);
            if (!answer.IsSuccessStatusCode)
                return null;
            var accounts = await answer.Content.ReadFromJsonAsync(WireJson.TypeOf<IReadOnlyList<Account>>(), cancellationToken);
            return accounts!.ToDictionary(account => account.AccountId, StringComparer.Ordinal);
        }
        catch (Exception e) when (
            e is HttpRequestException or IOException || (e is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }

    /// <summary>The owner's token, which goes to the server of its own folder and to no other.</summary>
    public static async Task<AuthenticationHeaderValue> OwnerOfAsync(DataFolder folder, CancellationToken cancellationToken) =>
        new("Bearer", (await File.ReadAllTextAsync(folder.OwnerTokenFile, cancellationToken)).Trim());

    private static int StandardPort() =>
        int.TryParse(CommonOptions.Setting("PORT"), NumberStyles.None, CultureInfo.InvariantCulture, out var set) && set is > 0 and <= 65535
            ? set
            : ServerOptions.DefaultPort;
}
