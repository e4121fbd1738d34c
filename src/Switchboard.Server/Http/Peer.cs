using System.Net;
using System.Net.Sockets;
using Switchboard.Server.Hosting;

namespace Switchboard.Server.Http;

/// <summary>From where a request came. What a proxy says of it counts only when the proxy is one that the owner named.</summary>
/// <param name="Address">The client's address; of IPv6 the part that one household has.</param>
/// <param name="BaseUrl">The address by which it reached us, without a slash at its end.</param>
internal sealed record Peer(string Address, string BaseUrl)
{
    private const string ForwardedFor = "X-Forwarded-For";
    private const string ForwardedProto = "X-Forwarded-Proto";

    /// <summary>Finds out.</summary>
    public static Peer Of(HttpContext context, ServerOptions options)
    {
        var request = context.Request;
        var address = context.Connection.RemoteIpAddress;
        var scheme = request.Scheme;
        var isProxied = false;
        if (IsTrusted(address, options) && request.Headers[ForwardedFor].Count > 0)
        {
            isProxied = true;
            address = ClientOf(request.Headers[ForwardedFor], address, options);
            if (request.Headers[ForwardedProto] is [("http" or "https") and var said])
                scheme = said;
        }

        var isPublic = options.PublicUrl is { } known
            && (isProxied || string.Equals(new Uri(known).Authority, WithoutUsualPort(request.Host, known), StringComparison.OrdinalIgnoreCase));
        return new Peer(Text(address), isPublic ? options.PublicUrl! : $"{scheme}://{request.Host.ToUriComponent()}");
    }

    // From the right: each proxy appends whom it spoke with, so what stands left of the first stranger is the stranger's word.
    private static IPAddress? ClientOf(IEnumerable<string?> forwarded, IPAddress? proxy, ServerOptions options)
    {
        var hops = string.Join(',', forwarded).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var client = proxy;
        foreach (var hop in hops.Reverse())
        {
            if (!IPAddress.TryParse(hop, out var address))
                return client;
            client = address;
            if (!IsTrusted(address, options))
                return client;
        }

        return client;
    }

    private static bool IsTrusted(IPAddress? address, ServerOptions options)
    {
        if (address is null)
            return false;
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return options.TrustedProxies.Any(proxy => proxy.Contains(plain));
    }

    private static string WithoutUsualPort(HostString host, string url) =>
        host.Port is { } port && port == new Uri(url).Port && new Uri(url).IsDefaultPort ? host.Host : host.ToUriComponent();

    private static string Text(IPAddress? address)
    {
        if (address is null)
            return "unknown";
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4().ToString();
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address.ToString();
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes) + "/64";
    }
}
