using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Switchboard.Networks;

namespace Switchboard.Matrix.Api;

/// <summary>
/// Calls to one homeserver in the name of one login, over a client of its own. Paths are relative to <c>/_matrix/client/</c>, such as
/// <c>v3/account/whoami</c>, with every part escaped already.
/// </summary>
/// <remarks>
/// Every call fails as a <see cref="NetworkException"/> with a kind and a sentence for people (matrix.md §4.4), the homeserver's own
/// words in a <see cref="MatrixError"/> inside. Answers are bounded in size and time. The token is sent to the homeserver itself
/// alone: a redirect to another origin is followed without it. Writes are paced together: when the homeserver asks one of them to
/// wait, all of them do.
/// </remarks>
internal sealed partial class MatrixApi(Uri homeserver, HttpClient http, TimeProvider clock) : IDisposable
{
    /// <summary>Largest JSON answer that is read, but for <c>/sync</c>.</summary>
    private const int LargestAnswer = 64 * 1024 * 1024;
    private const int LargestError = 64 * 1024;
    private const int MostRedirects = 5;
    // As deep as an answer to a sync is read: what somebody nests must not keep others' messages from being read.
    private const int DeepestJson = 1_000_000;
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan PatienceForTurn = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan DefaultWait = TimeSpan.FromSeconds(5);

    private readonly WritePacing pacing = new(clock);

    /// <summary>The homeserver's base URL.</summary>
    public Uri Homeserver { get; } = homeserver;

    /// <summary>The login's token; <c>null</c> for what needs none.</summary>
    public string? AccessToken { get; init; }

    /// <summary>One part of a path, escaped.</summary>
    public static string Escape(string part) => Uri.EscapeDataString(part);

    /// <summary>Asks for something. The caller disposes the answer.</summary>
    public Task<JsonDocument> GetAsync(string path, CancellationToken cancellationToken) =>
        GetAsync(path, AnswerTimeout, cancellationToken);

    /// <summary>The same with a time-out of one's own.</summary>
    public Task<JsonDocument> GetAsync(string path, TimeSpan timeout, CancellationToken cancellationToken) =>
        GetAsync(Client(path), LargestAnswer, timeout, cancellationToken);

    /// <summary>Asks for something that is read piece by piece; whether it is JSON shows when it is.</summary>
    public async Task<ReadOnlyMemory<byte>> GetBytesAsync(string path, CancellationToken cancellationToken)
    {
        using var timeout = Deadline(AnswerTimeout, cancellationToken);
        return await GuardAsync(
            async token =>
            {
                using var answer = await AskAsync(HttpMethod.Get, Client(path), null, token);
                return await ReadBytesAsync(answer, LargestAnswer, token);
            },
            timeout, cancellationToken);
    }

    /// <summary>What the site at this address says about where its homeserver is (<c>.well-known/matrix/client</c>).</summary>
    public Task<JsonDocument> GetWellKnownAsync(TimeSpan timeout, CancellationToken cancellationToken) =>
        GetAsync(At(".well-known/matrix/client"), LargestError, timeout, cancellationToken);

    /// <summary>
    /// Asks for something large, to be read as it comes: as long as bytes keep coming within <paramref name="timeout"/> of each other
    /// there is no limit. Reading may throw a <see cref="NetworkException"/> too. The caller disposes the stream.
    /// </summary>
    /// <param name="path">Below <c>/_matrix/client/</c>.</param>
    /// <param name="timeout">The longest silence.</param>
    /// <param name="cancellationToken">Ends the call, and reading too.</param>
    public Task<Stream> GetStreamAsync(string path, TimeSpan timeout, CancellationToken cancellationToken) =>
        OpenAsync(Client(path), timeout, cancellationToken);

    /// <summary>Changes something. The caller disposes the answer.</summary>
    /// <param name="method">PUT, POST or DELETE.</param>
    /// <param name="path">Below <c>/_matrix/client/</c>.</param>
    /// <param name="json">One JSON object; empty for a call without a body.</param>
    /// <param name="cancellationToken">Ends the call; what the homeserver received meanwhile it may still do.</param>
    public async Task<JsonDocument> SendAsync(
        HttpMethod method, string path, ReadOnlyMemory<byte> json, CancellationToken cancellationToken)
    {
        var (turn, wait) = await pacing.EnterAsync(PatienceForTurn, cancellationToken);
        if (turn is null)
            throw Limited(null, wait);
        using (turn)
        {
            try
            {
                var answer = await SendNowAsync(method, path, json, AnswerTimeout, cancellationToken);
                pacing.Accepted();
                return answer;
            }
            catch (NetworkException e) when (e.InnerException is MatrixError { IsLimit: true })
            {
                pacing.Refused(e.RetryAfter ?? DefaultWait);
                throw Limited(e.InnerException, e.RetryAfter ?? DefaultWait);
            }
        }
    }

    /// <summary>
    /// Changes something for which homeservers have limits of their own, such as going into rooms: it neither waits for other writes
    /// nor makes them wait, and whoever does it many times keeps to <see cref="NetworkException.RetryAfter"/>.
    /// </summary>
    public async Task<JsonDocument> SendApartAsync(
        HttpMethod method, string path, ReadOnlyMemory<byte> json, TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            return await SendNowAsync(method, path, json, timeout, cancellationToken);
        }
        catch (NetworkException e) when (e.InnerException is MatrixError { IsLimit: true })
        {
            throw Limited(e.InnerException, e.RetryAfter ?? DefaultWait);
        }
    }

    private static NetworkException Limited(Exception? error, TimeSpan wait) =>
        new(NetworkFailure.Transient, "The homeserver asks to wait: too many requests in a short time.", error) { RetryAfter = wait };

    /// <summary>Closes the connections to the homeserver.</summary>
    public void Dispose()
    {
        pacing.Dispose();
        http.Dispose();
    }

    private async Task<JsonDocument> GetAsync(Uri url, int limit, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var timeout = Deadline(patience, cancellationToken);
        return await GuardAsync(
            async token =>
            {
                using var answer = await AskAsync(HttpMethod.Get, url, null, token);
                return await ReadJsonAsync(answer, limit, token);
            },
            timeout, cancellationToken);
    }

    private async Task<JsonDocument> SendNowAsync(
        HttpMethod method, string path, ReadOnlyMemory<byte> json, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var timeout = Deadline(patience, cancellationToken);
        return await GuardAsync(
            async token =>
            {
                using var answer = await AskAsync(method, Client(path), () => JsonContent(json), token);
                return await ReadJsonAsync(answer, LargestAnswer, token);
            },
            timeout, cancellationToken);
    }

    private Uri Client(string path) => At("_matrix/client/" + path);

    private Uri At(string path) => new(Homeserver.AbsoluteUri.TrimEnd('/') + "/" + path);

    private static ReadOnlyMemoryContent JsonContent(ReadOnlyMemory<byte> json) => new(json.IsEmpty ? "{}"u8.ToArray() : json)
    {
        Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
    };

    /// <summary>Sends a request and gives the answer's head when it is a success; the body is still to be read.</summary>
    private async Task<HttpResponseMessage> AskAsync(
        HttpMethod method, Uri url, Func<HttpContent>? content, CancellationToken cancellationToken)
    {
        var isMedia = url.AbsolutePath.Contains("/media/", StringComparison.Ordinal);
        for (var redirects = 0; ; redirects++)
        {
            using var request = new HttpRequestMessage(method, url) { Content = content?.Invoke() };
            if (!IsHome(url))
                request.Options.Set(MatrixHttp.OnlyPublic, await PublicAddresses.AreAllOfAsync(Homeserver.IdnHost, cancellationToken));
            else if (AccessToken is not null)
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", AccessToken);
            var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (answer.IsSuccessStatusCode)
                return answer;
            using (answer)
            {
                url = redirects < MostRedirects && method == HttpMethod.Get && RedirectOf(answer, url) is { } next && (isMedia || IsHome(next))
                    ? next
                    : throw await FailureAsync(answer, cancellationToken);
            }
        }
    }

    private bool IsHome(Uri url) => url.Scheme == Homeserver.Scheme && url.IdnHost == Homeserver.IdnHost && url.Port == Homeserver.Port;

    /// <summary>Where an answer sends us on; never from a secure place to one that is not.</summary>
    private static Uri? RedirectOf(HttpResponseMessage answer, Uri from)
    {
        if (answer.StatusCode is not (HttpStatusCode.Moved or HttpStatusCode.Found or HttpStatusCode.SeeOther
                or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect)
            || answer.Headers.Location is not { } location)
        {
            return null;
        }

        var next = location.IsAbsoluteUri ? location : new Uri(from, location);
        return next.Scheme == Uri.UriSchemeHttps || (next.Scheme == Uri.UriSchemeHttp && from.Scheme == Uri.UriSchemeHttp) ? next : null;
    }

    private async Task<NetworkException> FailureAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var body = await BoundedContent.ReadAsync(answer.Content, LargestError, cancellationToken);
        return MatrixFailures.Of(answer.StatusCode, answer.Headers, body ?? ReadOnlyMemory<byte>.Empty, clock.GetUtcNow());
    }

    private static async Task<JsonDocument> ReadJsonAsync(HttpResponseMessage answer, int limit, CancellationToken cancellationToken) =>
        JsonDocument.Parse(
            await ReadBytesAsync(answer, limit, cancellationToken), new JsonDocumentOptions { MaxDepth = DeepestJson });

    private static async Task<ReadOnlyMemory<byte>> ReadBytesAsync(
        HttpResponseMessage answer, int limit, CancellationToken cancellationToken) =>
        await BoundedContent.ReadAsync(answer.Content, limit, cancellationToken)
            ?? throw new NetworkException(NetworkFailure.Rejected, "The homeserver's answer is larger than can be right.");

    private static CancellationTokenSource Deadline(TimeSpan timeout, CancellationToken cancellationToken)
    {
        // A time-out by the machine's own clock of a call whose caller may give up first.
        var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(timeout);
        return deadline;
    }

    /// <summary>Turns what can go wrong on the way into the contract's one exception.</summary>
    private static async Task<T> GuardAsync<T>(
        Func<CancellationToken, Task<T>> call, CancellationTokenSource timeout, CancellationToken cancellationToken)
    {
        try
        {
            return await call(timeout.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw MatrixFailures.TimedOut();
        }
        catch (Exception e) when (e is HttpRequestException or IOException or ObjectDisposedException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw MatrixFailures.Unreachable(e);
        }
        catch (Exception e) when (e is JsonException or InvalidDataException)
        {
            throw MatrixFailures.Nonsense(e);
        }
    }
}
