using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Switchboard.Bench.Measuring;

/// <summary>The real server as a process of its own.</summary>
internal sealed class ServerProcess : ChildProcess
{
    private ServerProcess(string program, string folder, int port)
        : base(new ProcessStartInfo(program, ["serve", "--data-dir", folder, "--host", "127.0.0.1", "--port", port.ToString(CultureInfo.InvariantCulture)]))
    {
        Folder = folder;
        Address = new Uri($"http://127.0.0.1:{port}");
        Client = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(30) };
    }

    /// <summary>The data folder.</summary>
    public string Folder { get; }

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <summary>The owner's token.</summary>
    public string Token { get; private set; } = "";

    /// <summary>Speaks to it as the owner.</summary>
    public HttpClient Client { get; }

    /// <summary>From the start of the process to the first answered page of chats.</summary>
    public TimeSpan FirstPage { get; private set; }

    /// <summary>Starts it and waits for the first page of chats.</summary>
    public static async Task<ServerProcess> StartAsync(string program, string folder, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var server = new ServerProcess(program, folder, FreePort());
        while (true)
        {
            if (server.HasEnded || Stopwatch.GetElapsedTime(started) > TimeSpan.FromSeconds(60))
                throw new InvalidOperationException($"The server did not start: {server.LastWords}");
            if (await server.TryFirstPageAsync(cancellationToken))
                break;
            await Task.Delay(2, cancellationToken);
        }

        server.FirstPage = Stopwatch.GetElapsedTime(started);
        return server;
    }

    /// <summary>Adds a person to the local network.</summary>
    public async Task AddIdentityAsync(string username, CancellationToken cancellationToken)
    {
        var session = await PostAsync("/v1/bridges/local/login-sessions", new JsonObject { ["flowID"] = "identity" }, cancellationToken);
        await PostAsync(
            $"/v1/bridges/local/login-sessions/{(string?)session["loginSessionID"]}/steps/identity",
            new JsonObject { ["fields"] = new JsonObject { ["username"] = username } },
            cancellationToken);
    }

    /// <summary>Posts JSON and gives the answer's.</summary>
    public async Task<JsonNode> PostAsync(string path, JsonObject body, CancellationToken cancellationToken)
    {
        using var content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        using var answer = await Client.PostAsync(new Uri(path, UriKind.Relative), content, cancellationToken);
        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        return answer.IsSuccessStatusCode
            ? JsonNode.Parse(text)!
            : throw new InvalidOperationException($"POST {path}: {(int)answer.StatusCode} {text}");
    }

    /// <summary>Gets JSON.</summary>
    public async Task<JsonNode> GetAsync(string path, CancellationToken cancellationToken) =>
        JsonNode.Parse(await Client.GetStringAsync(new Uri(path, UriKind.Relative), cancellationToken))!;

    private async Task<bool> TryFirstPageAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (Token.Length == 0)
            {
                Token = await File.ReadAllTextAsync(Path.Combine(Folder, "owner.token"), cancellationToken);
                Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
            }

            using var answer = await Client.GetAsync(new Uri("/v1/chats", UriKind.Relative), cancellationToken);
            await answer.Content.ReadAsByteArrayAsync(cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return false;
        }
    }
}
