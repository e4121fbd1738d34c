using System.Net.Http.Headers;
using Switchboard.Matrix.Timeline;
using Switchboard.Networks;

namespace Switchboard.Matrix.Api;

internal sealed partial class MatrixApi
{
    private const long SlowestUpload = 32 * 1024;
    private static readonly TimeSpan MediaSilence = TimeSpan.FromSeconds(60);

    private readonly SemaphoreSlim learning = new(1);
    private HomeserverFeatures? features;
    private long? largestUpload;
    private bool knowsLargestUpload;

    /// <summary>What the homeserver can do; asked once.</summary>
    public async Task<HomeserverFeatures> FeaturesAsync(CancellationToken cancellationToken)
    {
        if (features is { } known)
            return known;
        await learning.WaitAsync(cancellationToken);
        try
        {
            if (features is null)
            {
                using var answer = await GetAsync("versions", cancellationToken);
                features = HomeserverFeatures.Read(answer.RootElement);
            }

            return features;
        }
        finally
        {
            learning.Release();
        }
    }

    /// <summary>Opens a file. The caller disposes the stream; reading it may throw a <see cref="NetworkException"/>.</summary>
    public async Task<Stream> DownloadAsync(MediaAddress file, CancellationToken cancellationToken)
    {
        var path = $"{Escape(file.Server)}/{Escape(file.Id)}";
        if ((await FeaturesAsync(cancellationToken)).HasAuthenticatedMedia)
            return await OpenAsync(Client("v1/media/download/" + path), MediaSilence, cancellationToken);
        return await OpenAsync(At("_matrix/media/v3/download/" + path), MediaSilence, cancellationToken);
    }

    /// <summary>Stores a file on the homeserver. Each call stores it anew.</summary>
    /// <param name="content">The file, from its start.</param>
    /// <param name="length">Bytes, when known.</param>
    /// <param name="mimeType">MIME type.</param>
    /// <param name="fileName">Its name for people.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<MediaAddress> UploadAsync(
        Stream content, long? length, string mimeType, string? fileName, CancellationToken cancellationToken)
    {
        if (length > await LargestUploadAsync(cancellationToken))
            throw new NetworkException(
                NetworkFailure.Rejected, $"The homeserver takes files of up to {largestUpload} bytes; this one has {length}.");
        var url = At("_matrix/media/v3/upload" + (fileName is null ? "" : "?filename=" + Escape(fileName)));
        using var timeout = Deadline(AnswerTimeout + TimeSpan.FromSeconds((length ?? 0) / SlowestUpload), cancellationToken);
        return await GuardAsync(
            async token =>
            {
                using var answer = await AskAsync(HttpMethod.Post, url, () => FileContent(content, mimeType), token);
                using var json = await ReadJsonAsync(answer, LargestError, token);
                return MediaAddress.Parse(json.RootElement.Text("content_uri")) ?? throw MatrixFailures.Nonsense(null);
            },
            timeout, cancellationToken);
    }

    private async Task<long?> LargestUploadAsync(CancellationToken cancellationToken)
    {
        if (knowsLargestUpload)
            return largestUpload;
        try
        {
            var path = (await FeaturesAsync(cancellationToken)).HasAuthenticatedMedia
                ? Client("v1/media/config")
                : At("_matrix/media/v3/config");
            using var answer = await GetAsync(path, LargestError, AnswerTimeout, cancellationToken);
            largestUpload = answer.RootElement.Child("m.upload.size") is { ValueKind: System.Text.Json.JsonValueKind.Number } size
                && size.TryGetInt64(out var bytes) ? bytes : null;
        }
        catch (NetworkException e) when (e.Kind is NetworkFailure.Rejected or NetworkFailure.NotFound)
        {
            // It does not say: then it is for it to refuse.
        }

        knowsLargestUpload = true;
        return largestUpload;
    }

    private static StreamContent FileContent(Stream content, string mimeType) => new(content)
    {
        Headers = { ContentType = MediaTypeHeaderValue.TryParse(mimeType, out var type) ? type : new("application/octet-stream") },
    };
}
