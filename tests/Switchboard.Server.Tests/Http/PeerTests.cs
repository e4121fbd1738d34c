using System.Net;
using Microsoft.AspNetCore.Http;
using Switchboard.Server.Hosting;
using Switchboard.Server.Http;
using Xunit;

namespace Switchboard.Server.Tests.Http;

/// <summary>What a proxy says counts when the owner named the proxy, and never else.</summary>
public sealed class PeerTests
{
    private static readonly ServerOptions Behind = new()
    {
        DataFolder = "unused",
        PublicUrl = "https://chat.example",
        TrustedProxies = [IPNetwork.Parse("10.0.0.0/24"), IPNetwork.Parse("127.0.0.1/32")],
    };

    [Theory]
    [InlineData("10.0.0.2", "203.0.113.9", "203.0.113.9")]
    [InlineData("10.0.0.2", "203.0.113.9, 10.0.0.3", "203.0.113.9")]
    [InlineData("10.0.0.2", "1.1.1.1, 203.0.113.9", "203.0.113.9")]
    [InlineData("10.0.0.2", "nonsense, 203.0.113.9", "203.0.113.9")]
    [InlineData("10.0.0.2", "203.0.113.9, nonsense", "10.0.0.2")]
    [InlineData("10.0.0.2", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64")]
    [InlineData("::ffff:10.0.0.2", "203.0.113.9", "203.0.113.9")]
    [InlineData("10.0.1.2", "203.0.113.9", "10.0.1.2")]
    [InlineData("192.168.0.7", "127.0.0.1", "192.168.0.7")]
    public void The_client_is_whom_the_last_trusted_proxy_spoke_with(string remote, string forwarded, string expected) =>
        Assert.Equal(expected, Of(remote, "chat.example", ("X-Forwarded-For", forwarded)).Address);

    [Theory]
    [InlineData("10.0.0.2", "chat.example", "203.0.113.9", "https://chat.example")]
    [InlineData("10.0.0.2", "127.0.0.1:23373", "203.0.113.9", "https://chat.example")]
    [InlineData("127.0.0.1", "chat.example:443", null, "https://chat.example")]
    [InlineData("127.0.0.1", "localhost:23373", null, "http://localhost:23373")]
    [InlineData("192.168.0.7", "192.168.0.1:23373", "203.0.113.9", "http://192.168.0.1:23373")]
    public void The_public_address_is_told_to_those_who_came_by_it(string remote, string host, string? forwarded, string expected) =>
        Assert.Equal(expected, Of(remote, host, ("X-Forwarded-For", forwarded), ("X-Forwarded-Host", "evil.example")).BaseUrl);

    [Theory]
    [InlineData("10.0.0.2", "https", "https://other.example")]
    [InlineData("10.0.0.2", "javascript", "http://other.example")]
    [InlineData("10.0.1.2", "https", "http://other.example")]
    public void The_scheme_is_what_a_trusted_proxy_says(string remote, string said, string expected) => Assert.Equal(
        expected,
        Peer.Of(Context(remote, "other.example", ("X-Forwarded-For", "203.0.113.9"), ("X-Forwarded-Proto", said)), Behind with { PublicUrl = null }).BaseUrl);

    [Fact]
    public void The_public_address_may_be_addressed_and_its_pages_may_ask()
    {
        var context = Context("127.0.0.1", "chat.example", ("Origin", "https://chat.example"));
        var passed = false;
        new RequestGuard(Behind).RunAsync(context, _ =>
        {
            passed = true;
            return Task.CompletedTask;
        });

        Assert.True(passed);
        Assert.True(context.Request.IsSameOrigin());
    }

    [Theory]
    [InlineData("/.well-known/oauth-authorization-server", "GET", true)]
    [InlineData("/.well-known/oauth-authorization-server", "POST", false)]
    [InlineData("/v1/info", "GET", false)]
    public async Task Metadata_of_a_server_that_others_reach_is_for_pages_of_any_site(string path, string method, bool passes)
    {
        var context = Context("127.0.0.1", "chat.example", ("Origin", "https://elsewhere.example"));
        (context.Request.Path, context.Request.Method) = (path, method);
        var passed = false;
        await new RequestGuard(Behind).RunAsync(context, _ =>
        {
            passed = true;
            return Task.CompletedTask;
        });

        Assert.Equal(passes, passed);
        Assert.Equal(passes ? "*" : "", context.Response.Headers.AccessControlAllowOrigin.ToString());
    }

    private static Peer Of(string remote, string host, params (string Name, string? Value)[] headers) => Peer.Of(Context(remote, host, headers), Behind);

    private static DefaultHttpContext Context(string remote, string host, params (string Name, string? Value)[] headers)
    {
        var context = new DefaultHttpContext
        {
            Request = { Method = "GET", Scheme = "http", Host = new HostString(host), Path = "/v1/chats" },
            Connection = { RemoteIpAddress = IPAddress.Parse(remote) },
            Response = { Body = new MemoryStream() },
        };
        foreach (var (name, value) in headers)
        {
            if (value is not null)
                context.Request.Headers[name] = value;
        }

        return context;
    }
}
