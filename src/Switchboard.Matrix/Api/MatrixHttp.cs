using System.Net;
using Switchboard.Networks;

namespace Switchboard.Matrix.Api;

/// <summary>How connections to homeservers are made.</summary>
internal static class MatrixHttp
{
    /// <summary>Set on a request that the homeserver sent elsewhere: that may not be a place behind our own walls.</summary>
    public static readonly HttpRequestOptionsKey<bool> OnlyPublic = new("public addresses only");

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ConnectionLife = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Ping = TimeSpan.FromSeconds(20);

    /// <summary>
    /// A client for one login. It follows no redirect by itself, because a token must not follow one to another server, keeps no
    /// cookies and has no time-out of its own: every call brings one.
    /// </summary>
    public static HttpClient Make() => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.GZip | DecompressionMethods.Brotli | DecompressionMethods.Deflate,
        ConnectCallback = ConnectAsync,
        ConnectTimeout = ConnectTimeout,
        // One connection carries everything over HTTP/2: that it is dead must show, or all would go on waiting for it.
        KeepAlivePingDelay = Ping,
        KeepAlivePingTimeout = Ping,
        KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
        PooledConnectionLifetime = ConnectionLife,
        UseCookies = false,
        MaxResponseHeadersLength = 64,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
        DefaultRequestVersion = HttpVersion.Version20,
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        DefaultRequestHeaders = { { "User-Agent", "Switchboard" } },
    };

    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var onlyPublic = context.InitialRequestMessage.Options.TryGetValue(OnlyPublic, out var demanded) && demanded;
        return await PublicAddresses.ConnectAsync(context.DnsEndPoint, onlyPublic, cancellationToken);
    }
}
