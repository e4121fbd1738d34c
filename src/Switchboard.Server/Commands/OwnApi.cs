using System.Net.Http.Headers;
using System.Text.Json;
using Switchboard.Server.Hosting;
using Switchboard.Wire;

namespace Switchboard.Server.Commands;

/// <summary>
/// The API of this machine's installation, for commands that change what a running server holds in its hands. When the server runs
/// it is asked; when it does not, the command is the server for as long as it takes, on a port of its own: so there is one way for
/// both, and never two programs on one folder.
/// </summary>
internal sealed class OwnApi : IAsyncDisposable
{
    // A login waits for its homeserver, and a removal for the network's answer.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly HttpClient http;
    private readonly Func<ValueTask> close;

    private OwnApi(Uri address, string token, bool isServed, Func<ValueTask> close)
    {
        IsServed = isServed;
        http = new HttpClient { BaseAddress = address, Timeout = Patience };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        this.close = close;
    }

    /// <summary>Whether a server runs, and goes on when the command has ended.</summary>
    public bool IsServed { get; }

    /// <summary>Reaches the installation in that folder.</summary>
    /// <exception cref="StartRefusedException">There is none, or it cannot be reached.</exception>
    public static async Task<OwnApi> OpenAsync(string dataDir, CancellationToken cancellationToken)
    {
        var folder = DataFolder.Existing(dataDir);
        if (!File.Exists(folder.OwnerTokenFile))
            throw new StartRefusedException(
                $"The owner's token {folder.OwnerTokenFile} is missing. Start the server once: it makes a new one.");
        var token = (await File.ReadAllTextAsync(folder.OwnerTokenFile, cancellationToken)).Trim();
        if (!folder.IsLocked())
            return await ServeAsync(folder, token, cancellationToken);
        return folder.ReadAddress() is { } address
            ? new OwnApi(address, token, isServed: true, static () => ValueTask.CompletedTask)
            : throw new StartRefusedException(
                $"A server runs on {folder.Path} but does not say where it listens. If it is just starting, try again; else restart it.");
    }

    /// <summary>Asks for something.</summary>
    public Task<T> GetAsync<T>(string path, CancellationToken cancellationToken) =>
        AskAsync<T>(HttpMethod.Get, path, null, cancellationToken);

    /// <summary>Changes something.</summary>
    /// <exception cref="ApiRefusedException">The server refuses.</exception>
    public Task<TAnswer> PostAsync<T, TAnswer>(string path, T body, CancellationToken cancellationToken) =>
        AskAsync<TAnswer>(HttpMethod.Post, path, JsonContent.Create(body, WireJson.TypeOf<T>()), cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        http.Dispose();
        return close();
    }

    private static async Task<OwnApi> ServeAsync(DataFolder folder, string token, CancellationToken cancellationToken)
    {
        var taken = folder.Lock();
        var database = folder.OpenDatabase();
        var options = new ServerOptions { DataFolder = folder.Path, Host = "127.0.0.1", Port = 0, Log = LogFormat.None };
        var app = SwitchboardServer.Build(options, folder, database, TimeProvider.System);
        await app.StartAsync(cancellationToken);
        return new OwnApi(new Uri(app.Urls.First()), token, isServed: false, async () =>
        {
            await app.StopAsync(CancellationToken.None);
            await app.DisposeAsync();
            await database.DisposeAsync();
            await taken.DisposeAsync();
        });
    }

    private async Task<T> AskAsync<T>(HttpMethod method, string path, HttpContent? body, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(method, path) { Content = body };
            using var answer = await http.SendAsync(request, cancellationToken);
            return answer.IsSuccessStatusCode
                ? (await answer.Content.ReadFromJsonAsync(WireJson.TypeOf<T>(), cancellationToken))!
                : throw await RefusalAsync(answer, cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException || (e is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new StartRefusedException($"The server at {http.BaseAddress} does not answer.", e);
        }
    }

    private static async Task<ApiRefusedException> RefusalAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        try
        {
            var error = (await answer.Content.ReadFromJsonAsync(WireJson.TypeOf<ApiError>(), cancellationToken))!;
            // What is wrong with a field says more than that something is.
            var issues = error is { Code: "validation_error", Details: { } details }
                ? details.Deserialize(WireJson.TypeOf<ValidationDetails>())!.Issues.Select(issue => issue.Message).ToList()
                : [];
            return new ApiRefusedException(error.Code, issues.Count == 0 ? error.Message : string.Join(" ", issues));
        }
        catch (JsonException)
        {
            return new ApiRefusedException("", $"The server answered {(int)answer.StatusCode}.");
        }
    }
}

/// <summary>What the server answered instead of doing it, in a sentence for people.</summary>
/// <param name="code">The error's code (rest.md §1.4).</param>
/// <param name="message">The sentence.</param>
internal sealed class ApiRefusedException(string code, string message) : Exception(message)
{
    /// <summary>Whether a value that a person gave was wrong, so that another may be right.</summary>
    public bool IsWrongInput { get; } = code == "validation_error";
}
