using System.Net;
using System.Web;
using Switchboard.Server.Hosting;
using Switchboard.Server.Tests.Hosting;
using Xunit;

namespace Switchboard.Server.Tests.OAuth;

/// <summary>A token can be for what is served, and for nothing else (RFC 8707, RFC 9728).</summary>
public sealed class ResourceTests
{
    [Theory]
    [InlineData("")]
    [InlineData("/v0/mcp")]
    [InlineData("/mcp")]
    public async Task Each_resource_describes_itself_and_can_be_asked_for(string path)
    {
        await using var server = await TestServer.StartAsync();
        var resource = server.Address.GetLeftPart(UriPartial.Authority) + path;
        using var described = await server.SendAsync(HttpMethod.Get, "/.well-known/oauth-protected-resource" + path, null);
        using var json = await TestServer.JsonAsync(described);
        var dance = await Dance.BeginAsync(server);

        Assert.Equal(resource, json.RootElement.GetProperty("resource").GetString());
        Assert.NotEmpty(await dance.ConsentAsync(("resource", resource)));
    }

    [Theory]
    [InlineData("/v0/mcp")]
    [InlineData("/mcp")]
    public async Task Without_MCP_its_addresses_are_no_resource(string path)
    {
        await using var server = await TestServer.StartAsync(options => options with { Mcp = McpMode.Off });
        var address = server.Address.GetLeftPart(UriPartial.Authority);
        var dance = await Dance.BeginAsync(server);
        using var described = await server.SendAsync(HttpMethod.Get, "/.well-known/oauth-protected-resource" + path, null);
        using var whole = await server.SendAsync(HttpMethod.Get, "/.well-known/oauth-protected-resource", null);
        using var issuer = await server.SendAsync(HttpMethod.Get, "/.well-known/oauth-authorization-server" + path, null);
        using var wholeIssuer = await server.SendAsync(HttpMethod.Get, "/.well-known/oauth-authorization-server", null);
        using var asked = await dance.AskAsync(("resource", address + path));
        using var askedForAll = await dance.AskAsync(("resource", address));

        Assert.Equal([HttpStatusCode.NotFound, HttpStatusCode.OK], [described.StatusCode, whole.StatusCode]);
        Assert.Equal([HttpStatusCode.NotFound, HttpStatusCode.OK], [issuer.StatusCode, wholeIssuer.StatusCode]);
        Assert.Equal("invalid_target", HttpUtility.ParseQueryString(asked.Headers.Location!.Query)["error"]);
        Assert.StartsWith("/consent/", askedForAll.Headers.Location!.OriginalString, StringComparison.Ordinal);
    }
}
