using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Switchboard.Server.Tests.Hosting;

/// <summary>A reverse proxy that ends TLS for <see cref="PublicUrl"/> and passes everything on to a server in the clear.</summary>
internal sealed class TlsProxy : IAsyncDisposable
{
    public const string PublicUrl = "https://chat.example";

    private readonly WebApplication app;
    private readonly X509Certificate2 certificate;
    private readonly HttpClient server = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
    private readonly Uri target;
    private readonly bool keepsHost;

    private TlsProxy(Uri target, bool keepsHost)
    {
        this.target = target;
        this.keepsHost = keepsHost;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        certificate = new CertificateRequest("CN=chat.example", key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate)));
        app = builder.Build();
        app.Run(PassOnAsync);
    }

    /// <summary>What the proxy takes its client's address for.</summary>
    public string ClientAddress { get; set; } = "203.0.113.9";

    /// <summary>Starts one.</summary>
    /// <param name="target">The server behind it.</param>
    /// <param name="keepsHost">Whether it passes on by which name it was addressed.</param>
    public static async Task<TlsProxy> StartAsync(Uri target, bool keepsHost)
    {
        var proxy = new TlsProxy(target, keepsHost);
        await proxy.app.StartAsync();
        return proxy;
    }

    /// <summary>A client for which the public name leads to the proxy.</summary>
    public HttpClient Client()
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ConnectCallback = ConnectAsync };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, given, _, _) => given?.GetCertHashString() == certificate.GetCertHashString();
        return new HttpClient(handler) { BaseAddress = new Uri(PublicUrl), Timeout = TestServer.Patience };
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        server.Dispose();
        certificate.Dispose();
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, new Uri(app.Urls.First()).Port, cancellationToken);
        return new NetworkStream(socket, ownsSocket: true);
    }

    private async Task PassOnAsync(HttpContext context)
    {
        var given = context.Request;
        using var request = new HttpRequestMessage(new HttpMethod(given.Method), new Uri(target, given.Path.ToUriComponent() + given.QueryString));
        if (given.ContentLength > 0)
            request.Content = new StreamContent(given.Body);
        foreach (var (name, values) in given.Headers.Where(header => header.Key != "Host"))
        {
            if (!request.Headers.TryAddWithoutValidation(name, values.ToArray()))
                request.Content?.Headers.TryAddWithoutValidation(name, values.ToArray());
        }

        if (keepsHost)
            request.Headers.Host = given.Host.Value;
        request.Headers.TryAddWithoutValidation("X-Forwarded-For", ClientAddress);
        request.Headers.Remove("X-Forwarded-Proto");
        request.Headers.TryAddWithoutValidation("X-Forwarded-Proto", "https");
        using var answer = await server.SendAsync(request, context.RequestAborted);
        context.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers).Where(header => header.Key != "Transfer-Encoding"))
        {
            context.Response.Headers[name] = values.ToArray();
        }

        await answer.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
    }
}
