using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Switchboard.Core;
using Switchboard.Core.Access;
using Switchboard.Networks;
using Switchboard.Server.Http;

namespace Switchboard.Server.OAuth;

/// <summary>
/// Clients whose id is the address of a document about them. The address comes from anybody, so fetching it must not be a way to
/// reach what the server can reach and they cannot: https on its own port only, no address that is not of the public internet
/// whatever the name means at that moment, no redirect, no proxy, little time, few bytes, and not often.
/// </summary>
/// <param name="handler">Fetches.</param>
/// <param name="fetches">Bounds how often one address has something fetched.</param>
/// <param name="allFetches">Bounds it for all of them.</param>
/// <param name="clock">Tells the time.</param>
internal sealed class ClientDocuments(HttpMessageHandler handler, FailureLimit fetches, FailureLimit allFetches, TimeProvider clock) : IDisposable
{
    private const int LargestDocument = 32 * 1024;
    private const int LongestId = 1000;
    private const int KeptAtMost = 100;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan FailureKeptFor = TimeSpan.FromMinutes(1);

    private readonly HttpClient http = new(handler) { Timeout = Patience, MaxResponseContentBufferSize = LargestDocument };
    private readonly ConcurrentDictionary<string, Kept> kept = new(StringComparer.Ordinal);

    /// <summary>A handler that connects to public addresses only.</summary>
    public static SocketsHttpHandler GuardedHandler() => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        MaxResponseHeadersLength = 16,
        ConnectTimeout = Patience,
        PooledConnectionLifetime = TimeSpan.FromMinutes(1),
        ConnectCallback = async (context, cancellationToken) =>
            await PublicAddresses.ConnectAsync(context.DnsEndPoint, onlyPublic: true, cancellationToken),
    };

    /// <summary>The client that a document describes.</summary>
    /// <param name="id">Its address.</param>
    /// <param name="address">Whose browser asks.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="OAuthException">There is no such document, or it is not in order.</exception>
    /// <exception cref="RefusedException">Too many were fetched.</exception>
    public async Task<OAuthClient> FindAsync(string id, string address, CancellationToken cancellationToken)
    {
        if (kept.TryGetValue(id, out var known) && clock.GetElapsedTime(known.At) < (known.Client is null ? FailureKeptFor : KeptFor))
            return known.Client ?? throw new OAuthException("invalid_client", known.Why!);
        if (!IsGoodId(id))
            throw Bad("its id is not an https address with a path");
        Failures.Demand(fetches.Take(address) ?? allFetches.Take("all"));
        try
        {
            return Keep(id, new Kept(Read(id, await FetchAsync(id, cancellationToken)), null, clock.GetTimestamp())).Client!;
        }
        catch (OAuthException e)
        {
            Keep(id, new Kept(null, e.Message, clock.GetTimestamp()));
            throw;
        }
    }

    private Kept Keep(string id, Kept found)
    {
        if (kept.Count >= KeptAtMost)
            kept.Clear();
        return kept[id] = found;
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    /// <summary>Whether a text may be the address of a document.</summary>
    internal static bool IsGoodId(string id) =>
        id.Length <= LongestId && Uri.TryCreate(id, UriKind.Absolute, out var uri) && uri.Scheme == "https" && uri.IsDefaultPort
        && uri.UserInfo.Length == 0 && uri.Fragment.Length == 0 && uri.AbsolutePath.Length > 1
        // As it is written so it is fetched: no dots, no other spelling of the same address.
        && uri.AbsoluteUri == id
        // Letters of other scripts look like others; who has such a name writes it in ASCII, as it is fetched.
        && id.All(char.IsAscii);

    private async Task<byte[]> FetchAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, id);
            request.Headers.Accept.ParseAdd("application/json");
            request.Headers.UserAgent.ParseAdd(RequestGuard.ServerName);
            using var answer = await http.SendAsync(request, cancellationToken);
            if (answer.StatusCode != HttpStatusCode.OK)
                throw Bad("its description could not be fetched");
            var type = answer.Content.Headers.ContentType?.MediaType ?? "";
            if (type is not "application/json" && !type.EndsWith("+json", StringComparison.Ordinal))
                throw Bad("its description is not JSON");
            return await answer.Content.ReadAsByteArrayAsync(cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // Why says something about the network behind us, which is nobody's business.
            throw Bad("its description could not be fetched");
        }
    }

    private OAuthClient Read(string id, byte[] json)
    {
        BodyReader body;
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 8 });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw Bad("its description is not an object");
            body = BodyReader.Of(document.RootElement.Clone(), exists: true);
        }
        catch (JsonException)
        {
            throw Bad("its description is not JSON");
        }

        return Check(id, body);
    }

    private OAuthClient Check(string id, BodyReader body)
    {
        try
        {
            var (own, name) = (body.RequiredText("client_id"), body.Text("client_name"));
            var redirects = body.Texts("redirect_uris", most: 50) ?? [];
            var method = body.Text("token_endpoint_auth_method");
            // What is no address of the web is left out: the rest of the document may still be in order.
            _ = ClientText.TryUri(body.Text("client_uri"), needsTls: false, out var uri);
            _ = ClientText.TryUri(body.Text("logo_uri"), needsTls: true, out var logo);
            body.Check();
            if (own != id)
                throw Bad("its description is of another client");
            if (method is not (null or "none") || body.Has("client_secret"))
                throw Bad("it wants a secret, and clients of this server have none");
            if (redirects.Count == 0 || redirects.Any(redirect => RedirectRules.ProblemOf(redirect) is not null))
                throw Bad("an address in redirect_uris is not good");
            return new OAuthClient
            {
                Id = id,
                Kind = OAuthClientKind.Document,
                Name = ClientText.Name(name, new Uri(id).Host),
                Uri = uri,
                Logo = logo,
                RedirectUris = redirects,
                CreatedAt = clock.GetUtcNow(),
            };
        }
        catch (Exception e) when (e is RefusedException or InvalidOperationException)
        {
            throw Bad("its description is not in order");
        }
    }

    private static OAuthException Bad(string why) => new("invalid_client", $"The program that asks is not known: {why}.");

    private sealed record Kept(OAuthClient? Client, string? Why, long At);
}
