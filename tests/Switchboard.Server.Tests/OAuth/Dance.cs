using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Web;
using Switchboard.Server.Tests.Hosting;
using Xunit;

namespace Switchboard.Server.Tests.OAuth;

/// <summary>A third-party program that asks, and the owner who decides.</summary>
internal sealed class Dance(TestServer server, Browser owner, string client)
{
    public const string Redirect = "http://127.0.0.1:4000/callback";
    public const string Verifier = "a-verifier-that-only-the-client-knows-0123456789";

    public string Client { get; } = client;

    public static async Task<Dance> BeginAsync(TestServer server, string name = "Helper")
    {
        using var answer = await server.SendAsync(
            HttpMethod.Post, "/oauth/register", null, $$"""{"client_name":"{{name}}","redirect_uris":["http://127.0.0.1/callback"]}""");
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        using var json = await TestServer.JsonAsync(answer);
        return new Dance(server, await Browser.SignInAsync(server), json.RootElement.GetProperty("client_id").GetString()!);
    }

    /// <summary>Sends the owner's browser to ask.</summary>
    public async Task<HttpResponseMessage> AskAsync(params (string Name, string? Value)[] changes)
    {
        var parameters = new Dictionary<string, string?>
        {
            ["client_id"] = Client,
            ["redirect_uri"] = Redirect,
            ["response_type"] = "code",
            ["code_challenge"] = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier))),
            ["code_challenge_method"] = "S256",
            ["scope"] = "read write",
            ["state"] = "the state",
        };
        foreach (var (name, value) in changes)
        {
            parameters[name] = value;
        }

        var query = parameters.Where(pair => pair.Value is not null).Select(pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value!)}");
        return await server.Http.GetAsync("/oauth/authorize?" + string.Join('&', query));
    }

    /// <summary>Asks and gives the id of the consent page.</summary>
    public async Task<string> ConsentAsync(params (string Name, string? Value)[] changes)
    {
        using var answer = await AskAsync(changes);
        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        var path = answer.Headers.Location!.OriginalString;
        Assert.StartsWith("/consent/", path, StringComparison.Ordinal);
        return path["/consent/".Length..];
    }

    /// <summary>Decides, and gives what the client is told by the redirect.</summary>
    public async Task<System.Collections.Specialized.NameValueCollection> DecideAsync(
        string id, string decision = """{"decision":"allow","scopes":["read","write"]}""")
    {
        using var answer = await owner.SendAsync("POST", $"/web/v1/consents/{id}", decision);
        using var json = await TestServer.JsonAsync(answer);
        Assert.True(answer.IsSuccessStatusCode, json.RootElement.GetRawText());
        var target = json.RootElement.GetProperty("redirectTo").GetString()!;
        Assert.StartsWith(Redirect + "?", target, StringComparison.Ordinal);
        return HttpUtility.ParseQueryString(new Uri(target).Query);
    }

    public Task<HttpResponseMessage> LookAsync(string id) => owner.SendAsync("GET", $"/web/v1/consents/{id}");

    public Task<HttpResponseMessage> DecideRawAsync(string id, string decision) => owner.SendAsync("POST", $"/web/v1/consents/{id}", decision);

    /// <summary>Presents a code.</summary>
    public async Task<(HttpStatusCode Status, JsonElement Json)> RedeemAsync(string code, params (string Name, string? Value)[] changes)
    {
        var fields = new Dictionary<string, string?>
        {
            ["grant_type"] = "authorization_code",
            ["code"] = code,
            ["code_verifier"] = Verifier,
            ["client_id"] = Client,
            ["redirect_uri"] = Redirect,
        };
        foreach (var (name, value) in changes)
        {
            fields[name] = value;
        }

        return await PostAsync("/oauth/token", fields.Where(pair => pair.Value is not null).Select(pair => KeyValuePair.Create(pair.Key, pair.Value!)));
    }

    public async Task<(HttpStatusCode Status, JsonElement Json)> PostAsync(string path, IEnumerable<KeyValuePair<string, string>> fields)
    {
        using var form = new FormUrlEncodedContent(fields);
        using var answer = await server.SendAsync(HttpMethod.Post, path, null, form);
        var text = await answer.Content.ReadAsStringAsync();
        return (answer.StatusCode, text.Length == 0 ? default : JsonElement.Parse(text));
    }

    /// <summary>The whole way to a token.</summary>
    public async Task<string> TokenAsync(string decision = """{"decision":"allow","scopes":["read","write"]}""")
    {
        var answer = await DecideAsync(await ConsentAsync(), decision);
        var (status, json) = await RedeemAsync(answer["code"]!);
        Assert.Equal(HttpStatusCode.OK, status);
        return json.GetProperty("access_token").GetString()!;
    }
}
