using System.Net;
using System.Net.Sockets;

namespace Switchboard.Networks;

/// <summary>Which addresses the server may be made to call by somebody outside: those of the public internet and no others.</summary>
public static class PublicAddresses
{
    private static readonly IPNetwork[] NotPublic =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
            "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            // Of IPv6 what lies inside the public range and is not: tunnels, which hold an IPv4 address, and documentation.
            "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
        }.Select(IPNetwork.Parse),
    ];

    private static readonly IPNetwork PublicIPv6 = IPNetwork.Parse("2000::/3");

    /// <summary>Whether it is an address of the public internet.</summary>
    public static bool Contain(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return (plain.AddressFamily == AddressFamily.InterNetwork || PublicIPv6.Contains(plain))
            && !NotPublic.Any(network => network.BaseAddress.AddressFamily == plain.AddressFamily && network.Contains(plain));
    }

    /// <summary>Whether a name means only such addresses.</summary>
    public static async Task<bool> AreAllOfAsync(string host, CancellationToken cancellationToken) =>
        AreAll(await Dns.GetHostAddressesAsync(host, cancellationToken));

    /// <summary>
    /// Connects to a host. The name is looked up here and the very address that was looked at is connected to: it cannot mean another
    /// in between.
    /// </summary>
    /// <param name="target">The host and port.</param>
    /// <param name="onlyPublic">Whether the host may have no other addresses.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="IOException">An address is not public though it has to be.</exception>
    /// <exception cref="SocketException">The name is unknown, or nobody answers there.</exception>
    public static async Task<Stream> ConnectAsync(DnsEndPoint target, bool onlyPublic, CancellationToken cancellationToken)
    {
        var addresses = await Dns.GetHostAddressesAsync(target.Host, cancellationToken);
        if (onlyPublic && !AreAll(addresses))
            throw new IOException("That name is not of the public internet.");
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, target.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static bool AreAll(IPAddress[] addresses) => addresses.Length > 0 && addresses.All(Contain);
}
