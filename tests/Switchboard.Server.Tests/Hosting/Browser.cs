using System.Net;
using System.Text;
using Switchboard.Core.Access;
using Switchboard.Server.Http;
using Xunit;

namespace Switchboard.Server.Tests.Hosting;

/// <summary>The owner's browser, signed in: the cookie it has and the key that a page of ours was given.</summary>
internal sealed class Browser(TestServer server, string cookie, string key)
{
    public string Cookie { get; } = cookie;

    public string Key { get; } = key;

    public static async Task<Browser> SignInAsync(TestServer server)
    {
        var code = await server.Get<OwnerSessions>().MakeCodeAsync(CancellationToken.None);
        using var answer = await server.SendAsync(HttpMethod.Post, "/web/v1/sign-in", null, $$"""{"code":"{{code}}"}""");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie"));
        var secret = cookie.Split(';')[0][(Authentication.SessionCookie.Length + 1)..];
        using var json = await TestServer.JsonAsync(answer);
        return new Browser(server, secret, json.RootElement.GetProperty("key").GetString()!);
    }

    /// <summary>Sends as a page of ours does.</summary>
    public Task<HttpResponseMessage> SendAsync(string method, string path, string? json = null) =>
        SendAsync(method, path, json is null ? null : TestServer.Json(Encoding.UTF8.GetBytes(json)), (Authentication.KeyHeader, Key));

    /// <summary>Sends with the cookie, which a browser always adds, and whatever headers.</summary>
    public async Task<HttpResponseMessage> SendAsync(
        string method, string path, HttpContent? content, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = content };
        request.Headers.TryAddWithoutValidation("Cookie", $"{Authentication.SessionCookie}={Cookie}");
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await server.Http.SendAsync(request);
    }
}
