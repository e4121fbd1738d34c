using System.Net;

namespace Switchboard.Matrix.Api;

/// <summary>How connections to homeservers are made.</summary>
internal static class MatrixHttp
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ConnectionLife = TimeSpan.FromMinutes(10);

    /// <summary>
    /// A client for one login. It follows no redirect by itself, because a token must not follow one to another server, keeps no
    /// cookies and has no time-out of its own: every call brings one.
    /// </summary>
    public static HttpClient Make() => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.GZip | DecompressionMethods.Brotli | DecompressionMethods.Deflate,
        ConnectTimeout = ConnectTimeout,
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
}
