using System.Net;
using Switchboard.Server.Hosting;
using Switchboard.Server.Http;

namespace Switchboard.Server.Commands;

/// <summary>Settings of a server that is reached from elsewhere; what is not safe stops the start.</summary>
internal static class RemoteSettings
{
    /// <summary>Reads the public address.</summary>
    /// <exception cref="StartRefusedException">It is none.</exception>
    public static string? PublicUrl(string? text)
    {
        if (text is null)
            return null;
        return Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.AbsolutePath == "/"
            && url.Query.Length == 0 && url.Fragment.Length == 0 && url.UserInfo.Length == 0
                ? url.GetLeftPart(UriPartial.Authority)
                : throw new StartRefusedException($"--public-url takes a scheme and a host, such as https://chat.example.org, not {text}.");
    }

    /// <summary>Reads the proxies that are trusted: addresses or networks.</summary>
    /// <exception cref="StartRefusedException">One is neither.</exception>
    public static IReadOnlyList<IPNetwork> Proxies(IReadOnlyList<string> texts) => texts.Select(text =>
        IPNetwork.TryParse(text, out var network) ? network
        : IPAddress.TryParse(text, out var address) ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
        : throw new StartRefusedException($"--trusted-proxy takes an address such as 10.0.0.2 or a network such as 10.0.0.0/24, not {text}.")).ToList();

    /// <summary>Says what is likely not meant.</summary>
    public static void Warn(ServerOptions options)
    {
        if (options is { PublicUrl: not null, TrustedProxies.Count: 0 })
        {
            Console.Error.WriteLine(
                "There is a public address but no --trusted-proxy: all who come through the proxy count as one, so one who guesses passwords locks "
                + "out all. Name the proxy's address.");
        }
    }

    /// <summary>Sees that nobody sends tokens over a network in the clear without having said so.</summary>
    /// <exception cref="StartRefusedException">Other machines could.</exception>
    public static void DemandSafe(ServerOptions options)
    {
        if (options is { PublicUrl: { } url, AllowRemote: false } && new Uri(url) is { Scheme: "http", IsLoopback: false })
        {
            throw new StartRefusedException(
                $"--public-url {url} is not encrypted, and passwords and tokens would be sent there. Use https, or say --allow-remote if you "
                + "trust the whole network.");
        }

        if (!RequestGuard.ListensBeyond(options) || options.AllowRemote)
            return;
        throw new StartRefusedException(
            $"Other machines could reach {options.Host}, and nothing that is sent there is encrypted, tokens included. Listen on 127.0.0.1 and put a "
            + "proxy with TLS before it (--public-url https://…), or say --allow-remote if you trust the whole network or a proxy on it brings TLS.");
    }
}
