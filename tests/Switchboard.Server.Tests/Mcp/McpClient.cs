using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Switchboard.Server.Tests.Hosting;

namespace Switchboard.Server.Tests.Mcp;

/// <summary>Bare requests to the MCP endpoint.</summary>
internal static class McpClient
{
    public const string Stateless = "2026-07-28";

    /// <summary>Posts a body as it is; headers with a <c>null</c> value are left out.</summary>
    public static async Task<(HttpStatusCode Status, string Body, HttpResponseHeaders Headers)> PostAsync(
        TestServer server, byte[] body, string? token, params (string Name, string? Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v0/mcp") { Content = TestServer.Json(body) };
        // What is refused by its length is not read, so a client that sent it at once might not hear why.
        request.Headers.ExpectContinue = body.Length > 1_000_000;
        if (token is not null)
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
        foreach (var (name, value) in headers)
        {
            if (name == "Content-Type")
                request.Content.Headers.ContentType = value is null ? null : MediaTypeHeaderValue.Parse(value);
            else if (name == "Host")
                request.Headers.Host = value;
            else if (value is not null)
                request.Headers.TryAddWithoutValidation(name, value);
        }

        using var answer = await server.Http.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(), answer.Headers);
    }

    public static Task<(HttpStatusCode Status, string Body, HttpResponseHeaders Headers)> PostAsync(
        TestServer server, string body, params (string Name, string? Value)[] headers) =>
        PostAsync(server, Encoding.UTF8.GetBytes(body), server.Owner, headers);

    /// <summary>A request of the version without a handshake, with the headers that belong to it.</summary>
    public static Task<(HttpStatusCode Status, string Body, HttpResponseHeaders Headers)> StatelessAsync(
        TestServer server, string method, string parameters = "", string? name = null, string version = Stateless) => PostAsync(
        server,
        $$$"""
        {"jsonrpc":"2.0","id":7,"method":"{{{method}}}","params":{
          "_meta":{"io.modelcontextprotocol/protocolVersion":"{{{version}}}","io.modelcontextprotocol/clientCapabilities":{}}{{{parameters}}}}}
        """,
        ("MCP-Protocol-Version", version), ("Mcp-Method", method), ("Mcp-Name", name));

    /// <summary>The code of an answer's error; <c>null</c> when it has none.</summary>
    public static int? ErrorOf(string body)
    {
        using var json = JsonDocument.Parse(body);
        return json.RootElement.TryGetProperty("error", out var error) ? error.GetProperty("code").GetInt32() : null;
    }

    public static string Call(string tool, string arguments) =>
        $$$"""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"{{{tool}}}","arguments":{{{arguments}}}}}""";
}
